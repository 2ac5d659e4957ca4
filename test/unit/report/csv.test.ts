import { expect, test } from 'vitest';
import { csvLine } from '../../../src/report/tables/csv.ts';

test.each([
  [['a', 1, true, undefined], 'a,1,true,\r\n'],
  [['a,b', 'say "no"', 'two\nlines'], '"a,b","say ""no""","two\nlines"\r\n'],
  [[-1, 0.25], '-1,0.25\r\n'],
])('cells %j are the line %j', (cells, line) => {
  expect(csvLine(cells)).toBe(line);
});

test.each(['=HYPERLINK("https://evil.example")', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1'])(
  'text that a spreadsheet would run (%j) stays text',
  text => {
    expect(csvLine([text]).replace(/^"/, '')).toMatch(/^'/);
  },
);

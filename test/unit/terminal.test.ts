import { afterEach, describe, expect, test } from 'vitest';
import type { FinishedAudit } from '../../src/cli/audit/finish.ts';
import { auditTable } from '../../src/cli/audit/table.ts';
import { terminal } from '../../src/cli/talk/terminal.ts';
import { outputsOf } from '../audit/outputs.ts';
import { auditRecords, smallHeader } from '../audit/records.ts';

/** Once for all widths. */
const made = outputsOf(auditRecords(20), { header: smallHeader });
const before = [process.stdout, process.stderr].map(
  stream => [stream, Object.getOwnPropertyDescriptor(stream, 'isTTY')] as const,
);
afterEach(() => {
  for (const [stream, own] of before) {
    if (own) Object.defineProperty(stream, 'isTTY', own);
    else Reflect.deleteProperty(stream, 'isTTY');
  }
});
const seen = (stream: NodeJS.WriteStream, isTTY: boolean): void =>
  void Object.defineProperty(stream, 'isTTY', { value: isTTY, configurable: true, writable: true });

describe('colours are for eyes: a file or a pager that one stream goes to holds none', () => {
  test.each([
    ['both are a terminal', true, true, {}, true],
    ['stdout is a file', false, true, {}, false],
    ['stderr is a file', true, false, {}, false],
    ['a pipeline that asks for them', false, false, { FORCE_COLOR: '1' }, true],
    ['a pipeline that asks for none', false, false, { FORCE_COLOR: '0' }, false],
    ['NO_COLOR', true, true, { NO_COLOR: '1', FORCE_COLOR: '1' }, false],
  ])('%s', (_when, isData, isTalk, environment, isColoured) => {
    seen(process.stdout, isData);
    seen(process.stderr, isTalk);
    expect(terminal({}, environment).style('red', 'no') !== 'no').toBe(isColoured);
    expect(terminal({ color: false }, environment).style('red', 'no')).toBe('no');
    expect(terminal({ json: true }, environment).style('red', 'no')).toBe('no');
  });
});

test.each([
  [undefined, 118],
  [118, 118],
  [80, 80],
])('the table of an audit fits %s columns', async (dataColumns, widest) => {
  const { summary } = await made;
  const findings = { contradiction: 0, malformed: 0, unreachable: 0, incomplete: 0, 'not-checked': 0 };
  const finished = { summary, findings } as unknown as FinishedAudit;
  const { dataColumns: _, ...plain } = terminal({ color: false }, {});
  const table = auditTable(finished, 'out', undefined, dataColumns === undefined ? plain : { ...plain, dataColumns });
  const rows = table.split('\n').filter(line => line.startsWith('  '));
  expect(Math.max(...rows.map(row => row.length))).toBeLessThanOrEqual(widest);
  if (widest === 118) expect(new Set(rows.map(row => row.length))).toEqual(new Set([118]));
  const { n } = summary.figures['optout.any']!.robots;
  expect(table).toMatch(new RegExp(`opt out by any mechanism[^\\n]*\\n?[^\\n]* ${n} \\(`));
});

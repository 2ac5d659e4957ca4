import { expect, test } from 'vitest';
import { strataSection } from '../../../src/report/audit/page/strata-section.ts';
import { summaryOf, tallyOf } from '../../../src/report/audit/summary.ts';
import { smallHeader } from '../../audit/records.ts';
import { measured } from '../audit/facts.ts';

test('domains of more parts than a division has room for are told, and not left out without a word', () => {
  const tally = tallyOf(smallHeader);
  const line = measured({ robots: 'User-agent: *\nAllow: /' });
  for (let n = 0; n < 4_100; n++) tally.add({ ...line, tld: `t${n}` });
  const summary = summaryOf(smallHeader, tally.counted());
  expect(summary.undivided).toEqual([{ dimension: 'tld', domains: 4 }]);
  expect(summary.strata.filter(({ dimension }) => dimension === 'tld')).toHaveLength(4_096);
  expect(strataSection(summary).text).toContain('4 domains are in further parts');
});

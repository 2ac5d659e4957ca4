import { describe, expect, test } from 'vitest';
import type { RemovalFacts } from '../../../src/report/dashboard/facts.ts';
import { overviewSections } from '../../../src/report/dashboard/index.ts';

const at = '2026-11-27T12:00:00.000Z';
const day = 86_400_000;
const hour = 3_600_000;

function section(removal: RemovalFacts): string {
  const dataset_facts = {
    ...{ documents: 7, pending: 0, runs: [], withdrawn: 3, withdrawnByReason: { 'withdrawn.revoked': 3 } },
    ...{ uncompacted: 1, latenciesMs: [0], withdrawals: [], removal },
  };
  const sections = overviewSections({ at, dataset: 'd', version: '0', checks: [], jobs: [], dataset_facts });
  return sections.get('withdrawals')?.text.replaceAll(/<[^>]+>/g, ' ') ?? '';
}

describe('beside what withdrawals took stands what was declared', () => {
  test.each<[string, RemovalFacts, RegExp, RegExp?]>([
    [
      'and that it was held',
      { withinMs: day, removed: 2, slowestMs: 3 * hour, late: 0 },
      /limit was held for all 2 /,
      /not held/,
    ],
    ['before anything had to leave', { withinMs: day, removed: 0, slowestMs: 0, late: 0 }, /Within the limit/, /slowest/],
    [
      'while some text waits in time',
      { withinMs: day, removed: 0, slowestMs: 0, late: 0, oldestPending: '2026-11-27T00:00:00.000Z' },
      /Within the limit/,
    ],
    [
      'or that it was not: late ones',
      { withinMs: day, removed: 2, slowestMs: 2 * day, late: 1 },
      /not held: 1 of 2 took longer/,
      /was held/,
    ],
    [
      'or that it is not: text that waits',
      { withinMs: 2 * hour, removed: 2, slowestMs: 0, late: 0, oldestPending: '2026-11-27T06:00:00.000Z' },
      /not held: text has been waiting for 6 h/,
      /was held/,
    ],
    ['nothing where nothing was declared', { removed: 2, slowestMs: 5 * day, late: 0 }, /slowest so far\s+5 d/, /limit/],
  ])('%s', (_what, removal, says, saysNot = /$^/) => {
    const text = section(removal);
    expect(text).toMatch(says);
    expect(text).not.toMatch(saysNot);
    if (removal.withinMs !== undefined)
      expect(text).toMatch(new RegExp(`declared limit, until the text has left\\s+${removal.withinMs === day ? '1 d' : '2 h'}`));
  });
});

test('what no refusal among the newest rows means is not that nobody ever refused', () => {
  const removal = { removed: 0, slowestMs: 0, late: 0 };
  const dataset_facts = {
    ...{ documents: 7, pending: 0, runs: [], refusals: [], withdrawn: 0, withdrawnByReason: {} },
    ...{ uncompacted: 0, latenciesMs: [], withdrawals: [], removal },
  };
  const sections = overviewSections({ at, dataset: 'd', version: '0', checks: [], jobs: [], dataset_facts });
  expect(sections.get('refusals')?.text).toContain('None among the newest rows.');
});

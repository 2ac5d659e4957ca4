import { expect, test } from 'vitest';
import { stricterOf } from '../../src/assess/index.ts';
import { judge } from '../../src/policy/index.ts';
import { mechanisms } from '../../src/signals/index.ts';
import { becauses, type Policy, type Verdict } from '../../src/vocab/index.ts';
import fc from '../seeded.ts';
import { presets, type Readings, rank, readings, seed } from './generate.ts';

const policy = fc.constantFrom(...presets);
const judged = (found: Readings, by: Policy): Verdict =>
  judge({ about: 'train-ai', url: 'https://site.example/a', productToken: 'heed', at: null }, found, by, mechanisms);

/** What was said, from the one that permits most. */
function permission({ finding }: Verdict): number {
  if (finding.preference === 'unknown') return 1 + becauses.indexOf(finding.because);
  return finding.preference === 'allow' ? 10 : 0;
}

const pair = fc.tuple(readings, readings, policy).map(([sent, rendered, by]) => {
  const [a, b] = [judged(sent, by), judged(rendered, by)];
  const both = stricterOf(new Map([['train-ai', a]]), new Map([['train-ai', b]])).get('train-ai') as Verdict;
  return { a, b, both };
});

test('a page read twice is judged no more permissively than either reading of it', () => {
  fc.assert(
    fc.property(pair, ({ a, b, both }) => {
      expect(rank(both.disposition)).toBe(Math.max(rank(a.disposition), rank(b.disposition)));
      expect(permission(both)).toBe(Math.min(permission(a), permission(b)));
    }),
    { seed, numRuns: 5_000 },
  );
});

test('every refusal of either reading is cited, and what lost beside it is not lost', () => {
  fc.assert(
    fc.property(pair, ({ a, b, both }) => {
      const found = both.finding;
      const cited = found.preference === 'unknown' ? [] : found.determining;
      const kept = JSON.stringify([...cited, ...found.overridden]);
      const unheard = JSON.stringify(both.unheard);
      for (const { finding, unheard: own } of [a, b]) {
        for (const one of finding.overridden) expect(kept).toContain(JSON.stringify(one));
        for (const one of own) expect(unheard).toContain(JSON.stringify(one));
        if (finding.preference === 'disallow') for (const one of finding.determining) expect(cited).toContainEqual(one);
        if (finding.preference !== 'unknown') for (const one of finding.determining) expect(kept).toContain(JSON.stringify(one));
      }
      expect([...both.readings.keys()]).toEqual(expect.arrayContaining([...a.readings.keys(), ...b.readings.keys()]));
    }),
    { seed, numRuns: 2_000 },
  );
});

test('a page read twice with the same result is judged as once', () => {
  fc.assert(
    fc.property(readings, policy, (found, by) => {
      const once = judged(found, by);
      const twice = stricterOf(new Map([['train-ai', once]]), new Map([['train-ai', once]])).get('train-ai') as Verdict;
      expect([twice.finding.preference, twice.disposition, twice.readings]).toEqual([
        once.finding.preference,
        once.disposition,
        once.readings,
      ]);
    }),
    { seed, numRuns: 2_000 },
  );
});

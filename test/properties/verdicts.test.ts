import { expect, test } from 'vitest';
import { judge } from '../../src/policy/index.ts';
import { isHeard } from '../../src/policy/resolve.ts';
import { mechanisms, signalIds } from '../../src/signals/index.ts';
import { isNonEmpty, type Policy, type Question, type Reading, type Statement, type Verdict } from '../../src/vocab/index.ts';
import fc from '../seeded.ts';
import { notKnowing, presets, type Readings, rank, readings, seed, silence, statement } from './generate.ts';

const about = fc.constantFrom<Question['about'][]>('acquisition', 'train-ai');
const signalId = fc.constantFrom(...signalIds);
const policy = fc.constantFrom(...presets);

const judged = (found: Readings, by: Policy, asked: Question['about'], order = mechanisms): Verdict =>
  judge({ about: asked, url: 'https://site.example/a', productToken: 'heed', at: null }, found, by, order);

const shuffled = <T>(list: readonly T[], keys: readonly number[]): T[] =>
  list
    .map((item, i) => ({ item, key: keys[i % keys.length] ?? 0 }))
    .sort((a, b) => a.key - b.key)
    .map(({ item }) => item);

const withStatements = (reading: Reading, keys: readonly number[]): Reading => {
  if (reading.state !== 'read') return reading;
  const statements = shuffled(reading.statements, keys);
  return isNonEmpty(statements) ? { ...reading, statements } : reading;
};

test('the order of readings, of statements and of mechanisms never changes a verdict', () => {
  const keys = fc.array(fc.nat(1_000), { minLength: 3, maxLength: 20 });
  fc.assert(
    fc.property(readings, policy, about, keys, (found, by, asked, order) => {
      const other = new Map(shuffled([...found], order).map(([id, reading]) => [id, withStatements(reading, order)]));
      const [a, b] = [judged(found, by, asked), judged(other, by, asked, shuffled(mechanisms, order))];
      const said = ({ finding, disposition }: Verdict): unknown => [
        finding.preference,
        finding.preference === 'unknown' ? finding.because : null,
        disposition,
      ];
      expect(said(b)).toEqual(said(a));
    }),
    { seed, numRuns: 6_000 },
  );
});

/** Beside a reading that failed, a refusal takes the failure's place, so it has to be one that counts. */
function withRefusal(reading: Reading | undefined, refusal: Statement, by: Policy): Reading | null {
  const anomalies = reading?.anomalies ?? [];
  if (reading?.state === 'read') return { ...reading, statements: [...reading.statements, refusal] };
  const isAdded = reading === undefined || reading.state === 'silent' || isHeard(refusal, by);
  return isAdded ? { state: 'read', statements: [refusal], anomalies } : null;
}

test('adding a refusal never makes a verdict more permissive', () => {
  const added = signalId.chain(id => statement(id, 'disallow').map(refusal => ({ id, refusal })));
  fc.assert(
    fc.property(readings, policy, about, added, (found, by, asked, { id, refusal }) => {
      const reading = withRefusal(found.get(id), refusal, by);
      fc.pre(reading !== null);
      const [before, after] = [judged(found, by, asked), judged(new Map([...found, [id, reading]]), by, asked)];
      expect(rank(after.disposition)).toBeGreaterThanOrEqual(rank(before.disposition));
      if (before.finding.preference === 'disallow') expect(after.finding.preference).toBe('disallow');
    }),
    { seed, numRuns: 8_000 },
  );
});

test('not knowing is never more permissive than silence', () => {
  const unknown = signalId.chain(id => notKnowing(id).map(reading => ({ id, reading })));
  fc.assert(
    fc.property(readings, policy, about, unknown, (found, by, asked, { id, reading }) => {
      const silent = judged(new Map([...found, [id, silence(id)]]), by, asked);
      const failed = judged(new Map([...found, [id, reading]]), by, asked);
      expect(failed.finding.preference === 'allow' && silent.finding.preference !== 'allow').toBe(false);
      // Where silence is withheld, what may still be reached can be deferred; it is not kept.
      expect(rank(failed.disposition)).toBeGreaterThanOrEqual(Math.min(rank(silent.disposition), rank('defer')));
      if (silent.finding.preference === 'disallow') expect(failed.disposition).toBe('withhold');
    }),
    { seed, numRuns: 8_000 },
  );
});

test('an act that is none, in a policy that nobody checked, is no permission', () => {
  const standard = presets.find(({ id }) => id === 'standard')!;
  const acts = { ...standard.onUnknown.usage, silent: undefined, unreachable: 'maybe' };
  const loose = { ...standard, onUnknown: { ...standard.onUnknown, usage: acts } } as unknown as Policy;
  const [id] = signalIds;
  expect(judged(new Map([[id!, silence(id!)]]), loose, 'train-ai').disposition).toBe('withhold');
  const unreachable = { ...silence(id!), state: 'unread', why: 'unreachable' } as Reading;
  expect(judged(new Map([[id!, unreachable]]), loose, 'train-ai').disposition).toBe('withhold');
});

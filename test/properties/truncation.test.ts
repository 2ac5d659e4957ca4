import { expect, test } from 'vitest';
import type { Case } from '../../src/assess/index.ts';
import { assess } from '../../src/assess/index.ts';
import { strictest } from '../../src/policy/index.ts';
import type { Policy, Verdict } from '../../src/vocab/index.ts';
import fc from '../seeded.ts';
import { agents, policies } from '../vectors/load.ts';
import { bodyOf, declarations, type Json, type RawCase, rank, rawCase, readRaw, seed, withBody } from './generate.ts';

const hearing: readonly Policy[] = ['standard', 'strict'].flatMap(name => policies[name] ?? []);

const verdictsOf = ({ carriers, productToken }: Case, policy: Policy): readonly Verdict[] => [
  ...assess(carriers, ['train-ai'], { productToken, at: null, policy, facts: { agents } }).values(),
];

const cut = (retrieval: Json, fraction: number): Json => {
  const body = bodyOf(retrieval);
  return { ...withBody(retrieval, body.subarray(0, Math.floor(body.length * fraction))), truncated: true };
};

const fraction = fc.double({ min: 0, max: 1, noNaN: true });
const isSuccess = (retrieval: unknown): retrieval is Json => {
  const { status } = (retrieval ?? {}) as { status?: unknown };
  return typeof status === 'number' && status >= 200 && status < 300;
};

function expectNoMorePermissive(whole: RawCase, part: RawCase): void {
  for (const policy of hearing) {
    const [before, after] = [verdictsOf(readRaw(whole), policy), verdictsOf(readRaw(part), policy)];
    const disposition = (list: readonly Verdict[]): number => rank(strictest(list.map(verdict => verdict.disposition)));
    expect(disposition(after), policy.id).toBeGreaterThanOrEqual(disposition(before));
  }
}

test('a declaration cut short never permits more than the whole', () => {
  fc.assert(
    fc.property(rawCase, fc.constantFrom(...declarations), fraction, (raw, name, where) => {
      const retrieval = raw.origin[name];
      if (name === 'robots' || !isSuccess(retrieval)) return;
      expectNoMorePermissive(raw, { ...raw, origin: { ...raw.origin, [name]: cut(retrieval, where) } });
    }),
    { seed, numRuns: 600 },
  );
});

test('a page or a licence cut short never permits more than the whole', () => {
  fc.assert(
    fc.property(rawCase, fraction, fc.boolean(), (raw, where, isPage) => {
      if (isPage) {
        if (isSuccess(raw.response)) expectNoMorePermissive(raw, { ...raw, response: cut(raw.response, where) });
        return;
      }
      const licenses = Object.entries(raw.licenses).filter(([, found]) => isSuccess(found));
      const short = licenses.map(([url, found]) => [url, cut(found as Json, where)] as const);
      expectNoMorePermissive(raw, { ...raw, licenses: { ...raw.licenses, ...Object.fromEntries(short) } });
    }),
    { seed, numRuns: 900 },
  );
});

// Contract §2: of a robots.txt that is cut, what was read counts, and strict withholds unless a rule that was read decides.
test('a robots.txt cut short is never silently taken for whole', () => {
  fc.assert(
    fc.property(rawCase, fraction, (raw, where) => {
      const { robots } = raw.origin;
      if (!isSuccess(robots)) return;
      const part = { ...raw, origin: { ...raw.origin, robots: cut(robots, where) } };
      for (const policy of hearing) {
        const after = verdictsOf(readRaw(part), policy);
        expect(after.flatMap(verdict => verdict.anomalies).map(({ code }) => code)).toContain('robots.cut');
        if (policy.id !== 'strict') continue;
        for (const verdict of after) {
          if (verdict.disposition === 'keep') expect(verdict.finding.preference).toBe('allow');
        }
      }
    }),
    { seed, numRuns: 900 },
  );
});

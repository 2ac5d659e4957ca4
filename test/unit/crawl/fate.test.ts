import { describe, expect, test } from 'vitest';
import type { PageResult } from '../../../src/crawl/page.ts';
import { fateOf, refusingSignal, standsForMs } from '../../../src/crawl/recrawl/fate.ts';
import type { StandingDocument } from '../../../src/store/index.ts';
import type { Evidence, Finding, Reason, SignalId, Verdict } from '../../../src/vocab/index.ts';
import { policies } from '../../vectors/load.ts';

const day = 24 * 3_600_000;
const now = Date.parse('2026-11-27T12:00:00.000Z');

const evidence = (signal: SignalId): Evidence => ({
  ...{ signal, locator: { kind: 'pointer', pointer: '' }, quote: '', spec: 'ours' },
  source: { url: 'https://site.example/a', retrievedAt: null, digest: null },
});
const verdict = (disposition: Verdict['disposition'], finding: Finding): Verdict =>
  ({ disposition, finding }) as unknown as Verdict;
const refused = (signal: SignalId): Verdict =>
  verdict('withhold', { preference: 'disallow', determining: [evidence(signal)], overridden: [] });
const unknown = (disposition: Verdict['disposition'], signal: SignalId): Verdict =>
  verdict(disposition, { preference: 'unknown', because: 'unreachable', looked: [evidence(signal)], overridden: [] });

function fate(reason: Reason, failingForMs: number | undefined, standsMs = 7 * day, verdicts: readonly Verdict[] = []) {
  const result = { reason, assessment: new Map(verdicts.map((one, index) => [index, one])) } as unknown as PageResult;
  const earlier = { failingSinceMs: failingForMs === undefined ? undefined : now - failingForMs, judgedAtMs: now - 30 * day };
  return fateOf(result, earlier as unknown as StandingDocument, now, standsMs);
}

describe('what becomes of a document whose page is not kept any more', () => {
  test.each<[reason: Reason, row: Reason, withdrawn: Reason | undefined]>([
    ['gone.404', 'withdrawn.gone', 'withdrawn.gone'],
    ['gone.410', 'withdrawn.gone', 'withdrawn.gone'],
    ['barrier.403', 'withdrawn.barrier', 'withdrawn.barrier'],
    ['barrier.challenge', 'withdrawn.barrier', 'withdrawn.barrier'],
    ['withheld.robots.rule', 'withdrawn.robots.rule', 'withdrawn.robots.rule'],
    ['withheld.unknown.unreadable', 'withdrawn.robots.rule', 'withdrawn.robots.rule'],
    ['redirected', 'redirected', 'withdrawn.gone'],
    ['refused.suppressed', 'refused.suppressed', 'withdrawn.revoked'],
    ['empty', 'empty', 'superseded'],
    ['failed.media-type', 'failed.media-type', 'superseded'],
    ['duplicate.exact', 'duplicate.exact', 'superseded'],
    ['failed.redirects' as Reason, 'withdrawn.gone', 'withdrawn.gone'],
  ])('%s', (reason, row, withdrawn) => {
    expect(fate(reason, undefined, 7 * day, [refused('robots.rule')])).toEqual({ reason: row, withdrawn });
  });

  test.each<[reason: Reason, row: Reason]>([
    ['deferred.robots.timeout', 'deferred.robots.timeout'],
    ['deferred.page.status', 'deferred.page.status'],
    ['failed.tls', 'deferred.page.tls'],
    ['failed.protocol', 'deferred.page.protocol'],
    ['failed.too-large', 'deferred.page.too-large'],
    ['failed.encoding', 'deferred.page.encoding'],
    ['failed.parse', 'deferred.page.not-attempted'],
    ['refused.address', 'deferred.page.address'],
  ])('%s: nobody knows what it is now; it stands for a while, counted from the first time in vain', (reason, row) => {
    const judged = 'last judged at 2026-10-28T12:00:00.000Z';
    const stands = { reason: row, detail: `the document stands, ${judged}` };
    expect(fate(reason, undefined)).toEqual(stands);
    expect(fate(reason, 7 * day)).toEqual(stands);
    const fallen = { reason: 'withdrawn.unreachable', withdrawn: 'withdrawn.unreachable' };
    expect(fate(reason, 7 * day + 1)).toEqual({ ...fallen, detail: `${row} since 2026-11-20T11:59:59.999Z, ${judged}` });
    expect(fate(reason, 1, 0)).toMatchObject(fallen);
  });
});

test.each<[policy: string, configuredMs: number, ms: number]>([
  ['standard', 7 * day, 7 * day],
  ['strict', 7 * day, day],
  ['strict', 1_000, 1_000],
  ['rfc9309', 7 * day, 7 * day],
  ['opt-in', 7 * day, 7 * day],
])('how long a document stands under %s (%d ms configured)', (name, configuredMs, ms) => {
  expect(standsForMs(policies[name]!, configuredMs)).toBe(ms);
});

test('it stands for ever only where the policy keeps what it cannot reach, to fetch it and to use it', () => {
  const { onUnknown, ...rest } = policies.standard!;
  const keeping = (acquisition: boolean, usage: boolean) =>
    standsForMs(
      {
        ...rest,
        onUnknown: {
          acquisition: { ...onUnknown.acquisition, unreachable: acquisition ? 'keep' : 'defer' },
          usage: { ...onUnknown.usage, unreachable: usage ? 'keep' : 'defer' },
        },
      },
      day,
    );
  expect([keeping(true, true), keeping(true, false), keeping(false, true)]).toEqual([Number.POSITIVE_INFINITY, day, day]);
});

test.each<[what: string, verdicts: readonly Verdict[], signal: SignalId]>([
  ['the one that refuses', [unknown('defer', 'robots.license'), refused('field.x-robots-tag')], 'field.x-robots-tag'],
  [
    'the one that could not be read where it had to be',
    [unknown('keep', 'robots.license'), unknown('withhold', 'wellknown.tdmrep')],
    'wellknown.tdmrep',
  ],
  ['the one that is waited for', [unknown('keep', 'robots.license'), unknown('defer', 'robots.rule')], 'robots.rule'],
  ['none', [], 'http.status'],
])('the signal that decided: %s', (_what, verdicts, signal) => {
  expect(refusingSignal(verdicts)).toBe(signal);
});

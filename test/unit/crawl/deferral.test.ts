import { describe, expect, test } from 'vitest';
import { createDeferrals, maxTries } from '../../../src/crawl/deferral.ts';
import type { PageResult } from '../../../src/crawl/page.ts';

/** A page whose origin's declarations, or which itself, did not answer. @param at when the set of declarations was made */
const failed = (reason: PageResult['reason'], at: string, tries = 0): PageResult =>
  ({
    reason,
    task: { url: 'https://a.test/1', tries },
    origin: { origin: 'https://a.test:443', record: { at, digest: `sha256:${at}` }, retryAfterMs: null },
  }) as unknown as PageResult;

describe('what did not answer is asked again, and not for ever', () => {
  test('an origin whose robots.txt does not answer: three tries, whatever number of pages wait for it', () => {
    const clock = { ms: 0 };
    const deferralOf = createDeferrals({ limitMs: 600_000, now: () => clock.ms });
    const acts = ['08:00', '08:00', '08:01', '08:00', '08:01', '08:02', '08:02'].map(at => {
      clock.ms += 1_000;
      return deferralOf(failed('deferred.robots.timeout', at)).act;
    });
    // A page that still worked with an older set is not a further try.
    expect(acts).toEqual(['hold', 'hold', 'hold', 'hold', 'hold', 'end', 'end']);
  });

  describe('when it is asked again', () => {
    const limitMs = 600_000;
    const holdAt = (retryAfterMs: number | null, endedMs?: number) => {
      const deferralOf = createDeferrals({
        limitMs,
        now: () => 5_000,
        ...(endedMs === undefined ? {} : { endedMs: () => endedMs }),
      });
      const { origin, ...rest } = failed('deferred.robots.timeout', '08:00');
      return deferralOf({ ...rest, origin: { ...origin, retryAfterMs } } as unknown as PageResult);
    };
    test.each<[what: string, retryAfterMs: number | null, endedMs: number | undefined, deferral: unknown]>([
      ['after a sixtieth of the limit', null, undefined, { act: 'hold', untilMs: 15_000 }],
      ['counted from when the last answer ended', null, 2_000, { act: 'hold', untilMs: 12_000 }],
      ['and never from later than now', null, 9_000, { act: 'hold', untilMs: 15_000 }],
      ['later where the site asks for it', 60_000, undefined, { act: 'hold', untilMs: 65_000 }],
      ['not sooner where it would let us', 1_000, undefined, { act: 'hold', untilMs: 15_000 }],
      ['up to the limit', limitMs, undefined, { act: 'hold', untilMs: 605_000 }],
      ['not where it asks for longer than we wait', limitMs + 1, undefined, { act: 'end' }],
    ])('%s', (_what, retryAfterMs, endedMs, deferral) => {
      expect(holdAt(retryAfterMs, endedMs)).toEqual(deferral);
    });

    test('a second time after a sixth of it, and not once the limit is over', () => {
      const clock = { ms: 0 };
      const deferralOf = createDeferrals({ limitMs, now: () => clock.ms });
      expect(deferralOf(failed('deferred.robots.timeout', '08:00'))).toEqual({ act: 'hold', untilMs: 10_000 });
      clock.ms = 20_000;
      expect(deferralOf(failed('deferred.robots.timeout', '08:01'))).toEqual({ act: 'hold', untilMs: 120_000 });
      clock.ms = limitMs + 1;
      expect(deferralOf(failed('deferred.robots.timeout', '08:01'))).toEqual({ act: 'end' });
    });
  });

  test.each<[what: string, tries: number, retryAfterMs: number | null, deferral: unknown]>([
    ['after a sixtieth of the limit', 0, null, { act: 'retry', notBeforeMs: 15_000 }],
    ['a second time after a sixth of it', 1, null, { act: 'retry', notBeforeMs: 105_000 }],
    ['later where the site asks for it', 0, 60_000, { act: 'retry', notBeforeMs: 65_000 }],
    ['up to the limit', 0, 600_000, { act: 'retry', notBeforeMs: 605_000 }],
    ['not where it asks for longer than we wait', 0, 600_001, { act: 'end' }],
  ])('a page is asked again %s', (_what, tries, retryAfterMs, deferral) => {
    const deferralOf = createDeferrals({ limitMs: 600_000, now: () => 5_000 });
    expect(deferralOf({ ...failed('deferred.page.status', '08:00', tries), retryAfterMs })).toEqual(deferral);
  });

  test('the limit of a page counts from its first failure', () => {
    const clock = { ms: 0 };
    const deferralOf = createDeferrals({ limitMs: 60_000, now: () => clock.ms });
    expect(deferralOf(failed('deferred.page.timeout', '08:00')).act).toBe('retry');
    clock.ms = 55_000;
    expect(deferralOf(failed('deferred.page.timeout', '08:00', 1)).act).toBe('end');
  });

  test('a page: three tries within the limit', () => {
    const deferralOf = createDeferrals({ limitMs: 600_000, now: () => 0 });
    const acts = [0, 1, 2].map(tries => deferralOf(failed('deferred.page.timeout', '08:00', tries)).act);
    expect(acts).toEqual(['retry', 'retry', 'end']);
    expect(maxTries).toBe(3);
  });

  test('one that answered begins anew when it is asked again later: its first failure is forgotten', () => {
    const clock = { ms: 0 };
    const deferralOf = createDeferrals({ limitMs: 60_000, now: () => clock.ms });
    expect(deferralOf(failed('deferred.page.timeout', '08:00')).act).toBe('retry');
    expect(deferralOf(failed('kept', '08:00', 1)).act).toBe('end');
    clock.ms = 50_000;
    expect(deferralOf(failed('deferred.page.timeout', '08:00', 1)).act).toBe('retry');
  });
});

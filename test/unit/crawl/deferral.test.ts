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

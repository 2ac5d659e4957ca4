import { expect, test } from 'vitest';
import { defaultLimits } from '../../../src/http/limits.ts';
import { Transfer, type TransferInput, type Wire } from '../../../src/http/transfer/transfer.ts';
import type { Instant } from '../../../src/vocab/index.ts';

const url = 'http://site.test/';
const at = '2026-11-27T10:00:00.000Z' as Instant;

/** A transfer that nobody answers, in a process that has been deaf for so long, in ms, by the first, second, … time its deadline comes. */
async function endOf(deafnessMs: (asked: number) => number): Promise<{ deadlines: number; cause: unknown }> {
  let asked = 0;
  let hasBegun = false;
  const wire: Pick<Wire, 'limits' | 'stalls' | 'now' | 'ended'> = {
    limits: { ...defaultLimits, totalMs: 5 },
    stalls: {
      get stalledMs() {
        return hasBegun ? deafnessMs(++asked) : 0;
      },
      enter: () => {},
      leave: () => {},
    },
    now: () => at,
    ended: () => {},
  };
  const answer = await new Promise<Parameters<TransferInput['resolve']>[0]>((resolve, reject) => {
    new Transfer(wire as Wire, { url, parsed: new URL(url), request: {}, retrievedAt: at, resolve, reject });
    hasBegun = true;
  });
  return { deadlines: asked, cause: 'cause' in answer.retrieval && answer.retrieval.cause };
}

test.each<[string, (asked: number) => number, number]>([
  ['of which nothing was ours ends at the first deadline', () => 0, 1],
  ['is given back a second that we were deaf, once', () => 2, 2],
  ['is given back what we were deaf in the time given back, too', asked => Math.min(asked, 3) * 2, 4],
  ['ends where we are deaf for ever: three times its own time is given back and no more', asked => asked * 10, 3],
])('a total time %s', async (_what, deafness, deadlines) => {
  expect(await endOf(deafness)).toEqual({ deadlines, cause: 'timeout' });
});

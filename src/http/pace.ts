import type { OriginKey } from '../vocab/index.ts';

/** When the last request to each origin ended, so that declarations, hops and pages of one origin keep one distance. */
export interface Pace {
  /** Resolves when the next request may start; rejects when the signal aborts. */
  wait(origin: OriginKey, delayMs: number, signal: AbortSignal): Promise<void>;
  /** @param endedAtMs monotonic */
  ended(origin: OriginKey, endedAtMs: number): void;
  lastEndedMs(origin: OriginKey): number | undefined;
  readonly smallestGapMs: number | undefined;
}

/** Origins whose last request is older than this need not be remembered. */
const forgetAfterMs = 120_000;

export function createPace(now: () => number): Pace {
  const ends = new Map<OriginKey, number>();
  let smallestGapMs: number | undefined;
  const forget = (): void => {
    const limit = now() - forgetAfterMs;
    for (const [origin, ended] of ends) if (ended < limit) ends.delete(origin);
  };
  return {
    async wait(origin, delayMs, signal) {
      const ended = ends.get(origin);
      if (ended !== undefined) {
        // A timer may fire a fraction early; a gap shorter than asked would break a promise.
        for (let left = ended + delayMs - now(); left > 0; left = ended + delayMs - now()) await sleep(Math.ceil(left), signal);
        const gap = now() - ended;
        smallestGapMs = Math.min(smallestGapMs ?? gap, gap);
      }
      signal.throwIfAborted();
    },
    ended(origin, endedAtMs) {
      ends.set(origin, Math.max(endedAtMs, ends.get(origin) ?? 0));
      if (ends.size > 50_000) forget();
    },
    lastEndedMs: origin => ends.get(origin),
    get smallestGapMs() {
      return smallestGapMs;
    },
  };
}

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const abort = (): void => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', abort);
      resolve();
    }, ms);
    signal.addEventListener('abort', abort, { once: true });
  });
}

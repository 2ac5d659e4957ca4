import type { OriginKey } from '../vocab/index.ts';

/** When the last request to each origin ended, so that declarations, hops and pages of one origin keep one distance. */
export interface Pace {
  /** Resolves when the next request may start; rejects when the signal aborts. */
  wait(origin: OriginKey, delayMs: number, signal: AbortSignal): Promise<void>;
  /**
   * @param endedAtMs monotonic
   * @param retryAfterMs what a Retry-After asked for: a longer pause before the next request
   */
  ended(origin: OriginKey, endedAtMs: number, retryAfterMs?: number): void;
  /**
   * One request to an origin: after whatever else is under way there, and its pause. Nothing is held while it waits but its place in the
   * queue, so two origins that need something of each other never wait for ever.
   */
  turn<A extends Timed>(origin: OriginKey, options: TurnOptions, request: () => Promise<A>): Promise<A>;
  lastEndedMs(origin: OriginKey): number | undefined;
  /** Until when a Retry-After holds the origin. */
  heldUntilMs(origin: OriginKey): number | undefined;
}

export interface TurnOptions {
  readonly delayMs: number;
  readonly signal: AbortSignal;
  /** Before others that wait. */
  readonly isNext?: boolean;
}

interface Timed {
  readonly endedAtMs: number;
  readonly retryAfterMs?: number;
}

/** Origins whose last request is older than this need not be remembered. */
const forgetAfterMs = 120_000;

export function createPace(now: () => number): Pace {
  const ends = new Map<OriginKey, number>();
  const holds = new Map<OriginKey, number>();
  /** Who waits for the request that is under way at an origin. */
  const queues = new Map<OriginKey, (() => void)[]>();
  const forget = (): void => {
    const limit = now() - forgetAfterMs;
    for (const [origin, ended] of ends) if (ended < limit) ends.delete(origin);
    for (const [origin, until] of holds) if (until < now()) holds.delete(origin);
  };
  const enter = (origin: OriginKey, isNext: boolean): Promise<void> | undefined => {
    const queue = queues.get(origin);
    if (queue) return new Promise(resolve => (isNext ? queue.unshift(resolve) : queue.push(resolve)));
    queues.set(origin, []);
    return undefined;
  };
  const leave = (origin: OriginKey): void => {
    const next = queues.get(origin)?.shift();
    if (next) next();
    else queues.delete(origin);
  };
  const pace: Pace = {
    async wait(origin, delayMs, signal) {
      const ended = ends.get(origin);
      if (ended !== undefined) {
        const dueMs = Math.max(ended + delayMs, holds.get(origin) ?? 0);
        // A timer may fire a fraction early; a gap shorter than asked would break a promise.
        for (let left = dueMs - now(); left > 0; left = dueMs - now()) await sleep(Math.ceil(left), signal);
      }
      signal.throwIfAborted();
    },
    ended(origin, endedAtMs, retryAfterMs = 0) {
      ends.set(origin, Math.max(endedAtMs, ends.get(origin) ?? 0));
      if (retryAfterMs > 0) holds.set(origin, Math.max(endedAtMs + retryAfterMs, holds.get(origin) ?? 0));
      if (ends.size > 50_000) forget();
    },
    async turn(origin, { delayMs, signal, isNext = false }, request) {
      await enter(origin, isNext);
      try {
        await pace.wait(origin, delayMs, signal);
        const answer = await request();
        pace.ended(origin, answer.endedAtMs, answer.retryAfterMs);
        return answer;
      } finally {
        leave(origin);
      }
    },
    lastEndedMs: origin => ends.get(origin),
    heldUntilMs: origin => holds.get(origin),
  };
  return pace;
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

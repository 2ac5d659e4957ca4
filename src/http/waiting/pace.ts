import type { OriginKey } from '../../vocab/index.ts';
import type { Answer } from '../answer.ts';
import { sleepUntil } from './sleep.ts';

export interface PaceOptions {
  /** Monotonic, ms: a wall clock that jumps neither shortens nor lengthens a pause. */
  readonly now: () => number;
  /** Bound of back-offs and of what slow answers add, in ms. Default 60 000. */
  readonly maxDelayMs?: number;
  /** The pause is at least this many times what the origin takes to answer; 0 (default): never. */
  readonly adaptiveFactor?: number;
  /** The first back-off after a 429 or 503, in ms, doubled by each further one; 0 (default): only what Retry-After asks for. */
  readonly backoffMs?: number;
  /** Told of every request that was sent, when it is over. */
  readonly onRequest?: (note: RequestNote) => void;
}

/** One request as the politeness ledger sees it. Times in ms on the pace's clock. */
export interface RequestNote {
  readonly origin: OriginKey;
  readonly isPage: boolean;
  /** Octets of content received. */
  readonly bytes: number;
  /** From the end of the request before it to its start; absent for the first. */
  readonly gapMs?: number;
  /** The pause that was to be kept before it. */
  readonly delayMs: number;
  /** How long the origin is left alone because of its answer. */
  readonly backoffMs?: number;
  readonly endedAtMs: number;
}

export interface Pause {
  readonly ms: number;
  readonly why: 'delay' | 'adaptive-delay';
}

export interface Hold {
  readonly untilMs: number;
  readonly why: 'retry-after' | 'backoff';
}

/** When each origin may be asked again, whoever asks: declarations, hops and pages of one origin keep one distance. */
export interface Pace {
  /** Resolves when the next request may start; rejects when the signal aborts. */
  wait(origin: OriginKey, delayMs: number, signal: AbortSignal): Promise<void>;
  /** A request is over, whatever came of it. */
  ended(origin: OriginKey, answer: Timed): void;
  /**
   * One request to an origin: after whatever else is under way there, and its pause. Nothing is held while it waits but its place in the
   * queue, so two origins that need something of each other never wait for ever.
   * @param request calls `received` where its answer is here whole and something else is waited for: the next one need not wait for that
   */
  turn<A extends Timed>(origin: OriginKey, options: TurnOptions, request: (received: () => void) => Promise<A>): Promise<A>;
  /** The pause after the origin's last request: `delayMs`, or more where it answers slowly. */
  pauseOf(origin: OriginKey, delayMs: number): Pause;
  lastEndedMs(origin: OriginKey): number | undefined;
  /** What a 429, a 503 or a Retry-After asked for. */
  holdOf(origin: OriginKey): Hold | undefined;
  /** Leaves an origin alone until then: what an earlier process still owes it. */
  leaveAlone(origin: OriginKey, untilMs: number): void;
}

export interface TurnOptions {
  readonly delayMs: number;
  readonly signal: AbortSignal;
  /** Before others that wait. */
  readonly isNext?: boolean;
  readonly isPage?: boolean;
}

type Timed = Pick<Answer, 'startedAtMs' | 'endedAtMs' | 'retrieval' | 'wireBytes' | 'retryAfterMs' | 'refusal' | 'local'>;

interface Rhythm {
  endedMs: number | undefined;
  /** Smoothed time of an answer. */
  answerMs: number | undefined;
  /** 429s and 503s, less the other answers since. */
  strikes: number;
  hold: Hold | undefined;
  /** Who waits for the request that is under way; undefined when there is none. */
  queue: (() => void)[] | undefined;
}

interface Kept {
  readonly endedMs: number | undefined;
  readonly pauseMs: number;
}

/** Origins in memory before the idle ones are forgotten. */
const maxRemembered = 50_000;

/** The server says that it is asked too often, or more than it can bear (RFC 6585 §4, RFC 9110 §15.6.4). */
const isOverloaded = ({ retrieval }: Timed): boolean =>
  'status' in retrieval && (retrieval.status === 429 || retrieval.status === 503);

/** Nothing reached the site where its name led nowhere, where we may not go, or where our own side was short of a way out. */
const wasSent = ({ refusal, local, retrieval }: Timed): boolean =>
  refusal === undefined &&
  local === undefined &&
  !(retrieval.outcome === 'unreachable' && (retrieval.cause === 'dns' || retrieval.cause === 'address'));

export function createPace({ now, maxDelayMs = 60_000, adaptiveFactor = 0, backoffMs = 0, onRequest }: PaceOptions): Pace {
  const rhythms = new Map<OriginKey, Rhythm>();
  const forgetAfterMs = Math.max(120_000, 2 * maxDelayMs);
  let forgetAt = maxRemembered;

  const forget = (): void => {
    const limit = now() - forgetAfterMs;
    for (const [origin, { endedMs = limit - 1, hold, queue }] of rhythms)
      if (queue === undefined && endedMs < limit && (hold?.untilMs ?? 0) < now()) rhythms.delete(origin);
    // Where nothing could be forgotten, looking again at each request would cost more than the memory.
    forgetAt = Math.max(maxRemembered, 2 * rhythms.size);
  };
  const rhythmOf = (origin: OriginKey): Rhythm => {
    let rhythm = rhythms.get(origin);
    if (rhythm === undefined) {
      if (rhythms.size >= forgetAt) forget();
      rhythm = { endedMs: undefined, answerMs: undefined, strikes: 0, hold: undefined, queue: undefined };
      rhythms.set(origin, rhythm);
    }
    return rhythm;
  };
  const enter = (rhythm: Rhythm, isNext: boolean): Promise<void> | undefined => {
    const { queue } = rhythm;
    if (queue) return new Promise(resolve => (isNext ? queue.unshift(resolve) : queue.push(resolve)));
    rhythm.queue = [];
    return undefined;
  };
  const leave = (rhythm: Rhythm): void => {
    const next = rhythm.queue?.shift();
    if (next) next();
    else rhythm.queue = undefined;
  };

  /** Half the new, half the old; a failure comes cheap and never makes us faster (as Scrapy's AutoThrottle has it). */
  const learn = (rhythm: Rhythm, { retrieval, startedAtMs, endedAtMs }: Timed): void => {
    const tookMs = Math.max(0, endedAtMs - startedAtMs);
    const { answerMs } = rhythm;
    if (answerMs === undefined) rhythm.answerMs = tookMs;
    else if (retrieval.outcome === 'successful' || tookMs > answerMs) rhythm.answerMs = (answerMs + tookMs) / 2;
  };

  /** Doubling without chance: the same answers give the same waits. A good answer takes back one step, not all. */
  const backOff = (rhythm: Rhythm, answer: Timed): number | undefined => {
    const { endedAtMs, retryAfterMs = 0 } = answer;
    let waitMs = 0;
    if (isOverloaded(answer)) {
      rhythm.strikes++;
      waitMs = Math.min(backoffMs * 2 ** (rhythm.strikes - 1), maxDelayMs);
    } else if (rhythm.strikes > 0 && 'status' in answer.retrieval) rhythm.strikes--;
    const longer = Math.max(waitMs, retryAfterMs);
    if (longer <= 0) return undefined;
    const untilMs = endedAtMs + longer;
    if (untilMs > (rhythm.hold?.untilMs ?? 0)) rhythm.hold = { untilMs, why: retryAfterMs >= waitMs ? 'retry-after' : 'backoff' };
    return longer;
  };

  const pauseAfter = ({ answerMs = 0 }: Rhythm, delayMs: number): Pause => {
    // A delay of 0 says that no pause is wanted: one's own server, a test.
    const slowMs = delayMs > 0 ? Math.min(adaptiveFactor * answerMs, maxDelayMs) : 0;
    return slowMs > delayMs ? { ms: slowMs, why: 'adaptive-delay' } : { ms: delayMs, why: 'delay' };
  };
  const dueMs = (rhythm: Rhythm, delayMs: number): number =>
    Math.max(rhythm.endedMs === undefined ? 0 : rhythm.endedMs + pauseAfter(rhythm, delayMs).ms, rhythm.hold?.untilMs ?? 0);

  /** What was kept before a request, as it began. */
  const keptBefore = (rhythm: Rhythm, delayMs: number): Kept => ({
    endedMs: rhythm.endedMs,
    pauseMs: pauseAfter(rhythm, delayMs).ms,
  });
  const over = (origin: OriginKey, rhythm: Rhythm, answer: Timed, kept: Kept, isPage = false): void => {
    rhythm.endedMs = Math.max(answer.endedAtMs, rhythm.endedMs ?? 0);
    if (!wasSent(answer)) return;
    learn(rhythm, answer);
    const heldMs = backOff(rhythm, answer);
    onRequest?.({
      ...{ origin, isPage, bytes: answer.wireBytes, delayMs: kept.pauseMs, endedAtMs: answer.endedAtMs },
      ...(kept.endedMs === undefined ? {} : { gapMs: answer.startedAtMs - kept.endedMs }),
      ...(heldMs === undefined ? {} : { backoffMs: heldMs }),
    });
  };

  return {
    wait: async (origin, delayMs, signal) => sleepUntil(dueMs(rhythmOf(origin), delayMs), now, signal),
    ended: (origin, answer) => over(origin, rhythmOf(origin), answer, keptBefore(rhythmOf(origin), 0)),
    async turn(origin, options, request) {
      const rhythm = rhythmOf(origin);
      const queued = enter(rhythm, options.isNext === true);
      if (queued) await queued;
      let hasLeft = false;
      const leaveOnce = (): void => {
        if (!hasLeft) leave(rhythm);
        hasLeft = true;
      };
      try {
        const due = dueMs(rhythm, options.delayMs);
        if (due > now()) await sleepUntil(due, now, options.signal);
        options.signal.throwIfAborted();
        const kept = keptBefore(rhythm, options.delayMs);
        const received = (): void => {
          if (!hasLeft) rhythm.endedMs = now();
          leaveOnce();
        };
        try {
          const answer = await request(received);
          over(origin, rhythm, answer, kept, options.isPage);
          return answer;
        } catch (error) {
          // Given up half-way: something may have been sent.
          rhythm.endedMs = now();
          throw error;
        }
      } finally {
        leaveOnce();
      }
    },
    pauseOf: (origin, delayMs) => pauseAfter(rhythmOf(origin), delayMs),
    lastEndedMs: origin => rhythms.get(origin)?.endedMs,
    holdOf: origin => rhythms.get(origin)?.hold,
    leaveAlone: (origin, untilMs) => {
      const rhythm = rhythmOf(origin);
      if (untilMs > (rhythm.hold?.untilMs ?? 0)) rhythm.hold = { untilMs, why: 'retry-after' };
    },
  };
}

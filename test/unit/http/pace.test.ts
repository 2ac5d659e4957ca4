import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createPace, type Pace, type RequestNote } from '../../../src/http/index.ts';
import type { OriginKey, Retrieval } from '../../../src/vocab/index.ts';

const origin = 'https://a.example:443' as OriginKey;
const signal = new AbortController().signal;
const now = (): number => performance.now();

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance', 'Date'] }));
// A spy on a false clock that is taken off after the real one is back puts the false one in its place, for every file after this one.
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

const sleep = (ms: number): Promise<void> => new Promise(resolve => void setTimeout(resolve, ms));

interface Said {
  readonly takes?: number;
  readonly status?: number;
  readonly retryAfterMs?: number;
  readonly retrieval?: Retrieval;
}

const ok: Retrieval = { outcome: 'successful', status: 200, fields: [], body: new Uint8Array(), truncated: false, hops: [] };
const unreachable = (status: number): Retrieval => ({ outcome: 'unreachable', cause: 'status', status, fields: [] });

/** Asks once, with an answer that takes so long; says when the request began and ended. */
async function ask(pace: Pace, { takes = 10, status, retryAfterMs, retrieval }: Said = {}, delayMs = 200) {
  return pace.turn(origin, { delayMs, signal }, async () => {
    const startedAtMs = now();
    await sleep(takes);
    return {
      ...{ startedAtMs, endedAtMs: now(), wireBytes: 100 },
      retrieval: retrieval ?? (status === undefined ? ok : unreachable(status)),
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    };
  });
}

/** Time from the end of each request to the start of the next, in ms. */
async function gaps(pace: Pace, answers: readonly Said[], delayMs = 200): Promise<readonly number[]> {
  const asked = Promise.all(answers.map(said => ask(pace, said, delayMs)));
  await vi.runAllTimersAsync();
  const times = await asked;
  return times.slice(1).map(({ startedAtMs }, index) => Math.round(startedAtMs - (times[index]?.endedAtMs ?? 0)));
}

describe('the pause of an origin', () => {
  test('is counted from the end of a request to the start of the next, one at a time, whoever asks', async () => {
    expect(await gaps(createPace({ now }), [{ takes: 500 }, {}, { takes: 3_000 }, {}])).toEqual([200, 200, 200]);
  });

  test('is measured on the monotonic clock: a wall clock that jumps neither shortens nor lengthens it', async () => {
    const pace = createPace({ now });
    const asked = gaps(pace, [{}, {}, {}]);
    await vi.advanceTimersByTimeAsync(50);
    vi.setSystemTime(Date.now() + 3_600_000);
    await vi.advanceTimersByTimeAsync(200);
    vi.setSystemTime(Date.now() - 7_200_000);
    expect(await asked).toEqual([200, 200]);
  });

  test('holds also after a request that was given up half-way', async () => {
    const pace = createPace({ now });
    const failed = pace.turn(origin, { delayMs: 200, signal }, async () => {
      await sleep(30);
      throw new Error('gate');
    });
    const next = ask(pace);
    await Promise.all([expect(failed).rejects.toThrow('gate'), vi.runAllTimersAsync()]);
    expect((await next).startedAtMs - 230).toBeGreaterThanOrEqual(0);
    expect(pace.lastEndedMs(origin)).toBeGreaterThanOrEqual(240);
  });

  test('is counted from where an answer is here whole, though its reader still waits for something', async () => {
    const notes: RequestNote[] = [];
    const pace = createPace({ now, adaptiveFactor: 1, onRequest: note => notes.push(note) });
    const reader = Promise.withResolvers<void>();
    const first = pace.turn(origin, { delayMs: 200, signal }, async received => {
      await sleep(10);
      const endedAtMs = now();
      received();
      await reader.promise;
      return { startedAtMs: endedAtMs - 10, endedAtMs, wireBytes: 100, retrieval: ok };
    });
    const second = ask(pace, { takes: 900 });
    const third = ask(pace);
    await vi.advanceTimersByTimeAsync(1_500);
    reader.resolve();
    await vi.runAllTimersAsync();
    const [a, b, c] = await Promise.all([first, second, third]);
    expect(b.startedAtMs - a.endedAtMs).toBe(200);
    expect(c.startedAtMs - b.endedAtMs).toBeGreaterThanOrEqual(200);
    // What was kept before it, not what came in between.
    const noted = notes.find(({ endedAtMs }) => endedAtMs === a.endedAtMs);
    expect(noted).toMatchObject({ delayMs: 200 });
    expect(noted).not.toHaveProperty('gapMs');
  });

  test('cannot be waited out by a timer that is too long for Node, which would fire at once', async () => {
    const pace = createPace({ now });
    const timers = vi.spyOn(globalThis, 'setTimeout');
    pace.leaveAlone(origin, now() + 2 ** 31 + 5_000);
    const began = ask(pace).then(({ startedAtMs }) => startedAtMs);
    await vi.advanceTimersByTimeAsync(2 ** 31);
    expect(pace.lastEndedMs(origin)).toBeUndefined();
    await vi.runAllTimersAsync();
    expect(await began).toBeGreaterThanOrEqual(2 ** 31 + 5_000);
    expect(Math.max(...timers.mock.calls.map(([, ms = 0]) => ms))).toBe(2 ** 31 - 1);
    timers.mockRestore();
  });
});

describe('an adaptive pause', () => {
  test.each<[string, number, number, readonly Said[], readonly number[]]>([
    ['a fast server is asked at the configured delay', 1, 200, [{}, {}, {}], [200, 200]],
    ['a slow one as long as it took to answer', 1, 200, [{ takes: 800 }, { takes: 800 }, {}], [800, 800]],
    ['or as many times as long as configured', 5, 200, [{ takes: 100 }, { takes: 100 }, {}], [500, 500]],
    [
      'one that slows down is asked less often',
      1,
      200,
      [{ takes: 100 }, { takes: 1_000 }, { takes: 1_000 }, {}],
      [200, 550, 775],
    ],
    ['one that recovers is trusted again by halves', 1, 200, [{ takes: 1_600 }, {}, {}, {}, {}], [1_600, 805, 408, 209]],
    [
      'a failure comes cheap and makes us no faster',
      1,
      200,
      [{ takes: 800 }, { status: 500 }, { status: 500 }, {}],
      [800, 800, 800],
    ],
    ['a failure that takes long makes us slower', 1, 200, [{ takes: 100 }, { takes: 900, status: 500 }, {}], [200, 500]],
    ['never longer than max-delay', 1, 200, [{ takes: 90_000 }, {}], [60_000]],
    ['0 switches it off', 0, 200, [{ takes: 800 }, {}], [200]],
    ['and so does a delay of 0: one’s own server, a benchmark', 1, 0, [{ takes: 800 }, {}, {}], [0, 0]],
  ])('%s', async (_, adaptiveFactor, delayMs, answers, expected) => {
    expect(await gaps(createPace({ now, adaptiveFactor }), answers, delayMs)).toEqual(expected);
  });

  test('says why the origin waits', async () => {
    const pace = createPace({ now, adaptiveFactor: 1 });
    await gaps(pace, [{ takes: 800 }]);
    expect(pace.pauseOf(origin, 200)).toEqual({ ms: 800, why: 'adaptive-delay' });
    expect(pace.pauseOf(origin, 1_000)).toEqual({ ms: 1_000, why: 'delay' });
  });
});

describe('a back-off', () => {
  test.each<[string, readonly Said[], readonly number[]]>([
    ['follows a 503 without a word', [{ status: 503 }, {}], [5_000]],
    ['and a 429', [{ status: 429 }, {}], [5_000]],
    [
      'doubles by each further one, up to max-delay',
      [...Array(6).fill({ status: 503 }), {}],
      [5_000, 10_000, 20_000, 40_000, 60_000, 60_000],
    ],
    [
      'a good answer takes back one step, not all',
      [{ status: 503 }, { status: 503 }, {}, { status: 503 }, {}],
      [5_000, 10_000, 200, 10_000],
    ],
    ['a longer Retry-After wins', [{ status: 503, retryAfterMs: 30_000 }, {}], [30_000]],
    ['a shorter one does not', [{ status: 429, retryAfterMs: 1_000 }, {}], [5_000]],
    ['Retry-After is heard beside any status', [{ status: 500, retryAfterMs: 7_000 }, {}], [7_000]],
    ['another failure of the server is no word about pace', [{ status: 500 }, {}], [200]],
    [
      'a connection that broke takes nothing back',
      [{ status: 503 }, { retrieval: { outcome: 'unreachable', cause: 'reset' } }, { status: 503 }, {}],
      [5_000, 200, 10_000],
    ],
  ])('%s', async (_, answers, expected) => {
    expect(await gaps(createPace({ now, backoffMs: 5_000 }), answers)).toEqual(expected);
  });

  test('is the whole origin’s and no other’s', async () => {
    const pace = createPace({ now, backoffMs: 5_000 });
    await gaps(pace, [{ status: 503 }]);
    expect(pace.holdOf(origin)).toEqual({ untilMs: now() + 5_000, why: 'backoff' });
    expect(pace.holdOf('https://b.example:443' as OriginKey)).toBeUndefined();
  });
});

describe('the notes for the ledger', () => {
  const noted = async (answers: readonly Said[]): Promise<readonly Omit<RequestNote, 'endedAtMs'>[]> => {
    const notes: RequestNote[] = [];
    await gaps(createPace({ now, adaptiveFactor: 1, backoffMs: 5_000, onRequest: note => notes.push(note) }), answers);
    return notes.map(({ endedAtMs: _, ...note }) => note);
  };

  test('say gap, pause and back-off of every request that was sent', async () => {
    const common = { origin, isPage: false, bytes: 100 };
    expect(await noted([{ takes: 400 }, { status: 503 }, {}])).toEqual([
      { ...common, delayMs: 200 },
      { ...common, delayMs: 400, gapMs: 400, backoffMs: 5_000 },
      { ...common, delayMs: 400, gapMs: 5_000 },
    ]);
  });

  test.each<[string, Retrieval]>([
    ['a name that leads nowhere', { outcome: 'unreachable', cause: 'dns' }],
    ['an address we may not go to', { outcome: 'unreachable', cause: 'address' }],
  ])('nothing reached a site at %s', async (_, retrieval) => {
    expect(await noted([{ retrieval }])).toEqual([]);
  });

  test.each(['network', 'descriptors'] as const)('nor where our own side was short of a way out (%s)', async local => {
    const notes: RequestNote[] = [];
    const pace = createPace({ now, onRequest: note => notes.push(note) });
    const retrieval: Retrieval = { outcome: 'unreachable', cause: 'timeout' };
    await pace.turn(origin, { delayMs: 0, signal }, async () => ({
      startedAtMs: 0,
      endedAtMs: 1,
      wireBytes: 0,
      retrieval,
      local,
    }));
    expect(notes).toEqual([]);
  });
});

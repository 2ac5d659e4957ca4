import { describe, expect, test } from 'vitest';
import { createHealth } from '../../../src/crawl/manners/health.ts';
import { type Answer, originKey, type Retriever } from '../../../src/http/index.ts';
import type { OriginKey } from '../../../src/vocab/index.ts';

const minute = 60_000;

/** A network that answers or is silent, and a clock: the parts of an outage. */
function network(outageLimitMs: number) {
  const clock = { ms: 0 };
  let isThere = true;
  const retriever = {
    retrieve: async () =>
      ({
        retrieval: isThere ? { outcome: 'unavailable', status: 404, fields: [] } : { outcome: 'unreachable', cause: 'timeout' },
        startedAtMs: clock.ms,
      }) as unknown as Answer,
  } as unknown as Retriever;
  const health = createHealth({ deferLimitMs: minute, outageLimitMs, now: () => clock.ms });
  const watched = health.watch(retriever);
  return {
    health,
    goAway: () => {
      isThere = false;
    },
    comeBack: () => {
      isThere = true;
    },
    async ask(afterMs: number, times = 1): Promise<void> {
      clock.ms += afterMs;
      for (let i = 0; i < times; i++) await watched.retrieve('https://a.test/', {} as Parameters<Retriever['retrieve']>[1]);
    },
  };
}

describe('a network that was there and is away', () => {
  test('is given up after the limit, as long as it was looked for', async () => {
    const { health, ask, goAway } = network(30 * minute);
    await ask(0);
    goAway();
    await ask(1, 3);
    for (let i = 0; i < 30; i++) await ask(minute);
    expect(health.failure()).toBeUndefined();
    await ask(minute);
    expect(health.failure()).toMatchObject({ code: 'ERR_NETWORK_DOWN' });
  });

  test('a night in which nothing is asked is no outage: the morning has its own looks', async () => {
    const { health, ask, goAway } = network(30 * minute);
    await ask(0);
    goAway();
    await ask(1, 3);
    await ask(8 * 60 * minute);
    expect(health.failure()).toBeUndefined();
    for (let i = 0; i < 29; i++) await ask(minute);
    expect(health.failure()).toMatchObject({ code: 'ERR_NETWORK_DOWN' });
  });

  test('one that came back has its whole limit again', async () => {
    const { health, ask, goAway, comeBack } = network(10 * minute);
    await ask(0);
    goAway();
    await ask(1, 3);
    for (let i = 0; i < 9; i++) await ask(minute);
    comeBack();
    await ask(minute);
    goAway();
    await ask(1, 3);
    for (let i = 0; i < 9; i++) await ask(minute);
    expect(health.failure()).toBeUndefined();
  });
});

describe('whose doing it is that an origin does not answer', () => {
  const [own, other, stranger] = ['https://a.test/', 'https://b.test/', 'https://c.test/'];
  const originOf = (url: string): OriginKey => originKey(url);
  const life = { retrieval: { outcome: 'unavailable', status: 404, fields: [] } };
  const silence = { retrieval: { outcome: 'unreachable', cause: 'timeout' } };
  const isDown = { retrieval: { outcome: 'unreachable', cause: 'connect' }, local: 'network' };

  function watching(nameServerAnswers = async (): Promise<boolean> => true) {
    const clock = { ms: 0 };
    let answer: unknown = life;
    const changes: string[] = [];
    const onChange = (state: string) => void changes.push(state);
    const health = createHealth({
      deferLimitMs: minute,
      outageLimitMs: 30 * minute,
      now: () => clock.ms,
      nameServerAnswers,
      onChange,
    });
    const watched = health.watch({ retrieve: async () => answer } as unknown as Retriever);
    const hear = async (url: string, heard: object, startedAtMs = clock.ms): Promise<void> => {
      answer = { startedAtMs, ...heard };
      await watched.retrieve(url, {} as Parameters<Retriever['retrieve']>[1]);
    };
    return { clock, health, hear, changes };
  }

  test.each<[what: string, answer: object, isOurs: boolean]>([
    ['no connection in time', silence, true],
    ['a machine without a network', isDown, true],
    ['no answer in time from a machine that was reached', { ...silence, remoteAddress: '192.0.2.1' }, false],
    ['an answer that did not end', { retrieval: { outcome: 'unreachable', cause: 'timeout', status: 200 } }, false],
    ['a name that does not exist', { retrieval: { outcome: 'unreachable', cause: 'dns' } }, false],
    ['a connection that was reset', { retrieval: { outcome: 'unreachable', cause: 'reset' } }, false],
    ['an error of the server', { retrieval: { outcome: 'unreachable', cause: 'status', status: 503 } }, false],
    ['nothing that was asked', { retrieval: { outcome: 'not-attempted', why: 'omitted' } }, false],
    ['an address we refuse', { ...silence, refusal: 'address' }, false],
  ])('%s, three times after an answer', async (_what, answer, isOurs) => {
    const { health, hear, changes } = watching();
    await hear(own, life);
    for (let i = 0; i < 2; i++) await hear(own, answer);
    expect(health.isOurs(originOf(own))).toBe(false);
    await hear(own, answer);
    expect(health.isOurs(originOf(own))).toBe(isOurs);
    expect(changes).toEqual(isOurs ? ['degraded'] : []);
    expect(health.isPaused()).toBe(isOurs);
  });

  test('an origin that never answered says nothing of us by its silence', async () => {
    const { health, hear } = watching();
    await hear(own, life);
    for (let i = 0; i < 10; i++) await hear(stranger, silence);
    expect(health.isOurs(originOf(stranger))).toBe(false);
  });

  test('where two have answered both have to fall silent, one after the other and nobody in between', async () => {
    const { health, hear } = watching();
    await hear(own, life);
    await hear(other, life);
    for (let i = 0; i < 5; i++) await hear(own, silence);
    expect(health.isOurs(originOf(own))).toBe(false);
    await hear(stranger, life);
    await hear(stranger, silence);
    await hear(other, silence);
    expect(health.isOurs(originOf(own))).toBe(false);
    await hear(own, silence);
    expect(health.isOurs(originOf(own))).toBe(true);
  });

  test('what was on its way when the network went is no sign of its return', async () => {
    const { clock, health, hear, changes } = watching();
    await hear(own, life);
    clock.ms = 1_000;
    for (let i = 0; i < 3; i++) await hear(own, silence);
    await hear(other, life, 900);
    expect(health.isOurs(originOf(own))).toBe(true);
    await hear(other, life, 1_000);
    expect(health.isOurs(originOf(own))).toBe(false);
    expect(health.isPaused()).toBe(false);
    expect(changes).toEqual(['degraded', 'restored']);
  });

  test('for want of descriptors an origin waits, and the run ends where that lasts', async () => {
    const { clock, health, hear } = watching();
    const starved = { retrieval: { outcome: 'unreachable', cause: 'connect' }, local: 'descriptors' };
    await hear(own, starved);
    expect([health.isOurs(originOf(own)), health.isOurs(originOf(other)), health.isPaused()]).toEqual([true, false, true]);
    clock.ms = 100;
    expect(health.isPaused()).toBe(false);
    clock.ms = 30 * minute;
    await hear(own, starved);
    expect(health.failure()).toBeUndefined();
    clock.ms += 1;
    expect(health.failure()).toMatchObject({ code: 'ERR_TOO_MANY_FILES' });
    await hear(own, life);
    expect([health.failure(), health.isOurs(originOf(own))]).toEqual([undefined, false]);
  });

  test.each<[what: string, answers: readonly object[], afterMs: number, names: boolean, state: string | undefined]>([
    ['nothing was asked', [], minute, false, undefined],
    ['somebody answered', [life, isDown], minute, false, undefined],
    ['no way to any address, not for long', [isDown], minute - 1, true, 'so-far'],
    ['no way to any address, long enough', [isDown], minute, true, 'ERR_NETWORK_DOWN'],
    [
      'no name, and the name server answers for others',
      [{ retrieval: { outcome: 'unreachable', cause: 'dns' }, local: 'network' }],
      ...([minute, true, undefined] as const),
    ],
    [
      'no name, and the name server is silent',
      [{ retrieval: { outcome: 'unreachable', cause: 'dns' }, local: 'network' }],
      ...([minute, false, 'ERR_NETWORK_DOWN'] as const),
    ],
  ])('a network that never was there: %s', async (_what, answers, afterMs, names, state) => {
    const { clock, health, hear } = watching(async () => names);
    for (const answer of answers) await hear(own, answer);
    clock.ms = afterMs;
    const found = await health.neverUp();
    expect(typeof found === 'object' ? found.code : found).toBe(state);
  });
});

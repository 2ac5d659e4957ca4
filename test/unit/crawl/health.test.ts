import { describe, expect, test } from 'vitest';
import { createHealth } from '../../../src/crawl/health.ts';
import type { Answer, Retriever } from '../../../src/http/index.ts';

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

import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { runEngine } from '../../src/crawl/engine.ts';

interface Work {
  readonly name: string;
  readonly takesMs: number;
  readonly dueMs: number;
}

/** Works through all of them; says when each was begun, in ms. */
async function work(works: readonly Work[], concurrency: number): Promise<ReadonlyMap<string, number>> {
  const waiting = [...works];
  const begun = new Map<string, number>();
  const began = performance.now();
  const now = (): number => performance.now() - began;
  let running = 0;
  const due = (): number => waiting.findIndex(({ dueMs }) => dueMs <= now());
  await runEngine<Work>({
    source: {
      next: () => {
        const at = due();
        if (at < 0) return null;
        running++;
        return waiting.splice(at, 1)[0] ?? null;
      },
      isEmpty: () => due() < 0,
      isFinished: () => waiting.length === 0 && running === 0,
    },
    ...{ concurrency, handlerTimeoutMs: 60_000 },
    handle: async ({ name, takesMs }) => {
      begun.set(name, now());
      await sleep(takesMs);
      running--;
    },
  });
  return begun;
}

test('what comes due while the only work under way takes long does not wait for its end', async () => {
  const begun = await work(
    [
      { name: 'long', takesMs: 2_500, dueMs: 200 },
      { name: 'late', takesMs: 0, dueMs: 400 },
      { name: 'later', takesMs: 0, dueMs: 600 },
    ],
    8,
  );
  expect([...begun.keys()]).toEqual(['long', 'late', 'later']);
  expect(begun.get('later')).toBeLessThan(2_000);
});

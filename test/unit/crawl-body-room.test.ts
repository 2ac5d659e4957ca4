import { describe, expect, test } from 'vitest';
import { createBodyRoom } from '../../src/crawl/manners/body-room.ts';
import { createLargeTransfers } from '../../src/http/transfer/large-transfers.ts';

describe('decoded pages in memory', () => {
  test('while there is room nobody waits', () => {
    const room = createBodyRoom(100);
    expect(room.wait()).toBeUndefined();
    room.hold(99);
    expect(room.wait()).toBeUndefined();
  });

  test('beyond it the next ones wait, in order, and go on one by one as others are done', async () => {
    const room = createBodyRoom(100);
    room.hold(150);
    const went: string[] = [];
    const next = async (name: string, bytes: number): Promise<void> => {
      await room.wait();
      went.push(name);
      room.hold(bytes);
    };
    const all = [next('first', 60), next('second', 60), next('third', 10)];
    await Promise.resolve();
    expect(went).toEqual([]);
    room.free(150);
    await Promise.all(all.slice(0, 2));
    // 120 are held: the third waits.
    expect(went).toEqual(['first', 'second']);
    room.free(60);
    await all[2];
    expect(went).toEqual(['first', 'second', 'third']);
  });

  test('one whose page cannot be decoded after all does not leave the others waiting', async () => {
    const room = createBodyRoom(100);
    room.hold(100);
    const went: string[] = [];
    const waits = ['broken', 'next'].map(name => room.wait()?.then(() => went.push(name)));
    room.free(50);
    await waits[0];
    expect(went).toEqual(['broken']);
    room.hold(0);
    await waits[1];
    expect(went).toEqual(['broken', 'next']);
  });

  test('who comes later does not overtake who waits', () => {
    const room = createBodyRoom(100);
    room.hold(100);
    void room.wait();
    room.free(1);
    room.hold(100);
    void room.wait();
    room.free(199);
    expect(room.wait()).toBeUndefined();
  });
});

describe('large transfers', () => {
  test('so many are read from at a time; the next goes on when one is over', () => {
    const large = createLargeTransfers(2);
    const resumed: string[] = [];
    const [a, b, c, d] = ['a', 'b', 'c', 'd'].map(name => ({ resume: () => void resumed.push(name) })) as [
      ...{ resume(): void }[],
    ] as [{ resume(): void }, { resume(): void }, { resume(): void }, { resume(): void }];
    expect([a, b, c, d].map(transfer => large.enter(transfer))).toEqual([true, true, false, false]);
    large.leave(c); // given up while it waited
    large.leave(a);
    expect(resumed).toEqual(['d']);
    large.leave(b);
    large.leave(d);
    expect(large.enter(a)).toBe(true);
  });
});

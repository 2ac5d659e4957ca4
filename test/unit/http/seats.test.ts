import { describe, expect, test } from 'vitest';
import { createSeats } from '../../../src/http/index.ts';

const signal = new AbortController().signal;
const limits: Readonly<Record<string, number>> = { d: 2, e: 1, x: 1 };
const limitOf = (group: string): number => limits[group] ?? 9;
/** Everything that is ready to go on has gone on. */
const settle = (): Promise<void> => new Promise(resolve => void setImmediate(resolve));

function setUp() {
  const free: string[] = [];
  const seats = createSeats({ limitOf, onFree: group => free.push(group) });
  const inside: string[] = [];
  const enter = (name: string, ...groups: string[]): Promise<void> =>
    seats.enter(groups, signal).then(() => void inside.push(name));
  return { seats, free, inside, enter };
}

describe('seats', () => {
  test('no more than the limit are inside, and who came first goes first', async () => {
    const { seats, inside, enter } = setUp();
    for (const name of ['1', '2', '3', '4']) void enter(name, 'd');
    await settle();
    expect(inside).toEqual(['1', '2']);
    seats.leave(['d']);
    await settle();
    expect(inside).toEqual(['1', '2', '3']);
    seats.leave(['d']);
    await settle();
    expect(inside).toEqual(['1', '2', '3', '4']);
  });

  test('who needs a seat in two groups waits for both and blocks neither', async () => {
    const { seats, inside, enter } = setUp();
    await enter('a', 'e', 'x');
    void enter('b', 'd', 'x');
    void enter('c', 'd', 'e');
    void enter('d', 'd');
    await settle();
    expect(inside).toEqual(['a', 'd']);
    seats.leave(['e', 'x']);
    await settle();
    expect(inside).toEqual(['a', 'd', 'c']);
    seats.leave(['d', 'e']);
    await settle();
    expect(inside).toEqual(['a', 'd', 'c', 'b']);
  });

  test('a seat that nobody waits for is said to be free', async () => {
    const { seats, free, enter } = setUp();
    await enter('a', 'e');
    void enter('b', 'e');
    seats.leave(['e']);
    await settle();
    expect(free).toEqual([]);
    seats.leave(['e']);
    expect(free).toEqual(['e']);
    expect(seats.full(['d', 'e'])).toBeUndefined();
  });

  test('who gives up waiting takes no seat', async () => {
    const { seats, inside, enter } = setUp();
    const stop = new AbortController();
    await enter('a', 'e');
    const gone = seats.enter(['e'], stop.signal);
    void enter('c', 'e');
    stop.abort(new Error('stopped'));
    await expect(gone).rejects.toThrow('stopped');
    await expect(seats.enter(['d'], stop.signal)).rejects.toThrow('stopped');
    seats.leave(['e']);
    await settle();
    expect(inside).toEqual(['a', 'c']);
  });
});

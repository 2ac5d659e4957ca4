import { describe, expect, test } from 'vitest';
import { nextIntervalMs } from '../../../src/frontier/index.ts';

const dayMs = 24 * 3_600_000;
const bounds = { minMs: dayMs, maxMs: 90 * dayMs };

describe('the time until a page is visited again', () => {
  test.each([
    ['a week at first', undefined, 'first', 7],
    ['half of what it was after a change', 8, 'changed', 4],
    ['half as much again without one', 8, 'unchanged', 12],
    ['as it was where it could not be reached', 8, 'unknown', 8],
    ['never less than the least', 1.5, 'changed', 1],
    ['never more than the most', 80, 'unchanged', 90],
  ] as const)('%s', (_, before, found, after) => {
    expect(nextIntervalMs(before === undefined ? undefined : before * dayMs, found, bounds)).toBe(after * dayMs);
  });

  test('bounds that cross each other are the least time', () => {
    expect(nextIntervalMs(undefined, 'first', { minMs: 10 * dayMs, maxMs: dayMs })).toBe(10 * dayMs);
  });
});

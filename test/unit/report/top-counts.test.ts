import { expect, test } from 'vitest';
import { TopCounts } from '../../../src/report/crawl/top-counts.ts';

test('what is frequent stays when names have no end, and it is said that some were let go', () => {
  const counts = new TopCounts(
    () => ({ n: 0 }),
    ({ n }) => n,
    100,
  );
  for (let index = 0; index < 5_000; index++) {
    if (index % 3 === 0) counts.of('sometimes').n++;
    counts.of('often').n++;
    counts.of(`once ${index}`).n++;
  }
  expect(counts.top(2)).toEqual([
    ['often', { n: 5_000 }],
    ['sometimes', { n: 1_667 }],
  ]);
  expect(counts.size).toBeLessThanOrEqual(100);
  expect(counts.isCut).toBe(true);
});

test('the most frequent stand first, and equal ones by name, in whatever order they were met', () => {
  const counts = new TopCounts(
    () => ({ n: 0 }),
    ({ n }) => n,
  );
  for (const name of ['c', 'b', 'd', 'a', 'd', 'b']) counts.of(name).n++;
  expect(counts.top(3).map(([name]) => name)).toEqual(['b', 'd', 'a']);
  expect(counts.isCut).toBe(false);
});

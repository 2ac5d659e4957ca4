import { expect, test } from 'vitest';
import { TopCounts } from '../../../src/report/crawl/top-counts.ts';

test('what is frequent stays when names have no end, and it is said that some were let go', () => {
  const counts = new TopCounts(
    () => ({ n: 0 }),
    ({ n }) => n,
    100,
  );
  for (let index = 0; index < 5_000; index++) {
    counts.of('often').n++;
    if (index % 3 === 0) counts.of('sometimes').n++;
    counts.of(`once ${index}`).n++;
  }
  expect(counts.top(2)).toEqual([
    ['often', { n: 5_000 }],
    ['sometimes', { n: 1_667 }],
  ]);
  expect(counts.size).toBeLessThanOrEqual(100);
  expect(counts.isCut).toBe(true);
});

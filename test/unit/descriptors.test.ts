import { expect, test } from 'vitest';
import { affordable } from '../../src/crawl/manners/descriptors.ts';

/** A page and four origins' declarations. */
const perRequest = 5;

test.each([
  { when: 'the system says nothing', limit: undefined, concurrency: 64, slots: 64, connections: 640 },
  { when: 'there are plenty', limit: 20_000, concurrency: 64, slots: 64, connections: 640 },
  { when: 'few requests are in flight', limit: 20_000, concurrency: 4, slots: 4, connections: 256 },
  { when: 'there are as many as many systems allow', limit: 1_024, concurrency: 64, slots: 64, connections: 490 },
  { when: 'there are few', limit: 64, concurrency: 64, slots: 2, connections: 10 },
])('every origin under way keeps its connection where $when', ({ limit, concurrency, slots, connections }) => {
  const found = affordable(limit, concurrency, perRequest);
  expect(found).toEqual({ concurrency: slots, maxConnections: connections });
  expect(found.maxConnections).toBeGreaterThanOrEqual(found.concurrency * perRequest);
});

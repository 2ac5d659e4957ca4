import { expect, test } from 'vitest';
import { createSeenLately } from '../../../src/frontier/seen-lately.ts';

test('what was added lately is known, what was not is never', () => {
  const seen = createSeenLately(3);
  for (const url of ['a', 'b', 'c', 'd', 'e']) seen.add(url);
  expect(['e', 'd', 'c', 'f'].map(url => seen.has(url))).toEqual([true, true, true, false]);
});

test('what is asked for again stays, what is not is forgotten: two generations at most are held', () => {
  const seen = createSeenLately(3);
  for (const url of ['a', 'b', 'c', 'd']) seen.add(url);
  expect(seen.has('a')).toBe(true); // moves on to the younger generation
  for (const url of ['e', 'f', 'g']) seen.add(url);
  expect(seen.has('a')).toBe(true);
  expect(seen.has('b')).toBe(false);
});

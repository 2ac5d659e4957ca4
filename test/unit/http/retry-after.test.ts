import { expect, test } from 'vitest';
// Not on the room's face: seen from outside as `Answer.retryAfterMs`.
import { retryAfterMs } from '../../../src/http/fields/retry-after.ts';

const now = Date.parse('2026-11-23T10:00:00Z');

test.each([
  ['120', 120_000],
  [' 5 ', 5_000],
  ['0', 0],
  ['99999999999999999999999', 600_000],
  ['Mon, 23 Nov 2026 10:01:00 GMT', 60_000],
  ['Monday, 23-Nov-26 10:01:00 GMT', 60_000],
  ['Mon Nov 23 10:01:00 2026', 60_000],
  ['Mon, 23 Nov 2026 09:00:00 GMT', 0],
  ['Fri, 31 Dec 9999 23:59:59 GMT', 600_000],
  ['1e308', undefined],
  ['-5', undefined],
  ['5.5', undefined],
  ['soon', undefined],
  ['', undefined],
  ['Mon, 99 Nov 2026 10:01:00 GMT', undefined],
])('Retry-After `%s` means %s ms', (value, expected) => {
  expect(retryAfterMs([['Retry-After', value]], now, 600_000)).toBe(expected);
});

test('of several lines the longest wait counts, garbage not at all', () => {
  const lines = ['5', 'x', '60'].map(value => ['retry-after', value] as const);
  expect(retryAfterMs(lines, now, 600_000)).toBe(60_000);
});

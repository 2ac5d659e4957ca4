import { expect, test } from 'vitest';
import { interval, percent } from '../../../src/report/charts/numbers.ts';

test.each([
  [undefined, '–'],
  [0, '0.0 %'],
  [0.000_03, '< 0.01 %'],
  [0.000_5, '0.05 %'],
  [0.123_44, '12.3 %'],
  [0.999_5, '99.95 %'],
  [0.999_95, '> 99.99 %'],
  [1, '100.0 %'],
])('a share of %s is written %s: what is not nothing, or not everything, is not shown as that', (share, text) => {
  expect(percent(share)).toBe(text);
});

test.each([
  [0.1234, 0.5678, '12.3–56.8 %'],
  [0, 0.204, '0.0–20.4 %'],
  // One of ten thousand, none of them, all of them.
  [0.000_018, 0.000_566, '0.002–0.057 %'],
  [0, 0.000_384, '0.00–0.04 %'],
  [0.999_616, 1, '99.96–100.00 %'],
  [0.300_1, 0.300_4, '30.01–30.04 %'],
  [0, 0.000_004, '0.0000–0.0004 %'],
])(
  'an interval from %d to %d is written %s: its ends are never equal, nothing or everything where they are not',
  (low, high, text) => {
    expect(interval(low, high)).toBe(text);
  },
);

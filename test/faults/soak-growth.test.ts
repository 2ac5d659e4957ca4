import { expect, test } from 'vitest';
import { type Figure, growths, type Sample } from '../soak/growth.ts';

const steady: Sample = { heap: 50 * 2 ** 20, buffers: 2 ** 20, rss: 300 * 2 ** 20, descriptors: 30, active: 6 };
const growing = (samples: readonly Sample[]): readonly Figure[] =>
  growths(samples).flatMap(({ figure, isGrowing }) => (isGrowing ? [figure] : []));
const rounds = (make: (round: number) => Partial<Sample>): readonly Sample[] =>
  Array.from({ length: 40 }, (_, round) => ({ ...steady, ...make(round) }));

test.each<[string, readonly Sample[], readonly Figure[]]>([
  ['the same in every round', rounds(() => ({})), []],
  ['up and down', rounds(round => ({ heap: steady.heap + (round % 3) * 5 * 2 ** 20, active: 6 + (round % 4) })), []],
  ['more only while warming up', rounds(round => ({ heap: steady.heap + Math.min(round, 8) * 2 ** 20 })), []],
  ['one late peak', rounds(round => ({ descriptors: round === 38 ? 90 : 30 })), []],
  ['heap by 0.3 MB a round', rounds(round => ({ heap: steady.heap + round * 0.3 * 2 ** 20 })), ['heap']],
  ['a descriptor every fourth round', rounds(round => ({ descriptors: 30 + Math.floor(round / 4) })), ['descriptors']],
  ['a timer every fourth round', rounds(round => ({ active: 6 + Math.floor(round / 4) })), ['active']],
  ['4 MB of memory a round', rounds(round => ({ rss: steady.rss + round * 4 * 2 ** 20 })), ['rss']],
])('a soak with figures like this, %s', (_name, samples, expected) => {
  expect(growing(samples)).toEqual(expected);
});

test('too few rounds tell nothing', () => {
  expect(() => growths([steady, steady, steady, steady])).toThrow('three rounds');
});

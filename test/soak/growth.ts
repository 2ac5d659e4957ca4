/** Does something grow from round to round? Figures of a process that does the same thing again and again. */
export interface Sample {
  /** After garbage collection, in octets. */
  readonly heap: number;
  /** Octets outside the heap that JavaScript holds on to. */
  readonly buffers: number;
  readonly rss: number;
  readonly descriptors: number;
  /** Timers, sockets and whatever else keeps the loop alive. */
  readonly active: number;
}

export type Figure = keyof Sample;

const mebibyte = 1_024 * 1_024;

/**
 * Something grows when it is more by `most` in the last third of the rounds than in the first, and its least-squares slope is above `perRound`: a single
 * late peak has no such slope, and a slow drift over few rounds no such difference.
 */
export const bounds: Readonly<Record<Figure, { readonly most: number; readonly perRound: number }>> = {
  heap: { most: 4 * mebibyte, perRound: 0.1 * mebibyte },
  buffers: { most: 4 * mebibyte, perRound: 0.1 * mebibyte },
  // What the allocator keeps is not a leak: it settles.
  rss: { most: 64 * mebibyte, perRound: 1 * mebibyte },
  descriptors: { most: 2, perRound: 0.1 },
  active: { most: 2, perRound: 0.1 },
};

export interface Growth {
  readonly figure: Figure;
  readonly first: number;
  readonly last: number;
  readonly slope: number;
  readonly isGrowing: boolean;
}

/** Rounds in which code is compiled and caches are filled: a fifth, two at least. */
export const warmUp = (rounds: number): number => Math.max(2, Math.floor(rounds / 5));

export function growths(samples: readonly Sample[]): readonly Growth[] {
  const measured = samples.slice(warmUp(samples.length));
  if (measured.length < 3) throw new Error('at least three rounds are needed behind the warm-up');
  return (Object.keys(bounds) as Figure[]).map(figure => {
    const values = measured.map(sample => sample[figure]);
    const third = Math.max(1, Math.floor(values.length / 3));
    const [first, last] = [median(values.slice(0, third)), median(values.slice(-third))];
    const slope = slopeOf(values);
    return { figure, first, last, slope, isGrowing: last - first > bounds[figure].most && slope > bounds[figure].perRound };
  });
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? (sorted[middle] as number) : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
}

/** Least squares, per round. */
function slopeOf(values: readonly number[]): number {
  const meanAt = (values.length - 1) / 2;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const [over, under] = values.reduce(
    ([xy, xx], value, at) => [xy + (at - meanAt) * (value - mean), xx + (at - meanAt) ** 2],
    [0, 0],
  );
  return under === 0 ? 0 : over / under;
}

/** How often a page is visited again, at most and at least; ms. */
export interface Bounds {
  readonly minMs: number;
  readonly maxMs: number;
}

/**
 * What a visit found, next to the one before: `first` where there was none, `changed` other text, or another outcome. A page that could not be
 * reached has shown neither, and keeps its interval.
 */
export type Found = 'first' | 'changed' | 'unchanged' | 'unknown';

/** Where nothing is known yet. */
const firstMs = 7 * 24 * 3_600_000;
const afterChange = 1 / 2;
const withoutChange = 3 / 2;

/** The time until a page is visited again: half of what it was after a change, half as much again without one, within the bounds. */
export function nextIntervalMs(beforeMs: number | undefined, found: Found, { minMs, maxMs }: Bounds): number {
  const factor = found === 'changed' ? afterChange : found === 'unchanged' ? withoutChange : 1;
  const wanted = found === 'first' || beforeMs === undefined ? firstMs : beforeMs * factor;
  return Math.round(Math.max(minMs, Math.min(wanted, Math.max(minMs, maxMs))));
}

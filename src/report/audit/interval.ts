/** Shares with their uncertainty. */

export interface Share {
  /** Domains that the figure counts. */
  readonly n: number;
  /** Domains it is a share of. */
  readonly of: number;
  /** `n / of`, to six decimals; absent where there is nothing to be a share of. */
  readonly share?: number;
  /** Wilson's 95 % interval (Wilson 1927), to six decimals. It speaks of a list that is a sample; of the domains of the list itself the share is exact. */
  readonly low?: number;
  readonly high?: number;
}

/** The 97.5 % quantile of the normal distribution. */
export const z = 1.959963984540054;

export const rounded = (value: number): number => Math.round(value * 1e6) / 1e6;

export function shareOf(n: number, of: number): Share {
  if (of === 0) return { n, of };
  const p = n / of;
  const spread = 1 + (z * z) / of;
  const middle = (p + (z * z) / (2 * of)) / spread;
  const half = (z * Math.sqrt((p * (1 - p)) / of + (z * z) / (4 * of * of))) / spread;
  // At the ends the formula gives 0 and 1 but for the last bits of a double.
  const low = n === 0 ? 0 : Math.max(0, middle - half);
  const high = n === of ? 1 : Math.min(1, middle + half);
  return { n, of, share: rounded(p), low: rounded(low), high: rounded(high) };
}

import { z } from 'zod';
import type { OriginKey } from '../../vocab/index.ts';
import { count, originKey } from './words.ts';

/** How one origin was treated in one run: what its operator can check against the server's own log. */
export interface PolitenessRecord {
  readonly origin: OriginKey;
  /** Everything that was sent: declarations, redirect hops, licences and pages. */
  readonly requests: number;
  /** Of these, for pages; tries that failed included. */
  readonly pages: number;
  /** Octets of content received, as transferred. */
  readonly bytes: number;
  /** Shortest time from the end of a request to the start of the next, in whole ms, rounded down; absent after one request. */
  readonly min_gap_ms?: number;
  /** The shortest pause that was in force, in whole ms, rounded down: `min_gap_ms` is never less. */
  readonly delay_ms: number;
  /** The longest: Crawl-delay, or slow answers. */
  readonly longest_delay_ms: number;
  /** How often the whole origin was left alone because of a 429, a 503 or a Retry-After. */
  readonly backoffs: number;
  readonly longest_backoff_ms?: number;
}

/** The run's sums, and the origins that were asked most; the whole ledger is the resource of kind `politeness`. */
export interface PolitenessSummary extends Omit<PolitenessRecord, 'origin'> {
  readonly origins: number;
  /** Relative to `<out>`; one `PolitenessRecord` per line, by origin. */
  readonly path: string;
  /** By requests, most first; at most `maxBusiest`. */
  readonly busiest: readonly PolitenessRecord[];
}

/** A manifest stays a page of text, however many origins a run asks. */
export const maxBusiest = 200;

const shape = {
  requests: count,
  pages: count,
  bytes: count,
  min_gap_ms: count.exactOptional(),
  delay_ms: count,
  longest_delay_ms: count,
  backoffs: count,
  longest_backoff_ms: count.exactOptional(),
};

export const politenessRecord: z.ZodType<PolitenessRecord> = z.strictObject({
  origin: originKey,
  ...shape,
}) as unknown as z.ZodType<PolitenessRecord>;

export const politenessSummary: z.ZodType<PolitenessSummary> = z.strictObject({
  origins: count,
  ...shape,
  path: z.string(),
  busiest: z.array(politenessRecord).max(maxBusiest),
}) as unknown as z.ZodType<PolitenessSummary>;

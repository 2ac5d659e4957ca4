import { z } from 'zod';
import type { Instant } from '../../vocab/index.ts';
import type { WithdrawnReason } from './tombstone.ts';
import { count, instant, runName, type Sha256, sha256 } from './words.ts';

/**
 * One line of `feed/withdrawals.jsonl`, for whoever has a copy of the corpus: copies of this document that were fetched no later than `withdrawn_at`
 * are to be deleted. Each line names the SHA-256 of the line before it (64 zeros before the first), so that none can be left out or changed.
 */
export interface FeedEntry {
  /** From 0, without gaps. */
  readonly seq: number;
  readonly prev: Sha256;
  readonly document_id: string;
  /** SHA-256 of the URL: for a copy without ids. The feed is published and never changed, so that it holds no URL itself. */
  readonly url_sha256: Sha256;
  readonly reason: WithdrawnReason;
  readonly withdrawn_at: Instant;
  readonly run: string;
}

export const feedEntry: z.ZodType<FeedEntry> = z.strictObject({
  seq: count,
  prev: sha256,
  document_id: z.string().min(1),
  url_sha256: sha256,
  reason: z.string().regex(/^(superseded|withdrawn\.[a-z0-9.-]+)$/),
  withdrawn_at: instant,
  run: runName,
}) as unknown as z.ZodType<FeedEntry>;

import { z } from 'zod';
import type { Instant, OriginKey } from '../../vocab/index.ts';
import type { WithdrawnReason } from './tombstone.ts';
import { count, instant, originKey, runName, type Sha256, sha256 } from './words.ts';

/** One withdrawn document that left its file: one line of `receipts/<run>.jsonl`. */
export interface Receipt {
  readonly document_id: string;
  readonly url: string;
  readonly origin: OriginKey;
  readonly reason: WithdrawnReason;
  readonly ticket?: string;
  /** The run that withdrew it. */
  readonly withdrawn_in: string;
  /** Path of the file its text lay in, with the digest of that file. */
  readonly from: { readonly path: string; readonly sha256: Sha256 };
  /** What took its place, without the document; absent where nothing else was in it. */
  readonly to?: { readonly path: string; readonly sha256: Sha256 };
  readonly sighted_at: Instant;
  readonly withdrawn_at: Instant;
  /** When the old file goes: at once, or when the grace is over that readers of the manifest before were given. */
  readonly removed_at: Instant;
  /** From the statement to the tombstone, and to the removal, in ms. */
  readonly withdrawn_after_ms: number;
  readonly removed_after_ms: number;
  /** The declared limit of the second, in ms. */
  readonly within_ms: number;
}

const file = z.strictObject({ path: z.string(), sha256 });

export const receipt: z.ZodType<Receipt> = z.strictObject({
  document_id: z.string().min(1),
  url: z.string(),
  origin: originKey,
  reason: z.string().regex(/^(superseded|withdrawn\.[a-z0-9.-]+)$/),
  ticket: z.string().exactOptional(),
  withdrawn_in: runName,
  from: file,
  to: file.exactOptional(),
  sighted_at: instant,
  withdrawn_at: instant,
  removed_at: instant,
  withdrawn_after_ms: count,
  removed_after_ms: count,
  within_ms: count,
}) as unknown as z.ZodType<Receipt>;

import { z } from 'zod';
import type { Instant, OriginKey, Reason } from '../../vocab/index.ts';
import { type CitedEvidence, provenanceRecord } from './provenance.ts';
import { instant, originKey, runName } from './words.ts';

/** `superseded`: a newer version of the same URL took its place. */
export type WithdrawnReason = Extract<Reason, `withdrawn.${string}` | 'superseded'>;

/** A withdrawal: says that a document is gone and why, and holds none of its text (contract §4). */
export interface Tombstone {
  readonly url: string;
  readonly document_id: string;
  readonly origin: OriginKey;
  /** Path of the shard it lay in when it was withdrawn. */
  readonly shard: string;
  readonly reason: WithdrawnReason;
  readonly evidence: readonly CitedEvidence[];
  /** When the refusal was first seen. */
  readonly sighted_at: Instant;
  readonly withdrawn_at: Instant;
  readonly run: string;
  /** The complaint or request it answers. */
  readonly ticket?: string;
}

export const tombstone: z.ZodType<Tombstone> = z.strictObject({
  url: z.string(),
  document_id: z.string(),
  origin: originKey,
  shard: z.string(),
  reason: z.string().regex(/^(superseded|withdrawn\.[a-z0-9.-]+)$/),
  evidence: (provenanceRecord as unknown as z.ZodObject).shape.evidence as z.ZodType<readonly CitedEvidence[]>,
  sighted_at: instant,
  withdrawn_at: instant,
  run: runName,
  ticket: z.string().exactOptional(),
}) as unknown as z.ZodType<Tombstone>;

import { z } from 'zod';
import { runName, type Sha256, sha256 } from './words.ts';

/** That a record is a line of a file that a manifest lists: RFC 6962 §2.1.1, as one JSON document. */
export interface InclusionProof {
  readonly type: 'heed-inclusion-proof';
  readonly version: 1;
  readonly url: string;
  readonly manifest: { readonly run: string; readonly sha256: Sha256 };
  readonly resource: { readonly path: string; readonly records: number; readonly merkle_root: Sha256 };
  /** Counts from 1. */
  readonly line: number;
  /** The line itself. */
  readonly record: string;
  /** Digests beside the way to the root, lowest first. */
  readonly path: readonly string[];
}

export const proofSchema: z.ZodType<InclusionProof> = z.strictObject({
  type: z.literal('heed-inclusion-proof'),
  version: z.literal(1),
  url: z.string(),
  manifest: z.strictObject({ run: runName, sha256 }),
  resource: z.strictObject({ path: z.string(), records: z.int().positive(), merkle_root: sha256 }),
  line: z.int().positive(),
  record: z.string(),
  path: z.array(z.string()).max(64),
}) as unknown as z.ZodType<InclusionProof>;

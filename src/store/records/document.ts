import { z } from 'zod';
import type { Digest, Instant } from '../../vocab/index.ts';
import { count, digest, instant, runName, type Sha256, sha256 } from './words.ts';

/**
 * One line of `documents/`: loads in Dolma, datatrove and Hugging Face `datasets` as it is (contract §4).
 * The names `media`, `attributes` and `metadata.provenance` are never used: those tools give them other meanings.
 */
export interface DocumentRow {
  /** Stable across recrawls of the same bytes. */
  readonly id: string;
  readonly text: string;
  /** The corpus's name. */
  readonly source: string;
  /** When it was added; Dolma's name. */
  readonly added: Instant;
  /** When the page says it was made; Dolma's name. */
  readonly created?: Instant;
  readonly url: string;
  /** When it was fetched; datatrove's name. */
  readonly date: Instant;
  /** The run; datatrove's name. */
  readonly dump: string;
  /** ISO 639-3. */
  readonly language?: string;
  /** ISO 15924. */
  readonly language_script?: string;
  readonly language_score?: number;
  readonly metadata: {
    readonly provenance_id: string;
    readonly payload_sha256: Sha256;
    readonly text_sha256: Sha256;
    readonly policy: Digest;
    readonly title?: string;
    readonly license?: string;
    /** Masked personal data by class, e.g. `{ "email": 2 }`. */
    readonly masked?: Readonly<Record<string, number>>;
    /** Further flat facts: strings, numbers, booleans. */
    readonly [name: string]: string | number | boolean | Readonly<Record<string, number>> | undefined;
  };
}

export const documentRow: z.ZodType<DocumentRow> = z.strictObject({
  id: z.string().min(1),
  text: z.string().min(1),
  source: z.string(),
  added: instant,
  created: instant.exactOptional(),
  url: z.string(),
  date: instant,
  dump: runName,
  language: z
    .string()
    .regex(/^[a-z]{3}$/)
    .exactOptional(),
  language_script: z
    .string()
    .regex(/^[A-Z][a-z]{3}$/)
    .exactOptional(),
  language_score: z.number().min(0).max(1).exactOptional(),
  metadata: z
    .object({
      provenance_id: z.string().min(1),
      payload_sha256: sha256,
      text_sha256: sha256,
      policy: digest,
      title: z.string().exactOptional(),
      license: z.string().exactOptional(),
      masked: z.record(z.string(), count).exactOptional(),
      provenance: z.never().exactOptional(),
    })
    .catchall(z.union([z.string(), z.number(), z.boolean(), z.record(z.string(), count)])),
}) as z.ZodType<DocumentRow>;

import { z } from 'zod';
import type { EvidenceRecord } from '../../assess/index.ts';
import type { Brand, Digest, Evidence, Instant, OriginKey, SignalId } from '../../vocab/index.ts';

/** 64 lower-case hexadecimal digits, no prefix: the form of every field whose name ends in `sha256`. */
export type Sha256 = Brand<string, 'Sha256'>;

/** Where a record lies in the evidence store. `file` is relative to `<out>`; `offset` is that of its gzip member, in bytes. */
export interface WarcRef {
  readonly file: string;
  readonly record_id: string;
  readonly offset: number;
}

const branded = <T>(schema: z.ZodType): z.ZodType<T> => schema as z.ZodType<T>;

export const digest: z.ZodType<Digest> = branded(z.string().regex(/^sha256:[0-9a-f]{64}$/));
export const sha256: z.ZodType<Sha256> = branded(z.string().regex(/^[0-9a-f]{64}$/));
export const instant: z.ZodType<Instant> = branded(z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$/));
export const originKey: z.ZodType<OriginKey> = branded(z.string().regex(/^[a-z][a-z0-9+.-]*:\/\/[^/?#\s]*:\d+$/));
export const signalId: z.ZodType<SignalId> = branded(
  z.string().regex(/^(robots|field|markup|wellknown|asset|http|operator)\.[a-z0-9-]+$/),
);
export const count: z.ZodType<number> = z.int().nonnegative();
export const runName: z.ZodType<string> = z.string().regex(/^[A-Za-z0-9-]{1,64}$/);

export const warcRef: z.ZodType<WarcRef> = z.strictObject({ file: z.string(), record_id: z.string(), offset: count });

const range = z.tuple([count, count]);
export const locator: z.ZodType<Evidence['locator']> = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('line'), line: z.int().positive(), bytes: range }),
  z.strictObject({ kind: z.literal('field'), name: z.string(), index: count }),
  z.strictObject({ kind: z.literal('element'), selector: z.string(), bytes: range }),
  z.strictObject({ kind: z.literal('pointer'), pointer: z.string() }),
  z.strictObject({ kind: z.literal('absence'), looked: z.string() }),
]);

export const evidenceRecord: z.ZodType<EvidenceRecord> = z.strictObject({
  signal: signalId,
  source: z.strictObject({ url: z.string(), retrievedAt: instant.exactOptional(), digest: digest.exactOptional() }),
  locator,
  quote: z.string(),
  spec: z.string(),
  agent: z.string().exactOptional(),
});

/** The hexadecimal part of a digest. */
export const sha256Of = (value: Digest): Sha256 => value.slice('sha256:'.length) as Sha256;

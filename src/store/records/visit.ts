import { z } from 'zod';
import type { Instant, OriginKey, Reason, UnreachableCause } from '../../vocab/index.ts';
import { type DeclarationsRecord, declarationsRecord, type ExchangeRecord, exchangeRecord } from './declarations.ts';
import { count, digest, instant, originKey, type WarcRef, warcRef } from './words.ts';

/** One question for a front page, in the order in which they were asked. */
export interface VisitAttempt {
  readonly url: string;
  /** Where robots.txt could not be reached, the page was not asked: then `cause` and `status` are those of robots.txt. */
  readonly outcome: 'successful' | 'unavailable' | 'unreachable' | 'not-attempted';
  readonly status?: number;
  readonly cause?: UnreachableCause;
  readonly location?: string;
  /** What its row ended with; absent where it was never offered (a redirect beyond the fifth, an audit that was not finished). */
  readonly reason?: Reason;
}

/** The front page at the end of the attempts: what it answered, and where its proof lies. The work itself is not kept. */
export interface VisitedPage extends Omit<ExchangeRecord, 'warc'> {
  readonly media_type?: string;
  /** Decoded octets. */
  readonly bytes?: number;
  /** In the evidence store, with the digest of the proof's own bytes; absent where the page was not asked. */
  readonly proof?: WarcRef & { readonly digest: Exclude<ExchangeRecord['digest'], undefined> };
}

/**
 * One entry of an audit's list: what was asked for it, and where the answers lie. A line of `reports/<run>/visits.jsonl.gz`, in the order of the
 * list. Whatever an audit says of a domain is made from this line and the stored bytes it names.
 */
export interface VisitRecord {
  /** In the list, from 1. */
  readonly position: number;
  /** The entry as it was given. */
  readonly asked: string;
  /** Host in lower case, A-label form, with its port where that is not the usual one; absent where the entry is no host. */
  readonly domain?: string;
  readonly rank?: number;
  readonly documents?: number;
  readonly tokens?: number;
  /** Why nothing was asked; absent where something was. */
  readonly why?: string;
  readonly attempts: readonly VisitAttempt[];
  /** Registrable domain where the front page was served, when it is another than the one asked. */
  readonly moved_to?: string;
  /** Of the last URL that was asked. */
  readonly origin?: OriginKey;
  /** What was asked of that origin before its page. */
  readonly declarations?: DeclarationsRecord['exchanges'];
  readonly page?: VisitedPage;
  /** Licence documents that the page itself points to. */
  readonly licenses?: readonly ExchangeRecord[];
  /** ISO 639-3 of what the page's `lang` attribute says. */
  readonly language?: string;
  /** When the last of the answers arrived. */
  readonly at?: Instant;
}

const attempt = z.strictObject({
  url: z.string(),
  outcome: z.enum(['successful', 'unavailable', 'unreachable', 'not-attempted']),
  status: z.int().exactOptional(),
  cause: z.string().exactOptional(),
  location: z.string().exactOptional(),
  reason: z.string().exactOptional(),
});

const page = (exchangeRecord as unknown as z.ZodObject).omit({ warc: true }).safeExtend({
  media_type: z.string().exactOptional(),
  bytes: count.exactOptional(),
  proof: (warcRef as unknown as z.ZodObject).safeExtend({ digest }).exactOptional(),
});

export const visitRecord: z.ZodType<VisitRecord> = z.strictObject({
  position: z.int().positive(),
  asked: z.string(),
  domain: z.string().exactOptional(),
  rank: count.exactOptional(),
  documents: count.exactOptional(),
  tokens: count.exactOptional(),
  why: z.string().exactOptional(),
  attempts: z.array(attempt),
  moved_to: z.string().exactOptional(),
  origin: originKey.exactOptional(),
  declarations: (declarationsRecord as unknown as z.ZodObject<{ exchanges: z.ZodType }>).shape.exchanges.exactOptional(),
  page: page.exactOptional(),
  licenses: z.array(exchangeRecord).exactOptional(),
  language: z.string().exactOptional(),
  at: instant.exactOptional(),
}) as unknown as z.ZodType<VisitRecord>;

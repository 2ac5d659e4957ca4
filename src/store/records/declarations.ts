import { hash } from 'node:crypto';
import { z } from 'zod';
import type {
  About,
  Digest,
  Instant,
  NotAttemptedWhy,
  OriginKey,
  Reading,
  Retrieval,
  SignalId,
  UnreachableCause,
} from '../../vocab/index.ts';
import { count, digest, instant, originKey, runName, signalId, type WarcRef, warcRef } from './words.ts';

/** What asking for one declaration gave, and where its bytes are. */
export interface ExchangeRecord {
  readonly url: string;
  readonly outcome: Retrieval['outcome'];
  readonly status?: number;
  readonly cause?: UnreachableCause;
  readonly why?: NotAttemptedWhy;
  readonly truncated?: boolean;
  readonly retrieved_at?: Instant;
  readonly digest?: Digest;
  readonly warc?: WarcRef;
  readonly confirmed?: Confirmation;
}

/** The site's word that bytes it sent earlier still hold (304), and where that answer lies. */
export interface Confirmation {
  readonly at: Instant;
  readonly warc: WarcRef;
}

/** What a signal of the origin yielded for the origin's root, silence included. */
export interface ReadingRecord {
  readonly about: About;
  readonly signal: SignalId;
  readonly state: Reading['state'];
  /** How many statements it made. */
  readonly statements?: number;
  /** Codes of its anomalies. */
  readonly anomalies?: readonly string[];
}

/** What an origin declares as a whole, written once per set and run and referenced by digest (contract §4). */
export interface DeclarationsRecord {
  readonly digest: Digest;
  readonly origin: OriginKey;
  readonly run: string;
  readonly at: Instant;
  readonly exchanges: {
    readonly robots: ExchangeRecord;
    readonly tdmrep?: ExchangeRecord;
    readonly ai_txt?: ExchangeRecord;
    readonly trust_txt?: ExchangeRecord;
    readonly licenses: readonly ExchangeRecord[];
  };
  readonly readings?: readonly ReadingRecord[];
}

export const exchangeRecord: z.ZodType<ExchangeRecord> = z.strictObject({
  url: z.string(),
  outcome: z.enum(['successful', 'unavailable', 'unreachable', 'not-attempted']),
  status: z.int().exactOptional(),
  cause: z
    .enum(['dns', 'timeout', 'reset', 'tls', 'redirects', 'too-large', 'protocol', 'encoding', 'address', 'status'])
    .exactOptional(),
  why: z.enum(['omitted', 'closed-by-robots', 'refused-earlier', 'redirected']).exactOptional(),
  truncated: z.boolean().exactOptional(),
  retrieved_at: instant.exactOptional(),
  digest: digest.exactOptional(),
  warc: warcRef.exactOptional(),
  confirmed: z.strictObject({ at: instant, warc: warcRef }).exactOptional(),
});

export const declarationsRecord: z.ZodType<DeclarationsRecord> = z.strictObject({
  digest,
  origin: originKey,
  run: runName,
  at: instant,
  exchanges: z.strictObject({
    robots: exchangeRecord,
    tdmrep: exchangeRecord.exactOptional(),
    ai_txt: exchangeRecord.exactOptional(),
    trust_txt: exchangeRecord.exactOptional(),
    licenses: z.array(exchangeRecord),
  }),
  readings: z
    .array(
      z.strictObject({
        about: z.enum(['acquisition', 'train-ai', 'ai-use', 'search', 'tdm', 'archive']),
        signal: signalId,
        state: z.enum(['read', 'silent', 'unreadable', 'unread', 'no-asset']),
        statements: count.exactOptional(),
        anomalies: z.array(z.string()).exactOptional(),
      }),
    )
    .exactOptional(),
});

/**
 * The set's own digest, over what was declared and when it was fetched. `run` and `at` are left out, so that a set that is
 * still valid in the next run keeps its digest.
 */
export function digestDeclarations(record: Omit<DeclarationsRecord, 'digest' | 'run' | 'at'>): Digest {
  const { origin, exchanges, readings } = record;
  return `sha256:${hash('sha256', JSON.stringify([origin, exchanges, readings]))}` as Digest;
}

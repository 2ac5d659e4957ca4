import type { DatabaseSync } from 'node:sqlite';
import type { Digest, Exchange, Instant, OriginKey, Retrieval } from '../vocab/index.ts';
import type { WarcRef } from './records/index.ts';

export type DeclarationKind = 'robots' | 'tdmrep' | 'aiTxt' | 'trustTxt' | 'license';

/** A declaration that was fetched before and is still valid, with where its bytes lie in evidence. */
export interface CachedDeclaration {
  readonly kind: DeclarationKind;
  readonly exchange: Exchange;
  /** Wall time in ms since epoch. */
  readonly expiresAtMs: number;
  readonly warc: WarcRef;
  /** Of the stored record's payload: where nothing was answered it is the notes', not the exchange's. */
  readonly payloadDigest: Digest;
}

/** RFC 9309 §2.4: a cached robots.txt is not used for more than 24 hours; the others are held to the same. */
export const maxCacheMs: number = 24 * 60 * 60 * 1000;

/**
 * Declarations by origin, across runs. `put` is visible at once and becomes durable with the next commit, together with the
 * evidence it cites. What is expired, older than 24 h, or from the future (the clock went back) is not returned: it is asked again.
 */
export interface DeclarationCache {
  get(origin: OriginKey, nowMs: number): readonly CachedDeclaration[];
  put(origin: OriginKey, entry: CachedDeclaration): void;
  /** What was put so far: to be asked for in the same turn as the evidence that goes into the commit. */
  take(): TakenDeclarations;
}

export interface TakenDeclarations {
  readonly count: number;
  /** Writes them, inside the commit's transaction. */
  record(): void;
  /** Once that is committed. */
  settle(): void;
}

export function openDeclarationCache(db: DatabaseSync): DeclarationCache {
  let overlay = new Map<string, { readonly origin: OriginKey; readonly entry: CachedDeclaration }>();
  const select = db.prepare('SELECT * FROM declaration WHERE origin = ?');
  const upsert = db.prepare(
    `INSERT INTO declaration (origin, kind, url, retrieved_at, expires_at, digest, retrieval, body, warc) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (origin, kind, url) DO UPDATE SET retrieved_at = excluded.retrieved_at, expires_at = excluded.expires_at,
       digest = excluded.digest, retrieval = excluded.retrieval, body = excluded.body, warc = excluded.warc`,
  );
  const keyOf = (origin: OriginKey, { kind, exchange }: CachedDeclaration): string => `${origin} ${kind} ${exchange.url}`;

  return {
    get(origin, nowMs) {
      const found = new Map<string, CachedDeclaration>();
      for (const row of select.all(origin)) {
        const entry = fromRow(row);
        found.set(keyOf(origin, entry), entry);
      }
      for (const [key, put] of overlay) if (put.origin === origin) found.set(key, put.entry);
      return [...found.values()].filter(entry => isValid(entry, nowMs));
    },
    put(origin, entry) {
      overlay.set(keyOf(origin, entry), { origin, entry });
    },
    take() {
      // A copy: what is put while the commit is under way cites bytes that are not part of it.
      const taken = new Map(overlay);
      return {
        count: taken.size,
        record() {
          for (const { origin, entry } of taken.values()) {
            const { url, retrievedAt, digest, retrieval } = entry.exchange;
            const body = 'body' in retrieval ? (retrieval.body ?? null) : null;
            const rest = JSON.stringify({ ...retrieval, body: undefined });
            const warc = JSON.stringify({ ...entry.warc, digest: entry.payloadDigest });
            upsert.run(origin, entry.kind, url, retrievedAt, entry.expiresAtMs, digest, rest, body, warc);
          }
        },
        settle() {
          overlay = new Map([...overlay].filter(([key, put]) => taken.get(key) !== put));
        },
      };
    },
  };
}

function isValid({ exchange, expiresAtMs }: CachedDeclaration, nowMs: number): boolean {
  const retrievedAtMs = exchange.retrievedAt === null ? Number.NaN : Date.parse(exchange.retrievedAt);
  return expiresAtMs > nowMs && retrievedAtMs <= nowMs && nowMs - retrievedAtMs < maxCacheMs;
}

function fromRow(row: Record<string, unknown>): CachedDeclaration {
  const retrieval = JSON.parse(String(row.retrieval)) as Record<string, unknown>;
  const { digest: payloadDigest, ...warc } = JSON.parse(String(row.warc)) as WarcRef & { digest: Digest };
  if (row.body !== null) retrieval.body = new Uint8Array(row.body as Uint8Array);
  return {
    kind: String(row.kind) as DeclarationKind,
    exchange: {
      url: String(row.url),
      retrievedAt: row.retrieved_at as Instant | null,
      digest: row.digest as Digest | null,
      retrieval: retrieval as unknown as Retrieval,
    },
    expiresAtMs: Number(row.expires_at),
    warc,
    payloadDigest,
  };
}

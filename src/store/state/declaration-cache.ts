import type { DatabaseSync } from 'node:sqlite';
import type { Digest, Exchange, Instant, OriginKey, Retrieval } from '../../vocab/index.ts';
import type { Confirmation, WarcRef } from '../records/index.ts';

export type DeclarationKind = 'robots' | 'tdmrep' | 'aiTxt' | 'trustTxt' | 'license';

/** A declaration that was fetched before, with where its bytes lie in evidence. */
export interface CachedDeclaration {
  readonly kind: DeclarationKind;
  readonly exchange: Exchange;
  /** The last time the site said that these bytes still hold (304), and where that answer lies. */
  readonly confirmed?: Confirmation;
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
 * evidence it cites. What is expired, older than 24 h, or from the future (the clock went back) is not returned by `get`: it is asked again.
 * An attempt that reached nobody stands in the way of the last answer, and does not take its place.
 */
export interface DeclarationCache {
  get(origin: OriginKey, nowMs: number): readonly CachedDeclaration[];
  /** One of them. */
  find(origin: OriginKey, kind: DeclarationKind, url: string, nowMs: number): CachedDeclaration | undefined;
  /** The last answer of a file, whatever its age, and whatever failed since. */
  last(origin: OriginKey, kind: DeclarationKind, url: string): CachedDeclaration | undefined;
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

/** One file of an origin. */
interface Entry {
  readonly answer?: CachedDeclaration;
  /** Newer than the answer. */
  readonly failure?: CachedDeclaration;
}

const keyFor = (kind: DeclarationKind, url: string): string => `${kind} ${url}`;

const maxRemembered = { origins: 1_024, bytes: 16 * 1024 * 1024 } as const;
/** Names of origins that were written, where nothing was before. */
const maxWritten = 20_000;

const bodyBytes = (entry: CachedDeclaration | undefined): number => {
  const retrieval = entry?.exchange.retrieval;
  return retrieval && 'body' in retrieval ? (retrieval.body?.length ?? 0) : 0;
};

export function openDeclarationCache(db: DatabaseSync): DeclarationCache {
  let overlay = new Map<OriginKey, Map<string, Entry>>();
  /** Cites bytes of the commit that is under way; there is one at a time, and one that fails is the last. */
  let inCommit: typeof overlay = new Map();
  const select = db.prepare('SELECT * FROM declaration WHERE origin = ?');
  const upsert = db.prepare(
    `INSERT INTO declaration (origin, kind, url, retrieved_at, expires_at, digest, retrieval, body, warc, confirmed, failed)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (origin, kind, url) DO UPDATE SET retrieved_at = excluded.retrieved_at, expires_at = excluded.expires_at,
       digest = excluded.digest, retrieval = excluded.retrieval, body = excluded.body, warc = excluded.warc,
       confirmed = excluded.confirmed, failed = excluded.failed`,
  );
  const keyOf = ({ kind, exchange }: CachedDeclaration): string => keyFor(kind, exchange.url);

  /** An origin is asked for each of its files, one after the other; what was read for the first serves the others. */
  const lately = new Map<OriginKey, Map<string, Entry>>();
  let latelyBytes = 0;
  const remember = (origin: OriginKey, found: Map<string, Entry>): void => {
    for (const { answer } of found.values()) latelyBytes += bodyBytes(answer);
    if (latelyBytes > maxRemembered.bytes || lately.size >= maxRemembered.origins) {
      lately.clear();
      latelyBytes = 0;
    }
    lately.set(origin, found);
  };

  /** All that have rows; undefined where there are others, and each has to be looked up. */
  let written: Set<OriginKey> | undefined =
    db.prepare('SELECT 1 FROM declaration LIMIT 1').get() === undefined ? new Set() : undefined;
  const noteWritten = (origin: OriginKey): void => {
    written?.add(origin);
    if (written && written.size > maxWritten) written = undefined;
  };

  const entriesOf = (origin: OriginKey): Map<string, Entry> => {
    const before = lately.get(origin);
    if (before) return before;
    const found = new Map<string, Entry>();
    const hasRows = written === undefined || written.has(origin);
    for (const row of hasRows ? select.all(origin) : []) {
      const entry = fromRow(row);
      const [any] = [entry.answer, entry.failure].filter(each => each !== undefined);
      if (any) found.set(keyOf(any), entry);
    }
    for (const entries of [inCommit, overlay]) for (const [key, entry] of entries.get(origin) ?? []) found.set(key, entry);
    remember(origin, found);
    return found;
  };

  const current = (entry: Entry | undefined, nowMs: number): CachedDeclaration | undefined => {
    const newest = entry?.failure ?? entry?.answer;
    return newest && isValid(newest, nowMs) ? newest : undefined;
  };

  return {
    get: (origin, nowMs) => [...entriesOf(origin).values()].flatMap(entry => current(entry, nowMs) ?? []),
    find: (origin, kind, url, nowMs) => current(entriesOf(origin).get(keyFor(kind, url)), nowMs),
    last: (origin, kind, url) => entriesOf(origin).get(keyFor(kind, url))?.answer,
    put(origin, entry) {
      const key = keyOf(entry);
      const isFailure = entry.exchange.retrieval.outcome === 'unreachable';
      const before = isFailure ? entriesOf(origin).get(key)?.answer : undefined;
      const made: Entry = isFailure ? { ...(before ? { answer: before } : {}), failure: entry } : { answer: entry };
      const entries = overlay.get(origin);
      if (entries) entries.set(key, made);
      else overlay.set(origin, new Map([[key, made]]));
      lately.get(origin)?.set(key, made);
    },
    take() {
      // What is put while the commit is under way cites bytes that are not part of it.
      const taken = overlay;
      overlay = new Map();
      inCommit = taken;
      return {
        count: taken.size,
        record() {
          for (const [origin, entries] of taken) {
            noteWritten(origin);
            for (const entry of entries.values()) upsert.run(origin, ...columnsOf(entry));
          }
        },
        settle() {
          inCommit = new Map();
        },
      };
    },
  };
}

type Column = string | number | Uint8Array | null;

function columnsOf({ answer, failure }: Entry): Column[] {
  const entry = answer ?? failure;
  if (entry === undefined) throw new Error('ERR_DECLARATION_EMPTY: an entry has an answer or a failure');
  const { url, retrievedAt, digest, retrieval } = entry.exchange;
  const body = 'body' in retrieval ? (retrieval.body ?? null) : null;
  const rest = JSON.stringify({ ...retrieval, body: undefined });
  const warc = JSON.stringify({ ...entry.warc, digest: entry.payloadDigest });
  const confirmed = entry.confirmed ? JSON.stringify(entry.confirmed) : null;
  const failed = answer && failure ? JSON.stringify(failure) : null;
  return [entry.kind, url, retrievedAt, entry.expiresAtMs, digest, rest, body, warc, confirmed, failed];
}

function isValid({ exchange, confirmed, expiresAtMs }: CachedDeclaration, nowMs: number): boolean {
  const sure = confirmed?.at ?? exchange.retrievedAt;
  const sureAtMs = sure === null ? Number.NaN : Date.parse(sure);
  return expiresAtMs > nowMs && sureAtMs <= nowMs && nowMs - sureAtMs < maxCacheMs;
}

function fromRow(row: Record<string, unknown>): Entry {
  const retrieval = JSON.parse(String(row.retrieval)) as Record<string, unknown>;
  const { digest: payloadDigest, ...warc } = JSON.parse(String(row.warc)) as WarcRef & { digest: Digest };
  if (row.body !== null) retrieval.body = new Uint8Array(row.body as Uint8Array);
  const entry: CachedDeclaration = {
    kind: String(row.kind) as DeclarationKind,
    exchange: {
      url: String(row.url),
      retrievedAt: row.retrieved_at as Instant | null,
      digest: row.digest as Digest | null,
      retrieval: retrieval as unknown as Retrieval,
    },
    ...(row.confirmed === null ? {} : { confirmed: JSON.parse(String(row.confirmed)) }),
    expiresAtMs: Number(row.expires_at),
    warc,
    payloadDigest,
  };
  if (entry.exchange.retrieval.outcome === 'unreachable') return { failure: entry };
  return { answer: entry, ...(row.failed === null ? {} : { failure: JSON.parse(String(row.failed)) }) };
}

import type { DatabaseSync } from 'node:sqlite';
import type { OriginKey, Reason } from '../vocab/index.ts';
import { baseOf, hash52, lengthen, shorten } from './address.ts';
import { goOnReopening, inTransaction, type Reopen, reopen } from './reopen.ts';
import type { Offer, Revisit, Task } from './task.ts';

/**
 * Tables in the dataset's state database, whose version counts for them too. An origin's rows lie together (PRIMARY KEY (origin_id, h)
 * WITHOUT ROWID): taking and finishing a slice of one origin touches few pages. `seq` is the order of offering and unique. What a start
 * needs to know is kept in the transaction that changes it: no start reads the finished rows.
 */
const schema = `
CREATE TABLE IF NOT EXISTS origin (id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE) STRICT;
CREATE TABLE IF NOT EXISTS url (
  origin_id INTEGER NOT NULL, h INTEGER NOT NULL, path TEXT NOT NULL,
  status INTEGER NOT NULL,                              -- 0 pending, 1 finished
  seq INTEGER NOT NULL, depth INTEGER NOT NULL, tries INTEGER NOT NULL,
  via TEXT, hops TEXT,
  reason TEXT,                                          -- of a pending row: what it ended with before it was made pending again
  due_at INTEGER, visited_at INTEGER, interval_ms INTEGER, validators TEXT,
  lastmod INTEGER,                                      -- of a pending row: what a sitemap said, where that made it pending
  PRIMARY KEY (origin_id, h)) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS url_pending ON url (origin_id, seq) WHERE status = 0;
CREATE INDEX IF NOT EXISTS url_seed ON url (origin_id) WHERE via IS NULL;
CREATE TABLE IF NOT EXISTS url_finished (reason TEXT PRIMARY KEY, urls INTEGER NOT NULL) STRICT, WITHOUT ROWID;
-- one row; last_seq is the highest in use, reopening what \`reopen\` has still to do
CREATE TABLE IF NOT EXISTS url_queue (id INTEGER PRIMARY KEY CHECK (id = 1), last_seq INTEGER NOT NULL, reopening TEXT,
  occasion TEXT) STRICT;                                -- of the last reopening
`;

/** A stored URL with what identifies its row. */
export interface PendingRow {
  readonly h: number;
  readonly seq: number;
  readonly task: Omit<Task, 'key' | 'origin'>;
}

export interface Rows {
  /** Finished URLs by reason, and the highest `seq`. */
  load(): { readonly byReason: Map<string, number>; readonly lastSeq: number };
  pendingByOrigin(): Iterable<{ readonly id: number; readonly key: OriginKey; readonly count: number }>;
  seeds(): Iterable<string>;
  originId(key: OriginKey): number | undefined;
  insertOrigin(key: OriginKey): number;
  find(originId: number, url: string, base: string): Found;
  /** False when the URL is there already. `h`: where `find` said it would go, if it was asked. */
  insert(originId: number, offer: Offer, base: string, seq: number, h?: number): boolean;
  /** After the inserts of an `apply`: the highest `seq`, and how many of the new URLs are refused, by reason. */
  settle(lastSeq: number, refused: ReadonlyMap<string, number>): void;
  take(originId: number, afterSeq: number, limit: number, base: string): PendingRow[];
  finish(originId: number, h: number, reason: Reason, revisit?: Revisit): boolean;
  /** Ends a row that is not asked now with what it ended with before; it comes due again at `dueAtMs`. */
  postpone(originId: number, h: number, dueAtMs: number): boolean;
  /** Makes a finished row pending, as if it were offered now, where it was visited before it was changed and long enough ago. Returns its old reason. */
  hasten(originId: number, h: number, seq: number, lastmodMs: number, haste: Haste): string | undefined;
  addTry(originId: number, h: number): void;
  /** Makes finished URLs pending again; returns how many. Outside a transaction it is many; a later start ends what was begun. */
  reopen(which: Reopen): number;
}

/** What is said of many URLs at once. Wall times in ms. */
export interface Haste {
  /** Those visited later are left as they are: the beginning of the run. */
  readonly beforeMs: number;
  readonly nowMs: number;
  /** Nothing is visited again sooner, whoever says so. */
  readonly minMs: number;
}

/** A site that says of every page every day that it was changed is asked four times as often as it would be, and not every day. */
const shareOfInterval = 1 / 4;

const noHops: readonly string[] = [];

/** Where a URL's row is, or the free number where it would go. */
export interface Found {
  readonly h: number;
  readonly isThere: boolean;
}

export function openRows(db: DatabaseSync): Rows {
  db.exec(schema);
  if (db.prepare('SELECT 1 FROM url_queue').get() === undefined) inTransaction(db, () => countAnew(db));
  goOnReopening(db);
  const selectOrigin = db.prepare('SELECT id FROM origin WHERE key = ?');
  const insertOrigin = db.prepare('INSERT INTO origin (key) VALUES (?)');
  const selectPath = db.prepare('SELECT path FROM url WHERE origin_id = ? AND h = ?');
  const insertUrl = db.prepare(
    'INSERT INTO url (origin_id, h, path, status, seq, depth, tries, via, hops, reason) VALUES (?, ?, ?, ?, ?, ?, 0, ?, ?, ?) ON CONFLICT DO NOTHING',
  );
  const selectPending = db.prepare(
    `SELECT h, seq, path, depth, tries, via, hops, reason, visited_at, interval_ms, validators, lastmod FROM url
     WHERE origin_id = ? AND status = 0 AND seq > ? ORDER BY seq LIMIT ?`,
  );
  const finish = db.prepare(
    `UPDATE url SET status = 1, reason = ?, due_at = ?, visited_at = coalesce(?, visited_at), interval_ms = coalesce(?, interval_ms),
       validators = iif(?, ?, validators), lastmod = NULL WHERE origin_id = ? AND h = ? AND status = 0`,
  );
  const postpone = db.prepare(
    'UPDATE url SET status = 1, due_at = ?, lastmod = NULL WHERE origin_id = ? AND h = ? AND status = 0 AND reason IS NOT NULL RETURNING reason',
  );
  const selectVisit = db.prepare(
    'SELECT reason, due_at, visited_at, interval_ms FROM url WHERE origin_id = ? AND h = ? AND status = 1',
  );
  const hasten = db.prepare('UPDATE url SET status = 0, tries = 0, seq = ?, lastmod = ? WHERE origin_id = ? AND h = ?');
  const addTry = db.prepare('UPDATE url SET tries = tries + 1 WHERE origin_id = ? AND h = ?');

  const addFinished = db.prepare(
    'INSERT INTO url_finished (reason, urls) VALUES (?, ?) ON CONFLICT DO UPDATE SET urls = urls + excluded.urls',
  );
  const setLastSeq = db.prepare('UPDATE url_queue SET last_seq = max(last_seq, ?)');

  function find(originId: number, path: string): Found {
    for (let h = hash52(path); ; h++) {
      const row = selectPath.get(originId, h);
      if (row === undefined) return { h, isThere: false };
      if (row.path === path) return { h, isThere: true };
    }
  }

  return {
    load() {
      const byReason = new Map<string, number>();
      for (const row of db.prepare('SELECT reason, urls FROM url_finished WHERE urls > 0').all())
        byReason.set(String(row.reason), Number(row.urls));
      return { byReason, lastSeq: Number(db.prepare('SELECT last_seq FROM url_queue').get()?.last_seq) };
    },
    *pendingByOrigin() {
      const rows = db.prepare(
        `SELECT id, key, n FROM (SELECT origin_id, count(*) AS n, min(seq) AS first FROM url WHERE status = 0 GROUP BY origin_id)
         JOIN origin ON origin.id = origin_id ORDER BY first`,
      );
      for (const row of rows.iterate()) yield { id: Number(row.id), key: String(row.key) as OriginKey, count: Number(row.n) };
    },
    *seeds() {
      for (const row of db.prepare('SELECT key, path FROM url JOIN origin ON origin.id = origin_id WHERE via IS NULL').iterate())
        yield lengthen(String(row.path), baseOf(String(row.key) as OriginKey));
    },
    originId(key) {
      const row = selectOrigin.get(key);
      return row === undefined ? undefined : Number(row.id);
    },
    insertOrigin: key => Number(insertOrigin.run(key).lastInsertRowid),
    find: (originId, url, base) => find(originId, shorten(url, base)),
    insert(originId, { url, depth, via, hops, refusal }, base, seq, free) {
      const path = shorten(url, base);
      const link = via === undefined ? null : shorten(via, base);
      const redirects = hops === undefined || hops.length === 0 ? null : JSON.stringify(hops);
      const status = refusal === undefined ? 0 : 1;
      const put = (h: number): boolean =>
        insertUrl.run(originId, h, path, status, seq, depth, link, redirects, refusal ?? null).changes === 1;
      if (put(free ?? hash52(path))) return true;
      const { h, isThere } = find(originId, path);
      return !isThere && put(h);
    },
    settle(lastSeq, refused) {
      setLastSeq.run(lastSeq);
      for (const [reason, urls] of refused) addFinished.run(reason, urls);
    },
    take: (originId, afterSeq, limit, base) =>
      selectPending.all(originId, afterSeq, limit).map(row => ({
        h: Number(row.h),
        seq: Number(row.seq),
        task: {
          url: lengthen(String(row.path), base),
          depth: Number(row.depth),
          ...(row.via === null ? {} : { via: lengthen(String(row.via), base) }),
          hops: row.hops === null ? noHops : JSON.parse(String(row.hops)),
          tries: Number(row.tries),
          ...(row.validators === null ? {} : { validators: JSON.parse(String(row.validators)) }),
          ...(row.reason === null ? {} : { before: beforeOf(row) }),
          ...(row.lastmod === null ? {} : { lastmodMs: Number(row.lastmod) }),
        },
      })),
    finish(originId, h, reason, revisit) {
      const { visitedAtMs, intervalMs, validators } = revisit ?? {};
      const isVisited = revisit !== undefined;
      const dueAtMs = isVisited ? revisit.visitedAtMs + revisit.intervalMs : null;
      const kept = validators === undefined ? null : JSON.stringify(validators);
      const visit = [dueAtMs, visitedAtMs ?? null, intervalMs ?? null, isVisited ? 1 : 0, kept];
      if (finish.run(reason, ...visit, originId, h).changes !== 1) return false;
      addFinished.run(reason, 1);
      return true;
    },
    postpone: (originId, h, dueAtMs) =>
      inTransaction(db, () => {
        const row = postpone.get(dueAtMs, originId, h);
        if (row !== undefined) addFinished.run(row.reason ?? null, 1);
        return row !== undefined;
      }),
    hasten(originId, h, seq, lastmodMs, { beforeMs, nowMs, minMs }) {
      const row = selectVisit.get(originId, h);
      if (row === undefined || row.due_at === null || row.visited_at === null) return undefined;
      const visitedMs = Number(row.visited_at);
      const restMs = Math.max(minMs, Number(row.interval_ms ?? 0) * shareOfInterval);
      if (visitedMs >= Math.min(lastmodMs, beforeMs) || visitedMs + restMs > nowMs) return undefined;
      hasten.run(seq, lastmodMs, originId, h);
      addFinished.run(row.reason ?? null, -1);
      setLastSeq.run(seq);
      return String(row.reason);
    },
    addTry: (originId, h) => void addTry.run(originId, h),
    reopen: which => reopen(db, which),
  };
}

const beforeOf = (row: Record<string, unknown>): NonNullable<Task['before']> => ({
  reason: String(row.reason),
  ...(row.visited_at === null ? {} : { visitedAtMs: Number(row.visited_at) }),
  ...(row.interval_ms === null ? {} : { intervalMs: Number(row.interval_ms) }),
});

/** The counts of a new database, or of one that was made before they were kept. */
function countAnew(db: DatabaseSync): void {
  db.exec(`DELETE FROM url_finished;
    INSERT INTO url_finished (reason, urls) SELECT reason, count(*) FROM url WHERE status = 1 GROUP BY reason;
    INSERT INTO url_queue (id, last_seq) SELECT 1, coalesce(max(seq), 0) FROM url;`);
}

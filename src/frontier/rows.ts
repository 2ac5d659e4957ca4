import type { DatabaseSync } from 'node:sqlite';
import type { OriginKey, Reason } from '../vocab/index.ts';
import { baseOf, hash52, lengthen, shorten } from './address.ts';
import { goOnReopening, inTransaction, reopenRows } from './reopen.ts';
import type { Offer, Task, Validators } from './task.ts';

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
  via TEXT, hops TEXT, reason TEXT, due_at INTEGER, validators TEXT,
  PRIMARY KEY (origin_id, h)) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS url_pending ON url (origin_id, seq) WHERE status = 0;
CREATE INDEX IF NOT EXISTS url_seed ON url (origin_id) WHERE via IS NULL;
CREATE TABLE IF NOT EXISTS url_finished (reason TEXT PRIMARY KEY, urls INTEGER NOT NULL) STRICT, WITHOUT ROWID;
-- one row; last_seq is the highest in use, reopening what \`reopen\` has still to do
CREATE TABLE IF NOT EXISTS url_queue (id INTEGER PRIMARY KEY CHECK (id = 1), last_seq INTEGER NOT NULL, reopening TEXT) STRICT;
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
  finish(originId: number, h: number, reason: Reason, dueAtMs: number | undefined, validators: Validators | undefined): boolean;
  addTry(originId: number, h: number): void;
  /** Makes finished URLs pending again; returns how many. Outside a transaction it is many; a later start ends what was begun. */
  reopen(dueByMs: number | undefined, except: readonly string[]): number;
}

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
    'SELECT h, seq, path, depth, tries, via, hops, validators FROM url WHERE origin_id = ? AND status = 0 AND seq > ? ORDER BY seq LIMIT ?',
  );
  const finish = db.prepare(
    'UPDATE url SET status = 1, reason = ?, due_at = ?, validators = coalesce(?, validators) WHERE origin_id = ? AND h = ? AND status = 0',
  );
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
        },
      })),
    finish(originId, h, reason, dueAtMs, validators) {
      const kept = validators === undefined ? null : JSON.stringify(validators);
      if (finish.run(reason, dueAtMs ?? null, kept, originId, h).changes !== 1) return false;
      addFinished.run(reason, 1);
      return true;
    },
    addTry: (originId, h) => void addTry.run(originId, h),
    reopen(dueByMs, except) {
      return reopenRows(db, { ...(dueByMs === undefined ? {} : { dueByMs }), except, after: [0, 0] });
    },
  };
}

/** The counts of a new database, or of one that was made before they were kept. */
function countAnew(db: DatabaseSync): void {
  db.exec(`DELETE FROM url_finished;
    INSERT INTO url_finished (reason, urls) SELECT reason, count(*) FROM url WHERE status = 1 GROUP BY reason;
    INSERT INTO url_queue (id, last_seq) SELECT 1, coalesce(max(seq), 0) FROM url;`);
}

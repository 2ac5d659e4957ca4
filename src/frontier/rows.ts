import type { DatabaseSync } from 'node:sqlite';
import type { OriginKey, Reason } from '../vocab/index.ts';
import { baseOf, hash52, lengthen, shorten } from './address.ts';
import type { Offer, Task, Validators } from './task.ts';

/**
 * Two tables in the dataset's state database, whose version counts for them too. An origin's rows lie together (PRIMARY KEY (origin_id, h)
 * WITHOUT ROWID): taking and finishing a slice of one origin touches few pages. `seq` is the order of offering and unique.
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
`;

/** A stored URL with what identifies its row. */
export interface PendingRow {
  readonly h: number;
  readonly seq: number;
  readonly task: Omit<Task, 'key' | 'origin'>;
}

export interface Rows {
  /** Finished URLs by reason, and the highest `seq`. One pass over the table, at start. */
  load(): { readonly byReason: Map<string, number>; readonly lastSeq: number };
  pendingByOrigin(): Iterable<{ readonly id: number; readonly key: OriginKey; readonly count: number }>;
  seeds(): Iterable<string>;
  originId(key: OriginKey): number | undefined;
  insertOrigin(key: OriginKey): number;
  has(originId: number, url: string, base: string): boolean;
  /** False when the URL is there already. */
  insert(originId: number, offer: Offer, base: string, seq: number): boolean;
  take(originId: number, afterSeq: number, limit: number, base: string): PendingRow[];
  finish(originId: number, h: number, reason: Reason, dueAtMs: number | undefined, validators: Validators | undefined): boolean;
  addTry(originId: number, h: number): void;
  /** Makes finished URLs pending again; returns how many. */
  reopen(dueByMs: number | undefined, except: readonly string[]): number;
}

export function openRows(db: DatabaseSync): Rows {
  db.exec(schema);
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

  /** The row's number, or the free one where it would go. */
  function find(originId: number, path: string): { readonly h: number; readonly isThere: boolean } {
    for (let h = hash52(path); ; h++) {
      const row = selectPath.get(originId, h);
      if (row === undefined) return { h, isThere: false };
      if (row.path === path) return { h, isThere: true };
    }
  }

  return {
    load() {
      const byReason = new Map<string, number>();
      let lastSeq = 0;
      for (const row of db
        .prepare('SELECT status, reason, count(*) AS n, max(seq) AS last FROM url GROUP BY status, reason')
        .all()) {
        if (row.status === 1) byReason.set(String(row.reason), Number(row.n));
        lastSeq = Math.max(lastSeq, Number(row.last));
      }
      return { byReason, lastSeq };
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
    has: (originId, url, base) => find(originId, shorten(url, base)).isThere,
    insert(originId, { url, depth, via, hops, refusal }, base, seq) {
      const path = shorten(url, base);
      const link = via === undefined ? null : shorten(via, base);
      const redirects = hops === undefined || hops.length === 0 ? null : JSON.stringify(hops);
      const status = refusal === undefined ? 0 : 1;
      const put = (h: number): boolean =>
        insertUrl.run(originId, h, path, status, seq, depth, link, redirects, refusal ?? null).changes === 1;
      if (put(hash52(path))) return true;
      const { h, isThere } = find(originId, path);
      return !isThere && put(h);
    },
    take: (originId, afterSeq, limit, base) =>
      selectPending.all(originId, afterSeq, limit).map(row => ({
        h: Number(row.h),
        seq: Number(row.seq),
        task: {
          url: lengthen(String(row.path), base),
          depth: Number(row.depth),
          ...(row.via === null ? {} : { via: lengthen(String(row.via), base) }),
          hops: row.hops === null ? [] : JSON.parse(String(row.hops)),
          tries: Number(row.tries),
          ...(row.validators === null ? {} : { validators: JSON.parse(String(row.validators)) }),
        },
      })),
    finish(originId, h, reason, dueAtMs, validators) {
      const kept = validators === undefined ? null : JSON.stringify(validators);
      return finish.run(reason, dueAtMs ?? null, kept, originId, h).changes === 1;
    },
    addTry: (originId, h) => void addTry.run(originId, h),
    reopen(dueByMs, except) {
      const isDue = dueByMs === undefined ? 'TRUE' : 'due_at <= ?';
      const isExcepted = except.map(() => 'AND reason NOT GLOB ?').join(' ');
      const values = [...(dueByMs === undefined ? [] : [dueByMs]), ...except.map(prefix => `${prefix}*`)];
      const update = `UPDATE url SET status = 0, tries = 0, reason = NULL, due_at = NULL WHERE status = 1 AND ${isDue} ${isExcepted}`;
      return Number(db.prepare(update).run(...values).changes);
    },
  };
}

import type { DatabaseSync } from 'node:sqlite';
import type { OriginKey, Reason } from '../vocab/index.ts';
import { baseOf, hash47, lengthen, shorten } from './address.ts';
import { openEras } from './eras.ts';
import { openPending, type Pending } from './pending.ts';
import { goOnReopening, type Reopen, reopen } from './reopen.ts';
import { openTables } from './tables.ts';
import type { Offer, Revisit, Task } from './task.ts';
import { inTransaction } from './transaction.ts';

/** A stored URL with what identifies its row in its origin. */
export interface PendingRow {
  readonly seq: number;
  readonly task: Omit<Task, 'key' | 'origin'>;
}

export interface Rows {
  /** Finished URLs by reason, and the highest `seq`. */
  load(): { readonly byReason: Map<string, number>; readonly lastSeq: number };
  pendingByOrigin(): Iterable<Pending>;
  seeds(): Iterable<string>;
  originId(key: OriginKey): number | undefined;
  insertOrigin(key: OriginKey): number;
  find(originId: number, url: string, base: string): Found;
  /** False when the URL is there already. `free`: what `find` said of it, if it was asked. */
  insert(originId: number, offer: Offer, base: string, seq: number, free?: Found): boolean;
  /** After the inserts of an `apply`. */
  settle(applied: Applied): void;
  /** Pending rows from a `seq` on. `walkedTo`: there is none before that one, and what comes then was not looked at. */
  take(
    originId: number,
    fromSeq: number,
    limit: number,
    base: string,
  ): { readonly found: PendingRow[]; readonly walkedTo?: number };
  /** `fromSeq`: no row of the origin that is pending then has a lower `seq`. */
  finish(place: Place, fromSeq: number, reason: Reason, revisit?: Revisit): boolean;
  /** Ends a row that is not asked now with what it ended with before; it comes due again at `dueAtMs`. */
  postpone(place: Place, fromSeq: number, dueAtMs: number): boolean;
  /** Makes a finished row pending, as if it were offered now, where it was visited before it was changed and long enough ago. Returns its old reason. */
  hasten(place: Place, seq: number, lastmodMs: number, haste: Haste): string | undefined;
  addTry(place: Place): void;
  /** Makes finished URLs pending again; returns how many. Outside a transaction it is many; a later start ends what was begun. */
  reopen(which: Reopen): number;
}

/** Where a row is. */
export type Place = readonly [originId: number, seq: number];

/** What the inserts of an `apply` come to. */
export interface Applied {
  /** The highest `seq`. */
  readonly lastSeq: number;
  /** How many of the new URLs are refused, by reason. */
  readonly refused: ReadonlyMap<string, number>;
  /** The `seq` of those that are not, by origin, in order. */
  readonly pending: ReadonlyMap<number, readonly number[]>;
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

/** A URL's row, or the era it would belong to and the free number it would get there. */
export interface Found {
  readonly era: number;
  readonly h: number;
  readonly seq: number | undefined;
}

/** Rows looked at by one `take`: those of a large origin of which few are to be asked again lie far apart, and others must not wait for that. */
const rowsPerTake = 4_000;

export function openRows(db: DatabaseSync, urlsPerEra?: number): Rows {
  openTables(db);
  const eras = openEras(db, urlsPerEra);
  goOnReopening(db);
  const pending = openPending(db);
  const selectOrigin = db.prepare('SELECT id FROM origin WHERE key = ?');
  const insertOrigin = db.prepare('INSERT INTO origin (key) VALUES (?)');
  const selectPath = db.prepare('SELECT seq, path FROM url WHERE era = ? AND origin_id = ? AND h = ?');
  const insertUrl = db.prepare(
    'INSERT INTO url (origin_id, seq, status, era, h, path, depth, tries, via, hops, reason) VALUES (?, ?, ?, ?, ?, ?, ?, 0, ?, ?, ?) ON CONFLICT DO NOTHING',
  );
  const selectPending = db.prepare(
    `SELECT seq, path, depth, tries, via, hops, reason, visited_at, interval_ms, validators, lastmod
     FROM (SELECT * FROM url WHERE origin_id = ? AND seq >= ? ORDER BY seq LIMIT ${rowsPerTake}) WHERE status = 0 ORDER BY seq LIMIT ?`,
  );
  const selectWalked = db.prepare(
    `SELECT seq FROM url WHERE origin_id = ? AND seq >= ? ORDER BY seq LIMIT 1 OFFSET ${rowsPerTake}`,
  );
  const finish = db.prepare(
    `UPDATE url SET status = 1, reason = ?, due_at = ?, visited_at = coalesce(?, visited_at), interval_ms = coalesce(?, interval_ms),
       validators = iif(?, ?, validators), lastmod = NULL WHERE origin_id = ? AND seq = ? AND status = 0`,
  );
  const postpone = db.prepare(
    'UPDATE url SET status = 1, due_at = ?, lastmod = NULL WHERE origin_id = ? AND seq = ? AND status = 0 AND reason IS NOT NULL RETURNING reason',
  );
  const selectVisit = db.prepare(
    'SELECT reason, due_at, visited_at, interval_ms FROM url WHERE origin_id = ? AND seq = ? AND status = 1',
  );
  const hasten = db.prepare('UPDATE url SET status = 0, tries = 0, seq = ?, lastmod = ? WHERE origin_id = ? AND seq = ?');
  const addTry = db.prepare('UPDATE url SET tries = tries + 1 WHERE origin_id = ? AND seq = ?');

  const addFinished = db.prepare(
    'INSERT INTO url_finished (reason, urls) VALUES (?, ?) ON CONFLICT DO UPDATE SET urls = urls + excluded.urls',
  );
  const setLastSeq = db.prepare('UPDATE url_queue SET last_seq = max(last_seq, ?)');

  /** Each era is a table of its own: of two paths that meet in it the second has the next free number. */
  function find(originId: number, path: string): Found {
    const { current } = eras;
    const h = hash47(path);
    let free = h;
    for (let era = current; era >= 0; era--) {
      if (!eras.mayHold(era, originId, h)) continue;
      for (let at = h; ; at++) {
        const row = selectPath.get(era, originId, at);
        if (row?.path === path) return { era, h: at, seq: Number(row.seq) };
        if (row !== undefined) continue;
        if (era === current) free = at;
        break;
      }
    }
    return { era: current, h: free, seq: undefined };
  }

  return {
    load() {
      const byReason = new Map<string, number>();
      for (const row of db.prepare('SELECT reason, urls FROM url_finished WHERE urls > 0').all())
        byReason.set(String(row.reason), Number(row.urls));
      return { byReason, lastSeq: Number(db.prepare('SELECT last_seq FROM url_queue').get()?.last_seq) };
    },
    pendingByOrigin: () => pending.all(),
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
      const put = (h: number): boolean => {
        const { changes } = insertUrl.run(originId, seq, status, eras.current, h, path, depth, link, redirects, refusal ?? null);
        if (changes === 1) eras.add(originId, h);
        return changes === 1;
      };
      // Where an era has ended since it was asked for, the free number was another era's.
      if (put(free?.era === eras.current ? free.h : hash47(path))) return true;
      const found = find(originId, path);
      return found.seq === undefined && put(found.h);
    },
    settle({ lastSeq, refused, pending: added }) {
      setLastSeq.run(lastSeq);
      eras.settle();
      for (const [reason, urls] of refused) addFinished.run(reason, urls);
      for (const [originId, seqs] of added) pending.add(originId, seqs.length, seqs[0] ?? 0);
    },
    take(originId, fromSeq, limit, base) {
      const found = selectPending.all(originId, fromSeq, limit).map(row => pendingRow(row, base));
      const walkedTo = found.length > 0 ? undefined : selectWalked.get(originId, fromSeq)?.seq;
      return walkedTo === undefined ? { found } : { found, walkedTo: Number(walkedTo) };
    },
    finish(place, fromSeq, reason, revisit) {
      const { visitedAtMs, intervalMs, validators } = revisit ?? {};
      const isVisited = revisit !== undefined;
      const dueAtMs = isVisited ? revisit.visitedAtMs + revisit.intervalMs : null;
      const kept = validators === undefined ? null : JSON.stringify(validators);
      const visit = [dueAtMs, visitedAtMs ?? null, intervalMs ?? null, isVisited ? 1 : 0, kept];
      if (finish.run(reason, ...visit, ...place).changes !== 1) return false;
      pending.end(place[0], fromSeq);
      addFinished.run(reason, 1);
      return true;
    },
    postpone: (place, fromSeq, dueAtMs) =>
      inTransaction(db, () => {
        const row = postpone.get(dueAtMs, ...place);
        if (row === undefined) return false;
        pending.end(place[0], fromSeq);
        addFinished.run(row.reason ?? null, 1);
        return true;
      }),
    hasten(place, seq, lastmodMs, { beforeMs, nowMs, minMs }) {
      const row = selectVisit.get(...place);
      if (row === undefined || row.due_at === null || row.visited_at === null) return undefined;
      const visitedMs = Number(row.visited_at);
      const restMs = Math.max(minMs, Number(row.interval_ms ?? 0) * shareOfInterval);
      if (visitedMs >= Math.min(lastmodMs, beforeMs) || visitedMs + restMs > nowMs) return undefined;
      hasten.run(seq, lastmodMs, ...place);
      pending.add(place[0], 1, seq);
      addFinished.run(row.reason ?? null, -1);
      setLastSeq.run(seq);
      return String(row.reason);
    },
    addTry: place => void addTry.run(...place),
    reopen: which => reopen(db, which),
  };
}

const pendingRow = (row: Record<string, unknown>, base: string): PendingRow => ({
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
});

const beforeOf = (row: Record<string, unknown>): NonNullable<Task['before']> => ({
  reason: String(row.reason),
  ...(row.visited_at === null ? {} : { visitedAtMs: Number(row.visited_at) }),
  ...(row.interval_ms === null ? {} : { intervalMs: Number(row.interval_ms) }),
});

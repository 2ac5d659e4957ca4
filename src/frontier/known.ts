import type { DatabaseSync } from 'node:sqlite';
import type { OriginKey } from '../vocab/index.ts';
import { baseOf, lengthen } from './address.ts';
import { openRows, type Place } from './rows.ts';
import type { Task } from './task.ts';

/** What is known of URLs that were offered before, whoever asks them now. */
export interface KnownUrls {
  /** As it would be asked; undefined for one that was never offered. */
  task(origin: OriginKey, url: string): Task | undefined;
  /** Makes a finished URL due from then on, wall time in ms; it is asked in the next crawl. */
  bringForward(origin: OriginKey, url: string, dueAtMs: number): void;
  /** Origins with URLs that wait to be asked, in order. */
  pendingOrigins(): Iterable<OriginKey>;
}

export function openKnownUrls(db: DatabaseSync): KnownUrls {
  const rows = openRows(db);
  const select = db.prepare('SELECT path, depth, via, hops, validators FROM url WHERE origin_id = ? AND seq = ?');
  const bring = db.prepare('UPDATE url SET due_at = min(due_at, ?) WHERE origin_id = ? AND seq = ? AND status = 1');
  const placeOf = (origin: OriginKey, url: string): Place | undefined => {
    const id = rows.originId(origin);
    if (id === undefined) return undefined;
    const { seq } = rows.find(id, url, baseOf(origin));
    return seq === undefined ? undefined : [id, seq];
  };
  return {
    task(origin, url) {
      const place = placeOf(origin, url);
      const row = place && select.get(...place);
      if (row === undefined) return undefined;
      return {
        key: '',
        ...{ url, origin },
        depth: Number(row.depth),
        ...(row.via === null ? {} : { via: lengthen(String(row.via), baseOf(origin)) }),
        hops: row.hops === null ? [] : JSON.parse(String(row.hops)),
        tries: 0,
        ...(row.validators === null ? {} : { validators: JSON.parse(String(row.validators)) }),
      };
    },
    bringForward(origin, url, dueAtMs) {
      const place = placeOf(origin, url);
      if (place) bring.run(dueAtMs, ...place);
    },
    *pendingOrigins() {
      const pending = db.prepare('SELECT key FROM url_pending JOIN origin ON origin.id = origin_id WHERE urls > 0 ORDER BY key');
      for (const row of pending.all()) yield String(row.key) as OriginKey;
    },
  };
}

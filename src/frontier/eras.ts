import type { DatabaseSync } from 'node:sqlite';
import { KeyFilter } from './key-filter.ts';

/**
 * The index that finds a URL's row grows scattered: what is offered lies anywhere in it. So it is kept by eras of about a million rows, and only the last
 * one grows, which the cache holds: a new URL costs among ten million what it costs among one. What is found nowhere need not be looked for in each
 * era: a filter of each, two octets a row in memory, says where it may lie.
 */
export interface Eras {
  /** New rows belong to it. Eras are numbered from 0 on. */
  readonly current: number;
  /** False only where no row of the era has that number: an era of which that is not known is looked into. */
  mayHold(era: number, originId: number, h: number): boolean;
  /** A row of the current era. */
  add(originId: number, h: number): void;
  /** After the inserts of an `apply`, in its transaction: begins the next era where this one is full. */
  settle(): void;
}

export const urlsPerEra: number = 2 ** 20;

export function openEras(db: DatabaseSync, limit: number = urlsPerEra): Eras {
  /** By era; none where rows of an earlier process are in the current one, which are read when it ends, and none that was lost. */
  const filters = new Map<number, KeyFilter>();
  let current = 0;
  let urls = 0;
  /** Not yet in the table. */
  let added = 0;
  for (const row of db.prepare('SELECT era, urls, filter FROM url_era ORDER BY era').all()) {
    current = Number(row.era);
    urls = Number(row.urls);
    if (row.filter instanceof Uint8Array) filters.set(current, new KeyFilter(row.filter));
  }
  const count = db.prepare('INSERT INTO url_era (era, urls) VALUES (?, ?) ON CONFLICT DO UPDATE SET urls = excluded.urls');
  // Rows answer for themselves: where they say that there is a later era, there is one.
  const last = Number(db.prepare('SELECT max(era) AS era FROM url').get()?.era ?? 0);
  if (last > current) [current, urls] = [last, 0];
  const isBegun = db.prepare('SELECT 1 FROM url WHERE era = ? LIMIT 1').get(current) !== undefined;
  if (!isBegun) filters.set(current, KeyFilter.for(limit));
  const end = db.prepare('UPDATE url_era SET filter = ? WHERE era = ?');
  const keys = db.prepare('SELECT origin_id, h FROM url WHERE era = ?');

  function filterOfRows(): KeyFilter {
    const made = KeyFilter.for(urls);
    for (const row of keys.iterate(current)) made.add(Number(row.origin_id), Number(row.h));
    return made;
  }

  return {
    get current() {
      return current;
    },
    mayHold(era, originId, h) {
      const filter = filters.get(era);
      return filter === undefined || filter.mayHold(originId, h);
    },
    add(originId, h) {
      added++;
      filters.get(current)?.add(originId, h);
    },
    settle() {
      if (added === 0) return;
      urls += added;
      added = 0;
      count.run(current, urls);
      if (urls < limit) return;
      const ended = filters.get(current) ?? filterOfRows();
      end.run(ended.octets, current);
      filters.set(current, ended);
      urls = 0;
      count.run(++current, urls);
      filters.set(current, KeyFilter.for(limit));
    },
  };
}

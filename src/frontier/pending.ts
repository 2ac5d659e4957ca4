import type { DatabaseSync } from 'node:sqlite';
import type { OriginKey } from '../vocab/index.ts';

/** An origin that has pending rows. */
export interface Pending {
  readonly id: number;
  readonly key: OriginKey;
  readonly urls: number;
  /** No pending row of it has a lower `seq`. */
  readonly fromSeq: number;
}

/** How many rows of each origin are pending, and where to look for them; kept in the transaction that makes rows pending or finishes them. */
export interface PendingCounts {
  add(originId: number, urls: number, fromSeq: number): void;
  /** One of them has ended; those that are left begin at `fromSeq` or later. */
  end(originId: number, fromSeq: number): void;
  /** Those offered first come first. */
  all(): Iterable<Pending>;
}

export function openPending(db: DatabaseSync): PendingCounts {
  // Where nothing was pending the new ones are the first.
  const add = db.prepare(
    `INSERT INTO url_pending (origin_id, urls, from_seq) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET
       from_seq = iif(urls = 0, excluded.from_seq, min(from_seq, excluded.from_seq)), urls = urls + excluded.urls`,
  );
  const end = db.prepare('UPDATE url_pending SET urls = urls - 1, from_seq = ? WHERE origin_id = ?');
  const all = db.prepare(
    'SELECT id, key, urls, from_seq FROM url_pending JOIN origin ON origin.id = origin_id WHERE urls > 0 ORDER BY from_seq',
  );
  return {
    add: (...row) => void add.run(...row),
    end: (originId, seq) => void end.run(seq, originId),
    *all() {
      for (const { id, key, urls, from_seq } of all.iterate())
        yield { id: Number(id), key: String(key) as OriginKey, urls: Number(urls), fromSeq: Number(from_seq) };
    },
  };
}

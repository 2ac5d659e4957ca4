import type { DatabaseSync } from 'node:sqlite';
import { inTransaction } from './transaction.ts';

/**
 * Tables in the dataset's state database, whose version counts for them too. An origin's rows lie together in the order of offering (`seq`, unique):
 * the links of one page to an origin are added to one leaf, and taking and finishing a slice touches one or two, however many rows there are.
 * `url_h` finds a row by its path: a few octets a row, and by eras (`eras.ts`), because it is what grows scattered. Nothing indexes pending rows:
 * `url_pending` says how many an origin has and where to look for them, 16 octets an origin, which stay in the cache. What a start needs to know is kept in the transaction that
 * changes it: no start reads the finished rows.
 */
const schema = `
CREATE TABLE IF NOT EXISTS origin (id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE) STRICT;
CREATE TABLE IF NOT EXISTS url (
  origin_id INTEGER NOT NULL, seq INTEGER NOT NULL,
  status INTEGER NOT NULL,                              -- 0 pending, 1 finished
  era INTEGER NOT NULL, h INTEGER NOT NULL, path TEXT NOT NULL,
  depth INTEGER NOT NULL, tries INTEGER NOT NULL,
  via TEXT, hops TEXT,
  reason TEXT,                                          -- of a pending row: what it ended with before it was made pending again
  due_at INTEGER, visited_at INTEGER, interval_ms INTEGER, validators TEXT,
  lastmod INTEGER,                                      -- of a pending row: what a sitemap said, where that made it pending
  PRIMARY KEY (origin_id, seq)) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX IF NOT EXISTS url_h ON url (era, origin_id, h);
CREATE INDEX IF NOT EXISTS url_seed ON url (origin_id) WHERE via IS NULL;
-- the last one grows and has no filter yet
CREATE TABLE IF NOT EXISTS url_era (era INTEGER PRIMARY KEY, urls INTEGER NOT NULL, filter BLOB) STRICT;
-- from_seq: no pending row of the origin has a lower seq
CREATE TABLE IF NOT EXISTS url_pending (origin_id INTEGER PRIMARY KEY, urls INTEGER NOT NULL, from_seq INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS url_finished (reason TEXT PRIMARY KEY, urls INTEGER NOT NULL) STRICT, WITHOUT ROWID;
-- one row; last_seq is the highest in use, reopening what \`reopen\` has still to do
CREATE TABLE IF NOT EXISTS url_queue (id INTEGER PRIMARY KEY CHECK (id = 1), last_seq INTEGER NOT NULL, reopening TEXT,
  occasion TEXT) STRICT;                                -- of the last reopening
`;

/** Makes the tables where they are missing. */
export function openTables(db: DatabaseSync): void {
  db.exec(schema);
  if (db.prepare('SELECT 1 FROM url_queue').get() === undefined) inTransaction(db, () => countAnew(db));
}

export const countFinished =
  'INSERT INTO url_finished (reason, urls) SELECT reason, count(*) FROM url WHERE status = 1 GROUP BY reason';
export const countPending =
  'INSERT INTO url_pending (origin_id, urls, from_seq) SELECT origin_id, count(*), min(seq) FROM url WHERE status = 0 GROUP BY origin_id';

/** The counts of a new database, or of one that was made before they were kept. */
function countAnew(db: DatabaseSync): void {
  db.exec(`DELETE FROM url_finished; DELETE FROM url_pending; DELETE FROM url_era;
    ${countFinished}; ${countPending};
    INSERT INTO url_era (era, urls) SELECT coalesce(max(era), 0), 0 FROM url;
    INSERT INTO url_queue (id, last_seq) SELECT 1, coalesce(max(seq), 0) FROM url;`);
}

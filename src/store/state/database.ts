import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { StoreError, storageFailure } from '../disk/errors.ts';
import { refuseLink } from '../disk/files.ts';
import { databaseName } from '../disk/layout.ts';

/**
 * The state database `state/heed.sqlite`: one file for the store's tables and the frontier's, so that one transaction covers
 * bytes, rows and URL status. Its version counts for both rooms. WAL with synchronous=NORMAL: a power cut may undo the last
 * commits, which only leaves files longer than recorded (data is synced before its commit).
 */
export const schemaVersion = 1;

// Times are ISO instants in text, except expires_at (ms since epoch). `origin` is kept as text: rows of one origin lie together
// and the file stays readable with any SQLite tool.
const schema = `
CREATE TABLE run (
  id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, kind TEXT NOT NULL,
  state TEXT NOT NULL,                                  -- open | finishing | finished
  started_at TEXT NOT NULL, finished_at TEXT, settings TEXT NOT NULL, manifest_sha256 TEXT,
  finish_order INTEGER,
  fed_through INTEGER) STRICT;                          -- its last tombstone that is in the feed
CREATE TABLE run_count (
  run_id INTEGER NOT NULL, disposition TEXT NOT NULL, reason TEXT NOT NULL, records INTEGER NOT NULL,
  PRIMARY KEY (run_id, disposition, reason)) STRICT, WITHOUT ROWID;
CREATE TABLE segment (
  id INTEGER PRIMARY KEY, run_id INTEGER NOT NULL, kind TEXT NOT NULL, path TEXT NOT NULL UNIQUE,
  state TEXT NOT NULL,                                  -- open | sealed | retired (on the disk until remove_after, listed no more) | removed
  bytes INTEGER NOT NULL, records INTEGER NOT NULL, sha256 TEXT, root TEXT,
  retired_run INTEGER, remove_after INTEGER) STRICT;
-- one gzip member = one origin in one commit; bytes that are in no segment's length do not exist
CREATE TABLE member (
  id INTEGER PRIMARY KEY, segment_id INTEGER NOT NULL, off INTEGER NOT NULL, len INTEGER NOT NULL, records INTEGER NOT NULL,
  origin TEXT NOT NULL,
  dead INTEGER NOT NULL DEFAULT 0,                      -- lines of documents that are no longer live
  UNIQUE (segment_id, off)) STRICT;
CREATE INDEX member_origin ON member (origin);
CREATE INDEX member_dead ON member (segment_id) WHERE dead > 0;
-- digests of a member's lines, 32 octets each: the shard's Merkle root without reading the shard
CREATE TABLE member_leaves (member_id INTEGER PRIMARY KEY, leaves BLOB NOT NULL) STRICT;
CREATE TABLE document (
  origin TEXT NOT NULL, url_h INTEGER NOT NULL, id TEXT NOT NULL, url TEXT NOT NULL,
  text_sha256 BLOB NOT NULL, payload_sha256 BLOB NOT NULL, run_id INTEGER NOT NULL,
  member_id INTEGER,                                    -- where its line lies; null once that is gone
  state TEXT NOT NULL,                                  -- live | superseded | withdrawn
  PRIMARY KEY (origin, url_h, id)) STRICT, WITHOUT ROWID;
-- not of live ones only: twenty thousand withdrawals would be as many changes all over it
CREATE INDEX document_text ON document (text_sha256);
CREATE TABLE declaration_set (
  run_id INTEGER NOT NULL, digest TEXT NOT NULL, PRIMARY KEY (run_id, digest)) STRICT, WITHOUT ROWID;
CREATE TABLE declaration (
  origin TEXT NOT NULL, kind TEXT NOT NULL, url TEXT NOT NULL, retrieved_at TEXT, expires_at INTEGER NOT NULL, digest TEXT,
  retrieval TEXT NOT NULL, body BLOB, warc TEXT,
  confirmed TEXT,                                       -- when and by which 304 the site confirmed it
  failed TEXT,                                          -- a later attempt that reached nobody
  PRIMARY KEY (origin, kind, url)) STRICT;
-- member_id says where the text still lies, and is null once it has left its shard: from left_segment to new_segment, if anything stayed there
CREATE TABLE tombstone (
  id INTEGER PRIMARY KEY, origin TEXT NOT NULL, url_h INTEGER NOT NULL, url TEXT NOT NULL, document_id TEXT NOT NULL,
  reason TEXT NOT NULL, ticket TEXT, sighted_at TEXT NOT NULL, withdrawn_at TEXT NOT NULL, run_id INTEGER NOT NULL, member_id INTEGER,
  revived INTEGER NOT NULL DEFAULT 0,                   -- 1: the same document was collected anew after it
  left_run INTEGER, left_at TEXT, left_segment INTEGER, new_segment INTEGER) STRICT;
CREATE INDEX tombstone_document ON tombstone (origin, url_h);
CREATE INDEX tombstone_pending ON tombstone (member_id) WHERE member_id IS NOT NULL;
CREATE INDEX tombstone_left ON tombstone (left_run) WHERE left_run IS NOT NULL;
-- files that another of the same name and length takes the place of, when the run is finished
CREATE TABLE replacement (path TEXT PRIMARY KEY, run_id INTEGER NOT NULL) STRICT, WITHOUT ROWID;
-- one row: the digest of the feed's last line
CREATE TABLE feed (id INTEGER PRIMARY KEY CHECK (id = 1), head TEXT NOT NULL) STRICT;
-- what is not collected again; an e-mail address is there as a keyed digest only
CREATE TABLE suppression (
  kind TEXT NOT NULL, value TEXT NOT NULL, reason TEXT NOT NULL, ticket TEXT, since TEXT NOT NULL, run_id INTEGER NOT NULL,
  PRIMARY KEY (kind, value)) STRICT, WITHOUT ROWID;
-- live documents in which an e-mail address was masked, by its keyed digest; and which keys such digests were made with
CREATE TABLE masked_address (
  keyed BLOB NOT NULL, origin TEXT NOT NULL, url_h INTEGER NOT NULL, id TEXT NOT NULL,
  PRIMARY KEY (origin, url_h, id, keyed)) STRICT, WITHOUT ROWID;
CREATE INDEX masked_address_keyed ON masked_address (keyed);
CREATE TABLE address_key (id TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
`;

// A checkpoint every 32 MiB instead of 4: pages of many origins are written once, not eight times.
const pragmas = `PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -65536; PRAGMA temp_store = MEMORY;
PRAGMA wal_autocheckpoint = 8000; PRAGMA journal_size_limit = 67108864;`;

/** A whole check of a small file costs nothing; a large one is checked page by page as it is read. */
const maxCheckedBytes = 64 * 1024 * 1024;

const versionOf = (db: DatabaseSync): number => Number(db.prepare('PRAGMA user_version').get()?.user_version);

/**
 * Opens or creates the state database for writing.
 * @throws ERR_STATE_NEWER, ERR_STATE_OLDER (both leave it as it is), ERR_STATE_CORRUPT, ERR_STATE_BUSY, ERR_STORAGE.
 */
export function openDatabase(out: string): DatabaseSync {
  const file = join(out, databaseName);
  for (const suffix of ['', '-wal', '-shm']) refuseLink(file + suffix);
  let db: DatabaseSync | undefined;
  try {
    db = new DatabaseSync(file, { timeout: 10_000 });
    const version = versionOf(db);
    if (version > schemaVersion) {
      throw new StoreError(
        'ERR_STATE_NEWER',
        `the state of \`${out}\` has schema ${version}, this version knows up to ${schemaVersion}; use the version that made it`,
      );
    }
    // Nothing is converted on the way: a state this version does not write is left as it is.
    if (version !== 0 && version < schemaVersion) {
      throw new StoreError(
        'ERR_STATE_OLDER',
        `the state of \`${out}\` has schema ${version}, this version writes ${schemaVersion}; finish with the version that made it, or choose another --out`,
      );
    }
    db.exec(pragmas);
    if (version === 0) db.exec(`BEGIN IMMEDIATE; ${schema} PRAGMA user_version = ${schemaVersion}; COMMIT;`);
    else checkDatabase(db, file);
    return db;
  } catch (error) {
    db?.close();
    throw storageFailure(error, 'opening the state database');
  }
}

function checkDatabase(db: DatabaseSync, file: string): void {
  if (statSync(file).size > maxCheckedBytes) return;
  const answer = Object.values(db.prepare('PRAGMA quick_check(1)').get() ?? {})[0];
  if (answer !== 'ok')
    throw new StoreError(
      'ERR_STATE_CORRUPT',
      `the state database is damaged: ${answer}; try \`heed doctor --out DIR --repair\`, or restore state/ from a copy`,
    );
}

/** The state database for reading beside a live writer; undefined where there is none or this version cannot read it. */
export function openDatabaseToRead(out: string): DatabaseSync | undefined {
  let db: DatabaseSync | undefined;
  try {
    db = new DatabaseSync(join(out, databaseName), { readOnly: true, timeout: 10_000 });
    if (versionOf(db) === schemaVersion) return db;
  } catch {
    // Not an answer about any URL: the caller then scans the dataset itself.
  }
  db?.close();
  return undefined;
}

/** What is read of it there, whole when `read` returns: it is closed then. Undefined as above. */
export function readState<T>(out: string, read: (db: DatabaseSync) => T): T | undefined {
  const db = openDatabaseToRead(out);
  try {
    return db && read(db);
  } finally {
    db?.close();
  }
}

/** Whether the state database can be read now; a folder without one has nothing that could not be. */
export function isStateReadable(out: string): boolean {
  return readState(out, () => true) ?? !existsSync(join(out, databaseName));
}

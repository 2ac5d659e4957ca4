import type { DatabaseSync } from 'node:sqlite';

/** In the caller's transaction, or in one of its own. */
export function inTransaction<T>(db: DatabaseSync, work: () => T): T {
  if (db.isTransaction) return work();
  db.exec('BEGIN IMMEDIATE');
  try {
    const value = work();
    db.exec('COMMIT');
    return value;
  } catch (error) {
    // A full disk may have rolled back already; the first error is the one to tell.
    if (db.isTransaction) db.exec('ROLLBACK');
    throw error;
  }
}

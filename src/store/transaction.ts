import type { DatabaseSync } from 'node:sqlite';

/** All of the work is committed, or nothing is. */
export function transaction<T>(db: DatabaseSync, work: () => T): T {
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

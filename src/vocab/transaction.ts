/** What is used here of a database: the store and the frontier write to the same one, and may not import each other. */
export interface Transactional {
  readonly isTransaction: boolean;
  exec(sql: string): void;
}

/** All of the work is committed, or nothing is. */
export function transaction<T>(db: Transactional, work: () => T): T {
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

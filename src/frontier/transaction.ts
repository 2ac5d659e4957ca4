import { type Transactional, transaction } from '../vocab/index.ts';

/** In the caller's transaction, or in one of its own. */
export const inTransaction = <T>(db: Transactional, work: () => T): T => (db.isTransaction ? work() : transaction(db, work));

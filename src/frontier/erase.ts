import type { DatabaseSync } from 'node:sqlite';
import { hash47 } from './address.ts';
import { countFinished, countPending } from './tables.ts';
import { inTransaction } from './transaction.ts';

/** Of the index that finds a URL: the only one in which a row that changes its name is looked for without asking a filter. */
const lastEra = 'SELECT max(era) FROM url_era';

/**
 * Takes a value out of the URLs that were ever offered, and of what is kept beside them; a URL that held it is known by what is left of its name. In the
 * caller's transaction, or in one of its own; before anything reads these tables in this process. What was moved about within the file before is in it
 * still, until it is written anew.
 * @param redact the text without the value; undefined where it is not in it
 */
export function eraseUrls(db: DatabaseSync, redact: (text: string) => string | undefined): void {
  const without = (text: unknown): string | null => (typeof text === 'string' ? (redact(text) ?? null) : null);
  db.function('url_without', { deterministic: true }, without);
  db.function('path_hash_of', { deterministic: true }, path => hash47(String(path)));
  const hasTable = db.prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?");
  inTransaction(db, () => {
    if (hasTable.get('sitemap') !== undefined)
      db.exec('UPDATE OR REPLACE sitemap SET url = url_without(url) WHERE url_without(url) IS NOT NULL');
    if (hasTable.get('url') === undefined) return;
    db.exec(`UPDATE OR REPLACE url SET path = url_without(path), h = path_hash_of(url_without(path)), era = (${lastEra})
      WHERE url_without(path) IS NOT NULL`);
    for (const column of ['via', 'hops', 'validators'])
      db.exec(`UPDATE url SET ${column} = url_without(${column}) WHERE url_without(${column}) IS NOT NULL`);
    // Two URLs that differed by the value alone are one row now.
    db.exec(`DELETE FROM url WHERE era = (${lastEra}) AND EXISTS (SELECT 1 FROM url AS other JOIN url_era ON other.era = url_era.era
        WHERE url_era.era < url.era AND other.origin_id = url.origin_id AND other.h = url.h AND other.path = url.path);
      UPDATE url_era SET urls = (SELECT count(*) FROM url WHERE url.era = url_era.era) WHERE era = (${lastEra});
      DELETE FROM url_finished; DELETE FROM url_pending; ${countFinished}; ${countPending}`);
  });
}

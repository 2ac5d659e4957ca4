import type { DatabaseSync } from 'node:sqlite';
import type { OriginKey } from '../../vocab/index.ts';
import { hash52 } from '../disk/hash.ts';
import type { Sha256 } from '../records/index.ts';
import { erasureKeys, keyedForms, recordKey } from './address-key.ts';
import { openDatabaseToRead } from './database.ts';
import { originOf } from './places.ts';

/**
 * In which live documents which e-mail address was masked, by its keyed digest: their text does not hold it any more, and whoever asks to be forgotten
 * may mean these as well. It lies in the working state only: it tells who is named where, which is nobody's business who has the corpus; without the key
 * that lies beside it, it says nothing. An entry ends with its document, whatever ends that.
 */
export interface AddressIndex {
  /** Inside the commit's transaction. @param addresses as written; the entries that are there already stay */
  record(origin: OriginKey, url: string, documentId: string, addresses: readonly string[]): void;
}

export function openAddressIndex(out: string, db: DatabaseSync): AddressIndex {
  const [key] = erasureKeys(out);
  const insert = db.prepare('INSERT INTO masked_address (keyed, origin, url_h, id) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING');
  recordKey(db, key);
  return {
    record(origin, url, documentId, addresses) {
      for (const address of addresses)
        for (const keyed of keyedForms(address, key)) insert.run(Buffer.from(keyed, 'hex'), origin, hash52(url), documentId);
    },
  };
}

export interface AddressIndexReader {
  /** URLs of live documents in which one of these was masked. */
  pagesOf(keyed: readonly Sha256[]): readonly string[];
  /** Has the document an entry, for whatever address? */
  has(url: string, documentId: string): boolean;
  close(): void;
}

/** Undefined where there is no working state that can be read. */
export function readAddressIndex(out: string): AddressIndexReader | undefined {
  const db = openDatabaseToRead(out);
  if (db === undefined) return undefined;
  const pages = db.prepare(
    `SELECT url FROM masked_address AS entry JOIN document ON (document.origin, document.url_h, document.id) = (entry.origin, entry.url_h, entry.id)
     WHERE keyed = ? AND state = 'live'`,
  );
  const entry = db.prepare('SELECT 1 FROM masked_address WHERE origin = ? AND url_h = ? AND id = ? LIMIT 1');
  return {
    pagesOf: keyed => keyed.flatMap(each => pages.all(Buffer.from(each, 'hex')).map(({ url }) => String(url))),
    has: (url, documentId) => entry.get(originOf(url) ?? '', hash52(url), documentId) !== undefined,
    close: () => db.close(),
  };
}

import type { DatabaseSync } from 'node:sqlite';
import { StoreError } from '../disk/errors.ts';
import type { Sha256 } from '../records/index.ts';
import { readState } from '../state/database.ts';
import { openDocumentIndex } from '../state/documents.ts';
import { originOf } from '../state/places.ts';
import { openWithdrawals, type Selection } from './withdraw.ts';

/** What a withdrawal would take, by selection and by shard. */
export interface Preview {
  readonly documents: number;
  readonly bySelection: readonly number[];
  readonly byShard: Readonly<Record<string, number>>;
  readonly urls: readonly string[];
}

/** Counts without changing anything, beside a live writer too. @throws ERR_NO_DATASET */
export const previewWithdrawal = (out: string, selections: readonly Selection[]): Preview =>
  reading(out, db => {
    const withdrawals = openWithdrawals(db);
    const shards = new Map<string, string>();
    const urls = new Set<string>();
    const bySelection = selections.map(selection => {
      const documents = withdrawals.find(selection).flatMap(found => found.documents);
      for (const { origin, document_id, shard, url } of documents) {
        shards.set(`${origin} ${document_id}`, shard);
        urls.add(url);
      }
      return documents.length;
    });
    const byShard: Record<string, number> = {};
    for (const shard of shards.values()) byShard[shard] = (byShard[shard] ?? 0) + 1;
    return { documents: shards.size, bySelection, byShard, urls: [...urls] };
  });

/** Digests of the texts of these pages, of those that have a live document. @throws ERR_NO_DATASET */
export const textsOf = (out: string, urls: readonly string[]): readonly Sha256[] =>
  reading(out, db => {
    const documents = openDocumentIndex(db);
    return urls.flatMap(url => {
      const origin = originOf(url);
      return (origin === undefined ? undefined : documents.findUrl(origin, url)?.text_sha256) ?? [];
    });
  });

function reading<T>(out: string, read: (db: DatabaseSync) => T): T {
  const found = readState(out, db => ({ value: read(db) }));
  if (found === undefined)
    throw new StoreError('ERR_NO_DATASET', `\`${out}\` holds no working state that can be read; check --out`);
  return found.value;
}

import type { OriginKey } from '../../vocab/index.ts';
import { type ProvenanceRecord, provenanceRecord, type Sha256 } from '../records/index.ts';
import { readState } from '../state/database.ts';
import { membersOf } from './find.ts';
import { readSlices } from './read.ts';

/** Rows of exact duplicates at these origins, of every run, one without a manifest included. Only members of those origins are read. */
export async function* duplicatesAt(out: string, isNamed: (origin: OriginKey) => boolean): AsyncGenerator<ProvenanceRecord> {
  for (const origin of originsWithDuplicates(out, isNamed))
    for await (const { record } of readSlices(out, membersOf(out, 'provenance', origin) ?? [], provenanceRecord, {
      mustContain: '"duplicate.exact"',
    }))
      if (record.reason === 'duplicate.exact') yield record;
}

/** URLs of live documents with one of these texts. */
export function documentsWithTexts(out: string, texts: Iterable<Sha256>): readonly string[] {
  const found = readState(out, db => {
    const find = db.prepare("SELECT url FROM document WHERE text_sha256 = ? AND state = 'live'");
    return [...texts].flatMap(text => find.all(Buffer.from(text, 'hex')).map(({ url }) => String(url)));
  });
  return found ?? [];
}

/** Origins of this sort with rows of duplicates, as far as that shows without reading them: a withdrawal must not wait for a million rows. */
function originsWithDuplicates(out: string, isNamed: (origin: OriginKey) => boolean): readonly OriginKey[] {
  const found = readState(out, db => {
    if (db.prepare("SELECT 1 FROM run_count WHERE reason = 'duplicate.exact' LIMIT 1").get() === undefined) return [];
    // One step in the index an origin.
    const origins = db.prepare(
      `WITH RECURSIVE one (origin) AS (
         SELECT min(origin) FROM member WHERE origin <> ''
         UNION ALL SELECT (SELECT min(member.origin) FROM member WHERE member.origin > one.origin) FROM one WHERE one.origin IS NOT NULL)
       SELECT origin FROM one WHERE origin IS NOT NULL`,
    );
    const named = origins.all().flatMap(row => {
      const origin = String(row.origin) as OriginKey;
      return isNamed(origin) ? [origin] : [];
    });
    if (db.prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'url'").get() === undefined) return named;
    const known = db.prepare('SELECT id FROM origin WHERE key = ?');
    const duplicate = db.prepare("SELECT 1 FROM url WHERE origin_id = ? AND reason = 'duplicate.exact' LIMIT 1");
    return named.filter(origin => {
      const id = known.get(origin)?.id;
      return id === undefined || duplicate.get(id) !== undefined;
    });
  });
  return found ?? [];
}

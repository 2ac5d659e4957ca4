import type { z } from 'zod';
import type { Digest, OriginKey } from '../../vocab/index.ts';
import type { SegmentKind } from '../disk/layout.ts';
import {
  type DeclarationsRecord,
  type DocumentRow,
  declarationsRecord,
  documentRow,
  type ProvenanceRecord,
  provenanceRecord,
} from '../records/index.ts';
import { readState } from '../state/database.ts';
import { originOf } from '../state/places.ts';
import {
  isWithdrawn,
  type Located,
  readDeclarations,
  readDocumentLines,
  readProvenance,
  readSlices,
  readWithdrawn,
  type Slice,
} from './read.ts';

export interface Member extends Slice {
  /** Runs end in an order of their own; of an unfinished one: later than any. */
  readonly ended: number;
}

/** Members of one origin, newest first; undefined without a working state. Every member belongs to one origin: that is the index. */
export function membersOf(out: string, kind: SegmentKind, origin: OriginKey): readonly Member[] | undefined {
  return readState(out, db => {
    const rows = db.prepare(
      `SELECT path, off, len, (SELECT coalesce(sum(m.records), 0) FROM member m WHERE m.segment_id = member.segment_id AND m.off < member.off) AS before,
         finish_order FROM member JOIN segment ON segment.id = member.segment_id JOIN run ON run.id = segment.run_id
       WHERE member.origin = ? AND segment.kind = ? AND segment.state IN ('open', 'sealed') ORDER BY segment.id DESC, off DESC`,
    );
    return rows.all(origin, kind).map(row => {
      const start = Number(row.off);
      const ended = row.finish_order === null ? Number.POSITIVE_INFINITY : Number(row.finish_order);
      return { path: String(row.path), start, end: start + Number(row.len), linesBefore: Number(row.before), ended };
    });
  });
}

/**
 * In the newest member; and where a run that began earlier ended later (a crawl was interrupted, and others did their work meanwhile), in what that
 * wrote, the newest by time.
 */
async function findNewest<T>(
  out: string,
  members: readonly Member[],
  schema: z.ZodType<T>,
  text: string,
  isIt: (record: T) => boolean,
  timeOf: (record: T) => string,
): Promise<Located<T> | undefined> {
  let newest: Located<T> | undefined;
  let ended = Number.NEGATIVE_INFINITY;
  for (const member of members) {
    if (newest !== undefined && member.ended <= ended) continue;
    for await (const located of readSlices(out, [member], schema, { mustContain: text })) {
      if (!isIt(located.record) || (newest !== undefined && timeOf(located.record) < timeOf(newest.record))) continue;
      newest = located;
      ended = member.ended;
    }
  }
  return newest;
}

/**
 * The newest provenance record of a URL, of an unfinished run too. With a working state only the members of its origin are read, without one
 * every provenance file of the newest manifest.
 */
export async function findProvenance(out: string, url: string): Promise<Located<ProvenanceRecord> | undefined> {
  const isIt = (record: ProvenanceRecord): boolean => record.url === url;
  const origin = originOf(url);
  const members = origin === undefined ? undefined : membersOf(out, 'provenance', origin);
  if (members !== undefined) return findNewest(out, members, provenanceRecord, JSON.stringify(url), isIt, ({ at }) => at);
  return newestRow(out, url, { unfinished: true });
}

/** The same by reading every provenance file. @param options whether those of an unfinished run, too */
export async function newestRow(
  out: string,
  url: string,
  options: { readonly unfinished?: boolean } = {},
): Promise<Located<ProvenanceRecord> | undefined> {
  let newest: Located<ProvenanceRecord> | undefined;
  for await (const located of readProvenance(out, { ...options, mustContain: JSON.stringify(url) }))
    if (located.record.url === url && (newest === undefined || newest.record.at <= located.record.at)) newest = located;
  return newest;
}

/** The live document of a URL: of the versions that still lie in shards, the newest. */
export async function findDocument(out: string, url: string): Promise<Located<DocumentRow> | undefined> {
  const withdrawn = await readWithdrawn(out);
  const isIt = (record: DocumentRow): boolean => record.url === url && !isWithdrawn(withdrawn, record);
  const origin = originOf(url);
  const members = origin === undefined ? undefined : membersOf(out, 'documents', origin);
  if (members !== undefined) return findNewest(out, members, documentRow, JSON.stringify(url), isIt, ({ date }) => date);
  for await (const located of readDocumentLines(out, { mustContain: JSON.stringify(url) }))
    if (isIt(located.record)) return located;
  return undefined;
}

/** Every provenance record of a URL, oldest first, one for each run that judged it. */
export async function findHistory(out: string, url: string): Promise<readonly ProvenanceRecord[]> {
  const options = { mustContain: JSON.stringify(url) };
  const origin = originOf(url);
  const members = origin === undefined ? undefined : membersOf(out, 'provenance', origin);
  const found = members
    ? readSlices(out, members.toReversed(), provenanceRecord, options)
    : readProvenance(out, { ...options, unfinished: true });
  const records: ProvenanceRecord[] = [];
  for await (const { record } of found) if (record.url === url) records.push(record);
  const order = ({ at, run }: ProvenanceRecord): string => `${at} ${run}`;
  return records.sort((a, b) => (order(a) < order(b) ? -1 : 1));
}

/** The declaration set a provenance record names by digest. */
export async function findDeclarations(
  out: string,
  origin: OriginKey,
  digest: Digest,
): Promise<Located<DeclarationsRecord> | undefined> {
  const isIt = (record: DeclarationsRecord): boolean => record.digest === digest;
  const members = membersOf(out, 'declarations', origin);
  if (members !== undefined) return findNewest(out, members, declarationsRecord, digest, isIt, ({ at }) => at);
  for await (const located of readDeclarations(out, { unfinished: true, mustContain: digest }))
    if (isIt(located.record)) return located;
  return undefined;
}

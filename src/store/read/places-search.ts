/** What a dataset holds of a host and the hosts below it: for whoever asks about a domain and not about one page. */
import type { Disposition, Instant, OriginKey, Reason } from '../../vocab/index.ts';
import { type ProvenanceRecord, provenanceRecord } from '../records/index.ts';
import { readState } from '../state/database.ts';
import { readSlices, type Slice } from './read.ts';

export interface FoundRow {
  readonly url: string;
  readonly disposition: Disposition;
  readonly reason: Reason;
  readonly at: Instant;
}

export interface FoundPlaces {
  readonly origins: readonly OriginKey[];
  /** The newest row of each URL, in order of URL. */
  readonly rows: readonly FoundRow[];
  /** There is more than was looked at. */
  readonly isCut: boolean;
}

const most = { origins: 50, members: 120, rows: 500 };

/** @param host lower case; a dot before it or none */
export async function searchPlaces(out: string, host: string): Promise<FoundPlaces> {
  const { origins, members } = placesOf(out, host);
  const newest = new Map<string, ProvenanceRecord>();
  for (const member of members.slice(0, most.members)) {
    for await (const { record } of readSlices(out, [member], provenanceRecord)) {
      const known = newest.get(record.url);
      if (known ? known.at < record.at : newest.size < most.rows) newest.set(record.url, record);
    }
  }
  const rows = [...newest.values()]
    .map(({ url, disposition, reason, at }) => ({ url, disposition, reason, at }))
    .sort((a, b) => (a.url < b.url ? -1 : 1));
  return {
    origins: origins.slice(0, most.origins),
    rows,
    isCut: origins.length > most.origins || members.length > most.members || newest.size >= most.rows,
  };
}

function placesOf(out: string, host: string): { origins: readonly OriginKey[]; members: readonly Slice[] } {
  const found = readState(out, db => {
    const here = ['http', 'https'].map(scheme => `${scheme}://${host}:`);
    // From `…host:` to `…host;`, the next character: the index finds the ports of the host itself. Hosts below it have to be looked for.
    const select = db.prepare(
      `SELECT DISTINCT origin FROM member WHERE (origin >= ? AND origin < ?) OR (origin >= ? AND origin < ?)
       UNION SELECT DISTINCT origin FROM member WHERE origin LIKE ? ESCAPE '\\' LIMIT ?`,
    );
    const [plain = '', tls = ''] = here;
    const below = `%.${host.replace(/[\\%_]/g, '\\$&')}:%`;
    const origins = select
      .all(plain, plain.replace(/:$/, ';'), tls, tls.replace(/:$/, ';'), below, most.origins + 1)
      .map(row => String(row.origin) as OriginKey);
    const find = db.prepare(
      `SELECT path, off, len FROM member JOIN segment ON segment.id = member.segment_id
       WHERE member.origin = ? AND segment.kind = 'provenance' AND segment.state <> 'removed' ORDER BY member.id DESC LIMIT ?`,
    );
    const members = origins.slice(0, most.origins).flatMap(origin =>
      find.all(origin, most.members + 1).map(row => ({
        path: String(row.path),
        start: Number(row.off),
        end: Number(row.off) + Number(row.len),
        linesBefore: 0,
      })),
    );
    return { origins, members };
  });
  return found ?? { origins: [], members: [] };
}

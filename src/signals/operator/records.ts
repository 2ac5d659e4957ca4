/**
 * Which of the operator's own records reach a URL. Records are indexed by host, so that a long denylist costs a URL a few look-ups.
 *
 * Paths are compared in the canonical form of RFC 9309 §2.2.2 (`/%62log` is `/blog`), fragments never take part. A denial holds for http and https
 * alike; a grant for its own scheme, host and port only. A prefix is compared octet by octet.
 */
import type { Anomaly, Evidence, Exchange, Instant, OperatorRecord, OperatorRecords, SignalId } from '../../vocab/index.ts';
import { onceEach, operatorRecordsUrl } from '../../vocab/index.ts';
import { anomaly, quoteBytes, sourceOf } from '../cite.ts';
import { canonicalPath } from '../robots/paths.ts';

export const spec = 'ours: operator records';

interface Entry {
  readonly record: OperatorRecord;
  /** Null for a domain. */
  readonly place: URL | null;
  readonly path: string;
}

/** Records of a kind that cover a URL, in file order, whatever their dates. */
export function covering(
  records: OperatorRecords | undefined,
  kind: OperatorRecord['kind'],
  url: string,
): readonly OperatorRecord[] {
  const parsed = records && URL.parse(url);
  if (!records || !parsed) return [];
  const index = indexOf(records.records);
  const host = hostOf(parsed);
  const path = canonicalPath(url);
  return hostsAbove(host)
    .flatMap(name => index.get(name) ?? [])
    .filter(({ record }) => record.kind === kind)
    .filter(entry => entry.place === null || (hostOf(entry.place) === host && covers(entry, entry.place, parsed, path)))
    .map(({ record }) => record)
    .sort((a, b) => a.line - b.line);
}

const indexOf = onceEach(indexed);

function indexed(records: readonly OperatorRecord[]): ReadonlyMap<string, readonly Entry[]> {
  const index = new Map<string, Entry[]>();
  for (const record of records) {
    const place = record.scope === 'domain' ? null : URL.parse(record.value);
    const host = place ? hostOf(place) : record.value;
    const entry = { record, place, path: place ? canonicalPath(record.value) : '' };
    const known = index.get(host);
    if (known) known.push(entry);
    else index.set(host, [entry]);
  }
  return index;
}

/** `host.` and `host` are one host. */
const hostOf = ({ hostname }: URL): string => hostname.replace(/\.$/, '');

/** The host and every name above it: `a.b.example` → `a.b.example`, `b.example`, `example`. */
function hostsAbove(host: string): readonly string[] {
  const names = [host];
  for (let dot = host.indexOf('.'); dot >= 0; dot = host.indexOf('.', dot + 1)) names.push(host.slice(dot + 1));
  return names;
}

function covers({ record, path }: Entry, place: URL, url: URL, asked: string): boolean {
  const isSamePort = place.port === url.port;
  const isSameOrigin = record.kind === 'deny' ? isSamePort : isSamePort && place.protocol === url.protocol;
  if (!isSameOrigin || record.scope === 'origin') return isSameOrigin;
  return record.scope === 'url' ? asked === path : asked.startsWith(path);
}

/** Where a record stands at an instant; a null instant is a question without a clock. */
export function standing({ from, until }: OperatorRecord, at: Instant | null): 'in-force' | 'not-yet' | 'expired' | 'undated' {
  if (at === null) return 'undated';
  const now = Date.parse(at);
  if (now < Date.parse(from)) return 'not-yet';
  return until !== null && now >= Date.parse(until) ? 'expired' : 'in-force';
}

/** Lines of the records in force at an instant. */
export const linesInForce = (records: OperatorRecords | undefined, at: Instant): readonly number[] =>
  (records?.records ?? []).filter(record => standing(record, at) === 'in-force').map(({ line }) => line);

const noFile: Exchange = {
  url: operatorRecordsUrl,
  retrievedAt: null,
  digest: null,
  retrieval: { outcome: 'not-attempted', why: 'omitted' },
};

export const fileOf = (records: OperatorRecords | undefined): Exchange => records?.file ?? noFile;

export function citeRecord(signal: SignalId, file: Exchange, { line, bytes }: OperatorRecord): Evidence {
  const body = file.retrieval.outcome === 'successful' ? file.retrieval.body : new Uint8Array();
  return { signal, source: sourceOf(file), locator: { kind: 'line', line, bytes }, quote: quoteBytes(body, ...bytes), spec };
}

/** A record that reaches the URL and does not count. */
export const passedOver = (
  signal: SignalId,
  file: Exchange,
  record: OperatorRecord,
  why: 'not-yet' | 'expired' | 'undated' | 'unsigned-grant',
): Anomaly =>
  anomaly(
    why === 'undated' ? 'operator.undated-question' : `operator.${why}`,
    why === 'unsigned-grant' ? 'ignored' : 'none',
    citeRecord(signal, file, record),
  );

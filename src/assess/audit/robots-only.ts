/**
 * Lines of domains of which only a robots.txt is known. Many sites serve the same one, so what a body says is found out once: only the names of the
 * origin and the time differ, and they stand in the evidence's sources and nowhere else.
 */
import type { Carriers, Digest, Exchange, Instant, OriginKey } from '../../vocab/index.ts';
import { countryOf, tldOf } from './country.ts';
import { type AuditEntry, measureDomain, type Yardstick } from './measure.ts';
import type { AuditEvidence, AuditRecord } from './record.ts';

export type MeasureRobots = (entry: AuditEntry, base: string, robots: Exchange) => AuditRecord;

interface Known {
  /** `https://site.example`, without a path. */
  readonly base: string;
  readonly record: AuditRecord;
}

/** What is remembered: bodies that were met, records of those that were met again, and evidence in all of them; beyond, all is forgotten. */
const [maxMet, maxKnown, maxEvidence] = [65_536, 8_192, 40_000];

/** @returns a function of an entry, its origin without a path, and the exchange of its robots.txt; the other files count as not asked */
export function robotsMeasurer(yardstick: Yardstick): MeasureRobots {
  const met = new Set<number>();
  const known = new Map<string, Known>();
  let evidence = 0;
  /** By 48 bits of the digest: two bodies taken for one here are remembered once too early. */
  const isMetAgain = (digest: Digest): boolean => {
    const mark = Number.parseInt(digest.slice(-12), 16);
    if (met.has(mark)) return true;
    if (met.size >= maxMet) met.clear();
    met.add(mark);
    return false;
  };
  return (entry, base, robots) => {
    const { digest, retrieval } = robots;
    const isShared = digest !== null && retrieval.outcome === 'successful' && yardstick.facts.operator === undefined;
    const hasCountry = countryOf(tldOf(entry.domain)) !== undefined;
    const key = isShared
      ? `${retrieval.status} ${retrieval.truncated} ${robots.retrievedAt === null} ${hasCountry} ${digest}`
      : '';
    const same = isShared ? known.get(key) : undefined;
    if (same) return moved(same, entry, base, robots.retrievedAt);
    const record = measureDomain(factsOf(entry, base, robots), yardstick);
    if (isShared && isMetAgain(digest) && isMovable(record)) {
      evidence += record.evidence.length;
      if (known.size >= maxKnown || evidence > maxEvidence) {
        known.clear();
        evidence = record.evidence.length;
      }
      known.set(key, { base, record });
    }
    return record;
  };
}

const unasked = (url: string): Exchange => ({
  url,
  retrievedAt: null,
  digest: null,
  retrieval: { outcome: 'not-attempted', why: 'omitted' },
});

const factsOf = (entry: AuditEntry, base: string, robots: Exchange): Parameters<typeof measureDomain>[0] => ({
  entry,
  attempts: [],
  origin: originOf(base),
  carriers: {
    url: `${base}/`,
    robots,
    tdmrep: unasked(`${base}/.well-known/tdmrep.json`),
    aiTxt: unasked(`${base}/ai.txt`),
    trustTxt: unasked(`${base}/trust.txt`),
    licenses: new Map(),
    otherLicenses: { outcome: 'not-attempted', why: 'omitted' },
    page: null,
  } satisfies Carriers,
});

/** @param base of the scheme https */
const originOf = (base: string): OriginKey => (/:\d+$/.test(base) ? base : `${base}:443`) as OriginKey;

/** A detail may hold a URL that was resolved against the origin; a fetched field names who hosts it. */
const isMovable = ({ anomalies, hosting }: AuditRecord): boolean =>
  hosting.length === 0 && anomalies.every(({ detail = '' }) => !detail.includes('/'));

/** The same members in the same order: what is remembered gives the same line as what is measured anew. */
function moved({ base, record }: Known, entry: AuditEntry, to: string, at: Instant | null): AuditRecord {
  const tld = tldOf(entry.domain);
  const country = countryOf(tld);
  const move = (url: string): string => (url.startsWith(`${base}/`) ? to + url.slice(base.length) : url);
  const evidence = record.evidence.map((seen): AuditEvidence => {
    const { url, digest, retrievedAt } = seen.source;
    const when = retrievedAt === undefined || at === null ? {} : { retrievedAt: at };
    return { ...seen, source: { url: move(url), ...when, ...(digest === undefined ? {} : { digest }) } };
  });
  return {
    ...record,
    ...entry,
    ...(at === null ? {} : { at }),
    ...{ origin: originOf(to), tld },
    ...(country === undefined ? {} : { country }),
    robots: { ...record.robots, url: `${to}/robots.txt` },
    evidence,
  };
}

/**
 * The lines of an audit from what it stored: its visits say what was asked for each domain, its evidence what was answered. A live audit ends with this
 * pass, and years later it can be made again, by the same function: equal bytes give equal lines. One domain at a time, in the order of the list.
 */
import { type AuditAttempt, type AuditRecord, type DomainFacts, measureDomain, type Yardstick } from '../assess/index.ts';
import {
  exchangeReader,
  openEvidenceFiles,
  type ReadExchange,
  readManifests,
  readProof,
  readVisits,
  StoreError,
  type VisitRecord,
} from '../store/index.ts';
import type { Carriers, Exchange } from '../vocab/index.ts';
import { measuredOr, type OnFault } from './measured.ts';

export interface EvidencePass {
  /** One audit of several in a folder; the newest where none is named. */
  readonly run?: string;
  readonly yardstick: Yardstick;
  /** Called for every domain; how many there are in all. */
  readonly onProgress?: (done: number, total: number) => void;
  readonly onFault?: OnFault;
}

/** An audit's run in a dataset. */
export interface AuditRun {
  readonly run: string;
  readonly domains: number;
  /** With which it was made, beside what everybody has. */
  readonly overrides: Readonly<Record<string, unknown>>;
}

/**
 * The newest finished audit of a folder, or the one that is named.
 * @throws StoreError ERR_NO_DATASET where there is none
 */
export async function findAudit(out: string, run?: string): Promise<AuditRun> {
  const newest = (await readManifests(out)).findLast(
    ({ manifest }) => manifest.kind === 'audit' && (run ?? manifest.run) === manifest.run,
  )?.manifest;
  const domains = newest?.resources.find(resource => resource.kind === 'visits' && resource.run === newest.run)?.records;
  if (!newest || domains === undefined) {
    throw new StoreError(
      'ERR_NO_DATASET',
      `\`${out}\` holds no finished audit${run === undefined ? '' : ` \`${run}\``}; run heed audit first`,
    );
  }
  return { run: newest.run, domains, overrides: newest.overrides };
}

/** @throws StoreError where an answer's bytes are not there or not the recorded ones: a line is never made of less than was stored */
export async function* recordsFromEvidence(
  out: string,
  { run, yardstick, onProgress = () => {}, onFault = () => {} }: EvidencePass,
): AsyncGenerator<AuditRecord, void, undefined> {
  const audit = await findAudit(out, run);
  const files = openEvidenceFiles(out);
  const read: Reader = {
    exchange: exchangeReader(out, maxRemembered, files),
    proof: ref => readProof(out, ref, files),
  };
  let done = 0;
  try {
    for await (const { record } of readVisits(out, { run: audit.run })) {
      const facts = await factsOf(record, read);
      yield measuredOr(() => measureDomain(facts, yardstick), facts, yardstick, onFault);
      onProgress(++done, audit.domains);
    }
  } finally {
    files.close();
  }
}

/** Licences and origins that several domains share; the rest is asked for once. */
const maxRemembered = 64;

interface Reader {
  readonly exchange: ReadExchange;
  readonly proof: (ref: Parameters<typeof readProof>[1]) => Promise<Exchange>;
}

async function factsOf(visit: VisitRecord, read: Reader): Promise<DomainFacts> {
  const { position, asked, domain = asked, rank, documents, tokens, why, moved_to, origin, language } = visit;
  return {
    entry: {
      ...{ domain, asked, position },
      ...(rank === undefined ? {} : { rank }),
      ...(documents === undefined ? {} : { documents }),
      ...(tokens === undefined ? {} : { tokens }),
    },
    attempts: visit.attempts.map(attemptOf),
    carriers: await carriersOf(visit, read),
    ...(origin === undefined ? {} : { origin }),
    ...(why === undefined ? {} : { why }),
    ...(moved_to === undefined ? {} : { movedTo: moved_to }),
    ...(language === undefined ? {} : { language }),
    placeOf: placesOf(visit),
  };
}

const attemptOf = ({ url, outcome, status, cause, location }: VisitRecord['attempts'][number]): AuditAttempt => ({
  ...{ url, outcome },
  ...(status === undefined ? {} : { status }),
  ...(cause === undefined ? {} : { cause }),
  ...(location === undefined ? {} : { location }),
});

async function carriersOf(
  { declarations, page, licenses = [], origin }: VisitRecord,
  { exchange: read, proof }: Reader,
): Promise<Carriers | null> {
  if (declarations === undefined || origin === undefined) return null;
  const root = new URL(`${origin}/`).href;
  const at = (path: string): string => root + path.slice(1);
  const { robots, tdmrep, ai_txt, trust_txt } = declarations;
  const fetched = new Map<string, Carriers['robots']>();
  for (const license of [...declarations.licenses, ...licenses]) fetched.set(license.url, await read(license, license.url));
  return {
    url: page?.url ?? at('/'),
    robots: await read(robots, at('/robots.txt')),
    tdmrep: await read(tdmrep, at('/.well-known/tdmrep.json')),
    aiTxt: await read(ai_txt, at('/ai.txt')),
    trustTxt: await read(trust_txt, at('/trust.txt')),
    licenses: fetched,
    otherLicenses: { outcome: 'not-attempted', why: 'omitted' },
    page: page?.proof === undefined ? null : await proof(page.proof),
  };
}

/** Where the bytes of each source lie. */
function placesOf({ declarations, page, licenses = [] }: VisitRecord): NonNullable<DomainFacts['placeOf']> {
  const places = new Map<string, ReturnType<NonNullable<DomainFacts['placeOf']>>>();
  if (declarations) {
    const { robots, tdmrep, ai_txt, trust_txt } = declarations;
    for (const exchange of [robots, tdmrep, ai_txt, trust_txt, ...declarations.licenses, ...licenses])
      if (exchange?.warc) places.set(exchange.url, exchange.warc);
  }
  if (page?.proof) {
    const { file, record_id, offset } = page.proof;
    places.set(page.url, { file, record_id, offset });
  }
  return url => places.get(url);
}

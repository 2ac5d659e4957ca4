/**
 * A stored record judged again from stored bytes: the exchanges of its origin's declarations and the proof of its page come back from the
 * evidence files, and the same pure function that served the crawl is asked again. Equal bytes give equal verdicts.
 */
import { type Asker, type Assessment, assess, stricterOf, toVerdictRecord, type VerdictRecord } from '../assess/index.ts';
import {
  type DeclarationsRecord,
  exchangeReader,
  findDeclarations,
  type ProvenanceRecord,
  type ReadExchange,
  readProof,
  StoreError,
} from '../store/index.ts';
import type { About, Carriers, Category, Exchange, Instant, OriginKey } from '../vocab/index.ts';

/** The reader of stored exchanges, for whoever judges again. */
export { exchangeReader };

export async function declarationsOf(out: string, record: ProvenanceRecord): Promise<DeclarationsRecord | undefined> {
  if (record.declarations === undefined) return undefined;
  const { protocol, hostname, port } = new URL(record.url);
  const origin = `${protocol}//${hostname.replace(/\.$/, '')}:${port || (protocol === 'https:' ? '443' : '80')}` as OriginKey;
  return (await findDeclarations(out, origin, record.declarations))?.record;
}

/** What a record was judged from. */
export interface StoredCarriers extends Carriers {
  /** The page as a browser made it; null where it was not run in one. */
  readonly tree: Exchange | null;
}

/** @param declarations the set the record names */
export async function carriersOf(
  out: string,
  record: ProvenanceRecord,
  declarations: DeclarationsRecord,
  read: ReadExchange,
): Promise<StoredCarriers> {
  const at = (path: string): string => new URL(path, record.url).href;
  const { robots, tdmrep, ai_txt, trust_txt, licenses } = declarations.exchanges;
  const fetched = await Promise.all(
    [...licenses, ...(record.licenses ?? [])].map(async license => [license.url, await read(license, license.url)] as const),
  );
  return {
    url: record.url,
    robots: await read(robots, at('/robots.txt')),
    tdmrep: await read(tdmrep, at('/.well-known/tdmrep.json')),
    aiTxt: await read(ai_txt, at('/ai.txt')),
    trustTxt: await read(trust_txt, at('/trust.txt')),
    licenses: new Map(fetched),
    otherLicenses: { outcome: 'not-attempted', why: 'omitted' },
    page: await pageOf(out, record),
    tree: await treeOf(out, record),
  };
}

async function pageOf(out: string, { page_proof }: ProvenanceRecord): Promise<Exchange | null> {
  return page_proof === undefined ? null : readProof(out, page_proof);
}

async function treeOf(out: string, { render, url }: ProvenanceRecord): Promise<Exchange | null> {
  if (render?.outcome !== 'rendered') return null;
  if (render.proof === undefined) throw new StoreError('ERR_EVIDENCE_MISSING', `the rendered tree of \`${url}\` has no proof`);
  return readProof(out, render.proof);
}

/**
 * The questions a record answers are asked again; a page that was never asked is judged from its origin alone, one that was run in a browser from
 * both of its forms.
 */
export function rejudge(record: ProvenanceRecord, { tree, ...carriers }: StoredCarriers, asker: Omit<Asker, 'at'>): Assessment {
  const categories = (Object.keys(record.verdicts) as About[]).filter((about): about is Category => about !== 'acquisition');
  const at: Instant = record.at;
  const again: Asker = { ...asker, productToken: record.agent, at };
  const sent = assess(carriers, categories, again, carriers.page === null ? 'origin' : 'body');
  return tree === null ? sent : stricterOf(sent, assess({ ...carriers, page: tree }, categories, again));
}

export const verdictRecords = (assessment: Assessment): Record<string, VerdictRecord> =>
  Object.fromEntries([...assessment].map(([about, verdict]) => [about, toVerdictRecord(verdict)]));

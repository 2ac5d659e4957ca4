import { eraseUrls } from '../frontier/index.ts';
import {
  type Dataset,
  erasureKeys,
  originsOf,
  type Preview,
  previewWithdrawal,
  type Redact,
  readAddressIndex,
  readDocumentLines,
  readProvenance,
  type Selection,
  type Suppression,
} from '../store/index.ts';
import type { Instant } from '../vocab/index.ts';
import { type Address, addressOf } from './address.ts';
import { aliasesOf, textsNamed } from './aliases.ts';
import { coverageOf } from './coverage.ts';
import { type Place, pagesWith, placesOf } from './erase-scan.ts';
import { offlineRun, type UpkeepOptions } from './offline-run.ts';
import type { Selector } from './selectors.ts';
import { refuseAddresses, toldSelectors } from './told.ts';

/** What a person or a site asks to be forgotten. Addresses are held in memory only. */
export interface ErasureRequest {
  readonly selectors: readonly Selector[];
  readonly addresses: readonly string[];
}

export interface EraseOptions extends UpkeepOptions {
  readonly request: ErasureRequest;
  readonly reason: string;
  readonly ticket?: string | undefined;
  readonly sightedAt?: Instant | undefined;
}

interface Resolved {
  readonly selectors: readonly Selector[];
  readonly addresses: readonly Address[];
  readonly redact: Redact | undefined;
  /** Pages that hold an address, or the text of a digest. */
  readonly pages: ReadonlySet<string>;
  readonly masked: Masked;
}

/** What a masked address leaves to be known. */
export interface Masked {
  /** Pages with one of the addresses masked in them, by the index of masked addresses. */
  readonly masked: number;
  /** Documents in which some address was masked and of which no index says which: whether it is one of these cannot be told. */
  readonly unindexed: number;
}

async function resolve(out: string, { selectors: named, addresses }: ErasureRequest): Promise<Resolved> {
  const selectors = [...named, ...(await aliasesOf(out, named))];
  const digests = selectors.filter(({ kind }) => kind === 'digest');
  // First: it says where there is no dataset.
  const { urls } = previewWithdrawal(out, digests);
  const keys = addresses.length === 0 ? undefined : erasureKeys(out);
  const known = keys === undefined ? [] : addresses.map(text => addressOf(text, keys));
  const redact = known.length === 0 ? undefined : redactAll(known);
  const { pages: holding, unindexed } = redact === undefined ? { pages: [], unindexed: 0 } : await pagesWith(out, redact);
  const indexed = new Set(maskedPages(out, known));
  const pages = new Set([...holding, ...indexed, ...urls]);
  return { selectors, addresses: known, redact, pages, masked: { masked: indexed.size, unindexed } };
}

function maskedPages(out: string, addresses: readonly Address[]): readonly string[] {
  const index = addresses.length === 0 ? undefined : readAddressIndex(out);
  try {
    return index?.pagesOf(addresses.flatMap(({ keyedByAny }) => keyedByAny)) ?? [];
  } finally {
    index?.close();
  }
}

const redactAll =
  (addresses: readonly Address[]) =>
  (text: string): string | undefined => {
    let rest = text;
    for (const address of addresses) rest = address.redact(rest) ?? rest;
    return rest === text ? undefined : rest;
  };

export interface ErasePlan extends Omit<Preview, 'urls'>, Masked {
  /** Rows whose content would go, kept pages or not. */
  readonly rows: number;
  /** Declarations (robots.txt and the like) that hold an address: they stay, as evidence of what their origin said. */
  readonly declarations: number;
}

/** What `erase` would do; changes nothing but that the key is made. */
export async function planErasure(out: string, request: ErasureRequest): Promise<ErasePlan> {
  const resolved = await resolve(out, request);
  const { urls: _urls, ...preview } = previewWithdrawal(out, selectionsOf(resolved));
  const covers = coverageOf(resolved.selectors, resolved.pages);
  let rows = 0;
  for await (const { record } of readProvenance(out, { unfinished: true }))
    if (!record.erased && (covers(record.url) || resolved.redact?.(JSON.stringify(record)) !== undefined)) rows++;
  const { declarations } = resolved.redact === undefined ? { declarations: 0 } : await placesOf(out, resolved.redact);
  return { ...preview, rows, declarations, ...resolved.masked };
}

const selectionsOf = ({ selectors, pages }: Resolved): Selection[] => [
  ...selectors,
  ...[...pages].map(value => ({ kind: 'url' as const, value })),
];

export interface EraseSummary extends Masked {
  readonly run: string;
  readonly manifest: string;
  readonly documents: number;
  readonly rows: number;
  readonly proofs: number;
  /** Proofs that are too short for the blank record which takes their place; none that heed wrote. */
  readonly proofsLeft: number;
  /** Places where an address still is. */
  readonly remaining: readonly Place[];
  readonly declarations: number;
  /** What else is there still: of a crawl that is not finished, whose files are not written anew yet. */
  readonly left: Pick<EraseVerification, 'documents' | 'rows'>;
  /** Nothing remains; else it is to be repeated. */
  readonly isDone: boolean;
}

/** Withdraws, compacts and erases in one run; it can be repeated until nothing remains. @throws StoreError, CodedError */
export async function erase({ request, reason, ticket, sightedAt, ...options }: EraseOptions): Promise<EraseSummary> {
  const { out } = options;
  refuseAddresses({ reason, ticket });
  const resolved = await resolve(out, request);
  const since = new Date(options.wallClock()).toISOString() as Instant;
  const texts = textsNamed(out, selectionsOf(resolved) as readonly Selector[]);
  const config = {
    ...{ reason, selectors: toldSelectors(request.selectors), addresses: resolved.addresses.map(({ keyed }) => keyed) },
    ...(ticket === undefined ? {} : { ticket }),
  };
  const { value, run } = await offlineRun(options, { kind: 'erase', config }, async dataset => {
    dataset.suppress(suppressionsOf(resolved, texts, since, ticket));
    const withdrawal = { reason: 'withdrawn.erased' as const, sightedAt: sightedAt ?? since, ticket, redact: resolved.redact };
    const found = await Promise.all(selectionsOf(resolved).map(selection => dataset.withdraw(selection, withdrawal)));
    await dataset.compact(0);
    const erased = await dataset.erase(erasureOf(resolved), redact => eraseUrls(dataset.database, redact));
    return { documents: found.reduce((sum, { documents }) => sum + documents, 0), ...erased };
  });
  const { documents, rows, proofs, left: proofsLeft } = value;
  const after = await verifyErasure(out, request);
  const { remaining, declarations, unindexed } = after;
  const left = { documents: after.documents, rows: after.rows };
  const isDone = after.isDone && proofsLeft === 0;
  const sums = { documents, rows, proofs, proofsLeft, remaining, declarations, masked: resolved.masked.masked, unindexed };
  return { run, manifest: `manifests/${run}.json`, ...sums, left, isDone };
}

/** A page with the value in its own URL is not named: the keyed address stands for it. */
const suppressionsOf = (
  { selectors, addresses, pages, redact }: Resolved,
  texts: readonly Selector[],
  since: Instant,
  ticket: string | undefined,
): Suppression[] => {
  const entries = [
    ...[...selectors, ...texts].map(({ kind, value }) => ({ kind, value: String(value) })),
    ...[...pages].map(value => ({ kind: 'url' as const, value })),
  ].filter(({ value }) => redact?.(value) === undefined);
  const keyed = addresses.map(address => ({ kind: 'email' as const, value: String(address.keyed) }));
  return [...entries, ...keyed].map(entry => ({
    ...entry,
    reason: 'withdrawn.erased' as const,
    ...(ticket === undefined ? {} : { ticket }),
    since,
  }));
};

const erasureOf = (resolved: Resolved): Parameters<Dataset['erase']>[0] => {
  const { selectors, pages, redact } = resolved;
  // A value may be anywhere, and a domain has many origins.
  const isAnywhere = redact !== undefined || selectors.some(({ kind }) => kind === 'domain');
  const named = new Set<string>(['url', 'prefix', 'origin']);
  const urls = [...pages, ...selectors.flatMap(({ kind, value }) => (named.has(kind) ? value : []))];
  return { covers: coverageOf(selectors, pages), origins: isAnywhere ? undefined : originsOf(urls), redact };
};

async function leftOf(
  out: string,
  { redact }: Resolved,
): Promise<{ found: readonly Place[]; declarations: number; files: number }> {
  return redact === undefined ? { found: [], declarations: 0, files: 0 } : placesOf(out, redact);
}

export interface EraseVerification extends Masked {
  /** Places where an address still is. */
  readonly remaining: readonly Place[];
  readonly declarations: number;
  readonly files: number;
  /** Lines of shards with what was named, withdrawn or not. */
  readonly documents: number;
  /** Rows of what was named that still say more than the outcome. */
  readonly rows: number;
  readonly isDone: boolean;
}

/** Looks through everything, decompressed; changes nothing. */
export async function verifyErasure(out: string, request: ErasureRequest): Promise<EraseVerification> {
  const resolved = await resolve(out, request);
  const covers = coverageOf(resolved.selectors, resolved.pages);
  const digests = new Set(resolved.selectors.flatMap(({ kind, value }) => (kind === 'digest' ? String(value) : [])));
  let [documents, rows] = [0, 0];
  for await (const { record } of readDocumentLines(out, { unfinished: true }))
    if (covers(record.url) || digests.has(record.metadata.text_sha256) || digests.has(record.metadata.payload_sha256))
      documents++;
  for await (const { record } of readProvenance(out, { unfinished: true }))
    if (covers(record.url) && !record.erased && (record.evidence.length > 0 || record.page_proof !== undefined)) rows++;
  const { found, declarations, files } = await leftOf(out, resolved);
  const isDone = found.length + documents + rows === 0;
  return { remaining: found, declarations, files, documents, rows, ...resolved.masked, isDone };
}

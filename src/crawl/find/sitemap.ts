/**
 * A sitemap whose turn has come: asked like a page (its origin's declarations first, its pause, its evidence), read as it is unpacked, and
 * offered to the frontier in portions. It has a row like any URL, and never a document.
 */
import { setImmediate } from 'node:timers/promises';
import { type Asker, assess, type PageProof, pageProof } from '../../assess/index.ts';
import { type SitemapEntry, sitemapReader } from '../../content/index.ts';
import type { Task } from '../../frontier/index.ts';
import type { DiscoveryRecord } from '../../store/index.ts';
import { type Carriers, contentTypeOf, type Exchange, type FieldLine, type Instant, type Reason } from '../../vocab/index.ts';
import { exchangeOf, type PageContext, type PageResult, result, settledBefore } from '../page.ts';
import { reasonOfAnswer } from '../reason.ts';
import type { Listing } from './listing.ts';
import { sitemapOctets } from './sitemap-octets.ts';

export interface SitemapContext extends Omit<PageContext, 'content' | 'maxBytes'> {
  readonly listing: Listing;
}

/** sitemaps.org; what is transferred is bounded by the retriever, and the beginning of a larger file counts. */
const maxBytes = 50 * 2 ** 20;
/** URLs offered in one transaction. */
const portion = 500;

/** @returns null where it is no sitemap but a page, which is then asked as one */
export async function readSitemap(task: Task, level: number, context: SitemapContext): Promise<PageResult | null> {
  const { declarations, categories, wallClock, listing } = context;
  const origin = await declarations.of(task.origin);
  const before = new Date(wallClock()).toISOString() as Instant;
  const asker: Asker = { ...context.asker, at: before };
  const carriers: Carriers = { ...origin.carriers, url: task.url, page: null };
  const settled = settledBefore(carriers, categories, asker);
  if (settled) return { ...result(task, before, settled.reason, settled.assessment, { origin }), sitemap: { level } };
  if (!listing.hasRoom(task.origin))
    return {
      ...result(task, before, 'refused.budget', assess(carriers, [], asker, 'origin'), { origin }),
      sitemap: { level, discovery: { cut: 'max-sitemap-urls' } },
    };
  const answer = await ask(task, context);
  context.requestEnded(task, answer.endedAtMs);
  context.signal.throwIfAborted();
  const page = exchangeOf(answer);
  if (isHtml(page)) return null;
  const at = page.retrievedAt ?? before;
  const proof = await context.dataset.evidence.put({ kind: 'proof', url: task.url, at, proof: { ...proofOf(page) } });
  const known = { origin, page, proof, answer };
  const assessment = assess(carriers, [], { ...context.asker, at });
  if (answer.location !== undefined && page.retrieval.outcome === 'unavailable')
    return { ...result(task, at, 'redirected', assessment, { ...known, redirect: answer.location }), sitemap: { level } };
  const refused = reasonOfAnswer(page);
  if (refused !== null || page.retrieval.outcome !== 'successful')
    return { ...result(task, at, refused ?? 'failed.protocol', assessment, known), sitemap: { level } };
  const { reason, discovery } = await listAll(page.retrieval.body, page.retrieval.truncated, { task, level }, context);
  return { ...result(task, at, reason, assessment, known), sitemap: { level, discovery } };
}

const ask = (task: Task, { retriever, signal, clock }: SitemapContext) =>
  clock.timeAsync('fetch', () =>
    retriever.retrieve(task.url, {
      accept: 'application/xml,text/xml;q=0.9,application/gzip;q=0.8,text/plain;q=0.5,*/*;q=0.1',
      maxBytes,
      cut: true,
      signal,
      gate: ({ fields }) => (isHtmlType(fields) ? 'abort' : 'read'),
    }),
  );

const isHtmlType = (fields: readonly FieldLine[]): boolean =>
  /^\s*(?:text\/html|application\/xhtml\+xml)\b/i.test(contentTypeOf(fields) ?? '');

const isHtml = ({ retrieval }: Exchange): boolean => retrieval.outcome === 'successful' && isHtmlType(retrieval.fields);

/** No signal reads a sitemap: its proof is its digest. */
function proofOf(page: Exchange): PageProof {
  const { url, retrievedAt, digest, retrieval } = page;
  if (retrieval.outcome !== 'successful') return pageProof(page);
  const { outcome, status, fields, body, truncated } = retrieval;
  const head = { url, retrieved_at: retrievedAt, digest, outcome, status, fields, body_bytes: body.length, excerpts: [] };
  return { ...head, ...(truncated ? { truncated } : {}) };
}

interface Listed {
  readonly reason: Reason;
  readonly discovery: DiscoveryRecord;
}

async function listAll(
  body: Uint8Array,
  isTruncated: boolean,
  from: { readonly task: Task; readonly level: number },
  { listing, dataset, signal }: SitemapContext,
): Promise<Listed> {
  const octets = sitemapOctets(body);
  const reader = sitemapReader();
  let found = 0;
  let beyond = 0;
  const list = async (entries: readonly SitemapEntry[]): Promise<void> => {
    found += entries.length;
    for (let start = 0; start < entries.length; start += portion) {
      await dataset.ready();
      signal.throwIfAborted();
      beyond += listing.list(entries.slice(start, start + portion), from);
      // Others have their turn: fifty thousand URLs are a second's work.
      await setImmediate();
    }
  };
  for await (const chunk of octets.chunks()) {
    await list(reader.write(chunk));
    if (reader.fault !== null) break;
  }
  await list(reader.end());
  const cut = (isTruncated ? 'too-large' : null) ?? octets.cut ?? reader.fault ?? (beyond > 0 ? 'max-sitemap-urls' : null);
  const discovery: DiscoveryRecord = { found, ...(beyond > 0 ? { beyond } : {}), ...(cut === null ? {} : { cut }) };
  return { reason: reasonOf(reader.form !== null, found, octets.cut ?? reader.fault), discovery };
}

/** One that was read in part is a sitemap; one of which nothing could be read failed. */
function reasonOf(isSitemap: boolean, found: number, fault: string | null): Reason {
  if (isSitemap && (found > 0 || fault === null)) return 'sitemap';
  if (fault === 'too-large') return 'failed.too-large';
  if (fault === 'encoding') return 'failed.encoding';
  return fault === null ? 'failed.media-type' : 'failed.parse';
}

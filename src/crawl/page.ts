/**
 * The path of one URL, steps 4 to 9 of `src/ARCHITECTURE.md`: acquisition, the request, the gate at the header section, the page's own signals,
 * and only then its text. Judging happens before, at and after the fetch; a refusal at any point ends the path there.
 */
import {
  type AnomalyRecord,
  type Asker,
  type Assessment,
  answer,
  assess,
  assessOne,
  isSettled,
  pageProof,
} from '../assess/index.ts';
import type { ExtractedDocument, PageScan } from '../content/index.ts';
import type { Task } from '../frontier/index.ts';
import { type Answer, pageLicenses, type RetrieveRequest, type Retriever } from '../http/index.ts';
import type { Dataset, DiscoveryRecord, ExchangeRecord, StoredPlace } from '../store/index.ts';
import {
  type Carriers,
  type Category,
  contentTypeOf,
  type Exchange,
  type FieldLine,
  type Instant,
  type Reason,
} from '../vocab/index.ts';
import type { PageContent } from './content/page-content.ts';
import type { ContentReader } from './content/threads.ts';
import { type Declarations, exchangeRecord, type OriginDeclarations } from './declared/declarations.ts';
import { holdsForgotten } from './forgotten.ts';
import type { BodyRoom } from './manners/body-room.ts';
import { reasonOfAnswer, reasonOfVerdicts } from './reason.ts';
import type { Revisits, Visit } from './recrawl/revisit.ts';
import { linksOfBoth, type RenderedPage, type RenderStep } from './render/judge-rendered.ts';
import type { StageClock } from './watch/stage-clock.ts';

/** Everything the path of one URL needs. */
export interface PageContext {
  /** Keeps each origin's pause. */
  readonly retriever: Pick<Retriever, 'retrieve'>;
  readonly declarations: Declarations;
  readonly dataset: Dataset;
  readonly asker: Omit<Asker, 'at'>;
  readonly categories: readonly Category[];
  /** Null where no text is kept: a page that may be asked ends as `audited`. */
  readonly content: ContentReader | null;
  /** Which licences a page points to are looked for with it. */
  readonly licenseAsker: Omit<Asker, 'at'>;
  readonly revisits: Revisits;
  /** Whether anybody wants to know which e-mail addresses are masked in a page. */
  readonly collectsAddresses: boolean;
  /** Runs a page in a browser before its text is taken; absent where no page is. */
  readonly render?: RenderStep;
  readonly maxBytes: number;
  readonly bodies: BodyRoom;
  readonly signal: AbortSignal;
  readonly wallClock: () => number;
  readonly clock: StageClock;
  /** Told as soon as the page's request is over: the origin's pause starts then, whatever is still to be done with the bytes. */
  readonly requestEnded: (task: Task, endedAtMs: number) => void;
}

/** What became of one URL, before it is written down. */
export interface PageResult {
  readonly task: Task;
  readonly at: Instant;
  readonly reason: Reason;
  readonly assessment: Assessment;
  readonly anomalies: readonly AnomalyRecord[];
  readonly origin: OriginDeclarations;
  readonly page: Exchange | null;
  readonly proof: StoredPlace | null;
  /** Licence documents found through the page, with where their bytes lie. */
  readonly extraPlaces: ReadonlyMap<string, StoredPlace>;
  /** Those documents, as a record names them. */
  readonly licenses: readonly ExchangeRecord[];
  readonly document: ExtractedDocument | null;
  readonly scan: PageScan | null;
  readonly redirect: string | null;
  readonly rendered: RenderedPage | null;
  readonly retryAfterMs: number | null;
  /** Of the page's request, from its start to its last byte. */
  readonly tookMs: number;
  /** The site confirmed the stored page (304): nothing of it was sent again. */
  readonly isConfirmed: boolean;
  /** Set where it was asked as a sitemap. */
  readonly sitemap?: SitemapFacts;
}

export interface SitemapFacts {
  /** Indexes above it. */
  readonly level: number;
  /** What was listed; absent where nothing was read. */
  readonly discovery?: DiscoveryRecord;
}

export async function judgePage(task: Task, context: PageContext): Promise<PageResult> {
  const { declarations, categories, wallClock, clock } = context;
  const origin = await declarations.of(task.origin);
  const before = new Date(wallClock()).toISOString() as Instant;
  const asker: Asker = { ...context.asker, at: before };
  const carriers: Carriers = { ...origin.carriers, url: task.url, page: null };
  const settled = clock.time('judge', () => settledBefore(carriers, categories, asker));
  if (settled) return result(task, before, settled.reason, settled.assessment, { origin });

  const visit = await context.revisits
    .visit(task, fields => fetchPage(task, carriers, asker, context, fields))
    .catch((error: unknown) => {
      context.bodies.hold(0);
      throw error;
    });
  const page = visit.answer;
  context.requestEnded(task, page.endedAtMs);
  const heldBytes = page.retrieval.outcome === 'successful' ? page.retrieval.body.length : 0;
  context.bodies.hold(heldBytes);
  try {
    context.signal.throwIfAborted();
    return await judgeAnswer(task, visit, origin, before, context);
  } finally {
    context.bodies.free(heldBytes);
  }
}

/** Steps 7 and 8: what came back, judged with everything that was declared before. */
async function judgeAnswer(
  task: Task,
  { answer: page, confirmed }: Visit,
  origin: OriginDeclarations,
  before: Instant,
  context: PageContext,
): Promise<PageResult> {
  const { categories, clock } = context;
  const carriers: Carriers = { ...origin.carriers, url: task.url, page: null };
  const exchange = exchangeOf(page);
  const at = exchange.retrievedAt ?? before;
  const asker: Asker = { ...context.asker, at };
  const made = clock.time('evidence', () => confirmed ?? pageProof(exchange));
  if (holdsForgotten(made, context.dataset))
    return result(task, at, 'refused.suppressed', assess(carriers, [], asker), { origin });
  const licensed = await withLicenses({ ...carriers, page: exchange }, context);
  const assessment = clock.time('judge', () => assess(licensed.carriers, categories, asker));
  const proof = await clock.timeAsync('evidence', () =>
    context.dataset.evidence.put({ kind: 'proof', url: task.url, at, proof: { ...made } }),
  );
  const isConfirmed = confirmed !== undefined;
  const known = {
    origin,
    page: exchange,
    proof,
    extraPlaces: licensed.places,
    licenses: licensed.records,
    answer: page,
    isConfirmed,
  };
  if (page.location !== undefined && exchange.retrieval.outcome === 'unavailable') {
    return result(task, at, 'redirected', assess(carriers, [], asker), { ...known, redirect: page.location });
  }
  const reason =
    reasonOfAnswer(exchange) ??
    reasonOfMedia(exchange, assessment) ??
    reasonOfVerdicts(assessment, categories, licensed.carriers);
  if (isConfirmed) return result(task, at, reason ?? 'unchanged', assessment, known);
  if (context.content === null) return result(task, at, reason ?? 'audited', assessment, known);
  const soFar = { exchange, carriers: licensed.carriers, assessment, at };
  const rendered =
    reason === null ? await context.render?.({ ...soFar, withLicenses: more => withLicenses(more, context) }) : null;
  if (rendered) return shown(task, at, rendered, known, context);
  const content = await contentOf(exchange, reason === null, context);
  const read = { ...known, scan: content?.scan ?? null };
  if (reason !== null) return result(task, at, reason, assessment, read);
  return extracted(task, at, assessment, read, content);
}

/** Refused, or not known, by the origin's declarations alone: then the page is not asked at all. */
export function settledBefore(
  carriers: Carriers,
  categories: readonly Category[],
  asker: Asker,
): { reason: Reason; assessment: Assessment } | null {
  const { disposition } = assessOne(carriers, 'acquisition', asker, 'origin');
  const isUsageOpen = categories.length === 0 || !categories.every(category => isSettled(carriers, category, asker, 'origin'));
  if (disposition === 'keep' && isUsageOpen) return null;
  const assessment = assess(carriers, categories, asker, 'origin');
  return { reason: reasonOfVerdicts(assessment, categories, carriers) ?? 'withheld.unknown.not-attempted', assessment };
}

const extractable = /^(text\/html|application\/xhtml\+xml|text\/plain|text\/markdown)\b/i;

/** Aborted because it is no text, and not because somebody refused: then that is the reason. */
function reasonOfMedia({ retrieval }: Exchange, assessment: Assessment): Reason | null {
  if (retrieval.outcome !== 'successful' || !retrieval.bodyNotRead || isExtractable(retrieval.fields)) return null;
  return [...assessment.values()].some(({ finding }) => finding.preference === 'disallow') ? null : 'failed.media-type';
}

const isExtractable = (fields: readonly FieldLine[]): boolean => {
  const type = contentTypeOf(fields);
  return type === undefined || extractable.test(type.trim());
};

function fetchPage(
  task: Task,
  carriers: Carriers,
  asker: Asker,
  context: PageContext,
  fields: RetrieveRequest['fields'],
): Promise<Answer> {
  const { retriever, categories, maxBytes, bodies, signal, clock } = context;
  return clock.timeAsync('fetch', () =>
    retriever.retrieve(task.url, {
      accept: 'text/html,application/xhtml+xml;q=0.9,text/plain;q=0.5',
      maxBytes,
      cut: false,
      beforeDecoding: bodies.wait,
      signal,
      ...(fields ? { fields } : {}),
      gate: ({ status, fields }) => {
        if (status < 200 || status >= 300) return 'read';
        if (!isExtractable(fields)) return 'abort';
        const page: Exchange = {
          url: task.url,
          retrievedAt: asker.at,
          digest: null,
          retrieval: {
            outcome: 'successful',
            status,
            fields,
            body: new Uint8Array(),
            truncated: false,
            bodyNotRead: 'refused-earlier',
            hops: [],
          },
        };
        return categories.length > 0 && categories.every(category => isSettled({ ...carriers, page }, category, asker, 'fields'))
          ? 'abort'
          : 'read';
      },
    }),
  );
}

export const exchangeOf = ({ url, retrievedAt, digest, retrieval }: Answer): Exchange => ({
  url,
  retrievedAt,
  digest,
  retrieval,
});

/** Licence documents that the page's header section or markup points to are asked (their own robots.txt first) before the page is judged. */
async function withLicenses(
  carriers: Carriers,
  { declarations, licenseAsker }: PageContext,
): Promise<{ carriers: Carriers; places: ReadonlyMap<string, StoredPlace>; records: readonly ExchangeRecord[] }> {
  const wanted = pageLicenses(carriers, licenseAsker);
  if (wanted.length === 0) return { carriers, places: new Map(), records: [] };
  const licenses = new Map(carriers.licenses);
  const places = new Map<string, StoredPlace>();
  const records: ExchangeRecord[] = [];
  for (const url of wanted) {
    const found = await declarations.license(url);
    licenses.set(url, found.exchange);
    records.push(exchangeRecord(found));
    if (found.place) places.set(url, found.place);
  }
  return { carriers: { ...carriers, licenses }, places, records };
}

/** Links, and the text of a page that is kept; null where there are no octets to read. */
async function contentOf(
  { url, retrieval }: Exchange,
  isKept: boolean,
  { content, asker, clock, collectsAddresses }: PageContext,
): Promise<PageContent | null> {
  if (content === null || retrieval.outcome !== 'successful' || retrieval.bodyNotRead) return null;
  const contentType = contentTypeOf(retrieval.fields);
  const read = await content.read({
    ...{ body: retrieval.body, url, isKept, omitsNosnippet: asker.policy.omitsNosnippet, isTimed: clock.isOn },
    collectsAddresses,
    ...(contentType === undefined ? {} : { contentType }),
  });
  for (const [stage, ms] of Object.entries(read.stages ?? {})) clock.add(stage, ms);
  return read;
}

interface Known {
  readonly origin: OriginDeclarations;
  readonly page?: Exchange;
  readonly proof?: StoredPlace;
  readonly extraPlaces?: ReadonlyMap<string, StoredPlace>;
  readonly licenses?: readonly ExchangeRecord[];
  readonly answer?: Answer;
  readonly scan?: PageScan | null;
  readonly document?: ExtractedDocument;
  readonly redirect?: string;
  readonly rendered?: RenderedPage;
  readonly isConfirmed?: boolean;
}

/** A page that was run in a browser: its text and most of its links are those of the tree. */
async function shown(task: Task, at: Instant, rendered: RenderedPage, known: Known, context: PageContext): Promise<PageResult> {
  const { reason, assessment, dom } = rendered;
  const sent = known.page ? await contentOf(known.page, false, context) : null;
  const tree = dom && (await contentOf(dom, reason === null, context));
  const extraPlaces = new Map([...(known.extraPlaces ?? []), ...rendered.places]);
  const read = { ...known, rendered, extraPlaces, scan: linksOfBoth(tree?.scan ?? null, sent?.scan ?? null, rendered) };
  return reason === null ? extracted(task, at, assessment, read, tree) : result(task, at, reason, assessment, read);
}

function extracted(task: Task, at: Instant, assessment: Assessment, known: Known, content: PageContent | null): PageResult {
  if (known.page?.retrieval.outcome !== 'successful') return result(task, at, 'failed.protocol', assessment, known);
  if (content === null) return result(task, at, 'failed.media-type', assessment, known);
  // A kept page without an attempt at its text would be a fault of ours.
  const made = content.made ?? { outcome: 'failed', why: 'parse' };
  switch (made.outcome) {
    case 'document':
      return result(task, at, 'kept', assessment, { ...known, document: made });
    case 'empty':
      return result(task, at, 'empty', assessment, known);
    case 'failed':
      return result(task, at, `failed.${made.why}`, assessment, known);
  }
}

export function result(task: Task, at: Instant, reason: Reason, assessment: Assessment, known: Known): PageResult {
  return {
    task,
    at,
    reason,
    assessment,
    anomalies: answer(assessment, true).anomalies,
    origin: known.origin,
    page: known.page ?? null,
    proof: known.proof ?? null,
    extraPlaces: known.extraPlaces ?? new Map(),
    licenses: known.licenses ?? [],
    document: known.document ?? null,
    scan: known.scan ?? null,
    redirect: known.redirect ?? null,
    rendered: known.rendered ?? null,
    isConfirmed: known.isConfirmed ?? false,
    retryAfterMs: known.answer?.retryAfterMs ?? null,
    tookMs: known.answer ? known.answer.endedAtMs - known.answer.startedAtMs : 0,
  };
}

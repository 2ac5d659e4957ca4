/**
 * What an origin declares (step 3 of a URL's path): robots.txt first, and nothing else before it is answered; then, where robots.txt leaves
 * anything open to us, the files the policy's signals read. Cached per origin across runs; requests in flight are shared.
 */
import { type Asker, assessOne } from '../assess/index.ts';
import { freshForMs, originKey, type Retriever, retrieveDeclaration } from '../http/index.ts';
import { closesOrigin, crawlDelayMs, licensePointers, signalIds } from '../signals/index.ts';
import {
  type CachedDeclaration,
  type Dataset,
  type DeclarationKind,
  type DeclarationsRecord,
  digestDeclarations,
  type ExchangeRecord,
  type StoredPlace,
} from '../store/index.ts';
import type { Carriers, Exchange, Instant, OriginKey, Retrieval, SignalId } from '../vocab/index.ts';
import type { Pace } from './pace.ts';

export interface OriginDeclarations {
  readonly origin: OriginKey;
  readonly carriers: Omit<Carriers, 'url' | 'page'>;
  readonly record: DeclarationsRecord;
  /** Where each exchange's bytes lie, by URL asked. */
  readonly places: ReadonlyMap<string, StoredPlace>;
  readonly crawlDelayMs: number | null;
  /** Wall clock, ms. */
  readonly expiresAtMs: number;
  /** The longest Retry-After that came with an answer. */
  readonly retryAfterMs: number | null;
}

export interface DeclarationsContext {
  readonly retriever: Retriever;
  readonly dataset: Dataset;
  readonly pace: Pace;
  readonly asker: Omit<Asker, 'at'>;
  /** The pause between two requests to one origin, before its Crawl-delay is known. */
  readonly delayMs: number;
  readonly maxDelayMs: number;
  readonly signal: AbortSignal;
  readonly wallClock: () => number;
  /** Takes an origin's one slot for a request that belongs to no page of it; call what it returns when the request is over. */
  readonly claim: (origin: OriginKey) => Promise<() => void>;
}

export interface Declarations {
  /** Forgets what could not be reached, so that the next `of` asks for it again. */
  again(origin: OriginKey): void;
  /** Fetches or recalls everything an origin declares. One origin is asked once, however many wait. */
  of(origin: OriginKey): Promise<OriginDeclarations>;
  /** What is known and still fresh, without asking. */
  known(origin: OriginKey): OriginDeclarations | undefined;
  /** A licence document found on a page: the robots.txt of its own origin is asked first. */
  license(url: string): Promise<{ readonly exchange: Exchange; readonly place: StoredPlace | null }>;
}

const omitted: Retrieval = { outcome: 'not-attempted', why: 'omitted' };
const closed: Retrieval = { outcome: 'not-attempted', why: 'closed-by-robots' };
/** Parsed sets kept in memory; older ones are read from the dataset's cache again. */
const maxRemembered = 5_000;

interface Found {
  readonly exchange: Exchange;
  readonly place: StoredPlace | null;
  readonly expiresAtMs: number;
  readonly retryAfterMs?: number | undefined;
}

const notAsked = (url: string, retrieval: Retrieval): Found => ({
  exchange: { url, retrievedAt: null, digest: null, retrieval },
  place: null,
  expiresAtMs: Number.POSITIVE_INFINITY,
});

type Ask = (origin: OriginKey, kind: DeclarationKind, url: string, delayMs: number) => Promise<Found>;

export function createDeclarations(context: DeclarationsContext): Declarations {
  const remembered = new Map<OriginKey, OriginDeclarations>();
  const askAgain = new Set<OriginKey>();
  const waiting = new Map<string, Promise<unknown>>();
  const shared = <T>(key: string, make: () => Promise<T>): Promise<T> => {
    const running = waiting.get(key) as Promise<T> | undefined;
    if (running) return running;
    const made = make().finally(() => waiting.delete(key));
    waiting.set(key, made);
    return made;
  };
  const ask: Ask = (origin, kind, url, delayMs) =>
    shared(
      `${kind} ${url}`,
      async () => recall(origin, kind, url, context, askAgain.has(origin)) ?? fetchFile(origin, kind, url, delayMs, context),
    );
  const known = (origin: OriginKey): OriginDeclarations | undefined => {
    const set = remembered.get(origin);
    return set && set.expiresAtMs > context.wallClock() ? set : undefined;
  };
  return {
    known,
    of: async origin => {
      const fresh = known(origin);
      if (fresh) return fresh;
      return shared(origin, async () => {
        const set = await declare(origin, context, ask);
        askAgain.delete(origin);
        if (remembered.size >= maxRemembered) remembered.delete(remembered.keys().next().value as OriginKey);
        remembered.set(origin, set);
        return set;
      });
    },
    again: origin => {
      remembered.delete(origin);
      askAgain.add(origin);
    },
    license: url => findLicense(url, context, ask, null),
  };
}

/** What an earlier request, of this run or another, left in the dataset and is still fresh. */
function recall(
  origin: OriginKey,
  kind: DeclarationKind,
  url: string,
  { dataset, wallClock }: DeclarationsContext,
  again: boolean,
): Found | null {
  const cached = dataset.declarations.get(origin, wallClock()).find(entry => entry.kind === kind && entry.exchange.url === url);
  if (!cached || (again && cached.exchange.retrieval.outcome === 'unreachable')) return null;
  return { exchange: cached.exchange, place: placeOf(cached), expiresAtMs: cached.expiresAtMs };
}

async function fetchFile(
  origin: OriginKey,
  kind: DeclarationKind,
  url: string,
  delayMs: number,
  context: DeclarationsContext,
): Promise<Found> {
  const { dataset, wallClock, pace, retriever, signal } = context;
  const answer = await retrieveDeclaration(retriever, url, {
    kind: kind === 'robots' ? 'robots' : 'file',
    signal,
    beforeHop: hop => pace.wait(originKey(hop), delayMs, signal),
    afterHop: (hop, endedAtMs) => pace.ended(originKey(hop), endedAtMs),
  });
  signal.throwIfAborted();
  const exchange: Exchange = {
    url: answer.url,
    retrievedAt: answer.retrievedAt,
    digest: answer.digest,
    retrieval: answer.retrieval,
  };
  const { warc, digest } = await dataset.evidence.put({ kind: 'exchange', exchange });
  const expiresAtMs = wallClock() + freshForMs(exchange);
  dataset.declarations.put(origin, { kind, exchange, expiresAtMs, warc, payloadDigest: digest });
  return { exchange, place: { warc, digest }, expiresAtMs, retryAfterMs: answer.retryAfterMs };
}

const placeOf = ({ warc, payloadDigest }: CachedDeclaration): StoredPlace => ({ warc, digest: payloadDigest });

async function declare(origin: OriginKey, context: DeclarationsContext, ask: Ask): Promise<OriginDeclarations> {
  const base = baseUrl(origin);
  const at = (path: string): string => new URL(path, base).href;
  const { asker, maxDelayMs } = context;
  const robots = await ask(origin, 'robots', at('/robots.txt'), context.delayMs);
  const delay = crawlDelayMs(robots.exchange, asker.productToken);
  const delayMs = Math.max(context.delayMs, Math.min(delay ?? 0, maxDelayMs));
  const bare: Omit<Carriers, 'url' | 'page'> = {
    robots: robots.exchange,
    tdmrep: notAsked(at('/.well-known/tdmrep.json'), omitted).exchange,
    aiTxt: notAsked(at('/ai.txt'), omitted).exchange,
    trustTxt: notAsked(at('/trust.txt'), omitted).exchange,
    licenses: new Map(),
    otherLicenses: omitted,
  };
  const mayAsk = (url: string): boolean =>
    assessOne({ ...bare, url, page: null }, 'acquisition', { ...asker, at: null }, 'origin').disposition === 'keep';
  // Where nothing of the origin is open to us, or we could not find out, nothing else is asked there.
  const isShut =
    closesOrigin(robots.exchange, asker.productToken) || (robots.exchange.retrieval.outcome !== 'successful' && !mayAsk(base));
  const file = async (signal: SignalId, kind: DeclarationKind, path: string): Promise<Found> => {
    const url = at(path);
    if (isShut || !reads(asker, signal)) return notAsked(url, omitted);
    return mayAsk(url) ? ask(origin, kind, url, delayMs) : notAsked(url, closed);
  };
  const tdmrep = await file('wellknown.tdmrep', 'tdmrep', '/.well-known/tdmrep.json');
  const aiTxt = await file('wellknown.ai-txt', 'aiTxt', '/ai.txt');
  const trustTxt = await trustFile(file);
  const carriers = { ...bare, tdmrep: tdmrep.exchange, aiTxt: aiTxt.exchange, trustTxt: trustTxt.exchange };
  const licenses = new Map<string, Found>();
  if (!isShut && reads(asker, 'wellknown.rsl')) {
    for (const url of licensePointers({ ...carriers, url: base, page: null }).slice(0, maxLicenses)) {
      licenses.set(url, await findLicense(url, context, ask, origin));
    }
  }
  const found = [robots, tdmrep, aiTxt, trustTxt, ...licenses.values()];
  const places = new Map(found.flatMap(({ exchange, place }) => (place ? [[exchange.url, place] as const] : [])));
  return {
    origin,
    carriers: { ...carriers, licenses: new Map([...licenses].map(([url, { exchange }]) => [url, exchange])) },
    record: recordOf(origin, { robots, tdmrep, aiTxt, trustTxt, licenses: [...licenses.values()] }, context),
    places,
    crawlDelayMs: delay,
    expiresAtMs: Math.min(...found.map(({ expiresAtMs }) => expiresAtMs)),
    retryAfterMs: found.reduce<number | null>(
      (longest, { retryAfterMs }) => Math.max(longest ?? 0, retryAfterMs ?? 0) || null,
      null,
    ),
  };
}

const maxLicenses = 8;

/** The two places of trust.txt (JournalList §4): the first that answers with a file speaks. */
async function trustFile(file: (signal: SignalId, kind: DeclarationKind, path: string) => Promise<Found>): Promise<Found> {
  const atRoot = await file('wellknown.trust-txt', 'trustTxt', '/trust.txt');
  const { retrieval } = atRoot.exchange;
  return retrieval.outcome === 'unavailable' && (retrieval.status === 404 || retrieval.status === 410)
    ? file('wellknown.trust-txt', 'trustTxt', '/.well-known/trust.txt')
    : atRoot;
}

/** A licence lies where it likes: the robots.txt of its own origin is asked first, and that origin's slot is taken. */
async function findLicense(url: string, context: DeclarationsContext, ask: Ask, holding: OriginKey | null): Promise<Found> {
  const origin = originKey(url);
  const release = origin === holding ? () => {} : await context.claim(origin);
  try {
    const robots = await ask(origin, 'robots', new URL('/robots.txt', url).href, context.delayMs);
    const carriers: Carriers = { ...unknownCarriers(url), robots: robots.exchange };
    const isOpen = assessOne(carriers, 'acquisition', { ...context.asker, at: null }, 'origin').disposition === 'keep';
    return isOpen ? await ask(origin, 'license', url, context.delayMs) : notAsked(url, closed);
  } finally {
    release();
  }
}

function unknownCarriers(url: string): Carriers {
  const { exchange } = notAsked(url, omitted);
  return {
    url,
    robots: exchange,
    tdmrep: exchange,
    aiTxt: exchange,
    trustTxt: exchange,
    licenses: new Map(),
    otherLicenses: omitted,
    page: null,
  };
}

const reads = ({ policy }: Omit<Asker, 'at'>, id: SignalId): boolean =>
  signalIds.includes(id) && (policy.signals === 'all' || policy.signals.includes(id));

const baseUrl = (origin: OriginKey): string => new URL('/', origin).href;

interface FoundSet {
  readonly robots: Found;
  readonly tdmrep: Found;
  readonly aiTxt: Found;
  readonly trustTxt: Found;
  readonly licenses: readonly Found[];
}

function recordOf(origin: OriginKey, found: FoundSet, { dataset, wallClock }: DeclarationsContext): DeclarationsRecord {
  const exchanges = {
    robots: exchangeRecord(found.robots),
    tdmrep: exchangeRecord(found.tdmrep),
    ai_txt: exchangeRecord(found.aiTxt),
    trust_txt: exchangeRecord(found.trustTxt),
    licenses: found.licenses.map(exchangeRecord),
  };
  const run = dataset.run?.name ?? '';
  const at = new Date(wallClock()).toISOString() as Instant;
  return { digest: digestDeclarations({ origin, exchanges }), origin, run, at, exchanges };
}

function exchangeRecord({ exchange: { url, retrievedAt, digest, retrieval }, place }: Found): ExchangeRecord {
  return {
    url,
    outcome: retrieval.outcome,
    ...('status' in retrieval && retrieval.status !== undefined ? { status: retrieval.status } : {}),
    ...('cause' in retrieval ? { cause: retrieval.cause } : {}),
    ...('why' in retrieval ? { why: retrieval.why } : {}),
    ...('truncated' in retrieval && retrieval.truncated ? { truncated: true } : {}),
    ...(retrievedAt === null ? {} : { retrieved_at: retrievedAt }),
    ...(digest === null ? {} : { digest }),
    ...(place === null ? {} : { warc: place.warc }),
  };
}

/**
 * What an origin declares (step 3 of a URL's path): robots.txt first, and nothing else before it is answered; then, where robots.txt leaves
 * anything open to us, the files the policy's signals read. Cached per origin across runs; requests in flight are shared.
 */
import { type Asker, readSignals } from '../../assess/index.ts';
import { askLicense, askOrigin, askRules, type FileRequest, type OriginAsker } from '../../http/index.ts';
import { crawlDelayMs } from '../../signals/index.ts';
import {
  type DeclarationsRecord,
  digestDeclarations,
  type ExchangeRecord,
  type ReadingRecord,
  type StoredPlace,
} from '../../store/index.ts';
import type { About, Carriers, Category, Instant, OriginKey } from '../../vocab/index.ts';
import { type AskingContext, type Found, fetchFile, recall } from './declared-file.ts';

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

export interface DeclarationsContext extends AskingContext {
  readonly asker: Omit<Asker, 'at'>;
  readonly categories: readonly Category[];
  /** The pause between two requests to one origin, before its Crawl-delay is known. */
  readonly delayMs: number;
  readonly maxDelayMs: number;
  /** Monotonic, ms: a wall clock that is set back prolongs no declaration. */
  readonly now: () => number;
  /** Parsed sets kept in memory, bodies included; older ones are read from the dataset's cache again. Default 5 000. */
  readonly maxRemembered?: number;
}

export interface Declarations {
  /** Forgets what could not be reached, so that the next `of` asks for it again. */
  again(origin: OriginKey): void;
  /** Keeps nothing of it in memory: nobody will ask for it soon. */
  forget(origin: OriginKey): void;
  /** Fetches or recalls everything an origin declares. One origin is asked once, however many wait. */
  of(origin: OriginKey): Promise<OriginDeclarations>;
  /** What is known and still fresh, without asking. */
  known(origin: OriginKey): OriginDeclarations | undefined;
  /** What is known of an origin, or else what its robots.txt says: enough to fetch what a page of another origin needs. */
  rules(origin: OriginKey): Promise<Pick<OriginDeclarations, 'carriers' | 'crawlDelayMs'>>;
  /** A licence document found on a page: the robots.txt of its own origin is asked first. */
  license(url: string): Promise<Found>;
}

const defaultRemembered = 5_000;

type Ask = (request: FileRequest) => Promise<Found>;

export function createDeclarations(context: DeclarationsContext): Declarations {
  const { maxRemembered = defaultRemembered } = context;
  const remembered = new Map<OriginKey, { readonly set: OriginDeclarations; readonly untilMs: number }>();
  const askAgain = new Set<OriginKey>();
  const waiting = new Map<string, Promise<unknown>>();
  const shared = <T>(key: string, make: () => Promise<T>): Promise<T> => {
    const running = waiting.get(key) as Promise<T> | undefined;
    if (running) return running;
    const made = make().finally(() => waiting.delete(key));
    waiting.set(key, made);
    return made;
  };
  const ask: Ask = request =>
    shared(
      `${request.kind} ${request.url}`,
      async () => recall(request, context, askAgain.has(request.origin)) ?? fetchFile(request, context),
    );
  const known = (origin: OriginKey): OriginDeclarations | undefined => {
    const found = remembered.get(origin);
    if (found === undefined || found.untilMs <= context.now()) return undefined;
    return found.set.expiresAtMs > context.wallClock() ? found.set : undefined;
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
        remembered.set(origin, { set, untilMs: context.now() + set.expiresAtMs - context.wallClock() });
        return set;
      });
    },
    forget: origin => void remembered.delete(origin),
    again: origin => {
      remembered.delete(origin);
      askAgain.add(origin);
    },
    rules: async origin => {
      const set = known(origin);
      if (set) return set;
      const carriers = await askRules(origin, { ask, delayMs: context.delayMs });
      return { carriers, crawlDelayMs: crawlDelayMs(carriers.robots, context.asker.productToken) };
    },
    license: url => askLicense(url, originAsker(context, ask)),
  };
}

const originAsker = (context: DeclarationsContext, ask: Ask): OriginAsker<Found> => ({
  ...context,
  ask,
  notAsked: exchange => ({ exchange, place: null, expiresAtMs: Number.POSITIVE_INFINITY }),
  license: url => askLicense(url, originAsker(context, ask)),
});

async function declare(origin: OriginKey, context: DeclarationsContext, ask: Ask): Promise<OriginDeclarations> {
  const files = await askOrigin(origin, originAsker(context, ask));
  const { robots, tdmrep, aiTxt, trustTxt, carriers, crawlDelayMs } = files;
  const licenses = [...files.licenses.values()];
  const found = [robots, tdmrep, aiTxt, trustTxt, ...licenses];
  return {
    origin,
    carriers,
    record: recordOf(origin, { robots, tdmrep, aiTxt, trustTxt, licenses }, carriers, context),
    places: new Map(found.flatMap(({ exchange, place }) => (place ? [[exchange.url, place] as const] : []))),
    crawlDelayMs,
    expiresAtMs: Math.min(...found.map(({ expiresAtMs }) => expiresAtMs)),
    retryAfterMs: found.reduce<number | null>(
      (longest, { retryAfterMs }) => Math.max(longest ?? 0, retryAfterMs ?? 0) || null,
      null,
    ),
  };
}

interface FoundSet {
  readonly robots: Found;
  readonly tdmrep: Found;
  readonly aiTxt: Found;
  readonly trustTxt: Found;
  readonly licenses: readonly Found[];
}

function recordOf(
  origin: OriginKey,
  found: FoundSet,
  carriers: OriginDeclarations['carriers'],
  context: DeclarationsContext,
): DeclarationsRecord {
  const { dataset, wallClock } = context;
  const exchanges = {
    robots: exchangeRecord(found.robots),
    tdmrep: exchangeRecord(found.tdmrep),
    ai_txt: exchangeRecord(found.aiTxt),
    trust_txt: exchangeRecord(found.trustTxt),
    licenses: found.licenses.map(exchangeRecord),
  };
  const run = dataset.run?.name ?? '';
  const at = new Date(wallClock()).toISOString() as Instant;
  const readings = readingsOf({ ...carriers, url: new URL('/', origin).href, page: null }, at, context);
  return { digest: digestDeclarations({ origin, exchanges, readings }), origin, run, at, exchanges, readings };
}

/** What each declaration says about the origin's root, silence included: a row cites only what determined, or lost, for its own URL. */
function readingsOf(root: Carriers, at: Instant, { asker, categories }: DeclarationsContext): readonly ReadingRecord[] {
  const { productToken, policy, facts } = asker;
  return (['acquisition', ...categories] satisfies About[]).flatMap(about => {
    const readings = readSignals(root, { about, url: root.url, productToken, at }, policy, facts, 'origin');
    return [...readings].map(([signal, reading]) => {
      const codes = [...new Set((reading.anomalies ?? []).map(({ code }) => code))];
      return {
        about,
        signal,
        state: reading.state,
        ...(reading.state === 'read' ? { statements: reading.statements.length } : {}),
        ...(codes.length > 0 ? { anomalies: codes } : {}),
      };
    });
  });
}

/** How a record names an exchange. */
export function exchangeRecord({
  exchange: { url, retrievedAt, digest, retrieval },
  place,
  confirmed,
}: Pick<Found, 'exchange' | 'place' | 'confirmed'>): ExchangeRecord {
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
    ...(confirmed ? { confirmed } : {}),
  };
}

/**
 * One declaration file: recalled while it is fresh, else asked for again, and for no more of it than what is new. What it gave is evidence, a 304 too.
 */
import {
  conditionsOf,
  confirms,
  type DeclarationAnswer,
  type FileRequest,
  freshForMs,
  originKey,
  type Pace,
  type Retriever,
  retrieveDeclaration,
  updatedFields,
  validatorsOf,
} from '../../http/index.ts';
import type { CachedDeclaration, Confirmation, Dataset, StoredPlace, WarcRef } from '../../store/index.ts';
import type { Exchange, Validators } from '../../vocab/index.ts';

export interface AskingContext {
  readonly retriever: Pick<Retriever, 'retrieve'>;
  readonly dataset: Dataset;
  readonly pace: Pace;
  /** Nothing new is begun: waits end. */
  readonly stop: AbortSignal;
  /** Requests on the wire are given up. */
  readonly signal: AbortSignal;
  readonly wallClock: () => number;
  /** What was asked or confirmed before is asked again, however fresh it is. Wall clock, ms. */
  readonly askedSinceMs?: number;
  /** Whether a record may name these bytes; what lies elsewhere is asked for anew, and whole. Default: any. */
  readonly mayCite?: (place: WarcRef) => boolean;
}

/** A file, asked now or known from before. */
export interface Found {
  readonly exchange: Exchange;
  readonly place: StoredPlace | null;
  readonly confirmed?: Confirmation;
  readonly expiresAtMs: number;
  readonly retryAfterMs?: number | undefined;
}

/** What an earlier request, of this run or another, left in the dataset and is still fresh. */
export function recall({ origin, kind, url }: FileRequest, context: AskingContext, again: boolean): Found | null {
  const { dataset, wallClock, askedSinceMs = Number.NEGATIVE_INFINITY, mayCite = anyPlace } = context;
  const cached = dataset.declarations.find(origin, kind, url, wallClock());
  if (!cached || (again && cached.exchange.retrieval.outcome === 'unreachable')) return null;
  if (!mayCite(cached.warc) || (cached.confirmed && !mayCite(cached.confirmed.warc))) return null;
  return Date.parse(cached.confirmed?.at ?? cached.exchange.retrievedAt ?? '') < askedSinceMs ? null : foundOf(cached);
}

const anyPlace = (): boolean => true;

export async function fetchFile(request: FileRequest, context: AskingContext): Promise<Found> {
  const { origin, kind, url } = request;
  const { dataset, wallClock, signal, mayCite = anyPlace } = context;
  const last = dataset.declarations.last(origin, kind, url);
  const before = last && mayCite(last.warc) ? last : undefined;
  const validators = before && validatorsOfFile(before);
  let answer = await askFile(request, context, validators);
  if (before && validators && isNotModified(answer)) {
    const confirmed = await confirmation(before, validators, answer, context);
    if (confirmed) return confirmed;
    answer = await askFile(request, context, undefined);
  }
  signal.throwIfAborted();
  const exchange = exchangeOfAnswer(answer);
  const { warc, digest } = await dataset.evidence.put({ kind: 'exchange', exchange });
  const expiresAtMs = wallClock() + freshForMs(exchange);
  dataset.declarations.put(origin, { kind, exchange, expiresAtMs, warc, payloadDigest: digest });
  return { exchange, place: { warc, digest }, expiresAtMs, retryAfterMs: answer.retryAfterMs };
}

function askFile(
  { origin, url, kind, delayMs, mayFollow }: FileRequest,
  { pace, retriever, stop, signal }: AskingContext,
  validators: Validators | undefined,
): Promise<DeclarationAnswer> {
  const paced: Pick<Retriever, 'retrieve'> = {
    retrieve: (hop, request) =>
      pace.turn(hop === url ? origin : originKey(hop), { delayMs, signal: stop }, () => retriever.retrieve(hop, request)),
  };
  return retrieveDeclaration(paced, url, {
    kind: kind === 'robots' ? 'robots' : 'file',
    signal,
    ...(validators ? { fields: conditionsOf(validators) } : {}),
    beforeHop: async (hop, count) => (count === 0 || !mayFollow || (await mayFollow(hop)) ? undefined : 'refuse'),
  });
}

const exchangeOfAnswer = ({ url, retrievedAt, digest, retrieval }: DeclarationAnswer): Exchange => ({
  ...{ url, retrievedAt, digest, retrieval },
});

const isNotModified = ({ retrieval }: DeclarationAnswer): boolean =>
  retrieval.outcome === 'unavailable' && retrieval.status === 304;

/** Of a file that was served where it was asked: what lies behind a redirect has the validators of another place. */
function validatorsOfFile({ exchange: { retrieval, retrievedAt } }: CachedDeclaration): Validators | undefined {
  if (retrieval.outcome !== 'successful' || retrieval.hops.length > 0 || retrievedAt === null) return undefined;
  return validatorsOf(retrieval.fields, Date.parse(retrievedAt));
}

/** The stored file, which the site says still holds; undefined where the 304 speaks of another one. No signal reads a field that a 304 may change. */
async function confirmation(
  before: CachedDeclaration,
  validators: Validators,
  answer: DeclarationAnswer,
  { dataset, wallClock }: AskingContext,
): Promise<Found | undefined> {
  const { retrieval } = before.exchange;
  const { retrieval: said, retrievedAt: at, hops } = answer;
  if (retrieval.outcome !== 'successful' || said.outcome !== 'unavailable' || at === null || hops.length > 0) return undefined;
  if (!confirms(said.fields, validators, retrieval.fields)) return undefined;
  const { warc } = await dataset.evidence.put({ kind: 'exchange', exchange: exchangeOfAnswer(answer) });
  const fresh = { ...retrieval, fields: updatedFields(retrieval.fields, said.fields) };
  const expiresAtMs = wallClock() + freshForMs({ ...before.exchange, retrievedAt: at, retrieval: fresh });
  const entry: CachedDeclaration = { ...before, confirmed: { at, warc }, expiresAtMs };
  dataset.declarations.put(originKey(before.exchange.url), entry);
  return foundOf(entry);
}

const foundOf = (cached: CachedDeclaration): Found => ({
  exchange: cached.exchange,
  place: placeOf(cached),
  expiresAtMs: cached.expiresAtMs,
  ...(cached.confirmed ? { confirmed: cached.confirmed } : {}),
});

const placeOf = ({ warc, payloadDigest }: CachedDeclaration): StoredPlace => ({ warc, digest: payloadDigest });

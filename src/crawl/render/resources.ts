/**
 * The honest client behind a rendered page: each of its requests, and each redirect hop of them, passes the gate, keeps its origin's pause, and is
 * sent by the one retriever of the run. What several pages ask for at the same time is asked once.
 */
import type { Answer, Retriever } from '../../http/index.ts';
import { originKey, type Pace } from '../../http/index.ts';
import type { Exchange, Reason } from '../../vocab/index.ts';
import type { Declarations } from '../declared/declarations.ts';
import { createResourceCache, type Resource } from './resource-cache.ts';
import { type ResourceKind, type ResourceQuestion, refusalBefore, refusalOfAnswer } from './resource-gate.ts';
import { untilAborted } from './until-aborted.ts';

export type ResourceOutcome =
  | { readonly outcome: 'answered'; readonly resource: Resource; readonly isCached: boolean }
  /** Not asked, or not handed on. `url` is the hop that was refused. */
  | { readonly outcome: 'refused'; readonly url: string; readonly reason: Reason }
  | { readonly outcome: 'failed'; readonly url: string; readonly detail: string };

export interface ResourceRequest {
  readonly url: string;
  readonly kind: ResourceKind;
  /** As the page asks. */
  readonly accept: string;
  readonly maxBytes: number;
  /** Of the page: when nobody waits any more the request is given up. */
  readonly signal: AbortSignal;
}

export interface Resources {
  /** Rejects with the signal's reason. */
  fetch(request: ResourceRequest): Promise<ResourceOutcome>;
}

export interface ResourcesContext extends ResourceQuestion {
  readonly retriever: Pick<Retriever, 'retrieve'>;
  readonly declarations: Pick<Declarations, 'rules'>;
  readonly pace: Pace;
  readonly delayMs: number;
  readonly maxDelayMs: number;
  readonly wallClock: () => number;
}

const maxHops = 5;

interface Shared {
  readonly outcome: Promise<ResourceOutcome>;
  readonly controller: AbortController;
  waiting: number;
}

export function createResources(context: ResourcesContext): Resources {
  const cache = createResourceCache(context.wallClock);
  const underWay = new Map<string, Shared>();

  const begin = (key: string, request: ResourceRequest): Shared => {
    const controller = new AbortController();
    const outcome = followed({ ...request, signal: controller.signal }, context, answer => {
      const { status, fields, body } = answer;
      cache.put(key, { status, fields, body }, answer.retrievedAt, request.kind === 'script');
    }).finally(() => underWay.delete(key));
    // Everybody may have gone.
    outcome.catch(() => undefined);
    const shared = { outcome, controller, waiting: 0 };
    underWay.set(key, shared);
    return shared;
  };

  return {
    async fetch(request) {
      const { url, kind, accept, signal } = request;
      signal.throwIfAborted();
      const key = `${kind} ${accept} ${url}`;
      const cached = cache.get(key);
      if (cached) return { outcome: 'answered', resource: cached, isCached: true };
      const shared = underWay.get(key) ?? begin(key, request);
      shared.waiting++;
      try {
        return await untilAborted(shared.outcome, signal);
      } finally {
        if (--shared.waiting === 0) {
          underWay.delete(key);
          shared.controller.abort(new Error('no page waits for it'));
        }
      }
    },
  };
}

async function followed(
  request: ResourceRequest,
  context: ResourcesContext,
  onAnswer: (answer: Resource & Pick<Answer, 'retrievedAt'>) => void,
): Promise<ResourceOutcome> {
  const seen = new Set<string>();
  for (let url = request.url; seen.size <= maxHops && !seen.has(url); ) {
    seen.add(url);
    const { carriers, crawlDelayMs } = await context.declarations.rules(originKey(url));
    request.signal.throwIfAborted();
    const asked = { ...carriers, url, page: null };
    const before = refusalBefore(asked, request.kind, context);
    if (before !== null) return { outcome: 'refused', url, reason: before };
    const refusalOf = (exchange: Exchange): Reason | null => refusalOfAnswer(asked, exchange, request.kind, context);
    const answer = await retrieved(url, crawlDelayMs, refusalOf, request, context);
    if (answer.refusal !== undefined) return { outcome: 'refused', url, reason: `refused.${answer.refusal}` };
    const exchange: Exchange = { url, retrievedAt: answer.retrievedAt, digest: answer.digest, retrieval: answer.retrieval };
    const { retrieval } = answer;
    if (retrieval.outcome === 'unavailable' && answer.location !== undefined && /^https?:/.test(answer.location)) {
      url = answer.location;
      continue;
    }
    if (retrieval.outcome === 'successful') {
      const after = refusalOf(exchange);
      if (after !== null) return { outcome: 'refused', url, reason: after };
    }
    if (retrieval.outcome === 'not-attempted') return { outcome: 'failed', url, detail: retrieval.why };
    const { status, fields } = retrieval;
    if (status === undefined || (retrieval.outcome === 'successful' && retrieval.truncated))
      return { outcome: 'failed', url, detail: answer.detail ?? 'no whole answer' };
    const body = 'body' in retrieval ? (retrieval.body ?? empty) : empty;
    const resource: Resource = { status, fields: fields ?? [], body };
    onAnswer({ ...resource, retrievedAt: answer.retrievedAt });
    return { outcome: 'answered', resource, isCached: false };
  }
  return { outcome: 'failed', url: request.url, detail: 'too many redirects' };
}

const empty = new Uint8Array();

/** Data that is refused by its own header section is not read any further. */
function retrieved(
  url: string,
  crawlDelayMs: number | null,
  refusalOf: (exchange: Exchange) => Reason | null,
  { accept, maxBytes, signal }: ResourceRequest,
  { retriever, pace, delayMs, maxDelayMs }: ResourcesContext,
): Promise<Answer> {
  const turn = { delayMs: Math.max(delayMs, Math.min(crawlDelayMs ?? 0, maxDelayMs)), signal };
  const gate = ({ status, fields }: Pick<Resource, 'status' | 'fields'>): 'read' | 'abort' => {
    const unread = { body: empty, truncated: false, bodyNotRead: 'refused-earlier', hops: [] } as const;
    const retrieval = { outcome: 'successful', status, fields, ...unread } as const;
    return refusalOf({ url, retrievedAt: null, digest: null, retrieval }) === null ? 'read' : 'abort';
  };
  return pace.turn(originKey(url), turn, () => retriever.retrieve(url, { accept, maxBytes, signal, gate }));
}

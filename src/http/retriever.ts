import { CodedError, exitCodes, type Instant } from '../vocab/index.ts';
import { joined } from './abort.ts';
import type { Answer, RetrieveRequest, Retriever, RetrieverOptions } from './answer.ts';
import { requestFields } from './identity.ts';
import { defaultLimits, type Limits } from './limits.ts';
import { lookupBySystem } from './place/lookup.ts';
import { checkUrl, type UrlRefusal, type UrlRules } from './place/url-check.ts';
import { createConnections } from './transfer/connections.ts';
import { createLargeTransfers } from './transfer/large-transfers.ts';
import { createStallClock } from './transfer/stall-clock.ts';
import { Transfer, type Wire } from './transfer/transfer.ts';

/**
 * The one way to the network, for declarations, pages and whatever else is fetched.
 * @throws ERR_IDENTITY where the identity cannot be sent
 */
export function createRetriever(options: RetrieverOptions): Retriever {
  const limits: Limits = { ...defaultLimits, ...options.limits };
  const {
    resolveRules = [],
    allowPrivateNetwork = false,
    ports = [],
    lookup = lookupBySystem,
    admit,
    now = systemNow,
    isDenied,
  } = options;
  const rules: UrlRules = { resolveRules, allowPrivateNetwork, ports, isDenied, maxUrlLength: limits.maxUrlLength };
  const fieldsFor = requestFields(options.identity);
  const closing = new AbortController();
  const connections = createConnections(limits, {
    ...{ lookup, resolveRules, allowPrivateNetwork, connectMs: limits.connectMs },
    signal: closing.signal,
  });
  const inFlight = new Set<Transfer>();
  const wire: Wire = {
    limits,
    large: createLargeTransfers(limits.maxLarge),
    stalls: createStallClock(),
    connectionOf: ({ origin }) => connections.of(origin),
    fieldsOf: ({ host }, { accept, fields }, at) => fieldsFor({ authority: host, at }, accept, fields),
    now,
    ended: transfer => void inFlight.delete(transfer),
  };

  const send = (url: string, parsed: URL, request: RetrieveRequest): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const transfer = new Transfer(wire, { url, parsed, request, retrievedAt: now(), resolve, reject });
      inFlight.add(transfer);
      transfer.begin();
    });

  const refuseClosed = (): void => closing.signal.throwIfAborted();
  const untilOf = (signal: AbortSignal | undefined): AbortSignal =>
    signal === undefined ? closing.signal : joined(signal, closing.signal);

  return {
    async retrieve(url, request = {}) {
      refuseClosed();
      request.signal?.throwIfAborted();
      const checked = checkUrl(url, rules);
      if (!checked.ok) return refused(url, checked.refusal, now());
      if (admit === undefined) return send(url, checked.url, request);
      const leave = once(await admit(checked.url, untilOf(request.signal)));
      try {
        refuseClosed();
        request.beforeSending?.();
        // The wait may have been a night: what the operator denies may be in force by now. Nothing else of a URL changes.
        if (isDenied?.(checked.url.href)) return refused(url, 'denylist', now());
        return await send(url, checked.url, whenReceived(request, leave));
      } finally {
        leave();
      }
    },
    forget: origin => connections.forget(new URL(origin).origin),
    async close() {
      closing.abort(
        new CodedError('ERR_RETRIEVER_CLOSED', exitCodes.internal, 'the retriever is closed', { next: 'make a new one' }),
      );
      for (const transfer of inFlight) transfer.fail('reset', 'the retriever was closed');
      await connections.close();
    },
  };
}

/** The request, with what is told when the answer is here whole and its decoding has to wait: nothing goes on at the server then. */
export function whenReceived(request: RetrieveRequest, received: () => void): RetrieveRequest {
  const { beforeDecoding } = request;
  if (beforeDecoding === undefined) return request;
  const wait = (): Promise<void> | undefined => {
    const waiting = beforeDecoding();
    if (waiting !== undefined) received();
    return waiting;
  };
  return { ...request, beforeDecoding: wait };
}

function once(act: () => void): () => void {
  let isDone = false;
  return () => {
    if (!isDone) act();
    isDone = true;
  };
}

const systemNow = (): Instant => new Date().toISOString() as Instant;

/** Nothing was sent. `address` is the one cause of "we may not go there"; `refusal` says which rule. */
function refused(url: string, refusal: UrlRefusal, retrievedAt: Instant): Answer {
  const atMs = performance.now();
  return {
    url,
    retrievedAt,
    digest: null,
    retrieval: { outcome: 'unreachable', cause: 'address' },
    wireBytes: 0,
    startedAtMs: atMs,
    endedAtMs: atMs,
    refusal,
    detail: `refused: ${refusal}`,
  };
}

/**
 * Every request of one page in the browser ends here, and none goes on to the network: it is answered with what the honest client was given, or
 * blocked. What is left of a page for us is text, so only its scripts and its data are fetched.
 */
import type { Page, Request, Route } from 'playwright';
import type { FieldLine, Reason } from '../../vocab/index.ts';
import type { Resource } from './resource-cache.ts';
import type { ResourceKind } from './resource-gate.ts';
import type { Resources } from './resources.ts';

export interface GuestLimits {
  /** Requests of one page that are answered. */
  readonly maxRequests: number;
  /** Octets of their answers, decoded. */
  readonly maxBytes: number;
}

export interface RefusedResource {
  readonly url: string;
  readonly reason: Reason;
}

/** What a page asked for, bounded. */
export interface GuestTally {
  /** Answered from the network. */
  readonly requests: number;
  /** Answered from the run's cache. */
  readonly cached: number;
  /** Octets of all answers, decoded. */
  readonly bytes: number;
  /** Not asked, or not handed to the page, because its origin refuses; at most `maxListed`. */
  readonly refused: readonly RefusedResource[];
  readonly refusedCount: number;
  /** Not asked by our own rule, by kind. */
  readonly blocked: Readonly<Record<string, number>>;
  /** Asked and not answered. */
  readonly failed: number;
  /** Where the page itself tried to go. */
  readonly navigations: readonly string[];
}

export interface GuestRequests {
  /** Nothing of the page is under way, and the time since the last answer in ms. */
  idleMs(): number;
  /** It tried to go elsewhere. Where that happens while it loads it is read no further, and is never told to be loaded. */
  hasLeft(): boolean;
  tally(): GuestTally;
}

export const nothingAsked: GuestTally = {
  ...{ requests: 0, cached: 0, bytes: 0, refused: [], refusedCount: 0, blocked: {}, failed: 0, navigations: [] },
};

const maxListed = 16;
const maxNavigations = 32;
const maxUrlLength = 2_048;

/** A style sheet is not needed to read text, but some scripts wait until theirs has come: it is answered, empty, without being asked for. */
const blank: Resource = { status: 200, fields: [['content-type', 'text/css']], body: new Uint8Array() };

const kinds: Readonly<Record<string, ResourceKind | undefined>> = { script: 'script', xhr: 'data', fetch: 'data' };

/**
 * Puts itself between a blank page and the network. @param document the page itself, fetched and judged before
 * @param signal when it aborts, nothing is asked for any more
 */
export async function interceptRequests(
  page: Page,
  document: { readonly url: string; readonly resource: Resource },
  resources: Resources,
  limits: GuestLimits,
  signal: AbortSignal,
): Promise<GuestRequests> {
  const tally = { requests: 0, cached: 0, bytes: 0, refusedCount: 0, failed: 0 };
  const refused: RefusedResource[] = [];
  const navigations = new Set<string>();
  const blocked: Record<string, number> = {};
  let isDocumentGiven = false;
  let admitted = 0;
  let underWay = 0;
  let lastAnswerAt = performance.now();

  const block = async (route: Route, kind: string): Promise<void> => {
    blocked[kind] = (blocked[kind] ?? 0) + 1;
    await route.abort('blockedbyclient');
  };

  const navigate = async (route: Route, request: Request): Promise<void> => {
    if (!isOfMainFrame(request, page)) return block(route, 'frame');
    if (!isDocumentGiven && request.method() === 'GET' && withoutHash(request.url()) === withoutHash(document.url)) {
      isDocumentGiven = true;
      return give(route, document.resource);
    }
    // A URL of its own: it passes every gate like any link. What is sent along with a form is not ours to send.
    if (request.method() === 'GET' && navigations.size < maxNavigations) navigations.add(withoutHash(request.url()));
    blocked.navigation = (blocked.navigation ?? 0) + 1;
    // "No content" leaves the page where it is; an error would put a page of its own in its place.
    return route.fulfill({ status: 204 });
  };

  const answer = async (route: Route, request: Request, kind: ResourceKind): Promise<void> => {
    const left = limits.maxBytes - tally.bytes;
    if (admitted >= limits.maxRequests || left <= 0) return block(route, 'limit');
    admitted++;
    underWay++;
    try {
      const accept = acceptOf(request, kind);
      const result = await resources.fetch({ url: withoutHash(request.url()), kind, accept, maxBytes: left, signal });
      if (result.outcome === 'refused') {
        tally.refusedCount++;
        const url = result.url.slice(0, maxUrlLength);
        if (refused.length < maxListed && !refused.some(one => one.url === url)) refused.push({ url, reason: result.reason });
        return await route.abort('blockedbyclient');
      }
      if (result.outcome === 'failed') {
        tally.failed++;
        return await route.abort('failed');
      }
      const { resource, isCached } = result;
      tally[isCached ? 'cached' : 'requests']++;
      tally.bytes += resource.body.length;
      await give(route, resource);
    } finally {
      underWay--;
      lastAnswerAt = performance.now();
    }
  };

  const handle = async (route: Route): Promise<void> => {
    const request = route.request();
    const type = request.resourceType();
    if (signal.aborted) return route.abort('aborted');
    if (!/^https?:/.test(request.url())) return block(route, 'scheme');
    if (type === 'document' || request.isNavigationRequest()) return navigate(route, request);
    if (type === 'stylesheet') {
      blocked.stylesheet = (blocked.stylesheet ?? 0) + 1;
      return give(route, blank);
    }
    const kind = kinds[type];
    if (kind === undefined || isAhead(request)) return block(route, kind === undefined ? type : 'prefetch');
    if (request.method() !== 'GET') return block(route, 'method');
    return answer(route, request, kind);
  };

  const context = page.context();
  // A page that is closed meanwhile has no routes any more; there is nobody left to answer.
  await context.route('**/*', route => handle(route).catch(() => route.abort('failed').catch(() => undefined)));
  await context.routeWebSocket(/^/, socket => {
    blocked.websocket = (blocked.websocket ?? 0) + 1;
    void socket.close().catch(() => undefined);
  });
  context.on('page', popup => {
    if (popup !== page) void popup.close().catch(() => undefined);
  });
  return {
    idleMs: () => (underWay > 0 ? 0 : performance.now() - lastAnswerAt),
    hasLeft: () => (blocked.navigation ?? 0) > 0,
    tally: () => ({ ...tally, refused, blocked, navigations: [...navigations] }),
  };
}

/** Asked for in case it is needed. */
const isAhead = (request: Request): boolean => {
  const headers = request.headers();
  return /prefetch|prerender/i.test(`${headers['sec-purpose'] ?? ''} ${headers.purpose ?? ''}`);
};

function isOfMainFrame(request: Request, page: Page): boolean {
  try {
    return request.frame() === page.mainFrame();
  } catch {
    // A window that is not there yet, or a worker.
    return false;
  }
}

const withoutHash = (url: string): string => url.split('#', 1)[0] ?? url;

/** What the page's script asks for, where it can be written into a field; data is often answered in several ways. */
function acceptOf(request: Request, kind: ResourceKind): string {
  const asked = kind === 'data' ? request.headers().accept : undefined;
  return asked !== undefined && /^[\x20-\x7e]{1,256}$/.test(asked) ? asked : '*/*';
}

/** Fields that speak of a transfer that is over, that would set a browser to work of its own, or that keep something for a next time. */
const leftOut: ReadonlySet<string> = new Set(
  'accept-ch alt-svc clear-site-data connection content-encoding content-length critical-ch expect-ct keep-alive link nel origin-agent-cluster public-key-pins refresh report-to reporting-endpoints service-worker-allowed set-cookie set-cookie2 speculation-rules strict-transport-security trailer transfer-encoding upgrade'.split(
    ' ',
  ),
);

async function give(route: Route, { status, fields, body }: Resource): Promise<void> {
  await route.fulfill({ status, headers: headersOf(fields), body: Buffer.from(body.buffer, body.byteOffset, body.byteLength) });
}

function headersOf(fields: readonly FieldLine[]): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of fields) {
    const key = name.toLowerCase();
    if (leftOut.has(key) || key.endsWith('-report-only') || !/^[\w!#$%&'*+.^`|~-]+$/.test(key)) continue;
    // What cannot be passed on as a field would lose the whole answer.
    if (!/^[\t\x20-\x7e]*$/.test(value)) continue;
    headers[key] = headers[key] === undefined ? value : `${headers[key]}, ${value}`;
  }
  return headers;
}

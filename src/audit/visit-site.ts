/**
 * One site visited for its publisher: its declarations, the given page, and a few pages linked from it, one at a time and at the site's own pace.
 * The visitor is the crawler: the same name, the same order, and what robots.txt closes to us is reported, not fetched.
 */
import { type Asker, assessOne, type PageFacts } from '../assess/index.ts';
import { scanPage } from '../content/index.ts';
import {
  type Answer,
  askLicense,
  askOrigin,
  checkUrl,
  createPace,
  type FileRequest,
  type OriginAsker,
  originKey,
  pageLicenses,
  type Retriever,
  retrieveDeclaration,
  type UrlRules,
} from '../http/index.ts';
import { type Carriers, contentTypeOf, type Exchange, type OriginKey } from '../vocab/index.ts';

/** One request that was answered, or was not. */
export interface AskedEvent {
  readonly url: string;
  readonly outcome: Exchange['retrieval']['outcome'];
  readonly status?: number;
}

export interface VisitOptions {
  readonly retriever: Retriever;
  /** Its acquisition verdict says what is asked. Every signal's carrier is fetched, whichever the policy reads. */
  readonly asker: Omit<Asker, 'at'>;
  /** Pages linked from the given one, on the same host. */
  readonly maxPages: number;
  /** Bytes of a decoded page. */
  readonly maxBytes: number;
  /** Pause between two requests to one origin, counted from the end of the last. */
  readonly delayMs: number;
  /** Clamp for Crawl-delay. */
  readonly maxDelayMs: number;
  readonly rules: UrlRules;
  readonly signal: AbortSignal;
  readonly onAsked?: (event: AskedEvent) => void;
}

const maxRedirects = 5;

/**
 * @param url absolute http(s) URL
 * @throws the signal's reason when it aborts
 */
export async function visitSite(url: string, options: VisitOptions): Promise<readonly PageFacts[]> {
  const visitor = createVisitor(options);
  const pages: PageFacts[] = [];
  const seen = new Set<string>();
  let target: string | undefined = withoutFragment(url);
  while (target !== undefined && !seen.has(target) && pages.length <= maxRedirects) {
    seen.add(target);
    const page: PageFacts = await visitor.page(target, pages.length === 0 ? 'given' : 'redirect');
    pages.push(page);
    target = page.redirect !== undefined && checkUrl(page.redirect, options.rules).ok ? page.redirect : undefined;
  }
  const last = pages.at(-1);
  const links = last ? linksOf(last, options.rules).filter(link => !seen.has(link)) : [];
  for (const link of [...new Set(links)].slice(0, options.maxPages)) pages.push(await visitor.page(link, 'link'));
  return pages;
}

interface Visitor {
  page(url: string, via: PageFacts['via']): Promise<PageFacts>;
}

interface Declared {
  readonly carriers: Omit<Carriers, 'url' | 'page'>;
  readonly delayMs: number;
}

function createVisitor(options: VisitOptions): Visitor {
  const { retriever, maxBytes, delayMs, maxDelayMs, signal, onAsked = () => {} } = options;
  const asker = { ...options.asker, policy: { ...options.asker.policy, signals: 'all' as const } };
  const pace = createPace({ now: () => performance.now() });
  const declared = new Map<OriginKey, Declared>();
  const asked = new Map<string, Promise<{ readonly exchange: Exchange }>>();

  const wait = (url: string, pauseMs: number): Promise<void> => pace.wait(originKey(url), pauseMs, signal);
  const ended = (url: string, answer: Answer): void => {
    const { retrieval } = answer;
    pace.ended(originKey(url), answer);
    onAsked({
      ...{ url, outcome: retrieval.outcome },
      ...('status' in retrieval && retrieval.status !== undefined ? { status: retrieval.status } : {}),
    });
  };

  const fetchFile = async ({ kind, url, delayMs: pauseMs, mayFollow }: FileRequest): Promise<{ readonly exchange: Exchange }> => {
    const { retrievedAt, digest, retrieval } = await retrieveDeclaration(retriever, url, {
      kind: kind === 'robots' ? 'robots' : 'file',
      signal,
      beforeHop: async (hop, count) => {
        if (count > 0 && mayFollow && !(await mayFollow(hop))) return 'refuse';
        await wait(hop, pauseMs);
        return undefined;
      },
      afterHop: (hop, _endedAtMs, answer) => ended(hop, answer),
    });
    return { exchange: { url, retrievedAt, digest, retrieval } };
  };
  const files: OriginAsker<{ readonly exchange: Exchange }> = {
    // What the operator closed is refused by the retriever itself, so a closed declaration is unreachable, never silent.
    ...{ asker: { ...asker, facts: { agents: asker.facts.agents } }, delayMs, maxDelayMs },
    ask: request => {
      const key = `${request.kind} ${request.url}`;
      const answer = asked.get(key) ?? fetchFile(request);
      asked.set(key, answer);
      return answer;
    },
    notAsked: exchange => ({ exchange }),
    license: url => askLicense(url, files),
  };
  const declare = async (origin: OriginKey): Promise<Declared> => {
    const known = declared.get(origin);
    if (known) return known;
    const { carriers, crawlDelayMs } = await askOrigin(origin, files);
    const made = { carriers, delayMs: Math.max(delayMs, Math.min(crawlDelayMs ?? 0, maxDelayMs)) };
    declared.set(origin, made);
    return made;
  };

  return {
    async page(url, via) {
      const { carriers, delayMs: pauseMs } = await declare(originKey(url));
      const before: Carriers = { ...carriers, url, page: null };
      if (assessOne(before, 'acquisition', { ...asker, at: null }, 'origin').disposition !== 'keep')
        return { via, carriers: before };
      await wait(url, pauseMs);
      const answer = await retriever.retrieve(url, { maxBytes, cut: false, signal });
      ended(url, answer);
      const { retrievedAt, digest, retrieval, location } = answer;
      if (location !== undefined && retrieval.outcome === 'unavailable') return { via, carriers: before, redirect: location };
      const after: Carriers = { ...before, page: { url, retrievedAt, digest, retrieval } };
      const licenses = new Map(after.licenses);
      for (const license of pageLicenses(after, asker)) licenses.set(license, (await files.license(license)).exchange);
      return { via, carriers: { ...after, licenses } };
    },
  };
}

/** Links of a fetched page to its own host, in document order, that a crawler would follow. */
function linksOf({ carriers: { page } }: PageFacts, rules: UrlRules): readonly string[] {
  if (page?.retrieval.outcome !== 'successful') return [];
  const { body, fields } = page.retrieval;
  const { host } = new URL(page.url);
  const { links } = scanPage(body, contentTypeOf(fields), page.url);
  return links
    .filter(({ href, nofollow }) => !nofollow && new URL(href).host === host && checkUrl(href, rules).ok)
    .map(({ href }) => href);
}

function withoutFragment(url: string): string {
  const parsed = new URL(url);
  parsed.hash = '';
  return parsed.href;
}

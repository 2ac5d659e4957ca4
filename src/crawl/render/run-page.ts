/** One page run in the browser until it is at rest, and then read: its tree as markup, as a parser would see it again. */
import type { CDPSession, Page } from 'playwright';
import { type GuestLimits, type GuestRequests, type GuestTally, interceptRequests, nothingAsked } from './guest-requests.ts';
import type { Resource } from './resource-cache.ts';
import type { Resources } from './resources.ts';
import { untilAborted } from './until-aborted.ts';

export interface PageRun {
  readonly url: string;
  /** The page as it was fetched. */
  readonly document: Resource;
  readonly limits: GuestLimits;
  /** From the blank page to the end of reading. */
  readonly timeoutMs: number;
  /** Of the tree as UTF-8. */
  readonly maxDomBytes: number;
  /** The run is being stopped. */
  readonly signal: AbortSignal;
}

export type RanPage = { readonly tally: GuestTally } & (
  | { readonly outcome: 'rendered'; readonly dom: Uint8Array }
  /** `crash`: its process or the browser died. `left`: it went to what is no page of its own. */
  | { readonly outcome: 'timeout' | 'crash' | 'too-large' | 'left' }
);

/** No answer has been under way for so long, and the page has been loaded. Frameworks fill their mount in the turns after their last answer. */
const restMs = 350;
const lookEveryMs = 25;

/** @param page blank, in a context of its own. Rejects only with the signal's reason or for a fault of ours. */
export async function runPage(page: Page, resources: Resources, run: PageRun): Promise<RanPage> {
  const over = new AbortController();
  const timer = setTimeout(() => over.abort(new Ended('timeout')), run.timeoutMs);
  const onStop = (): void => over.abort(run.signal.reason);
  run.signal.addEventListener('abort', onStop, { once: true });
  const crash = (): void => over.abort(new Ended('crash'));
  page.on('crash', crash).on('close', crash);
  let tally: () => GuestTally = () => nothingAsked;
  try {
    run.signal.throwIfAborted();
    const requests = await interceptRequests(page, { url: run.url, resource: run.document }, resources, run.limits, over.signal);
    tally = requests.tally;
    const outcome = await untilAborted(ran(page, run, requests, over.signal), over.signal);
    return { ...outcome, tally: tally() };
  } catch (error) {
    run.signal.throwIfAborted();
    const why = over.signal.reason instanceof Ended ? over.signal.reason : error;
    if (why instanceof Ended) return { outcome: why.outcome, tally: tally() };
    // Playwright tells of a dead browser by failing whatever is under way.
    if (page.isClosed() || /closed|crashed|disconnected/i.test(String(error))) return { outcome: 'crash', tally: tally() };
    throw error;
  } finally {
    clearTimeout(timer);
    run.signal.removeEventListener('abort', onStop);
    page.off('crash', crash).off('close', crash);
    over.abort(new Ended('timeout'));
  }
}

class Ended extends Error {
  readonly outcome: 'timeout' | 'crash';
  constructor(outcome: 'timeout' | 'crash') {
    super(`the page ended: ${outcome}`);
    this.outcome = outcome;
  }
}

async function ran(
  page: Page,
  { url, maxDomBytes }: PageRun,
  requests: GuestRequests,
  signal: AbortSignal,
): Promise<{ outcome: 'rendered'; dom: Uint8Array } | { outcome: 'too-large' | 'left' }> {
  let isLoaded = false;
  page.once('load', () => {
    isLoaded = true;
  });
  // A page that goes elsewhere while it loads breaks this promise off; it stays, because there is nothing where it goes.
  await page.goto(url, { waitUntil: 'commit', timeout: 0 }).catch(error => {
    if (!/interrupted|ERR_BLOCKED_BY_CLIENT|ERR_ABORTED/.test(String(error))) throw error;
  });
  let loadedAtMs = Number.POSITIVE_INFINITY;
  while (!signal.aborted) {
    if ((isLoaded || requests.hasLeft()) && loadedAtMs === Number.POSITIVE_INFINITY) loadedAtMs = performance.now();
    if (performance.now() - loadedAtMs >= restMs && requests.idleMs() >= restMs) break;
    await new Promise(resolve => setTimeout(resolve, lookEveryMs));
  }
  signal.throwIfAborted();
  return readDom(page, url, maxDomBytes);
}

/** The page's own script may have put anything into the place of what reads a tree, so it is read from a world of its own. */
async function readDom(
  page: Page,
  url: string,
  maxDomBytes: number,
): Promise<{ outcome: 'rendered'; dom: Uint8Array } | { outcome: 'too-large' | 'left' }> {
  const cdp = await page.context().newCDPSession(page);
  const { frameTree } = await cdp.send('Page.getFrameTree');
  const { id, url: at } = frameTree.frame;
  // A script may write another path of its own origin; anything else is another document than the one that was judged.
  const place = URL.parse(at);
  if (!/^https?:$/.test(place?.protocol ?? '') || place?.origin !== new URL(url).origin) return { outcome: 'left' };
  const { executionContextId: contextId } = await cdp.send('Page.createIsolatedWorld', { frameId: id });
  const markup = await evaluated(cdp, contextId, maxDomBytes);
  if (markup === null) return { outcome: 'too-large' };
  const dom = Buffer.from(markup.toWellFormed());
  return dom.length > maxDomBytes ? { outcome: 'too-large' } : { outcome: 'rendered', dom };
}

async function evaluated(cdp: CDPSession, contextId: number, maxCharacters: number): Promise<string | null> {
  const expression = `(() => {
    const root = document.documentElement?.outerHTML ?? '';
    return root.length > ${maxCharacters} ? null : (document.doctype ? '<!DOCTYPE html>' : '') + root;
  })()`;
  const { result, exceptionDetails } = await cdp.send('Runtime.evaluate', { contextId, expression, returnByValue: true });
  // A tree that cannot be written is as good as one that is too large to.
  return exceptionDetails === undefined && typeof result.value === 'string' ? result.value : null;
}

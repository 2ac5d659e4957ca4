/** Pages run in a browser, a few at a time: fetched pages in, their trees and what they asked for out. */
import { CodedError } from '../../vocab/index.ts';
import { createBrowserEngine } from './browser-engine.ts';
import type { FoundBrowser } from './find-browser.ts';
import { type GuestLimits, nothingAsked } from './guest-requests.ts';
import type { Resource } from './resource-cache.ts';
import { createResources, type ResourcesContext } from './resources.ts';
import { type RanPage, runPage } from './run-page.ts';

export type Rendering = RanPage & {
  /** `Chromium/153.0.8010.0`. */
  readonly browser: string;
  /** From its turn to the end, without waiting for it. */
  readonly ms: number;
};

export interface Renderer {
  /** Rejects where the run is stopped, or the browser cannot be had at all. */
  render(url: string, document: Resource): Promise<Rendering>;
  close(): Promise<void>;
}

export interface RendererOptions extends ResourcesContext {
  readonly browser: FoundBrowser;
  readonly userAgent: string;
  readonly concurrency: number;
  readonly timeoutMs: number;
  readonly limits: GuestLimits;
  readonly maxDomBytes: number;
  readonly onStarted?: (version: string, isConfined: boolean) => void;
  readonly signal: AbortSignal;
}

/** A page whose browser dies is run once more: it may have been its neighbour's fault. */
const maxRuns = 2;
/** Beyond the page's own deadline, before the pool gives it up. */
const graceMs = 15_000;

export function createRenderer(options: RendererOptions): Renderer {
  const { browser, userAgent, concurrency, timeoutMs, limits, maxDomBytes, signal, onStarted } = options;
  const resources = createResources(options);
  const engine = createBrowserEngine({
    browser,
    userAgent,
    concurrency,
    workTimeoutMs: timeoutMs + graceMs,
    ...(onStarted ? { onStarted } : {}),
  });
  let hasRun = false;

  const once = async (url: string, document: Resource): Promise<Rendering> => {
    let startedAt = performance.now();
    try {
      const ran = await engine.onPage(page => {
        hasRun = true;
        startedAt = performance.now();
        return runPage(page, resources, { url, document, limits, timeoutMs, maxDomBytes, signal });
      });
      return { ...ran, browser: engine.version, ms: Math.round(performance.now() - startedAt) };
    } catch (error) {
      signal.throwIfAborted();
      // A browser that has never worked is the operator's to mend; one that has is not asked why it fell.
      if (!hasRun) throw causeOf(error);
      return { outcome: 'crash', tally: nothingAsked, browser: engine.version, ms: Math.round(performance.now() - startedAt) };
    }
  };

  return {
    async render(url, document) {
      let rendering = await once(url, document);
      for (let run = 1; rendering.outcome === 'crash' && run < maxRuns; run++) rendering = await once(url, document);
      return rendering;
    },
    close: () => engine.close(),
  };
}

/** Crawlee wraps what its launcher throws. */
const causeOf = (error: unknown): unknown => {
  for (let at = error; at instanceof Error; at = at.cause) if (at instanceof CodedError) return at;
  return error;
};

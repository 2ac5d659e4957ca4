/**
 * Where Crawlee's PlaywrightCrawler runs. It gives the browser pool, one fresh context per page, and the end of browsers that are used up or hang.
 * What it hides is taken off: `navigator.webdriver` says what is true, nothing goes through a local proxy, the name is our own.
 */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Server } from 'node:net';
import type { Browser, Page } from 'playwright';
import type { RequestSource } from '../engine.ts';
import type { FoundBrowser } from './find-browser.ts';
import { honestLauncher } from './honest-launcher.ts';

export interface BrowserEngine {
  /**
   * Does work on a blank page in a context of its own, which is closed afterwards; waits for its turn.
   * @throws what the work threw, or why there is no page
   */
  onPage<T>(work: (page: Page) => Promise<T>): Promise<T>;
  /** `Chromium/153.0.8010.0`, once a browser runs. */
  readonly version: string;
  close(): Promise<void>;
}

export interface BrowserEngineOptions {
  readonly browser: FoundBrowser;
  /** The one User-Agent of all requests. */
  readonly userAgent: string;
  readonly concurrency: number;
  /** Work that takes longer is given up, and its page closed; it must outlast the work's own deadline. */
  readonly workTimeoutMs: number;
  /** Told once, of the first browser. `isConfined`: it runs in Chromium's own sandbox. */
  readonly onStarted?: (version: string, isConfined: boolean) => void;
}

interface Job {
  readonly run: (page: Page) => Promise<void>;
  readonly fail: (error: unknown) => void;
}

/** A browser grows with every page; this many pages cost less than its start. */
const pagesPerBrowser = 400;

/** Nothing is started before the first page. */
export function createBrowserEngine(options: BrowserEngineOptions): BrowserEngine {
  const jobs: Job[] = [];
  let running: Promise<Running> | undefined;
  let isClosed = false;
  let version: string | undefined;

  const engine: BrowserEngine = {
    onPage: async work => {
      if (isClosed) throw new Error('the browser engine is closed');
      running ??= start(
        options,
        jobs,
        () => isClosed,
        (browser, isConfined) => {
          const isFirst = version === undefined;
          version = `Chromium/${browser.version()}`;
          if (isFirst) options.onStarted?.(version, isConfined);
        },
      );
      const { notify } = await running;
      return await new Promise((resolve, reject) => {
        const run = (page: Page): Promise<void> => work(page).then(resolve, reject);
        jobs.push({ run, fail: reject });
        notify();
      });
    },
    get version() {
      return version ?? 'Chromium';
    },
    close: async () => {
      isClosed = true;
      for (const { fail } of jobs.splice(0)) fail(new Error('the browser engine is closed'));
      const { ended, notify } = (await running?.catch(() => undefined)) ?? {};
      notify?.();
      await ended;
    },
  };
  return engine;
}

interface Running {
  /** There is something to do, or nothing any more. */
  readonly notify: () => void;
  readonly ended: Promise<void>;
}

async function start(
  { browser, userAgent, concurrency, workTimeoutMs }: BrowserEngineOptions,
  jobs: Job[],
  isClosed: () => boolean,
  onLaunch: (browser: Browser, isConfined: boolean) => void,
): Promise<Running> {
  const { PlaywrightCrawler } = await withoutListening(() => import('@crawlee/playwright'));
  const { chromium } = await import('playwright');
  const { log: crawleeLog, LogLevel } = await import('@crawlee/basic');
  const { interruptGuard, poolOptions, quietConfiguration, requestFor } = await import('../engine.ts');
  crawleeLog.setLevel(LogLevel.OFF);
  const disownInterrupts = interruptGuard();
  const working = new Map<string, Job>();
  let sequence = 0;
  const requests: RequestSource = {
    isEmpty: async () => {
      disownInterrupts();
      return jobs.length === 0;
    },
    isFinished: async () => isClosed() && jobs.length === 0,
    fetchNextRequest: async () => {
      const job = jobs.shift();
      if (job === undefined) return null;
      const id = `page-${sequence++}`;
      working.set(id, job);
      return Object.assign(requestFor(id), { skipNavigation: true });
    },
  };
  const launcher = honestLauncher(chromium, browser, userAgent, (launched, isConfined) => {
    onLaunch(launched, isConfined);
    // The pool does not notice by itself, and would open pages in it until each had failed.
    launched.on('disconnected', () => crawler.browserPool.retireAllBrowsers());
  });
  const crawler = new PlaywrightCrawler(
    {
      ...poolOptions(requests, concurrency),
      persistCookiesPerSession: false,
      navigationTimeoutSecs: 1,
      requestHandlerTimeoutSecs: Math.ceil(workTimeoutMs / 1_000),
      autoscaledPoolOptions: { desiredConcurrency: concurrency, maybeRunIntervalSecs: 0.25, loggingIntervalSecs: null },
      headless: true,
      launchContext: { launcher, userAgent, useIncognitoPages: true },
      browserPoolOptions: {
        useFingerprints: false,
        maxOpenPagesPerBrowser: concurrency,
        retireBrowserAfterPageCount: pagesPerBrowser,
        operationTimeoutSecs: 30,
      },
      requestHandler: async ({ page, request }) => {
        const job = working.get(request.uniqueKey);
        await job?.run(page);
        working.delete(request.uniqueKey);
      },
      failedRequestHandler: ({ request }, error) => {
        working.get(request.uniqueKey)?.fail(error);
        working.delete(request.uniqueKey);
      },
    },
    quietConfiguration(),
  );
  const failAll = (error: unknown): void => {
    for (const { fail } of [...jobs.splice(0), ...working.values()]) fail(error);
  };
  const ended = crawler.run().then(() => failAll(new Error('the browser engine has ended')), failAll);
  return { ended, notify: () => void crawler.autoscaledPool?.notify() };
}

/**
 * Crawlee's pool opens a proxy for everybody, on every address of the machine, as soon as it is imported. Nothing of ours goes through it: it is
 * closed as soon as it is open.
 */
async function withoutListening<T>(load: () => Promise<T>): Promise<T> {
  const channel = 'tracing:net.server.listen:asyncEnd';
  const close = (message: unknown): void => {
    const { server } = message as { readonly server: Server };
    // Any address, any port: nobody who means to be found listens like that.
    // Whoever opened it waits to be told that it listens.
    if (server.listening && isAnywhere(server.address())) server.once('listening', () => server.close());
  };
  subscribe(channel, close);
  try {
    const loaded = await load();
    // The port is bound in a later turn.
    await new Promise(resolve => setTimeout(resolve, closeGraceMs));
    return loaded;
  } finally {
    unsubscribe(channel, close);
  }
}

const closeGraceMs = 20;
const isAnywhere = (address: ReturnType<Server['address']>): boolean =>
  typeof address === 'object' && address !== null && (address.address === '::' || address.address === '0.0.0.0');

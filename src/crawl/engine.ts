/**
 * The one place where Crawlee runs. Its BasicCrawler gives the task pool, the concurrency limits and the handler time-out; the frontier decides
 * what is next and when. Bypassed on purpose: RequestQueue, Dataset, SessionPool, got-scraping, respectRobotsTxtFile (it fails open).
 */
import {
  BasicCrawler,
  type BasicCrawlerOptions,
  Configuration,
  log as crawleeLog,
  EventManager,
  LogLevel,
  Request,
  type RequestProvider,
} from '@crawlee/basic';

/** What the pool asks for work. `next` answers null when nothing is due now. */
export interface WorkSource<W> {
  next(): W | null;
  isEmpty(): boolean;
  isFinished(): boolean;
}

export interface EngineOptions<W> {
  readonly source: WorkSource<W>;
  readonly concurrency: number;
  /** A work that takes longer is given up (of works done one after the other, the sum); it must outlast the retriever's own total time-out. */
  readonly handlerTimeoutMs: number;
  /** Never throws for anything remote: a throw ends the run. */
  readonly handle: (work: W) => Promise<void>;
}

/** A longer timer fires at once. */
const maxTimerMs = 2 ** 31 - 1;
/** How often the pool looks whether something has come due. crawling.md §7: its default of half a second doubles a polite job's time. */
const lookEveryMs = 10;

/** Of the machine's load, which decides nothing where the least and the greatest number of tasks are one: only the last look at it is weighed. */
const shortHistorySecs = 0.001;

/** Works that one Crawlee request stands for, one after the other: its own bookkeeping costs as much as writing a record. */
const worksPerRequest = 16;

/** Works until the source is finished. @throws what a handler threw first */
export async function runEngine<W>({ source, concurrency, handlerTimeoutMs, handle }: EngineOptions<W>): Promise<void> {
  crawleeLog.setLevel(LogLevel.OFF);
  let failure: unknown;
  const works = new Map<string, W>();
  let sequence = 0;
  const disownInterrupts = interruptGuard();
  const requests: RequestSource = {
    isEmpty: async () => {
      disownInterrupts();
      return failure !== undefined || source.isEmpty();
    },
    isFinished: async () => failure !== undefined || source.isFinished(),
    fetchNextRequest: async () => {
      const work = failure === undefined ? source.next() : null;
      if (work === null) return null;
      const id = String(sequence++);
      works.set(id, work);
      return requestFor(id);
    },
  };
  const crawler = new BasicCrawler(
    {
      ...poolOptions(requests, concurrency),
      requestHandlerTimeoutSecs: Math.ceil(Math.min(handlerTimeoutMs * worksPerRequest, maxTimerMs) / 1_000),
      autoscaledPoolOptions: {
        desiredConcurrency: concurrency,
        maybeRunIntervalSecs: lookEveryMs / 1_000,
        loggingIntervalSecs: null,
        systemStatusOptions: { currentHistorySecs: shortHistorySecs },
      },
      requestHandler: async ({ request }) => {
        const first = works.get(request.uniqueKey);
        works.delete(request.uniqueKey);
        if (first === undefined) throw new Error(`ERR_ENGINE: no work for ${request.uniqueKey}`);
        try {
          let work: W | null = first;
          for (let count = 1; work !== null; count++) {
            await handle(work);
            work = count < worksPerRequest && failure === undefined ? source.next() : null;
          }
        } catch (error) {
          failure ??= error;
        }
      },
      failedRequestHandler: (_context, error) => {
        failure ??= error;
      },
    },
    quietConfiguration(),
  );
  // The pool's own look waits for the end of whatever it started, so that one slow page would keep all others waiting.
  const looking = setInterval(() => void crawler.autoscaledPool?.notify(), lookEveryMs);
  try {
    await crawler.run();
  } finally {
    clearInterval(looking);
  }
  if (failure !== undefined) throw failure;
}

/** Where a pool of Crawlee's has its requests from. */
export interface RequestSource {
  isEmpty(): Promise<boolean>;
  isFinished(): Promise<boolean>;
  /** Null where nothing is to be done now. */
  fetchNextRequest(): Promise<Request | null>;
}

type PoolOptions = Pick<
  BasicCrawlerOptions,
  | 'requestQueue'
  | 'useSessionPool'
  | 'retryOnBlocked'
  | 'respectRobotsTxtFile'
  | 'maxRequestRetries'
  | 'minConcurrency'
  | 'maxConcurrency'
  | 'statisticsOptions'
>;

/** What every pool of Crawlee's is told: its requests are ours, each is done once, and sessions, blocks and robots.txt are none of its business. */
export const poolOptions = (requests: RequestSource, concurrency: number): PoolOptions => ({
  // 3.18.1 declares `requestManager` and rejects it at run time; the queue's validator asks for two methods only.
  requestQueue: { ...requests, ...noQueue } as unknown as RequestProvider,
  useSessionPool: false,
  retryOnBlocked: false,
  respectRobotsTxtFile: false,
  maxRequestRetries: 0,
  minConcurrency: concurrency,
  maxConcurrency: concurrency,
  statisticsOptions: { saveErrorSnapshots: false },
});

const noQueue = {
  markRequestHandled: async () => null,
  reclaimRequest: async () => null,
  addRequest: async () => {
    throw new Error('ERR_ENGINE: links go to the frontier, never to Crawlee');
  },
  handledCount: async () => 0,
  getTotalCount: () => 0,
  getPendingCount: () => 0,
};

/**
 * Nothing on disk, and no look at the machine: once a second Crawlee starts a `ps` to choose how many tasks to run at once, where there is one at all. That
 * number is fixed here, and memory is bounded by what each part keeps.
 */
export function quietConfiguration(): Configuration {
  const configuration = new Configuration({ persistStorage: false, purgeOnStart: false, memoryMbytes: unusedMemoryMb });
  configuration.useEventManager(new SilentEvents());
  return configuration;
}

/** Of the machine's events only this one would be left, and nothing is kept that it could save. */
class SilentEvents extends EventManager {
  override async init(): Promise<void> {}
  override async close(): Promise<void> {}
}

/** Read so that it need not be found out; compared with nothing. */
const unusedMemoryMb = 4_096;

/** Crawlee's own constructor validates each argument at a cost of a tenth of a millisecond; one blank request is copied instead. */
const blank = new Request({ url: 'http://frontier.invalid/', uniqueKey: 'blank' });

export function requestFor(id: string): Request {
  const request = Object.create(Object.getPrototypeOf(blank), Object.getOwnPropertyDescriptors(blank)) as Request;
  request.id = id;
  request.uniqueKey = id;
  request.userData = {};
  request.errorMessages = [];
  return request;
}

/**
 * Crawlee answers SIGINT by giving up the pool with its tasks in flight. Interrupts are the shell's to handle: what Crawlee adds to the process is
 * taken off again as soon as it runs.
 */
export function interruptGuard(): () => void {
  const before = new Set(process.rawListeners('SIGINT'));
  let isDone = false;
  return () => {
    if (isDone) return;
    isDone = true;
    for (const listener of process.rawListeners('SIGINT')) {
      if (!before.has(listener)) process.off('SIGINT', listener as NodeJS.SignalsListener);
    }
  };
}

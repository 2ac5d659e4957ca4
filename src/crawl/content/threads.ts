/**
 * Pages are read in threads of their own: scanning, text, language and masking are most of a page's CPU time, and the loop that talks to the
 * sites must not wait for them. A page that kills its thread (memory) or does not end is given up, not kept, and the thread replaced.
 */
import { Worker } from 'node:worker_threads';
import { CodedError, exitCodes } from '../../vocab/index.ts';
import { unpacked } from './packed.ts';
import type { ContentTask, PageContent } from './page-content.ts';
import type { ThreadMessage } from './thread.ts';

export interface ContentThreadOptions {
  /** 0: in the caller's thread, without a time limit. */
  readonly threads: number;
  /** Wall time one page may take, in ms. Default 20 000. */
  readonly maxPageMs?: number;
  /** Heap of one thread, in MiB; a page that needs more is given up. Default 512. */
  readonly maxHeapMb?: number;
  /** What a thread runs. Default: `thread.ts` beside this file. */
  readonly threadFile?: URL;
  /** Told of each page that was given up. */
  readonly onGivenUp?: (url: string, why: 'memory' | 'time' | 'fault') => void;
}

export interface ContentReader {
  /** Never rejects for anything a page does. @throws ERR_CONTENT_THREAD when threads cannot be started at all */
  read(task: ContentTask): Promise<PageContent>;
  close(): Promise<void>;
}

interface Waiting {
  readonly task: ContentTask;
  readonly resolve: (content: PageContent) => void;
  readonly reject: (error: unknown) => void;
}

interface Thread {
  readonly worker: Worker;
  /** Sent and not answered; the first is the one being read. */
  readonly sent: Waiting[];
  isReady: boolean;
  firstSinceMs: number;
  /** Set when we end it ourselves. */
  endedFor: 'time' | undefined;
}

/** One page being read, one on its way: the thread never waits for us. */
const sentAtOnce = 2;
const lookEveryMs = 500;

export async function openContentReader(options: ContentThreadOptions): Promise<ContentReader> {
  if (options.threads > 0) return openThreads(options);
  const [{ loadLanguageDetector }, { readContent }] = await Promise.all([
    import('./language-model.ts'),
    import('./page-content.ts'),
  ]);
  const detector = await loadLanguageDetector();
  return { read: async task => readContent(task, detector), close: async () => {} };
}

function openThreads({
  threads: count,
  maxPageMs = 20_000,
  maxHeapMb = 512,
  threadFile = besideThis,
  onGivenUp = () => {},
}: ContentThreadOptions): ContentReader {
  const threads = new Set<Thread>();
  const queue: Waiting[] = [];
  let failure: CodedError | undefined;
  let isClosed = false;

  const feed = (thread: Thread): void => {
    while (thread.isReady && thread.sent.length < sentAtOnce) {
      const next = queue.shift();
      if (next === undefined) return;
      if (thread.sent.length === 0) thread.firstSinceMs = performance.now();
      thread.sent.push(next);
      // A copy that goes over whole: the page's own bytes stay usable here.
      const body = Uint8Array.from(next.task.body);
      thread.worker.postMessage({ ...next.task, body }, [body.buffer]);
    }
  };

  const answered = (thread: Thread, message: ThreadMessage): void => {
    if (message === 'ready') thread.isReady = true;
    else {
      thread.sent.shift()?.resolve(unpacked(message));
      thread.firstSinceMs = performance.now();
    }
    feed(thread);
  };

  const ended = (thread: Thread, cause: unknown): void => {
    threads.delete(thread);
    if (isClosed) return;
    const [guilty, ...innocent] = thread.sent;
    queue.unshift(...innocent);
    if (guilty !== undefined) {
      onGivenUp(guilty.task.url, thread.endedFor ?? (isOutOfMemory(cause) ? 'memory' : 'fault'));
      guilty.resolve(unreadable(guilty.task));
    }
    if (thread.isReady) start();
    else fail(cause);
  };

  function fail(cause: unknown): void {
    failure ??= new CodedError('ERR_CONTENT_THREAD', exitCodes.internal, 'a thread for reading pages does not start', {
      next: 'set content-threads to 0 to do without, and report this',
      cause,
    });
    for (const { reject } of queue.splice(0)) reject(failure);
  }

  function start(): void {
    const worker = new Worker(threadFile, {
      name: 'content',
      resourceLimits: { maxOldGenerationSizeMb: maxHeapMb, maxYoungGenerationSizeMb: Math.min(32, maxHeapMb / 8) },
    });
    const thread: Thread = { worker, sent: [], isReady: false, firstSinceMs: 0, endedFor: undefined };
    threads.add(thread);
    let cause: unknown;
    worker
      .on('message', (message: ThreadMessage) => answered(thread, message))
      .on('error', error => {
        cause = error;
      })
      .on('exit', () => ended(thread, cause));
  }

  const watch = setInterval(
    () => {
      const limit = performance.now() - maxPageMs;
      for (const thread of threads) {
        if (thread.sent.length === 0 || thread.firstSinceMs > limit || thread.endedFor !== undefined) continue;
        thread.endedFor = 'time';
        void thread.worker.terminate();
      }
    },
    Math.min(lookEveryMs, maxPageMs),
  ).unref();

  for (let index = 0; index < count; index++) start();

  return {
    read: task =>
      new Promise((resolve, reject) => {
        if (failure !== undefined) return reject(failure);
        queue.push({ task, resolve, reject });
        // Who has least to do gets it.
        const [least] = [...threads].filter(({ isReady }) => isReady).sort((a, b) => a.sent.length - b.sent.length);
        if (least !== undefined) feed(least);
      }),
    close: async () => {
      isClosed = true;
      clearInterval(watch);
      await Promise.all([...threads].map(({ worker }) => worker.terminate()));
    },
  };
}

/** What is left of a page that ended the thread which read it, or took too long: nothing is kept of it, and its links are not known. */
const unreadable = ({ isKept }: ContentTask): PageContent => ({
  scan: null,
  made: isKept ? { outcome: 'failed', why: 'parse' } : null,
});

const isOutOfMemory = (cause: unknown): boolean =>
  cause instanceof Error && 'code' in cause && cause.code === 'ERR_WORKER_OUT_OF_MEMORY';

/** The compiled file beside the compiled one, the source beside the source. */
const besideThis = new URL(`./thread${import.meta.url.slice(import.meta.url.lastIndexOf('.'))}`, import.meta.url);

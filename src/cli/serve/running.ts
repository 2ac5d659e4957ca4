import type { Statistics } from '../../crawl/index.ts';
import type { ProgressFacts } from '../../report/index.ts';
import { createRate } from '../talk/progress-lines.ts';
import type { JobLine } from './job-process.ts';

/** What the job that runs has told of itself. */
export interface RunningFacts {
  heard(line: JobLine): void;
  /** It is over. */
  clear(): void;
  readonly progress: ProgressFacts | undefined;
}

interface Told {
  readonly statistics: Statistics;
  readonly waiting: readonly { readonly origin: string; readonly why: string; readonly inMs: number }[];
}

const waitsPrefix = 'origins.waiting_for.';

export function createRunning(now: () => number = () => performance.now()): RunningFacts {
  let told: Told | undefined;
  let run: string | undefined;
  let rate: number | undefined;
  let rateOf = createRate();
  return {
    heard: line => {
      if (line.event === 'run.started') run = String(line.run);
      if (line.event !== 'progress') return;
      const { statistics, waiting = [] } = line.progress as Partial<Told>;
      if (statistics === undefined) return;
      told = { statistics, waiting };
      rate = rateOf(statistics['pages.fetched'] ?? 0, now());
    },
    clear: () => {
      [told, run, rate, rateOf] = [undefined, undefined, undefined, createRate()];
    },
    get progress() {
      return told && progressOf(told, run, rate);
    },
  };
}

function progressOf({ statistics, waiting }: Told, run: string | undefined, rate: number | undefined): ProgressFacts {
  const of = (key: string): number => statistics[key] ?? 0;
  const free = statistics['disk.free_bytes'];
  return {
    ...(run === undefined ? {} : { run }),
    ...(rate === undefined ? {} : { rate }),
    ...(free === undefined ? {} : { freeBytes: free }),
    fetched: of('pages.fetched'),
    kept: of('pages.kept'),
    withheld: of('urls.withheld'),
    deferred: of('urls.deferred'),
    pending: of('frontier.pending'),
    inFlight: of('frontier.in_flight'),
    wireBytes: of('bytes.wire'),
    memoryBytes: of('memory.rss_bytes'),
    isDegraded: of('network.degraded') === 1,
    waits: Object.entries(statistics)
      .flatMap(([key, origins]) =>
        key.startsWith(waitsPrefix) && origins > 0 ? [{ why: key.slice(waitsPrefix.length), origins }] : [],
      )
      .sort((a, b) => b.origins - a.origins),
    next: waiting.map(({ origin, why, inMs }) => ({ origin: String(origin), why: String(why), inMs: Number(inMs) })),
  };
}

import { renameSync, writeFileSync } from 'node:fs';
import type { CrawlEvent, Statistic, Statistics } from '../../crawl/index.ts';
import type { Metric, MetricsServer } from '../../serve/index.ts';
import type { Config } from '../../settings/index.ts';
import { CodedError, exitCodes } from '../../vocab/index.ts';

/** Who else looks at a crawl: a file, and whoever asks for `/metrics`. */
export interface Observers {
  readonly event: (event: CrawlEvent) => void;
  /** Of `/metrics`, where it is served. */
  readonly url: string | undefined;
  done(ended: 'failed' | undefined): Promise<void>;
}

/** What `--stats` writes. */
export interface StatisticsFile {
  readonly version: 1;
  readonly run?: string;
  readonly at: string;
  readonly state: 'running' | 'finished' | 'limit' | 'interrupted' | 'failed';
  readonly statistics: Statistics;
}

const writeEveryMs = 5_000;

export interface ObserveOptions {
  readonly table: readonly Statistic[];
  readonly wallClock: () => number;
  readonly now: () => number;
}

/** @throws ERR_METRICS_PORT, ERR_STATS_UNWRITABLE before anything is crawled */
export async function observe(
  { stats, metrics }: Pick<Config, 'stats' | 'metrics'>,
  { table, wallClock, now }: ObserveOptions,
): Promise<Observers> {
  let run: string | undefined;
  let state: StatisticsFile['state'] = 'running';
  let statistics: Statistics = {};
  let writtenAtMs = Number.NEGATIVE_INFINITY;
  let isWritable = true;
  const write = (): void => {
    if (stats === undefined) return;
    writtenAtMs = now();
    const at = new Date(wallClock()).toISOString();
    const file: StatisticsFile = { version: 1, ...(run === undefined ? {} : { run }), at, state, statistics };
    replaceFile(stats, `${JSON.stringify(file, null, 2)}\n`);
  };
  write();
  const server = metrics === undefined ? undefined : await serve(metrics, () => metricsOf(table, statistics));
  const writeIfPossible = (): void => {
    try {
      if (isWritable) write();
    } catch {
      // The numbers are not the work: a disk that is full ends the crawl by itself, and says so.
      isWritable = false;
    }
  };
  return {
    url: server?.url,
    event: event => {
      if (event.event === 'run.started') run = event.run;
      if (event.event === 'run.ended') state = event.ended;
      if (event.event !== 'progress') return;
      ({ statistics } = event.progress);
      if (now() - writtenAtMs >= writeEveryMs) writeIfPossible();
    },
    done: async ended => {
      state = ended ?? state;
      isWritable = true;
      writeIfPossible();
      await server?.close();
    },
  };
}

/** Loaded where somebody asks for it. */
const serve = async (listen: string, read: () => readonly Metric[]): Promise<MetricsServer> =>
  (await import('../../serve/index.ts')).serveMetrics(listen, read);

function replaceFile(path: string, text: string): void {
  const beside = `${path}.${process.pid}.tmp`;
  try {
    writeFileSync(beside, text);
    renameSync(beside, path);
  } catch (cause) {
    throw new CodedError('ERR_STATS_UNWRITABLE', exitCodes.storage, `cannot write the statistics \`${path}\``, {
      next: 'choose another --stats FILE in a folder that exists',
      cause,
    });
  }
}

/** `requests.by_status.*` → `heed_requests_by_status_total{status="2xx"}`. What has no value has no series. */
export function metricsOf(table: readonly Statistic[], statistics: Statistics): Metric[] {
  return table.flatMap(({ key, kind, help, family }) => {
    const stem = key.replace(/\.\*$/, '');
    const name = `heed_${stem.replace(/[.-]/g, '_')}${kind === 'counter' ? '_total' : ''}`.replace(/_total_total$/, '_total');
    const values = family
      ? family.members.flatMap(member => pair(member, statistics[`${stem}.${member}`]))
      : pair('', statistics[key]);
    if (values.length === 0) return [];
    return [{ name, kind, help, values: new Map(values), ...(family ? { label: family.label } : {}) }];
  });
}

const pair = (name: string, value: number | undefined): (readonly [string, number])[] =>
  value === undefined ? [] : [[name, value]];

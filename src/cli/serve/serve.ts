/** `heed serve`: a schedule whose jobs are processes, and a door to look at them. */
import { resolve } from 'node:path';
import { type Statistics, statisticsTable, statusClasses } from '../../crawl/index.ts';
import { loginPage } from '../../report/index.ts';
import { createSchedule, exposition, openDoor, type Page, type Route, type Schedule } from '../../serve/index.ts';
import type { Config } from '../../settings/index.ts';
import { ensureTree, type Overview, readOverview, takeLock } from '../../store/index.ts';
import { exitCodes } from '../../vocab/index.ts';
import { metricsOf } from '../talk/observe.ts';
import type { Terminal } from '../talk/terminal.ts';
import { createDashboard } from './dashboard.ts';
import { type JobLine, startJob } from './job-process.ts';
import type { Job } from './jobs.ts';
import { createCrawlNumbers, datasetNumbers, readinessNumbers, scheduleNumbers, serveTable } from './numbers.ts';
import { type CheckResult, isAlive, readinessOf, readinessText } from './readiness.ts';
import { createRunning } from './running.ts';
import { openScheduleFile } from './schedule-file.ts';
import { readSecret } from './secret.ts';
import { teller } from './tell.ts';

export interface ServeOptions {
  readonly config: Config;
  readonly out: string;
  readonly jobs: readonly Job[];
  readonly terminal: Terminal;
  /** Aborted: what runs is asked to end softly. */
  readonly stop: AbortSignal;
  /** Is handed what ends a job at once. */
  readonly onKill: (kill: () => void) => void;
}

/** Of the grace that a job has: what remains is for us. */
const afterGraceMs = 2_000;

/** @returns the exit code: 0, or 11 where a job was interrupted that goes on after the restart */
export async function serve({ config, out, jobs, terminal, stop, onKill }: ServeOptions): Promise<number> {
  const secret = readSecret(config['token-file']);
  ensureTree(resolve(out, 'state'));
  const lock = takeLock(out, Date.now(), 'serve-lock');
  try {
    const tell = teller(terminal);
    const crawl = createCrawlNumbers(statisticsTable);
    const file = openScheduleFile(out);
    const running = createRunning();
    const heard = (job: string, line: JobLine): void => {
      running.heard(line);
      const { statistics } = (line.progress ?? {}) as { statistics?: Statistics };
      if (line.event === 'progress' && statistics !== undefined) crawl.told(statistics);
      tell.line(job, line);
    };
    const schedule = createSchedule({
      jobs,
      jitterMs: config['schedule-jitter'],
      wallClock: Date.now,
      random: Math.random,
      start: name => {
        const { args = [] } = jobs.find(job => job.name === name) ?? {};
        const process = startJob({
          args: [...args, ...(name === 'report' ? newestCrawl(out) : [])],
          graceMs: config.grace + afterGraceMs,
          onLine: line => heard(name, line),
        });
        onKill(process.stop);
        void process.ended.then(() => {
          crawl.ended();
          running.clear();
        });
        return process;
      },
      ...file,
      onEvent: tell.event,
    });
    const checks = cachedFor(1_000, () =>
      readinessOf({ out, minFreeBytes: config['min-free-disk'], schedule, wallClock: Date.now }),
    );
    const dashboard = createDashboard({ out, jobs, schedule, running, checks });
    const answers = new Map<string, number>(statusClasses.map(name => [name, 0]));
    const door = await openDoor({
      listen: config.listen,
      names: config['server-name'],
      secret,
      wallClock: Date.now,
      live: dashboard.live,
      loginPage,
      onAnswer: status => {
        const name = statusClasses.find(known => known === `${Math.floor(status / 100)}xx`) ?? 'other';
        answers.set(name, (answers.get(name) ?? 0) + 1);
      },
      routes: new Map<string, Route>([
        ...dashboard.routes,
        ['/healthz', { isOpen: true, answer: () => health(schedule) }],
        ['/readyz', { isOpen: true, answer: () => readiness(checks()) }],
        ['/metrics', { answer: async () => ({ status: 200, ...(await exposition([...crawl.metrics(), ...(await own())])) }) }],
      ]),
    });
    const own = async (): Promise<ReturnType<typeof metricsOf>> =>
      metricsOf(serveTable, {
        ...datasetNumbers(await dashboard.facts(), Date.now()),
        ...scheduleNumbers(schedule),
        ...readinessNumbers(checks()),
        ...Object.fromEntries([...answers].map(([name, count]) => [`door.answers.${name}`, count])),
        'door.live_readers': door.liveReaders,
        'serve.rss_bytes': process.memoryUsage.rss(),
      });
    tell.listening(door.url);
    try {
      schedule.run();
      await aborted(stop);
      const end = await schedule.stop();
      return end !== undefined && end.code !== exitCodes.ok ? exitCodes.interruptedSoftly : exitCodes.ok;
    } finally {
      await door.close();
    }
  } finally {
    lock.release();
  }
}

/** A report is about what was crawled; the newest run may be one that only took something out. */
function newestCrawl(out: string): readonly string[] {
  const isCrawl = ({ kind, isFinished }: Overview['runs'][number]): boolean =>
    isFinished && (kind === 'crawl' || kind === 'recrawl');
  const newest = readOverview(out)?.runs.find(isCrawl);
  return newest ? ['--run', newest.run] : [];
}

const words = (status: number, text: string): Page => ({ status, type: 'text/plain; charset=utf-8', text });

const health = (schedule: Schedule): Page =>
  isAlive(schedule, Date.now()) ? words(200, 'ok\n') : words(503, 'the schedule does not look at the clock\n');

const readiness = (checks: readonly CheckResult[]): Page =>
  words(checks.every(({ isOk }) => isOk) ? 200 : 503, readinessText(checks));

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise(resolve => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });

/** Anybody may ask as often as they like; we look once in a while. */
function cachedFor<T>(ms: number, read: () => T): () => T {
  let known: { readonly atMs: number; readonly value: T } | undefined;
  return () => {
    const nowMs = performance.now();
    if (known === undefined || nowMs - known.atMs > ms) known = { atMs: nowMs, value: read() };
    return known.value;
  };
}

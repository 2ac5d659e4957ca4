/** The numbers of `heed serve` itself: a closed table like that of a crawl, told on `/metrics` beside the crawl's. */

import type { Statistic, Statistics } from '../../crawl/index.ts';
import { statusClasses } from '../../crawl/index.ts';
import type { DatasetFacts } from '../../report/index.ts';
import type { Metric, Schedule } from '../../serve/index.ts';
import { signalIds } from '../../signals/index.ts';
import { allReasons } from '../../vocab/index.ts';
import { metricsOf } from '../talk/observe.ts';
import { jobNames } from './jobs.ts';
import { type CheckResult, checkNames } from './readiness.ts';

const job = { label: 'job', members: jobNames };
const gauge = (key: string, help: string): Statistic => ({ key, kind: 'gauge', help });
const counter = (key: string, help: string): Statistic => ({ key, kind: 'counter', help });
const ofJobs = (statistic: Statistic): Statistic => ({ ...statistic, key: `${statistic.key}.*`, family: job });

/** In the order they are told. */
export const serveTable: readonly Statistic[] = [
  ofJobs(gauge('schedule.next_run_timestamp_seconds', 'when a job is due next, seconds since epoch')),
  ofJobs(gauge('schedule.last_end_timestamp_seconds', 'when a job last ended')),
  ofJobs(gauge('schedule.last_success_timestamp_seconds', 'when a job last ended well')),
  ofJobs(gauge('schedule.last_duration_seconds', 'how long the last run of a job took')),
  ofJobs(gauge('schedule.last_exit_code', 'exit code of the last run of a job; -1 where a signal ended it')),
  ofJobs(gauge('schedule.running', '1 while a job runs')),
  ofJobs(gauge('schedule.waiting', '1 while a job is due and waits: for another one, or for its back-off')),
  ofJobs(gauge('schedule.failures_in_a_row', 'failures of a job since its last success')),
  ofJobs(counter('schedule.runs', 'runs of a job, kept over restarts')),
  ofJobs(counter('schedule.failed', 'failed runs of a job, kept over restarts')),
  ofJobs(counter('schedule.skipped', 'times of a job that came while it was running or waiting already, kept over restarts')),
  gauge('ready.now', '1 where /readyz says ready'),
  { ...gauge('ready.check.*', 'the same by what is looked at'), family: { label: 'check', members: checkNames } },
  gauge('dataset.documents', 'documents that are neither withdrawn nor superseded'),
  gauge('dataset.pending', 'URLs to be asked'),
  counter('dataset.withdrawals', 'documents withdrawn, superseded versions not counted'),
  {
    ...counter('dataset.withdrawals_by_reason.*', 'the same by reason'),
    family: { label: 'reason', members: allReasons(signalIds).filter(reason => reason.startsWith('withdrawn.')) },
  },
  gauge('dataset.withdrawn_uncompacted', 'withdrawn documents whose text is still in a shard'),
  gauge(
    'dataset.withdrawal_latency_p50_seconds',
    'from the first sighting of a refusal to the withdrawal, median of the last thousand',
  ),
  gauge('dataset.withdrawal_latency_max_seconds', 'the same, longest'),
  gauge(
    'dataset.withdrawal_limit_seconds',
    'declared limit from the first sighting of a refusal until its text has left its shard',
  ),
  gauge('dataset.removal_latency_max_seconds', 'how long that took, longest'),
  gauge(
    'dataset.removal_waiting_seconds',
    'how long withdrawn text that is still in a shard has waited, longest; 0 where none is',
  ),
  gauge('dataset.removals_late', 'withdrawn documents whose text left its shard later than the limit'),
  { ...counter('door.answers.*', 'requests answered, by class of status'), family: { label: 'status', members: statusClasses } },
  gauge('door.live_readers', 'dashboards that are open'),
  gauge('serve.rss_bytes', 'resident memory of `heed serve` itself'),
];

const seconds = (instant: string | undefined): number | undefined =>
  instant === undefined ? undefined : Math.round(Date.parse(instant) / 1_000);

/** What the schedule says of itself. */
export function scheduleNumbers({ state }: Pick<Schedule, 'state'>): Statistics {
  const numbers: Record<string, number> = {};
  const set = (key: string, name: string, value: number | undefined): void => {
    if (value !== undefined) numbers[`schedule.${key}.${name}`] = value;
  };
  for (const [name, { due, last, lastSuccess, waiting, failures, runs, failed, skipped }] of Object.entries(state.jobs)) {
    set('next_run_timestamp_seconds', name, seconds(due));
    set('last_end_timestamp_seconds', name, seconds(last?.ended));
    set('last_success_timestamp_seconds', name, seconds(lastSuccess));
    set('last_duration_seconds', name, last && (Date.parse(last.ended) - Date.parse(last.started)) / 1_000);
    set('last_exit_code', name, last && (last.code ?? -1));
    set('running', name, state.running?.job === name ? 1 : 0);
    set('waiting', name, waiting ? 1 : 0);
    set('failures_in_a_row', name, failures);
    set('runs', name, runs);
    set('failed', name, failed);
    set('skipped', name, skipped);
  }
  return numbers;
}

export const readinessNumbers = (checks: readonly CheckResult[]): Statistics => ({
  'ready.now': checks.every(({ isOk }) => isOk) ? 1 : 0,
  ...Object.fromEntries(checks.map(({ check, isOk }) => [`ready.check.${check}`, isOk ? 1 : 0])),
});

export function datasetNumbers(facts: DatasetFacts | undefined, nowMs: number): Statistics {
  if (!facts) return {};
  const { documents, pending, withdrawn, withdrawnByReason, uncompacted, latenciesMs, removal } = facts;
  const { withinMs, removed, slowestMs, late, oldestPending } = removal;
  const median = latenciesMs[Math.floor(latenciesMs.length / 2)];
  const longest = latenciesMs.at(-1);
  return {
    'dataset.documents': documents,
    'dataset.pending': pending,
    'dataset.withdrawals': withdrawn,
    ...Object.fromEntries(Object.entries(withdrawnByReason).map(([reason, n]) => [`dataset.withdrawals_by_reason.${reason}`, n])),
    'dataset.withdrawn_uncompacted': uncompacted,
    ...(median === undefined ? {} : { 'dataset.withdrawal_latency_p50_seconds': median / 1_000 }),
    ...(longest === undefined ? {} : { 'dataset.withdrawal_latency_max_seconds': longest / 1_000 }),
    ...(withinMs === undefined ? {} : { 'dataset.withdrawal_limit_seconds': withinMs / 1_000 }),
    ...(removed === 0 ? {} : { 'dataset.removal_latency_max_seconds': slowestMs / 1_000 }),
    'dataset.removal_waiting_seconds': oldestPending === undefined ? 0 : (nowMs - Date.parse(oldestPending)) / 1_000,
    'dataset.removals_late': late,
  };
}

/** The crawls of this process's life as one: what rises goes on rising from one child process to the next. */
export interface CrawlNumbers {
  readonly metrics: () => readonly Metric[];
  /** Of the crawl that runs; empty where none does. */
  readonly current: Statistics;
  told(statistics: Statistics): void;
  ended(): void;
}

export function createCrawlNumbers(table: readonly Statistic[]): CrawlNumbers {
  const counters = table.filter(({ kind }) => kind === 'counter').map(({ key }) => key.replace(/\*$/, ''));
  const isCounter = (key: string): boolean =>
    counters.some(known => (known.endsWith('.') ? key.startsWith(known) : key === known));
  const before = new Map<string, number>();
  let current: Statistics = {};
  return {
    get current() {
      return current;
    },
    told: statistics => {
      current = statistics;
    },
    ended: () => {
      for (const [key, value] of Object.entries(current)) if (isCounter(key)) before.set(key, (before.get(key) ?? 0) + value);
      current = {};
    },
    metrics: () => {
      const sums: Record<string, number> = { ...Object.fromEntries(before), ...current };
      for (const [key, value] of before) sums[key] = value + (current[key] ?? 0);
      return metricsOf(table, sums);
    },
  };
}

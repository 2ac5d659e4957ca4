import { basename, resolve } from 'node:path';
import {
  type DashboardFacts,
  type DatasetFacts,
  dashboardStyle,
  deskPage,
  icon,
  liveScript,
  overviewPage,
  overviewSections,
} from '../../report/index.ts';
import type { Page, Route, Schedule } from '../../serve/index.ts';
import { version } from '../../settings/index.ts';
import { newestRefusals, readOverview } from '../../store/index.ts';
import { openDesk } from './desk.ts';
import type { Job } from './jobs.ts';
import type { CheckResult } from './readiness.ts';
import type { RunningFacts } from './running.ts';

export interface DashboardInput {
  readonly out: string;
  readonly jobs: readonly Job[];
  readonly schedule: Pick<Schedule, 'state'>;
  readonly running: RunningFacts;
  readonly checks: () => readonly CheckResult[];
}

export interface Dashboard {
  readonly routes: readonly (readonly [path: string, route: Route])[];
  /** The sections of the first page as they are now, as JSON on one line. */
  live(): Promise<string>;
  /** What is known of the dataset; some seconds old. */
  facts(): Promise<DatasetFacts | undefined>;
}

/** Of what is read from the disk; of a dataset that takes long to read longer, so that reading it takes a small share of the time. */
const freshFor = { leastMs: 5_000, factor: 20 };

const page = (text: string, type = 'text/html; charset=utf-8'): Page => ({ status: 200, type, text });

export function createDashboard({ out, jobs, schedule, running, checks }: DashboardInput): Dashboard {
  const desk = openDesk(out);
  const dataset = basename(resolve(out));
  const datasetFacts = kept(() => readDataset(out));
  const facts = async (): Promise<DashboardFacts> => {
    const found = await datasetFacts();
    const { state } = schedule;
    const progress = running.progress;
    return {
      at: new Date().toISOString(),
      dataset,
      version,
      checks: checks(),
      ...(state.running ? { running: { ...state.running, ...(progress ? { progress } : {}) } } : {}),
      jobs: jobs.flatMap(({ name, timetable: { expression, zone } }) => {
        const job = state.jobs[name];
        if (!job) return [];
        const { due, waiting, notBefore, last, failures, skipped } = job;
        return [
          {
            ...{ job: name, expression, zone, due, failures, skipped, isRunning: state.running?.job === name },
            ...(waiting ? { waiting: { why: waiting.why, ...(notBefore ? { notBefore } : {}) } } : {}),
            ...(last ? { last } : {}),
          },
        ];
      }),
      ...(found ? { dataset_facts: found } : {}),
    };
  };
  return {
    facts: datasetFacts,
    live: async () => {
      const sections = overviewSections(await facts());
      return JSON.stringify(Object.fromEntries([...sections].map(([id, { text }]) => [id, text])));
    },
    routes: [
      ['/', { answer: async () => page(overviewPage(await facts())) }],
      [
        '/search',
        {
          answer: async query => {
            const asked = (query.get('q') ?? '').slice(0, 4_000);
            return page(deskPage(dataset, asked, await desk.ask(asked)));
          },
        },
      ],
      ['/style.css', { isOpen: true, answer: () => page(dashboardStyle, 'text/css; charset=utf-8') }],
      ['/live.js', { answer: () => page(liveScript, 'text/javascript; charset=utf-8') }],
      ['/icon.svg', { isOpen: true, answer: () => page(icon, 'image/svg+xml') }],
    ],
  };
}

async function readDataset(out: string): Promise<DatasetFacts | undefined> {
  const overview = readOverview(out);
  if (!overview) return undefined;
  // A file that cannot be read is for `heed verify` to tell of; the rest is shown all the same.
  const refusals = await newestRefusals(out).catch(() => undefined);
  return { ...overview, runs: overview.runs.toReversed(), ...(refusals ? { refusals } : {}) };
}

/** Whoever asks while it is being read gets what is read. */
function kept<T>(read: () => Promise<T>): () => Promise<T> {
  let known: { readonly value: Promise<T>; untilMs: number } | undefined;
  return () => {
    const startedMs = performance.now();
    if (known !== undefined && startedMs < known.untilMs) return known.value;
    const entry = { value: read(), untilMs: Number.POSITIVE_INFINITY };
    known = entry;
    entry.value.then(
      () => {
        const nowMs = performance.now();
        entry.untilMs = nowMs + Math.max(freshFor.leastMs, freshFor.factor * (nowMs - startedMs));
      },
      () => {
        entry.untilMs = 0;
      },
    );
    return entry.value;
  };
}

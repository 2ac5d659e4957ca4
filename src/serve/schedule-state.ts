/** What the schedule keeps over restarts. Plain data: `state/schedule.json`. */
import type { Instant } from '../vocab/index.ts';

/** `done`; `interrupted` and to be gone on with; `failed`, tried again by itself; `refused`: will fail again until somebody changes something. */
export type JobOutcome = 'done' | 'interrupted' | 'failed' | 'refused';
/** `due` by the timetable; `missed` while nobody was there; `resume` what was interrupted; `retry` what failed. */
export type WaitingWhy = 'due' | 'missed' | 'resume' | 'retry';

export interface JobResult {
  readonly started: Instant;
  readonly ended: Instant;
  readonly outcome: JobOutcome;
  /** Of the process; null where a signal ended it or nobody saw its end. */
  readonly code: number | null;
  readonly signal?: string;
  /** The run it made, where it said so. */
  readonly run?: string;
  /** `ERR_…` and message of the error it ended with. */
  readonly error?: string;
}

export interface JobState {
  /** As configured when `due` was worked out; with another one it is worked out anew. */
  readonly timetable: string;
  /** The next time, jitter included. */
  readonly due: Instant;
  /** It is to be started as soon as nothing else runs. */
  readonly waiting?: { readonly since: Instant; readonly why: WaitingWhy };
  /** Not to be started earlier: the back-off after failures. */
  readonly notBefore?: Instant;
  readonly last?: JobResult;
  readonly lastSuccess?: Instant;
  /** In a row, since the last success. */
  readonly failures: number;
  /** Since the state was begun. */
  readonly runs: number;
  readonly failed: number;
  /** Times that came while the job was running or waiting already. */
  readonly skipped: number;
}

export interface ScheduleState {
  readonly version: 1;
  readonly jobs: Readonly<Record<string, JobState>>;
  /** Under way; found in a state that was left behind, nobody saw its end. */
  readonly running?: { readonly job: string; readonly started: Instant };
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isInstant = (value: unknown): boolean => typeof value === 'string' && !Number.isNaN(Date.parse(value));
const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;
const isAbsentOr = (value: unknown, is: (value: unknown) => boolean): boolean => value === undefined || is(value);
const isWord = (value: unknown): boolean => typeof value === 'string';

const isResult = (value: unknown): boolean =>
  isObject(value) &&
  isInstant(value.started) &&
  isInstant(value.ended) &&
  ['done', 'interrupted', 'failed', 'refused'].includes(String(value.outcome)) &&
  (value.code === null || Number.isInteger(value.code)) &&
  [value.signal, value.run, value.error].every(word => isAbsentOr(word, isWord));

const isJob = (value: unknown): boolean =>
  isObject(value) &&
  isWord(value.timetable) &&
  isInstant(value.due) &&
  isAbsentOr(value.waiting, waiting => isObject(waiting) && isInstant(waiting.since) && isWord(waiting.why)) &&
  isAbsentOr(value.notBefore, isInstant) &&
  isAbsentOr(value.last, isResult) &&
  isAbsentOr(value.lastSuccess, isInstant) &&
  [value.failures, value.runs, value.failed, value.skipped].every(isCount);

/** The state in a file's text; undefined where it is none of ours, whole: half a state would forget that something was missed. */
export function readScheduleState(text: string): ScheduleState | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isObject(value) || value.version !== 1 || !isObject(value.jobs)) return undefined;
  const { running } = value;
  const isRunning = isAbsentOr(running, found => isObject(found) && isWord(found.job) && isInstant(found.started));
  return isRunning && Object.values(value.jobs).every(isJob) ? (value as unknown as ScheduleState) : undefined;
}

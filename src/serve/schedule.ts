/**
 * Which job runs when. The rule:
 *
 * - One job at a time. What is due while another one runs waits for its end; of several that wait the one that has waited longest comes first,
 *   of equals the first of the list. A job that is due again while it runs or waits is not queued twice: that time is skipped, and counted.
 * - Of all times that passed while nobody was there, one run makes up, at the start; never more. A job nobody knew before has missed nothing.
 * - A job may yield to others: when one of those is to be started, it is asked to end softly and goes on afterwards.
 * - What a stop or a crash interrupted goes on first thing after the restart, but for what it yields to.
 * - What fails is tried again after a minute, then two, four, …, six hours at most, and its timetable does not start it earlier. What would
 *   fail again (usage, configuration, no contact, damaged data) is not: it waits for its next time.
 * - A state that cannot be read could have held a missed time: every job runs once.
 */
import type { Instant } from '../vocab/index.ts';
import type { JobOutcome, JobResult, JobState, ScheduleState, WaitingWhy } from './schedule-state.ts';
import type { Timetable } from './timetable.ts';

export interface JobEnd {
  readonly code: number | null;
  readonly signal?: string;
  readonly run?: string;
  readonly error?: string;
}

/** A job under way, in a process of its own. */
export interface RunningJob {
  readonly ended: Promise<JobEnd>;
  /** Asks it to end softly; a second time: at once. */
  stop(): void;
}

export type ScheduleEvent =
  | { readonly event: 'job.planned'; readonly job: string; readonly due: Instant }
  | { readonly event: 'job.started'; readonly job: string; readonly why: WaitingWhy }
  | { readonly event: 'job.yields'; readonly job: string; readonly to: string }
  | {
      readonly event: 'job.ended';
      readonly job: string;
      readonly outcome: JobOutcome;
      readonly code: number | null;
      readonly signal?: string;
      readonly ms: number;
      readonly next: Instant;
    }
  | { readonly event: 'schedule.unsaved'; readonly error: string };

export interface ScheduleOptions {
  /** Of equals the first comes first. */
  readonly jobs: readonly { readonly name: string; readonly timetable: Timetable; readonly yieldsTo?: readonly string[] }[];
  readonly jitterMs: number;
  /** Wall time, ms since epoch. */
  readonly wallClock: () => number;
  /** 0 to 1. */
  readonly random: () => number;
  readonly start: (job: string) => RunningJob;
  /** As it was left; undefined where there was none, `damaged` where it could not be read. */
  readonly left: ScheduleState | undefined | 'damaged';
  /** Replaces the kept state whole. */
  readonly save: (state: ScheduleState) => void;
  readonly onEvent?: (event: ScheduleEvent) => void;
}

export interface Schedule {
  readonly state: ScheduleState;
  /** Wall time of the last look at the clock; a minute old at most while the schedule is alive. */
  readonly lookedAtMs: number;
  /** False once the state could not be kept. */
  readonly isSaved: boolean;
  /** Begins to look at the clock. */
  run(): void;
  /** Looks at the clock now. */
  look(): void;
  /** Starts nothing more and asks what runs to end; a second time: at once. Resolves with how it ended, undefined where nothing ran. */
  stop(): Promise<JobEnd | undefined>;
}

interface Running {
  readonly job: string;
  readonly started: Instant;
  readonly process: RunningJob;
  /** It was asked to end for another one. */
  isYielding: boolean;
}

const backoff = { firstMs: 60_000, mostMs: 6 * 3_600_000 };
/** Also how late a clock that was set, or a machine that slept, is noticed. */
const longestNapMs = 30_000;

const pauseMs = (failures: number): number => Math.min(backoff.firstMs * 2 ** (failures - 1), backoff.mostMs);

const instant = (ms: number): Instant => new Date(ms).toISOString() as Instant;

/** Exit codes (contract §1): 0 ok, 5 partly and 6 limit with --strict-exit; 11 and 12 are interruptions; 2, 3, 7 and 14 need a person. */
export function outcomeOf({ code, error }: JobEnd): JobOutcome {
  // Usage errors that heal: the run in the way will be gone on with.
  if (/^ERR_RUN_(UNFINISHED|KIND): run .* is not finished/.test(error ?? '')) return 'failed';
  if (code === 0 || code === 5 || code === 6) return 'done';
  if (code === 11 || code === 12) return 'interrupted';
  return code === 2 || code === 3 || code === 7 || code === 14 ? 'refused' : 'failed';
}

export function createSchedule(options: ScheduleOptions): Schedule {
  const { jobs, wallClock, onEvent = () => {} } = options;
  const timetables = new Map(jobs.map(({ name, timetable }) => [name, timetable]));
  const yieldsTo = (job: string, other: string): boolean =>
    jobs.find(({ name }) => name === job)?.yieldsTo?.includes(other) ?? false;
  const states = new Map<string, JobState>();
  let running: Running | undefined;
  let timer: NodeJS.Timeout | undefined;
  let isStopping = false;
  let isRunning = false;
  let isSaved = true;
  let lookedAtMs = wallClock();

  const stateNow = (): ScheduleState => ({
    version: 1,
    jobs: Object.fromEntries(states),
    ...(running ? { running: { job: running.job, started: running.started } } : {}),
  });

  const nextOf = (job: string, afterMs: number): Instant => {
    const nextMs = timetables.get(job)?.nextAfter(afterMs) ?? afterMs;
    return instant(nextMs + Math.floor(options.random() * options.jitterMs));
  };

  function save(): void {
    try {
      options.save(stateNow());
      isSaved = true;
    } catch (error) {
      if (isSaved) onEvent({ event: 'schedule.unsaved', error: (error as Error).message });
      isSaved = false;
    }
  }

  const change = (job: string, make: (state: JobState) => JobState): void => {
    const state = states.get(job);
    if (state) states.set(job, make(state));
  };

  function begin(): void {
    const nowMs = wallClock();
    const left = options.left === 'damaged' ? undefined : options.left;
    for (const { name, timetable } of jobs) {
      const before = left?.jobs[name];
      const fresh: JobState = {
        timetable: timetable.text,
        due: nextOf(name, nowMs),
        failures: 0,
        runs: 0,
        failed: 0,
        skipped: 0,
      };
      const missed = { since: instant(nowMs), why: 'missed' } as const;
      if (before === undefined) {
        states.set(name, options.left === 'damaged' ? { ...fresh, waiting: missed } : fresh);
      } else if (before.timetable !== timetable.text) {
        states.set(name, { ...before, timetable: timetable.text, due: fresh.due });
      } else {
        const isMissed = Date.parse(before.due) <= nowMs;
        // A time further away than the timetable's next one was worked out by a clock that ran ahead.
        const due = isMissed || before.due > instant(Date.parse(fresh.due) + options.jitterMs) ? fresh.due : before.due;
        states.set(name, { ...before, due, ...(isMissed && !before.waiting ? { waiting: missed } : {}) });
      }
    }
    const lost = left?.running;
    if (lost) {
      // The first time at once; a job that takes us down with it again and again is put off like one that fails.
      change(lost.job, state => ({
        ...state,
        waiting: { since: lost.started, why: 'resume' },
        last: { started: lost.started, ended: instant(nowMs), outcome: 'interrupted', code: null },
        failures: state.failures + 1,
        ...(state.failures > 0 ? { notBefore: instant(nowMs + pauseMs(state.failures)) } : {}),
      }));
    }
    for (const [job, { due }] of states) onEvent({ event: 'job.planned', job, due });
    save();
  }

  /** Marks what has become due. */
  function mark(nowMs: number): boolean {
    let isChanged = false;
    const hasGoneBack = nowMs < lookedAtMs - longestNapMs;
    for (const [job, state] of states) {
      const isDue = Date.parse(state.due) <= nowMs;
      if (!isDue && !hasGoneBack) continue;
      isChanged = true;
      const due = nextOf(job, nowMs);
      if (!isDue) states.set(job, { ...state, ...(due < state.due ? { due } : {}) });
      else if (running?.job === job || state.waiting) states.set(job, { ...state, due, skipped: state.skipped + 1 });
      else states.set(job, { ...state, due, waiting: { since: state.due, why: 'due' } });
    }
    return isChanged;
  }

  const mayStart = ({ waiting, notBefore }: JobState, nowMs: number): boolean =>
    waiting !== undefined && (notBefore === undefined || Date.parse(notBefore) <= nowMs);

  function askToYield(nowMs: number): void {
    if (!running || running.isYielding || isStopping) return;
    const { job, process } = running;
    const other = [...states].find(([name, state]) => yieldsTo(job, name) && mayStart(state, nowMs));
    if (!other) return;
    running.isYielding = true;
    onEvent({ event: 'job.yields', job, to: other[0] });
    process.stop();
  }

  function startNext(nowMs: number): void {
    if (running || isStopping) return;
    const order = { resume: 0, missed: 1, retry: 1, due: 1 } as const;
    const ready = [...states].filter(([, state]) => mayStart(state, nowMs));
    const [next] = ready
      .filter(([job]) => !ready.some(([other]) => yieldsTo(job, other)))
      .sort(([, a], [, b]) => {
        const [x, y] = [a.waiting, b.waiting];
        if (!x || !y) return 0;
        return order[x.why] - order[y.why] || (x.since < y.since ? -1 : x.since > y.since ? 1 : 0);
      });
    if (!next) return;
    const [job, { waiting, notBefore: _over, ...state }] = next;
    const started = instant(nowMs);
    states.set(job, { ...state, runs: state.runs + 1 });
    onEvent({ event: 'job.started', job, why: waiting?.why ?? 'due' });
    const process = options.start(job);
    running = { job, started, process, isYielding: false };
    save();
    void process.ended.then(end => ended(job, started, end));
  }

  function ended(job: string, started: Instant, end: JobEnd): void {
    const nowMs = wallClock();
    const isAsked = isStopping || running?.isYielding === true;
    running = undefined;
    // It may have had no time yet to heed our signal.
    const outcome = isAsked && end.signal === 'SIGTERM' ? 'interrupted' : outcomeOf(end);
    const last: JobResult = { started, ended: instant(nowMs), outcome, ...end };
    change(job, state => (outcome === 'done' ? succeeded(state, last) : unsuccessful(state, last, nowMs, isAsked)));
    const ms = nowMs - Date.parse(started);
    const { code, signal } = end;
    const state = states.get(job);
    const next = state?.waiting ? (state.notBefore ?? instant(nowMs)) : (state?.due ?? instant(nowMs));
    onEvent({ event: 'job.ended', job, outcome, code, ...(signal === undefined ? {} : { signal }), ms, next });
    save();
    if (isRunning) look();
  }

  const succeeded = ({ notBefore: _over, ...state }: JobState, last: JobResult): JobState => ({
    ...state,
    last,
    lastSuccess: last.ended,
    failures: 0,
  });

  function unsuccessful(state: JobState, last: JobResult, nowMs: number, isAsked: boolean): JobState {
    // What we asked for is no failure of the job: it goes on as soon as we are back, or the other one has ended.
    if (last.outcome === 'interrupted' && isAsked) return { ...state, last, waiting: { since: last.started, why: 'resume' } };
    const failures = state.failures + 1;
    const failed = { ...state, last, failures, failed: state.failed + 1 };
    if (last.outcome === 'refused') return failed;
    const why = last.outcome === 'interrupted' ? 'resume' : 'retry';
    return { ...failed, notBefore: instant(nowMs + pauseMs(failures)), waiting: { since: last.ended, why } };
  }

  function look(): void {
    const nowMs = wallClock();
    if (mark(nowMs)) save();
    lookedAtMs = nowMs;
    askToYield(nowMs);
    startNext(nowMs);
    clearTimeout(timer);
    if (isStopping || !isRunning) return;
    const times = [...states.values()].flatMap(({ due, waiting, notBefore }) => [
      Date.parse(due),
      ...(waiting && notBefore && !running ? [Date.parse(notBefore)] : []),
    ]);
    timer = setTimeout(look, Math.min(longestNapMs, Math.max(0, Math.min(...times) - nowMs)));
  }

  begin();

  return {
    get state() {
      return stateNow();
    },
    get lookedAtMs() {
      return lookedAtMs;
    },
    get isSaved() {
      return isSaved;
    },
    run: () => {
      isRunning = true;
      look();
    },
    look,
    stop: async () => {
      // Who yields was asked already, and a second time would mean at once.
      if (isStopping || !running?.isYielding) running?.process.stop();
      isStopping = true;
      clearTimeout(timer);
      const end = await running?.process.ended;
      // Its end is written down by whoever waited for it first.
      await Promise.resolve();
      return end;
    },
  };
}

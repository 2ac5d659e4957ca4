import { type Level, pino } from 'pino';
import type { AskedEvent } from '../../audit/index.ts';
import type { CrawlEvent } from '../../crawl/index.ts';
import type { ScheduleEvent } from '../../serve/index.ts';
import type { Terminal } from './terminal.ts';

/** Everything that `--json` may write to stderr, one line each. `src/OBSERVABILITY.md` lists the same names. */
export type LoggedEvent =
  | CrawlEvent
  | { readonly event: 'run.interrupted'; readonly signal: string }
  | { readonly event: 'run.abandoned'; readonly grace: number }
  | { readonly event: 'metrics.listening'; readonly url: string }
  | ScheduleEvent
  | { readonly event: 'job.said'; readonly job: string; readonly text: string }
  | { readonly event: 'serve.listening'; readonly url: string }
  | { readonly event: 'warning'; readonly warning: string }
  | ({ readonly event: 'request.answered' } & AskedEvent)
  | {
      readonly event: 'error';
      readonly code: string;
      readonly message: string;
      readonly next?: string;
      readonly exitCode: number;
    };

/** The closed list; `debug` ones are written with -v only. */
export const loggedEvents: Readonly<Record<LoggedEvent['event'], { readonly level: Level; readonly help: string }>> = {
  'run.started': { level: 'info', help: 'a run began or goes on: `run`, `out`, `resumed`, `policy`' },
  'run.ended': { level: 'info', help: 'it is over: `run`, `ended` (finished, limit, interrupted), `counts` by reason' },
  'run.interrupted': { level: 'warn', help: 'a `signal` came: what is in flight ends and is committed' },
  'run.abandoned': { level: 'warn', help: 'what was in flight did not end within `grace` (ms)' },
  progress: { level: 'info', help: 'every 30 s: `progress.statistics`, and `progress.waiting` with the origins that come next' },
  'list.read': {
    level: 'info',
    help: 'the list of an audit was read: `domains`, how many entries `repeated` one, and how many are `unusable`, since they name no host',
  },
  'origin.declared': {
    level: 'debug',
    help: 'the declarations of an `origin` are known; `robots` is the outcome of its robots.txt',
  },
  'page.judged': { level: 'debug', help: 'a `url` ended with a `reason`' },
  'page.fault': { level: 'warn', help: 'a fault of our own kept a `url` from being judged; it is not kept; `error`' },
  'origin.closed': {
    level: 'warn',
    help: 'heed itself failed at so many pages of an `origin` in a row (`faults`): no more of them is asked',
  },
  'page.given-up': { level: 'info', help: 'reading a `url` took too much; `why`: memory, time, fault' },
  network: { level: 'warn', help: '`state`: degraded (everything waits) or restored' },
  'browser.started': {
    level: 'info',
    help: 'the browser that runs pages: `version`, and whether its `sandbox` confines it; a warning where it does not',
  },
  'url.traced': {
    level: 'info',
    help: 'a `step` of the URL that --debug-url named, `at_ms` since the crawl began, with `detail`',
  },
  'metrics.listening': { level: 'info', help: 'where /metrics is served: `url`' },
  'request.answered': { level: 'info', help: '`heed check` with -v: a `url` was asked; `outcome`, `status`' },
  'serve.listening': { level: 'info', help: '`heed serve`: where the dashboard is: `url`' },
  'job.planned': { level: 'info', help: '`heed serve`: when a `job` is `due`' },
  'job.started': {
    level: 'info',
    help: '`heed serve`: a `job` begins in a process of its own; `why`: due, missed, resume, retry. What it says follows, each line with its `job`',
  },
  'job.yields': {
    level: 'info',
    help: '`heed serve`: a `job` is asked to end softly, so that another one can run (`to`); it goes on afterwards',
  },
  'job.ended': {
    level: 'info',
    help: '`heed serve`: how a `job` ended: `outcome` (done, interrupted, failed, refused), exit `code`, `signal`, `ms`, and when it is started `next`',
  },
  'job.said': { level: 'info', help: '`heed serve`: a line of a `job` that is none of these: `text`' },
  'schedule.unsaved': { level: 'error', help: '`heed serve`: the state of the schedule could not be kept: `error`' },
  warning: { level: 'warn', help: 'a setting that should not be overlooked: `warning`' },
  error: { level: 'error', help: 'the command failed: `code`, `message`, `next`, `exitCode`' },
};

/** One JSON line an event: `level` in words, `time` as ISO 8601 in UTC, `event`, and its fields. */
export function eventLog({ talk, isVerbose }: Pick<Terminal, 'talk' | 'isVerbose'>): (event: LoggedEvent) => void {
  const log = pino(
    {
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      level: isVerbose ? 'debug' : 'info',
      messageKey: 'event',
      formatters: { level: level => ({ level }) },
    },
    { write: talk },
  );
  return ({ event, ...fields }) => {
    const isUnconfined = 'sandbox' in fields && !fields.sandbox;
    log[isUnconfined ? 'warn' : (loggedEvents[event].level as 'info')](fields, event);
  };
}

/** A setting that should not be overlooked. */
export function tellWarning(warning: string, terminal: Terminal): void {
  if (terminal.isJson) eventLog(terminal)({ event: 'warning', warning });
  else terminal.talk(`${terminal.style('yellow', 'warning')} ${warning}\n`);
}

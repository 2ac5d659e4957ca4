import type { CrawlProgress } from '../../crawl/index.ts';
import type { ScheduleEvent } from '../../serve/index.ts';
import { eventLog } from '../talk/event-log.ts';
import { progressLines } from '../talk/progress-lines.ts';
import { plain, type Terminal } from '../talk/terminal.ts';
import type { JobLine } from './job-process.ts';

export interface Teller {
  readonly event: (event: ScheduleEvent) => void;
  /** What a job says; its progress comes more often than anybody wants to read it. */
  readonly line: (job: string, line: JobLine) => void;
  listening(url: string): void;
}

const progressEveryMs = 30_000;

/** What happens, on stderr: a JSON line each with --json, else a line for people. */
export function teller(terminal: Terminal, now: () => number = () => performance.now()): Teller {
  const log = eventLog(terminal);
  let toldAtMs = now();
  const isTold = ({ event }: JobLine): boolean => {
    if (event !== 'progress') return true;
    if (now() - toldAtMs < progressEveryMs) return false;
    toldAtMs = now();
    return true;
  };
  if (terminal.isJson) {
    return {
      event: log,
      line: (job, line) => {
        if (!isTold(line)) return;
        if (line.event === 'job.said') log({ event: 'job.said', job, text: String(line.text) });
        else terminal.talk(`${JSON.stringify({ job, ...line })}\n`);
      },
      listening: url => log({ event: 'serve.listening', url }),
    };
  }
  const say = (text: string): void => terminal.talk(`${plain(text)}\n`);
  return {
    event: event => say(sentenceOf(event)),
    line: (job, line) => {
      const text = isTold(line) ? wordsOf(line) : undefined;
      if (text !== undefined) say(`${job}: ${text}`);
    },
    listening: url => say(`dashboard at ${url}/`),
  };
}

function sentenceOf(event: ScheduleEvent): string {
  switch (event.event) {
    case 'job.planned':
      return `${event.job} is due ${event.due}`;
    case 'job.started':
      return `${event.job} begins (${event.why})`;
    case 'job.yields':
      return `${event.job} ends softly for ${event.to}, and goes on afterwards`;
    case 'job.ended': {
      const how = event.signal ?? `exit code ${event.code ?? 'unknown'}`;
      return `${event.job} ${event.outcome} after ${Math.round(event.ms / 1_000)} s (${how}); next ${event.next}`;
    }
    case 'schedule.unsaved':
      return `error: the state of the schedule could not be kept: ${event.error}`;
  }
}

function wordsOf(line: JobLine): string | undefined {
  switch (line.event) {
    case 'progress':
      return progressWords(line.progress);
    case 'error':
      return `error ${String(line.code)}: ${String(line.message)}`;
    case 'warning':
      return `warning ${String(line.warning)}`;
    case 'job.said':
      return String(line.text);
    case 'run.started':
      return `${line.resumed === true ? 'resuming' : 'run'} ${String(line.run)}`;
    default:
      return undefined;
  }
}

/** As a job tells it, whose clock is another: by the time that is left. */
type Waited = CrawlProgress['waiting'][number] & { readonly inMs: number };

const progressWords = (progress: unknown): string | undefined => {
  const { statistics, waiting = [] } = (progress ?? {}) as {
    statistics?: CrawlProgress['statistics'];
    waiting?: readonly Waited[];
  };
  if (statistics === undefined) return undefined;
  const waits = waiting.map(origin => ({ ...origin, dueMs: origin.inMs }));
  const lines = progressLines({ statistics, waiting: waits }, { rate: undefined, nowMs: 0 });
  return lines.map(line => line.replace(/ {2,}/, ' ')).join(' · ');
};

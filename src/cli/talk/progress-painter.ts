import { clearScreenDown, moveCursor } from 'node:readline';
import type { CrawlEvent, CrawlProgress } from '../../crawl/index.ts';
import { eventLog } from './event-log.ts';
import { createRate, progressLines } from './progress-lines.ts';
import { plain, type Terminal } from './terminal.ts';

export interface ProgressPainter {
  readonly event: (event: CrawlEvent) => void;
  done(): void;
}

export interface PainterOptions {
  readonly now?: () => number;
  /** Between two lines without a terminal, ms. Default 30 000. */
  readonly everyMs?: number;
}

/** On a terminal a few live lines; without one a line each 30 s; with --json one JSON line per event. */
export function progressPainter(terminal: Terminal, options: PainterOptions = {}): ProgressPainter {
  const { now = () => performance.now(), everyMs = 30_000 } = options;
  if (terminal.isQuiet) return { event: () => {}, done: () => {} };
  if (terminal.isJson) return jsonEvents(terminal, now, everySoOften(now, everyMs));
  return terminal.isInteractive ? livePainter(terminal, now) : linePainter(terminal, now, everySoOften(now, everyMs));
}

function jsonEvents(terminal: Terminal, now: () => number, isTime: () => boolean): ProgressPainter {
  const log = eventLog(terminal);
  // The last numbers are told whenever they come: they are the sum of the run.
  let untold: CrawlEvent | undefined;
  return {
    event: said => {
      const event = said.event === 'progress' ? withWaits(said, now()) : said;
      if (event.event === 'progress') {
        untold = isTime() ? undefined : event;
        if (untold) return;
      }
      if (event.event === 'run.ended' && untold) log(untold);
      log(event);
    },
    done: () => {},
  };
}

/** Another process has another clock: for it the time that is left is said too. */
const withWaits = (
  { event, progress }: Extract<CrawlEvent, { event: 'progress' }>,
  nowMs: number,
): Extract<CrawlEvent, { event: 'progress' }> => {
  const waiting = progress.waiting.map(origin => ({ ...origin, inMs: Math.max(0, Math.round(origin.dueMs - nowMs)) }));
  return { event, progress: { ...progress, waiting } };
};

const everySoOften = (now: () => number, everyMs: number): (() => boolean) => {
  let lastAt = now();
  return () => {
    if (now() - lastAt < everyMs) return false;
    lastAt = now();
    return true;
  };
};

/** What an operator should know although nobody looks at the numbers; undefined for everything else. */
function noticeOf({ style }: Terminal, event: CrawlEvent): string | undefined {
  switch (event.event) {
    case 'run.started':
      return `${event.resumed ? 'resuming' : 'run'} ${event.run} under policy ${event.policy} → ${event.out}`;
    case 'browser.started':
      return event.sandbox
        ? undefined
        : `${style('yellow', 'warning')} ${event.version} runs without its sandbox: run heed as an ordinary user, or where user namespaces are permitted`;
    case 'page.fault':
      return `${style('red', 'fault')} ${plain(event.url)}: ${plain(event.error)}`;
    case 'origin.closed':
      return `${style('red', 'closed')} ${plain(event.origin)}: heed failed at ${event.faults} of its pages in a row; the others wait for the next run`;
    case 'network':
      return `${style('yellow', 'network')} ${event.state === 'degraded' ? 'away: origins that answered before are silent; waiting' : 'back: going on'}`;
    case 'url.traced':
      return `${style('cyan', 'debug')} ${String(event.at_ms).padStart(7)} ms  ${event.step.padEnd(9)}  ${plain(event.detail)}`;
    default:
      return undefined;
  }
}

function linePainter(terminal: Terminal, now: () => number, isTime: () => boolean): ProgressPainter {
  const rate = createRate();
  return {
    event: event => {
      const notice = noticeOf(terminal, event);
      if (notice !== undefined) terminal.talk(`${notice}\n`);
      if (event.event === 'page.judged' && terminal.isVerbose) terminal.talk(`${event.reason.padEnd(28)} ${plain(event.url)}\n`);
      if (event.event !== 'progress') return;
      const nowMs = now();
      const lines = progressLines(event.progress, { rate: rate(pagesOf(event.progress), nowMs), nowMs });
      if (isTime()) terminal.talk(`${lines.map(line => line.replace(/ {2,}/, ' ')).join(' · ')}\n`);
    },
    done: () => {},
  };
}

function livePainter(terminal: Terminal, now: () => number): ProgressPainter {
  const rate = createRate();
  let painted = 0;
  const erase = (): void => {
    if (painted === 0) return;
    moveCursor(process.stderr, 0, -painted);
    clearScreenDown(process.stderr);
    painted = 0;
  };
  return {
    event: event => {
      const notice = noticeOf(terminal, event);
      if (notice !== undefined) {
        erase();
        terminal.talk(`${notice}\n`);
      }
      if (event.event !== 'progress') return;
      erase();
      const nowMs = now();
      const lines = progressLines(event.progress, { rate: rate(pagesOf(event.progress), nowMs), nowMs });
      terminal.talk(`${lines.map(line => clipped(line, terminal.columns - 1)).join('\n')}\n`);
      painted = lines.length;
    },
    done: erase,
  };
}

const clipped = (line: string, columns: number): string =>
  line.length <= columns ? line : `${line.slice(0, Math.max(0, columns - 1))}…`;

const pagesOf = ({ statistics, audit }: CrawlProgress): number => audit?.ended ?? statistics['pages.fetched'] ?? 0;

import { clearScreenDown, moveCursor } from 'node:readline';
import { pino } from 'pino';
import type { CrawlEvent, CrawlProgress } from '../crawl/index.ts';
import { plain, type Terminal } from './terminal.ts';

export interface ProgressPainter {
  readonly event: (event: CrawlEvent) => void;
  done(): void;
}

/** Lines without a terminal: one each half minute. */
const lineEveryMs = 30_000;

/** On a terminal a few live lines; without one a line each 30 s; with --json one JSON line per event. */
export function progressPainter(terminal: Terminal): ProgressPainter {
  if (terminal.isQuiet) return { event: () => {}, done: () => {} };
  if (terminal.isJson) return jsonEvents(terminal);
  return terminal.isInteractive ? livePainter(terminal) : linePainter(terminal);
}

function jsonEvents({ isVerbose }: Terminal): ProgressPainter {
  const log = pino(
    { base: null, timestamp: pino.stdTimeFunctions.isoTime, level: isVerbose ? 'debug' : 'info', messageKey: 'event' },
    pino.destination({ dest: 2, sync: true }),
  );
  let lastAt = performance.now();
  return {
    event: ({ event, ...fields }) => {
      if (event === 'page.judged' || event === 'origin.declared') return log.debug(fields, event);
      if (event === 'progress') {
        if (performance.now() - lastAt < lineEveryMs) return;
        lastAt = performance.now();
      }
      if (event === 'page.fault' || event === 'network' || ('sandbox' in fields && !fields.sandbox)) log.warn(fields, event);
      else log.info(fields, event);
    },
    done: () => log.flush(),
  };
}

/** What an operator should know although nobody looks at the numbers. */
function notice({ talk, style }: Terminal, event: CrawlEvent): void {
  if (event.event === 'browser.started' && !event.sandbox)
    talk(
      `${style('yellow', 'warning')} ${event.version} runs without its sandbox: run heed as an ordinary user, or where user namespaces are permitted\n`,
    );
  if (event.event === 'page.fault') talk(`${style('red', 'fault')} ${plain(event.url)}: ${plain(event.error)}\n`);
  if (event.event === 'network')
    talk(
      `${style('yellow', 'network')} ${event.state === 'degraded' ? 'away: origins that answered before are silent; waiting' : 'back: going on'}\n`,
    );
}

function started({ talk }: Terminal, event: Extract<CrawlEvent, { event: 'run.started' }>): void {
  talk(`${event.resumed ? 'resuming' : 'run'} ${event.run} under policy ${event.policy} → ${event.out}\n`);
}

function linePainter(terminal: Terminal): ProgressPainter {
  let lastAt = performance.now();
  return {
    event: event => {
      if (event.event === 'run.started') started(terminal, event);
      notice(terminal, event);
      if (event.event === 'page.judged' && terminal.isVerbose) terminal.talk(`${event.reason.padEnd(28)} ${plain(event.url)}\n`);
      if (event.event !== 'progress' || performance.now() - lastAt < lineEveryMs) return;
      lastAt = performance.now();
      terminal.talk(`${lines(event.progress, 0).join(' · ')}\n`);
    },
    done: () => {},
  };
}

function livePainter(terminal: Terminal): ProgressPainter {
  const startedAt = performance.now();
  let painted = 0;
  const erase = (): void => {
    if (painted === 0) return;
    moveCursor(process.stderr, 0, -painted);
    clearScreenDown(process.stderr);
    painted = 0;
  };
  return {
    event: event => {
      if (event.event === 'run.started') started(terminal, event);
      if (event.event === 'page.fault' || event.event === 'network' || event.event === 'browser.started') {
        erase();
        notice(terminal, event);
      }
      if (event.event !== 'progress') return;
      erase();
      const rows = lines(event.progress, performance.now() - startedAt).map(row => row.slice(0, terminal.columns - 1));
      terminal.talk(`${rows.join('\n')}\n`);
      painted = rows.length;
    },
    done: erase,
  };
}

/** Rate, frontier, kept and withheld by reason, and what is being waited for. A crawl has no known total, so no percentage. */
function lines({ pagesFetched, bytes, counts, waiting }: CrawlProgress, elapsedMs: number): string[] {
  const rate = elapsedMs > 0 ? `${((pagesFetched * 1_000) / elapsedMs).toFixed(1)} pages/s` : '';
  const groups = new Map<string, number>();
  for (const [reason, count] of Object.entries(counts.byReason)) {
    const group = reason.split('.', 1)[0] ?? reason;
    groups.set(group, (groups.get(group) ?? 0) + count);
  }
  const reasons = [...groups].sort((a, b) => b[1] - a[1]).map(([group, count]) => `${group} ${count}`);
  const now = performance.now();
  const wait = waiting.map(
    ({ origin, dueMs, why }) => `${plain(origin)} ${why} ${Math.max(0, (dueMs - now) / 1_000).toFixed(1)} s`,
  );
  return [
    `pages     ${pagesFetched} fetched, ${(bytes / 2 ** 20).toFixed(1)} MiB${rate ? `, ${rate}` : ''}`,
    `frontier  ${counts.pending} pending, ${counts.inFlight} in flight, ${counts.finished} finished`,
    `reasons   ${reasons.join(', ') || '–'}`,
    ...(wait.length > 0 ? [`waiting   ${wait.join(', ')}`] : []),
  ];
}

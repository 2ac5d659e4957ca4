import type { CrawlProgress } from '../../crawl/index.ts';
import { barText } from './bar.ts';
import { plain } from './terminal.ts';

export interface LineContext {
  /** Pages, or domains of an audit, a second, lately; undefined where it is too early to say. */
  readonly rate: number | undefined;
  /** Monotonic, ms. */
  readonly nowMs: number;
}

/** Five to eight lines: what was fetched, what is to do, what came of it and why, who is waited for, how the machine is. */
export function progressLines({ statistics, waiting, audit }: CrawlProgress, { rate, nowMs }: LineContext): string[] {
  const of = (key: string): number => statistics[key] ?? 0;
  const ended = Object.entries(statistics).flatMap(([key, count]) => {
    const reason = key.startsWith(reasonPrefix) ? key.slice(reasonPrefix.length) : undefined;
    return reason === undefined || count === 0 ? [] : [{ reason, count }];
  });
  const deferred = ended.filter(({ reason }) => reason.startsWith('deferred.'));
  const others = ended.filter(({ reason }) => reason !== 'kept' && !reason.startsWith('deferred.'));
  const free = statistics['disk.free_bytes'];
  const speed = rate === undefined ? '' : `, ${rate.toFixed(1)}/s`;
  const wait = waiting.map(({ origin, dueMs, why }) => `${plain(origin)} ${why} ${seconds(dueMs - nowMs)}`);
  return [
    ...(audit ? [`audit     ${barText(audit.ended, audit.domains, rate)}`] : []),
    `pages     ${of('pages.fetched')} fetched${audit ? '' : speed}, ${size(of('bytes.pages'))}, ${size(of('bytes.wire'))} on the wire`,
    `requests  ${of('requests.total')}, ${of('requests.in_flight')} in flight, p50 ${of('requests.duration_p50_ms').toFixed(0)} ms, p99 ${of('requests.duration_p99_ms').toFixed(0)} ms`,
    `frontier  ${of('frontier.pending')} pending, ${of('frontier.in_flight')} in flight, ${of('frontier.finished')} finished`,
    ...(audit ? [] : [`kept      ${of('pages.kept')} of ${of('urls.seen')} seen`]),
    `${audit ? 'ended   ' : 'not kept'}  ${most(others) || '–'}`,
    ...(deferred.length > 0 ? [`deferred  ${most(deferred)}`] : []),
    ...(of('origins.waiting') > 0
      ? [
          `waiting   ${of('origins.waiting')} origin${of('origins.waiting') === 1 ? '' : 's'}${wait.length === 0 ? '' : `: ${wait.join(', ')}`}`,
        ]
      : []),
    `machine   ${free === undefined ? '' : `${size(free)} free, `}${size(of('memory.rss_bytes'))} memory, loop ${of('loop.lag_p99_ms').toFixed(0)} ms late (p99)${of('network.degraded') === 1 ? ', network away' : ''}`,
  ];
}

const reasonPrefix = 'urls.by_reason.';
/** Reasons that fit a line; the summary at the end has all of them. */
const shownReasons = 6;

function most(reasons: readonly { readonly reason: string; readonly count: number }[]): string {
  const sorted = [...reasons].sort((a, b) => b.count - a.count || (a.reason < b.reason ? -1 : 1));
  const rest = sorted.slice(shownReasons).reduce((sum, { count }) => sum + count, 0);
  const shown = sorted.slice(0, shownReasons).map(({ reason, count }) => `${reason} ${count}`);
  return [...shown, ...(rest > 0 ? [`others ${rest}`] : [])].join(', ');
}

const seconds = (ms: number): string => `${Math.max(0, ms / 1_000).toFixed(1)} s`;

function size(bytes: number): string {
  const [unit, octets] =
    bytes >= 2 ** 30 ? ['GiB', 2 ** 30] : bytes >= 2 ** 20 || bytes === 0 ? ['MiB', 2 ** 20] : ['KiB', 2 ** 10];
  return `${(bytes / octets).toFixed(1)} ${unit}`;
}

/** Pages a second over the last half minute at most. */
export function createRate(): (pages: number, nowMs: number) => number | undefined {
  const seen: { readonly pages: number; readonly atMs: number }[] = [];
  return (pages, atMs) => {
    seen.push({ pages, atMs });
    while (seen.length > 2 && atMs - (seen[0]?.atMs ?? 0) > 30_000) seen.shift();
    const [first] = seen;
    const ms = first ? atMs - first.atMs : 0;
    return first && ms >= 1_000 ? Math.max(0, ((pages - first.pages) * 1_000) / ms) : undefined;
  };
}

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { serveTable } from '../../src/cli/serve/numbers.ts';
import { teller } from '../../src/cli/serve/tell.ts';
import { eventLog, loggedEvents } from '../../src/cli/talk/event-log.ts';
import { metricsOf } from '../../src/cli/talk/observe.ts';
import { createRate, progressLines } from '../../src/cli/talk/progress-lines.ts';
import { progressPainter } from '../../src/cli/talk/progress-painter.ts';
import type { Terminal } from '../../src/cli/talk/terminal.ts';
import { type CrawlProgress, statisticsTable, traceSteps } from '../../src/crawl/index.ts';
import type { OriginKey } from '../../src/vocab/index.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const documentation = readFileSync(join(root, 'src/OBSERVABILITY.md'), 'utf8');
/** Rows of the tables of one section. */
const rowsUnder = (heading: string): string[] =>
  (documentation.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? '').split('\n').filter(line => line.startsWith('| `'));

describe('closed lists', () => {
  test('every statistic is in the documentation, with its kind and its meaning, and nothing else is', () => {
    expect(rowsUnder('Statistics')).toEqual(statisticsTable.map(({ key, kind, help }) => `| \`${key}\` | ${kind} | ${help} |`));
  });

  test('so is every number of `heed serve`', () => {
    expect(rowsUnder('heed serve')).toEqual(serveTable.map(({ key, kind, help }) => `| \`${key}\` | ${kind} | ${help} |`));
  });

  test('every event is in the documentation, with its level, and nothing else is', () => {
    const rows = Object.entries(loggedEvents).map(([event, { level, help }]) => `| \`${event}\` | ${level} | ${help} |`);
    expect(rowsUnder('Events')).toEqual(rows);
  });

  test('every step of a timeline is in the documentation', () => {
    expect(rowsUnder('One URL')).toEqual(Object.entries(traceSteps).map(([step, help]) => `| \`${step}\` | ${help} |`));
  });

  test('what the sources emit is on the list, and what is on the list is emitted', () => {
    const sources = readdirSync(join(root, 'src'), { recursive: true, withFileTypes: true })
      .filter(entry => entry.isFile() && entry.name.endsWith('.ts'))
      .map(entry => readFileSync(join(entry.parentPath, entry.name), 'utf8'));
    const emitted = sources.flatMap(source => [...source.matchAll(/(?<!readonly )\bevent: '([^']+)'/g)].map(([, name]) => name));
    expect([...new Set(emitted)].sort()).toEqual(Object.keys(loggedEvents).sort());
  });

  test('keys are dotted words, each once; a family names its label and its members', () => {
    const tables = [...statisticsTable, ...serveTable];
    const keys = tables.map(({ key }) => key);
    expect(new Set(keys).size).toBe(keys.length);
    for (const { key, family } of tables) {
      expect(key).toMatch(/^[a-z]+(\.[a-z0-9_]+)+(\.\*)?$/);
      expect(family !== undefined).toBe(key.endsWith('.*'));
    }
  });

  test('the number of series is bounded by the lists, whatever the web is like', () => {
    const most = [...statisticsTable, ...serveTable].reduce((sum, { family }) => sum + (family?.members.length ?? 1), 0);
    expect(most).toBeLessThan(350);
  });
});

const statistics: CrawlProgress['statistics'] = {
  'pages.fetched': 120,
  'bytes.pages': 3 * 2 ** 20,
  'bytes.wire': 2 ** 20,
  'requests.total': 150,
  'requests.in_flight': 3,
  'requests.duration_p50_ms': 12,
  'requests.duration_p99_ms': 90,
  'frontier.pending': 40,
  'frontier.in_flight': 3,
  'frontier.finished': 117,
  'urls.seen': 117,
  'pages.kept': 80,
  'urls.by_reason.kept': 80,
  'urls.by_reason.withheld.robots.rule': 20,
  'urls.by_reason.gone.404': 9,
  'urls.by_reason.deferred.page.timeout': 2,
  'origins.waiting': 7,
  'memory.rss_bytes': 200 * 2 ** 20,
  'loop.lag_p99_ms': 11,
  'disk.free_bytes': 5 * 2 ** 30,
};
const waiting: CrawlProgress['waiting'] = [{ origin: 'https://a.example' as OriginKey, dueMs: 1_500, why: 'crawl-delay' }];

describe('live lines', () => {
  test('rate, frontier by state, kept and not kept by reason, who is waited for and why, the disk', () => {
    expect(progressLines({ statistics, waiting }, { rate: 4.25, nowMs: 1_000 })).toEqual([
      'pages     120 fetched, 4.3/s, 3.0 MiB, 1.0 MiB on the wire',
      'requests  150, 3 in flight, p50 12 ms, p99 90 ms',
      'frontier  40 pending, 3 in flight, 117 finished',
      'kept      80 of 117 seen',
      'not kept  withheld.robots.rule 20, gone.404 9',
      'deferred  deferred.page.timeout 2',
      'waiting   7 origins: https://a.example crawl-delay 0.5 s',
      'machine   5.0 GiB free, 200.0 MiB memory, loop 11 ms late (p99)',
    ]);
  });

  test('few octets are not none, and who is waited for is counted where nobody is named', () => {
    const little = { ...statistics, 'bytes.pages': 5 * 2 ** 10, 'bytes.wire': 100, 'origins.waiting': 1 };
    const lines = progressLines({ statistics: little, waiting: [] }, { rate: undefined, nowMs: 0 });
    expect(lines[0]).toBe('pages     120 fetched, 5.0 KiB, 0.1 KiB on the wire');
    expect(lines[6]).toBe('waiting   1 origin');
  });

  test('`heed serve` tells of its jobs whom they wait for, by the time that is left', () => {
    const { terminal, said } = pretended({});
    let nowMs = 0;
    const { line } = teller(terminal, () => nowMs);
    nowMs = 60_000;
    const waits = waiting.map(origin => ({ ...origin, dueMs: 9_000_000, inMs: 500 }));
    line('crawl', { event: 'progress', progress: { statistics, waiting: waits } });
    expect(said.join('')).toContain('waiting 7 origins: https://a.example crawl-delay 0.5 s');
  });

  test.each([
    ['at the very beginning', {}, []],
    ['with everything', statistics, waiting],
  ])('there are five to eight of them: %s', (_when, numbers, origins) => {
    const { length } = progressLines({ statistics: numbers, waiting: origins }, { rate: undefined, nowMs: 0 });
    expect(length).toBeGreaterThanOrEqual(5);
    expect(length).toBeLessThanOrEqual(8);
  });

  test('a host cannot write to the terminal, and many reasons stay one line', () => {
    const many = Object.fromEntries(Array.from({ length: 9 }, (_, n) => [`urls.by_reason.trap.t${n}`, 9 - n]));
    const evil = [{ origin: 'https://a\u001b[2J.example' as OriginKey, dueMs: 0, why: 'retry' as const }];
    const lines = progressLines({ statistics: { ...many, 'origins.waiting': 1 }, waiting: evil }, { rate: undefined, nowMs: 0 });
    expect(lines.join('')).not.toContain('\u001b');
    expect(lines[4]).toMatch(/^not kept {2}trap\.t0 9, .*, others 6$/);
  });

  test('the rate is of the last half minute, not of the whole run', () => {
    const rate = createRate();
    expect(rate(0, 0)).toBeUndefined();
    expect(rate(100, 10_000)).toBe(10);
    expect(rate(100, 60_000)).toBe(0);
  });
});

const pretended = (parts: Partial<Terminal>): { terminal: Terminal; said: string[] } => {
  const said: string[] = [];
  const terminal: Terminal = {
    ...{ isJson: false, isQuiet: false, isVerbose: false, isInteractive: false, columns: 100 },
    ...{ data: () => Promise.resolve(), talk: text => void said.push(text), style: (_format, text) => text },
    ...parts,
  };
  return { terminal, said };
};

describe('without a terminal', () => {
  test.each([
    ['a line', { isJson: false }, /^pages 120 fetched.* · frontier 40 pending.* · machine 5\.0 GiB free/],
    ['a JSON line', { isJson: true }, /^\{"level":"info","time":"[^"]+Z","progress":\{"statistics":\{.*"event":"progress"\}$/],
  ])('%s every 30 seconds', (_what, parts, shape) => {
    const { terminal, said } = pretended(parts);
    let nowMs = 0;
    const painter = progressPainter(terminal, { now: () => nowMs });
    for (nowMs = 0; nowMs <= 65_000; nowMs += 500) painter.event({ event: 'progress', progress: { statistics, waiting } });
    expect(said).toHaveLength(2);
    for (const line of said) expect(line.trimEnd()).toMatch(shape);
  });

  test('--quiet says nothing, and what is for -v only is not said without it', () => {
    const quiet = pretended({ isQuiet: true });
    progressPainter(quiet.terminal).event({ event: 'network', state: 'degraded' });
    expect(quiet.said).toEqual([]);
    const judged = { event: 'page.judged', url: 'https://a.example/', reason: 'kept' } as const;
    for (const [isVerbose, count] of [
      [false, 0],
      [true, 1],
    ] as const) {
      const { terminal, said } = pretended({ isJson: true, isVerbose });
      progressPainter(terminal).event(judged);
      expect(said).toHaveLength(count);
    }
  });
});

test('a JSON line says its level in words, when, and which event it is', () => {
  const { terminal, said } = pretended({});
  eventLog(terminal)({ event: 'network', state: 'degraded' });
  expect(JSON.parse(said[0] ?? '')).toEqual({
    ...{ level: 'warn', event: 'network', state: 'degraded' },
    time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
  });
});

test('a statistic becomes one metric; a family one with a label; what has no value has no series', () => {
  const metrics = metricsOf(statisticsTable, { ...statistics, 'requests.by_status.2xx': 9, 'pages.nonsense': 1 });
  const of = (name: string) => metrics.find(metric => metric.name === name);
  expect(of('heed_pages_fetched')).toMatchObject({ kind: 'gauge', values: new Map([['', 120]]) });
  expect(of('heed_requests_total')).toMatchObject({ kind: 'counter', values: new Map([['', 150]]) });
  expect(of('heed_requests_by_status_total')).toMatchObject({ label: 'status', values: new Map([['2xx', 9]]) });
  expect(of('heed_urls_by_reason')?.values.get('withheld.robots.rule')).toBe(20);
  expect(of('heed_cpu_user_ms_total')).toBeUndefined();
  expect(metrics.some(({ name }) => name.includes('nonsense'))).toBe(false);
});

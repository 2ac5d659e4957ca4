import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { type CrawlEvent, type CrawlSummary, crawl } from '../../src/crawl/index.ts';
import { loadAgents, loadPolicy, readSettings } from '../../src/settings/index.ts';
import { type PolitenessRecord, readPoliteness, readProvenance } from '../../src/store/index.ts';
import { verify } from '../../src/upkeep/index.ts';
import { heed, startHeed, temporaryFolder } from '../e2e/run-heed.ts';
import { byHost, gapsOf, mostAtOnce, type PoliteWeb, type Seen, startPoliteWeb } from './polite-web.ts';

interface Visit {
  readonly seeds: readonly string[];
  /** Beyond those every test has: loopback, a contact, no delay, one second of patience. */
  readonly flags?: Readonly<Record<string, unknown>>;
  readonly wallClock?: () => number;
  readonly onEvent?: (event: CrawlEvent) => void;
}

interface Visited {
  readonly log: readonly Seen[];
  readonly summary: CrawlSummary;
  readonly reasons: ReadonlyMap<string, string>;
  readonly ledger: ReadonlyMap<string, PolitenessRecord>;
}

/** A whole crawl in this process; the server is in another. */
async function visit(web: PoliteWeb, { seeds, flags = {}, wallClock = Date.now, onEvent = () => {} }: Visit): Promise<Visited> {
  const served = await startPoliteWeb(web);
  const out = join(temporaryFolder(), 'out');
  const { config } = readSettings({
    flags: {
      ...{ out, resolve: served.flags[1], 'allow-private-network': true, operator: 'test', contact: 'https://heed.test/bot' },
      ...{ delay: 0, 'defer-limit': '1s', scope: 'any', 'content-threads': 0, ...flags },
    },
    environment: {},
  });
  const summary = await crawl({
    ...{ config, out, seeds, wallClock, onEvent },
    ...{ policy: loadPolicy('rfc9309'), agents: loadAgents(), software: { name: 'heed', version: '0' } },
    identity: { product: 'heed', version: '0', contact: 'https://heed.test/bot' },
    random: randomBytes(3).toString('hex'),
    stop: new AbortController().signal,
  });
  const log = await served.log();
  const reasons = new Map<string, string>();
  for await (const { record } of readProvenance(out)) reasons.set(record.url, record.reason);
  const ledger = new Map<string, PolitenessRecord>();
  for await (const { record } of readPoliteness(out)) ledger.set(new URL(record.origin).host, record);
  expect((await verify(out)).failures).toEqual([]);
  return { log, summary, reasons, ledger };
}

const isPage = ({ path }: Seen): boolean => /^\/\d*$/.test(path);
const domainOf = (host: string): string => host.split('.').slice(-2).join('.');
const siblings = (domain: string, count: number): readonly string[] =>
  Array.from({ length: count }, (_, i) => `http://s${i}.${domain}/`);

describe('ceilings', () => {
  test('no domain and no address has more requests under way than may be, declarations included', async () => {
    const { log, summary } = await visit(
      { pages: 2, workMs: 60 },
      {
        seeds: [...siblings('one.test', 6), ...siblings('two.test', 6)],
        flags: { 'domain-concurrency': 2, 'address-concurrency': 3 },
      },
    );
    expect(summary.pagesFetched).toBe(24);
    // Reached, and not passed.
    expect(mostAtOnce(log, domainOf)).toEqual(
      new Map([
        ['one.test', 2],
        ['two.test', 2],
      ]),
    );
    expect(mostAtOnce(log, () => 'loopback')).toEqual(new Map([['loopback', 3]]));
  });

  test('by default a domain has four, however many subdomains it has', async () => {
    const { log } = await visit({ pages: 1, workMs: 50 }, { seeds: [...siblings('crowd.test', 40), 'http://lone.test/'] });
    expect(mostAtOnce(log, domainOf)).toEqual(
      new Map([
        ['crowd.test', 4],
        ['lone.test', 1],
      ]),
    );
  });
});

describe('budgets', () => {
  test('a domain of ever more subdomains is one budget, an origin another; what is left over is refused by name', async () => {
    const crowd = siblings('wide.test', 200);
    const { log, reasons, summary } = await visit(
      { pages: 9, links: { 'wide.test/': crowd } },
      { seeds: ['http://wide.test/', 'http://other.test/'], flags: { 'max-pages-per-domain': 20, 'max-pages-per-origin': 5 } },
    );
    const pagesOf = (group: (host: string) => string): ReadonlyMap<string, number> => {
      const counts = new Map<string, number>();
      for (const { host } of log.filter(isPage)) counts.set(group(host), (counts.get(group(host)) ?? 0) + 1);
      return counts;
    };
    expect(pagesOf(domainOf)).toEqual(
      new Map([
        ['wide.test', 20],
        ['other.test', 5],
      ]),
    );
    expect(Math.max(...pagesOf(host => host).values())).toBe(5);
    // Nobody is asked for a robots.txt whose pages cannot be asked any more.
    expect(log.filter(({ path }) => path === '/robots.txt').length).toBeLessThan(30);
    expect(summary.ended).toBe('finished');
    const left = [...reasons.values()].filter(reason => reason === 'refused.budget').length;
    expect(left).toBe(reasons.size - 25);
    expect(crowd.every(url => reasons.has(url))).toBe(true);
  });
});

describe('back-off', () => {
  test('429 and 503 hold the whole origin, longer each time; Retry-After in seconds and as a date is honoured and clamped', async () => {
    const failing: PoliteWeb['failing'] = {
      'silent.test/robots.txt': { status: 503, times: 2 },
      'seconds.test/1': { status: 429, times: 1, retryAfter: '1' },
      'date.test/1': { status: 503, times: 1, retryAfter: new Date(Date.now() + 3_600_000).toUTCString() },
      'absurd.test/1': { status: 503, times: 1, retryAfter: '1'.repeat(400) },
    };
    const { log, reasons, ledger } = await visit(
      { pages: 3, failing },
      {
        seeds: Object.keys(failing).map(place => `http://${place.split('/')[0]}/`),
        flags: { delay: 50, backoff: 300, 'max-delay': '1500ms', 'defer-limit': '20s' },
      },
    );
    expect([...reasons.values()].every(reason => reason === 'kept' || reason === 'duplicate.exact')).toBe(true);
    const hosts = byHost(log);
    const gapsAfterFailure = (host: string): readonly number[] => {
      const requests = hosts.get(host) ?? [];
      return gapsOf(requests).filter((_, index) => (requests[index]?.status ?? 0) >= 429);
    };
    const [first = 0, second = 0] = gapsAfterFailure('silent.test');
    expect(first).toBeGreaterThanOrEqual(300);
    expect(second).toBeGreaterThanOrEqual(600);
    expect(gapsAfterFailure('seconds.test')[0]).toBeGreaterThanOrEqual(1_000);
    for (const host of ['date.test', 'absurd.test']) expect(gapsAfterFailure(host)[0], host).toBeGreaterThanOrEqual(1_500);
    const backoffs = [...ledger].map(([host, record]) => [host, record.backoffs, record.longest_backoff_ms]);
    expect(backoffs.sort()).toEqual([
      ['absurd.test', 1, 1_500],
      ['date.test', 1, 1_500],
      ['seconds.test', 1, 1_000],
      ['silent.test', 2, 600],
    ]);
  });
});

describe('a slow server', () => {
  test('is left alone as long as it takes to answer, and the ledger says so', async () => {
    const { log, ledger } = await visit({ pages: 3, workMs: 300 }, { seeds: ['http://slow.test/'], flags: { delay: 50 } });
    for (const gap of gapsOf(log)) expect(gap).toBeGreaterThanOrEqual(300);
    expect(ledger.get('slow.test')?.longest_delay_ms).toBeGreaterThanOrEqual(300);
  });
});

describe('quiet hours', () => {
  test('nothing is asked within them, declarations neither; the run waits, says why, and goes on', async () => {
    let startedMs = 0;
    // Two seconds before the end of the night when the run first looks; the wall clock is the test's, the pause is not measured by it.
    const wallClock = (): number => {
      startedMs ||= Date.now();
      return Date.parse('2026-11-26T05:59:58Z') + Date.now() - startedMs;
    };
    const whys = new Set<string>();
    const { log } = await visit(
      { pages: 2 },
      {
        seeds: ['http://night.test/', 'http://day.test/'],
        flags: { 'quiet-hours': ['night.* 22:00-06:00 UTC'] },
        wallClock,
        onEvent: event => {
          if (event.event === 'progress') for (const { origin, why } of event.progress.waiting) whys.add(`${origin} ${why}`);
        },
      },
    );
    const firstOf = (name: string): number => log.find(({ host }) => host === name)?.startedMs ?? Number.NaN;
    expect(firstOf('night.test')).toBeGreaterThanOrEqual(startedMs + 2_000);
    expect(firstOf('day.test')).toBeLessThan(firstOf('night.test'));
    expect([...whys]).toContain('http://night.test:80 quiet');
    expect(log.filter(isPage)).toHaveLength(4);
  });
});

test('a run that is killed and resumed keeps its pauses across the kill, its budgets, and its ledger', async () => {
  const delayMs = 400;
  const web = await startPoliteWeb({ pages: 9 });
  const folder = temporaryFolder();
  const [out, seeds] = [join(folder, 'out'), join(folder, 'seeds.txt')];
  writeFileSync(seeds, Array.from({ length: 5 }, (_, i) => `http://k${i}.test/\n`).join(''));
  const args = [
    ...['crawl', '--seeds', seeds, '--out', out, '--policy', 'rfc9309', '--delay', `${delayMs}`],
    ...['--max-pages-per-origin', '6', ...web.flags],
  ];
  const child = startHeed(args);
  child.stdout?.resume();
  child.stderr?.resume();
  // Until some pages are committed, and then in the middle of the next.
  for await (const found of changes(out)) if (found >= 10) break;
  child.kill('SIGKILL');
  await once(child, 'exit');
  const { code, stderr, stdout } = await heed(args);
  expect(code, stderr).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ resumed: true });
  const log = await web.log();
  let counted = 0;
  for await (const { record } of readPoliteness(out)) {
    counted += record.requests;
    expect(record.min_gap_ms).toBeGreaterThanOrEqual(delayMs);
  }
  for (const [host, requests] of byHost(log)) {
    expect(Math.min(...gapsOf(requests)), host).toBeGreaterThanOrEqual(delayMs);
    // A page whose commit was cut off is asked once more.
    expect(requests.filter(isPage).length).toBeLessThanOrEqual(8);
    expect(requests.filter(isPage).length).toBeGreaterThanOrEqual(6);
  }
  // What the last commit before the kill did not hold is not in the ledger: two requests an origin at most, at this pace.
  expect(counted).toBeLessThanOrEqual(log.length);
  expect(counted).toBeGreaterThanOrEqual(log.length - 10);
  expect((await verify(out)).failures).toEqual([]);
}, 90_000);

/** Pages that are committed so far, looked at again and again. */
async function* changes(out: string): AsyncGenerator<number> {
  for (;;) {
    let count = 0;
    try {
      for await (const _ of readProvenance(out, { unfinished: true })) count++;
    } catch {
      // There is no dataset yet.
    }
    yield count;
    await sleep(100);
  }
}

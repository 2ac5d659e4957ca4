import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { observe } from '../../src/cli/talk/observe.ts';
import { type CrawlEvent, statisticsTable } from '../../src/crawl/index.ts';
import { ended, startHeed, temporaryFolder } from '../e2e/run-heed.ts';
import { crawlHere, page, robots, type Said, smallWeb } from '../faults/small-web.ts';

const site = (place: string): Said | undefined => {
  if (place === 'a.localhost/robots.txt') return robots('User-agent: *\nDisallow: /closed/\n');
  if (place === 'a.localhost/') return page('home', '/one', '/closed/two', '/moved', 'http://elsewhere.example/', '/one');
  if (place === 'a.localhost/one') return page('one', '/');
  if (place === 'a.localhost/moved') return { status: 301, fields: { location: '/one' } };
  return undefined;
};

/** The timeline of one URL in a small crawl, without its times. */
async function timeline(path: string): Promise<string[]> {
  const web = await smallWeb(site);
  const events: CrawlEvent[] = [];
  const url = path.startsWith('http') ? path : web.url(`a.localhost${path}`);
  await crawlHere({
    web,
    out: temporaryFolder(),
    places: ['a.localhost/'],
    flags: { 'debug-url': url },
    events,
  });
  return events.flatMap(event => {
    if (event.event !== 'url.traced') return [];
    return [`${event.step}: ${event.detail.replaceAll(`:${web.port}`, '').replace(/\d+ octets in \d+ ms/, 'octets')}`];
  });
}

describe('--debug-url tells what happened to one URL', () => {
  test.each<[string, string, (string | RegExp)[]]>([
    [
      'fetched and kept',
      '/one#part',
      [
        'declared: robots.txt 200, tdmrep.json 404, ai.txt 404, trust.txt 404',
        'offered: depth 1, via http://a.localhost/, queued',
        'chosen: try 1',
        /^requested: GET, accept text\/html/,
        /^answered: status 200, \d+ fields, body: read$/,
        'received: 200, octets, from 127.0.0.1',
        'judged: kept; acquisition allow (robots.rule) → keep; train-ai unknown (silent) → keep',
        'staged: kept',
        'committed: kept',
      ],
    ],
    [
      'never asked, since robots.txt closes it',
      '/closed/two',
      [
        /^declared: /,
        'offered: depth 1, via http://a.localhost/, queued',
        'chosen: try 1',
        'judged: withheld.robots.rule; acquisition disallow (robots.rule) → withhold; train-ai disallow (robots.rule) → withhold',
        'staged: withheld.robots.rule',
        'committed: withheld.robots.rule',
      ],
    ],
    [
      'a redirect',
      '/moved',
      [
        /^declared: /,
        /^offered: /,
        'chosen: try 1',
        /^requested: /,
        'received: 301, octets, from 127.0.0.1, location http://a.localhost/one',
        /^judged: redirected/,
        'staged: redirected',
        'committed: redirected',
      ],
    ],
    [
      'refused by name',
      'http://elsewhere.example/',
      ['offered: depth 1, via http://a.localhost/, refused.out-of-scope', 'committed: refused.out-of-scope'],
    ],
    [
      'never offered',
      '/nobody-links-here',
      [/^declared: /, 'unreached: never offered: no seed, no sitemap and no link that was followed led to it'],
    ],
    [
      'never offered, and out of reach',
      'http://third.example/',
      ['unreached: never offered: nothing led to it, and a link would have been refused.out-of-scope'],
    ],
  ])('%s', async (_what, path, steps) => {
    // That other pages link to it is told as well, whenever they are read.
    const told = (await timeline(path)).filter(line => !line.startsWith('known: ') && !line.startsWith('requeued: '));
    expect(told).toEqual(steps.map(step => (typeof step === 'string' ? step : expect.stringMatching(step))));
  });

  test('a crawl without it tells of no URL at all', async () => {
    const events: CrawlEvent[] = [];
    await crawlHere({
      web: await smallWeb(site),
      out: temporaryFolder(),
      places: ['a.localhost/'],
      events,
    });
    expect(events.some(({ event }) => event === 'url.traced')).toBe(false);
  });
});

describe('an audit', () => {
  test('holds no origin in memory whose front page was asked, whatever Crawl-delay it has', async () => {
    const hosts = Array.from({ length: 12 }, (_, at) => `d${at}.localhost`);
    // The last one to answer gives all pauses time to end.
    const web = await smallWeb(
      place =>
        place.endsWith('/robots.txt') ? robots('User-agent: *\nCrawl-delay: 9\n') : place.endsWith('/') ? page(place) : undefined,
      { before: place => (place === 'd0.localhost/' ? sleep(400) : undefined) },
    );
    const entries = async function* () {
      for (const host of hosts) yield { asked: host, domain: `${host}:${web.port}` };
    };
    const events: CrawlEvent[] = [];
    const flags = { scope: 'any', 'max-depth': 0, sitemaps: false, traps: false, category: [], 'max-delay': '50ms' };
    await crawlHere({ web, out: temporaryFolder(), places: [], audit: { entries: entries() }, flags, events });
    const told = events.findLast(event => event.event === 'progress');
    const statistics = told?.event === 'progress' ? told.progress.statistics : {};
    expect(statistics['urls.by_reason.audited']).toBe(hosts.length);
    expect(statistics['frontier.origins_held']).toBeLessThan(4);
  });
});

describe('statistics', () => {
  test('every key of a crawl is in the table, and every key of the table that is no family has a value; the sums agree', async () => {
    const events: CrawlEvent[] = [];
    await crawlHere({
      web: await smallWeb(site),
      out: temporaryFolder(),
      places: ['a.localhost/'],
      events,
    });
    const last = events.findLast(event => event.event === 'progress');
    if (last?.event !== 'progress') throw new Error('no progress was told');
    const { statistics } = last.progress;
    const singles = statisticsTable.filter(({ family }) => !family).map(({ key }) => key);
    const members = statisticsTable.flatMap(({ key, family }) => family?.members.map(member => key.replace('*', member)) ?? []);
    expect(singles.filter(key => typeof statistics[key] !== 'number')).toEqual([]);
    expect(Object.keys(statistics).filter(key => !singles.includes(key) && !members.includes(key))).toEqual([]);
    expect(statistics).toMatchObject({
      ...{ 'urls.seen': 5, 'pages.kept': 2, 'urls.withheld': 3, 'urls.deferred': 0, 'pages.fetched': 3 },
      ...{ 'urls.by_reason.kept': 2, 'urls.by_reason.refused.out-of-scope': 1, 'urls.by_reason.redirected': 1 },
      ...{ 'frontier.pending': 0, 'frontier.in_flight': 0, 'frontier.finished': 5, 'origins.declared': 1 },
      // robots.txt, tdmrep.json, ai.txt, trust.txt in two places, and three pages.
      ...{
        'requests.total': 8,
        'requests.in_flight': 0,
        'requests.by_outcome.successful': 3,
        'requests.by_outcome.unavailable': 5,
      },
      ...{ 'requests.by_status.2xx': 3, 'requests.by_status.3xx': 1, 'requests.by_status.4xx': 4 },
    });
    expect(JSON.stringify(statistics)).not.toContain('localhost');
  });
});

const clock = { wallClock: () => Date.UTC(2026, 10, 26), table: statisticsTable };
const progress = (pages: number): CrawlEvent => ({
  event: 'progress',
  progress: { statistics: { 'pages.fetched': pages }, waiting: [] },
});

describe('--stats', () => {
  test('is written at the start, every five seconds and at the end, whole, and nothing else is left beside it', async () => {
    const folder = temporaryFolder();
    const stats = join(folder, 'stats.json');
    const read = (): unknown => JSON.parse(readFileSync(stats, 'utf8'));
    let nowMs = 0;
    const observers = await observe({ stats }, { ...clock, now: () => nowMs });
    expect(read()).toMatchObject({ version: 1, state: 'running', statistics: {} });
    observers.event({ event: 'run.started', run: 'r1', out: folder, resumed: false, policy: 'standard' });
    nowMs = 4_999;
    observers.event(progress(1));
    expect(read()).toMatchObject({ statistics: {} });
    nowMs = 5_000;
    observers.event(progress(2));
    expect(read()).toEqual({
      ...{ version: 1, run: 'r1', at: '2026-11-26T00:00:00.000Z', state: 'running' },
      statistics: { 'pages.fetched': 2 },
    });
    observers.event(progress(3));
    observers.event({ event: 'run.ended', run: 'r1', ended: 'limit', counts: {} });
    await observers.done(undefined);
    expect(read()).toMatchObject({ state: 'limit', statistics: { 'pages.fetched': 3 } });
    expect(readdirSync(folder)).toEqual(['stats.json']);
  });

  test('a run that failed says so', async () => {
    const stats = join(temporaryFolder(), 'stats.json');
    const observers = await observe({ stats }, { ...clock, now: () => 0 });
    await observers.done('failed');
    expect(JSON.parse(readFileSync(stats, 'utf8'))).toMatchObject({ state: 'failed' });
  });

  test('a file that cannot be written is told before anything is crawled', async () => {
    const stats = join(temporaryFolder(), 'nowhere', 'stats.json');
    await expect(observe({ stats }, { ...clock, now: () => 0 })).rejects.toMatchObject({ code: 'ERR_STATS_UNWRITABLE' });
  });
});

test('heed crawl --metrics serves the numbers of the crawl while it runs, and stops with it; every line on stderr is JSON', async () => {
  const asked = Promise.withResolvers<void>();
  const web = await smallWeb(place => {
    if (place !== 'a.localhost/') return undefined;
    asked.resolve();
    return 'hang';
  });
  const folder = temporaryFolder();
  const child = startHeed([
    ...['crawl', web.url('a.localhost/'), '--out', join(folder, 'out'), '--contact', 'https://heed.test/bot'],
    ...['--allow-private-network', '--port', String(web.port), '--resolve', `a.localhost=127.0.0.1:${web.port}`, '--delay', '0'],
    ...['--metrics', '0', '--stats', join(folder, 'stats.json'), '--json', '--grace', '1ms'],
  ]);
  const over = ended(child);
  const url = new Promise<string>(resolve => {
    createInterface({ input: child.stderr! }).on('line', line => {
      const event = JSON.parse(line) as { event: string; url: string };
      if (event.event === 'metrics.listening') resolve(event.url);
    });
  });
  await asked.promise;
  const at = await url;
  // The page hangs until the numbers, which are taken twice a second, have it.
  const wanted = [
    '\nheed_requests_in_flight 1\n',
    '\nheed_frontier_in_flight 1\n',
    'heed_requests_by_status_total{status="4xx"} 5\n',
  ];
  let text = '';
  while (!wanted.every(line => text.includes(line))) text = await (await fetch(at)).text();
  expect(text).not.toContain('localhost');
  child.kill('SIGTERM');
  const { stderr } = await over;
  for (const line of stderr.trim().split('\n')) expect(JSON.parse(line)).toMatchObject({ event: expect.any(String) });
  await expect(fetch(at)).rejects.toThrow();
});

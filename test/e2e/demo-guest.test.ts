import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type RequestSeen, type ServedSites, serveSites } from '../../src/cli/demo/serve-sites.ts';
import { version } from '../../src/settings/index.ts';
import type { ProvenanceRecord } from '../../src/store/index.ts';
import { expectedOutcomes, folderOfFile, hookMs, recordsOf, sitesFolder } from './demo-dataset.ts';
import { heed } from './run-heed.ts';

const declarationPaths = new Set([
  '/robots.txt',
  '/.well-known/tdmrep.json',
  '/ai.txt',
  '/trust.txt',
  '/.well-known/trust.txt',
  '/license.xml',
]);

let web: ServedSites;
let log: readonly RequestSeen[];
let records: readonly ProvenanceRecord[];
const folder = folderOfFile();

beforeAll(async () => {
  web = await serveSites(sitesFolder);
  const out = join(folder, 'dataset');
  const seeds = join(folder, 'seeds.txt');
  writeFileSync(seeds, `${web.seeds.join('\n')}\n`);
  const { code, stderr } = await heed([
    ...['crawl', '--out', out, '--seeds', seeds],
    ...['--resolve', `*.test=127.0.0.1:${web.port}`, '--allow-private-network', '--content-threads', '0'],
    ...[
      '--delay',
      '0',
      '--backoff',
      '200ms',
      '--defer-limit',
      '1500ms',
      '--operator',
      'test',
      '--contact',
      'https://heed.test/bot',
    ],
  ]);
  expect(code, stderr).toBe(0);
  log = web.requestLog;
  records = await recordsOf(out);
}, hookMs);
afterAll(() => web.close());

const urlOf = ({ host, path }: RequestSeen): string => `http://${host}${path}`;
const pathsAsked = (host: string): readonly string[] => log.filter(request => request.host === host).map(({ path }) => path);

describe('what a site sees of a crawl', () => {
  test('it is asked for exactly the pages that the rows say were asked, and for no other', () => {
    const asked = new Set(log.filter(({ path }) => !declarationPaths.has(path)).map(urlOf));
    const written = records.filter(({ page_proof }) => page_proof !== undefined).map(({ final_url }) => final_url);
    expect([...asked].sort()).toEqual(written.sort());
  });

  test('a URL that was refused, or that nobody could tell was allowed, is never requested', () => {
    const asked = new Set(log.map(urlOf));
    const shut = records.filter(
      ({ reason, verdicts }) => reason.startsWith('refused.') || verdicts.acquisition?.disposition !== 'keep',
    );
    expect(shut.length).toBeGreaterThan(10);
    expect(shut.filter(({ url }) => asked.has(url))).toEqual([]);
  });

  test('the rows are those of the demonstration', () => {
    const outcomes = records.map(({ url, disposition, reason }) => [url, { disposition, reason }]);
    expect(Object.fromEntries(outcomes)).toEqual(expectedOutcomes);
  });

  test('robots.txt is the first request to each host', () => {
    const first = new Map<string, string>();
    for (const { host, path } of log) if (!first.has(host)) first.set(host, path);
    expect(new Set(first.values())).toEqual(new Set(['/robots.txt']));
    expect(first.size).toBe(web.seeds.length);
  });

  test.each(['everyone-refused.test', 'heed-refused.test', 'robots-forbidden.test'])(
    '%s, which refuses us wholly, is asked for its robots.txt and for nothing else',
    host => {
      expect(pathsAsked(host)).toEqual(['/robots.txt']);
    },
  );

  test('a site whose robots.txt does not answer is asked for it again, and for nothing else', () => {
    expect(new Set(pathsAsked('robots-down.test'))).toEqual(new Set(['/robots.txt']));
  });

  test('a page of a site that refuses AI crawlers is not requested either: it could not be used', () => {
    expect(pathsAsked('agents-refused.test')).not.toContain('/');
  });

  test('every request carries the same honest name, and no field but five: no cookie, no referer', () => {
    expect(new Set(log.flatMap(({ headers }) => headers['user-agent'] ?? ['none']))).toEqual(
      new Set([`heed/${version} (+https://heed.test/bot)`]),
    );
    const names = log.map(({ headers }) => Object.keys(headers).sort().join(' '));
    expect(new Set(names)).toEqual(new Set(['accept accept-encoding connection host user-agent']));
  });

  test('a cookie that was set is not sent back', () => {
    const afterTheCookie = log.slice(log.findIndex(request => urlOf(request) === 'http://nothing-said.test/') + 1);
    const sameHost = afterTheCookie.filter(({ host }) => host === 'nothing-said.test');
    expect(sameHost.length).toBeGreaterThan(0);
    expect(sameHost.filter(({ headers }) => 'cookie' in headers)).toEqual([]);
  });

  test('everything is asked with GET', () => {
    expect(new Set(log.map(({ method }) => method))).toEqual(new Set(['GET']));
  });

  test('no page is asked for twice, except one that said that it was overrun', () => {
    const times = new Map<string, number>();
    for (const request of log) times.set(urlOf(request), (times.get(urlOf(request)) ?? 0) + 1);
    const again = [...times].filter(([, count]) => count > 1).map(([url]) => url);
    expect(again.sort()).toEqual(['http://robots-down.test/robots.txt', 'http://status.test/429.html']);
  });
});

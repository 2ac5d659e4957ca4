import { describe, expect, test } from 'vitest';
import { type CrawlSummary, crawl } from '../../src/crawl/index.ts';
import { loadAgents, loadPolicy, readSettings } from '../../src/settings/index.ts';
import { newestManifest, type ProvenanceRecord, readDocuments, readProvenance, readTombstones } from '../../src/store/index.ts';
import { verify } from '../../src/upkeep/index.ts';
import { newFolder, onLoopback } from '../faults/small-web.ts';
import { article, type ChangingWeb, changingWeb, plainText } from './changing-web.ts';

const dayMs = 24 * 3_600_000;
const began = Date.UTC(2026, 10, 1, 12);
let runs = 0;

/** One crawl of the web, so many days after the first. */
function crawlOn(
  day: number,
  web: ChangingWeb,
  out: string,
  seeds: readonly string[] = [],
  flags: object = {},
): Promise<CrawlSummary> {
  const { config } = readSettings({
    flags: {
      ...{ contact: 'https://heed.test/bot', 'allow-private-network': true, port: [web.port], delay: 0 },
      ...{ 'defer-limit': '600ms', 'request-timeout': '2s', 'content-threads': 0 },
      ...flags,
    },
    environment: {},
  });
  const started = performance.now();
  return crawl({
    ...{ config, out, seeds: seeds.map(web.url), policy: loadPolicy(config.policy), agents: loadAgents() },
    identity: { product: 'heed', version: '0.0.0', contact: 'https://heed.test/bot' },
    software: { name: 'heed', version: '0.0.0' },
    random: `phase${runs++}`,
    wallClock: () => Math.round(began + day * dayMs + performance.now() - started),
    stop: new AbortController().signal,
    lookup: onLoopback,
    nameServerAnswers: async () => false,
  });
}

const placeOf = (url: string): string => url.replace(/^http:\/\/([^:/]+):\d+/, '$1');

async function rowsOf(out: string, run: string): Promise<Record<string, ProvenanceRecord>> {
  const rows: Record<string, ProvenanceRecord> = {};
  for await (const { record } of readProvenance(out, { run })) {
    expect(rows[placeOf(record.url)], `${record.url} has one row`).toBeUndefined();
    rows[placeOf(record.url)] = record;
  }
  return rows;
}

const reasonsOf = async (out: string, run: string): Promise<Record<string, string>> =>
  Object.fromEntries(Object.entries(await rowsOf(out, run)).map(([place, { reason }]) => [place, reason]));

async function documentsOf(out: string): Promise<Record<string, string>> {
  const documents: Record<string, string> = {};
  for await (const { record } of readDocuments(out)) documents[placeOf(record.url)] = record.text.split(' has ')[0] ?? '';
  return documents;
}

async function tombstonesOf(out: string, run: string): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for await (const { record } of readTombstones(out, { run })) found[placeOf(record.url)] = record.reason;
  return found;
}

describe('the content clock', () => {
  test('a recrawl asks what is due, downloads nothing again that has not changed, and withdraws what is gone or refused', async () => {
    const web = await changingWeb();
    const { pages } = web;
    const out = newFolder();
    const names = [
      'same',
      'undated',
      'changed',
      'bytes',
      'gone',
      'barred',
      'header',
      'meta',
      'moved',
      'empty',
      'image',
      'late',
      'refuses304',
    ];
    pages.set('a.test/', article('home', ...names.map(name => `/${name}`)));
    for (const name of names) pages.set(`a.test/${name}`, article(name));
    pages.set('a.test/undated', { ...article('undated'), etag: null });
    pages.set('a.test/late', { ...article('late'), etag: null, lastModified: 'Sun, 01 Nov 2026 08:00:00 GMT' });
    pages.set('b.test/', article('other home'));
    pages.set('c.test/', article('third home'));
    pages.set('d.test/', article('fourth home', '/private', '/public'));
    pages.set('d.test/private', article('private'));
    pages.set('d.test/public', article('public'));
    const first = await crawlOn(0, web, out, ['a.test/', 'b.test/', 'c.test/', 'd.test/']);
    expect(first.counts.byReason).toEqual({ kept: names.length + 6 });
    web.asked();

    const soon = await crawlOn(2, web, out);
    expect(soon.counts.urls).toBe(0);
    expect(web.asked()).toEqual([]);

    pages.set('a.test/changed', article('changed again', '/new'));
    pages.set('a.test/new', article('new'));
    pages.set('a.test/bytes', { ...article('bytes'), body: `${article('bytes').body}<!-- made at noon -->` });
    pages.delete('a.test/gone');
    pages.set('a.test/barred', { status: 403, body: 'no' });
    pages.set('a.test/header', { ...article('header'), fields: { 'x-robots-tag': 'noai' } });
    pages.set('a.test/meta', { ...article('meta'), body: `<meta name="robots" content="noai">${article('meta').body}` });
    pages.set('a.test/moved', { status: 301, fields: { location: '/new' } });
    pages.set('a.test/empty', { body: '<title>nothing</title>' });
    pages.set('a.test/image', { type: 'image/png', body: 'png' });
    pages.set('a.test/refuses304', { ...article('refuses304'), notModified: { 'tdm-reservation': '1' } });
    pages.set('b.test/.well-known/tdmrep.json', { type: 'application/json', body: '[{"location":"/*","tdm-reservation":1}]' });
    web.down.add('c.test');
    pages.set('d.test/robots.txt', plainText('User-agent: *\nDisallow: /private\n'));
    const second = await crawlOn(10, web, out);
    const run = second.run;
    expect(await reasonsOf(out, run)).toEqual({
      'a.test/': 'unchanged',
      'a.test/same': 'unchanged',
      'a.test/undated': 'unchanged',
      'a.test/late': 'unchanged',
      'a.test/bytes': 'unchanged',
      'a.test/changed': 'kept',
      'a.test/new': 'kept',
      'a.test/gone': 'withdrawn.gone',
      'a.test/barred': 'withdrawn.barrier',
      'a.test/header': 'withdrawn.field.x-robots-tag',
      'a.test/meta': 'withdrawn.markup.robots',
      'a.test/refuses304': 'withdrawn.field.tdm-reservation',
      'a.test/moved': 'redirected',
      'a.test/empty': 'empty',
      'a.test/image': 'failed.media-type',
      'b.test/': 'withdrawn.wellknown.tdmrep',
      'c.test/': expect.stringMatching(/^deferred\.robots\./),
      'd.test/': 'unchanged',
      'd.test/public': 'unchanged',
      'd.test/private': 'withdrawn.robots.rule',
    });
    expect(await documentsOf(out)).toEqual({
      'a.test/': 'The home',
      'a.test/same': 'The same',
      'a.test/undated': 'The undated',
      'a.test/late': 'The late',
      'a.test/bytes': 'The bytes',
      'a.test/changed': 'The changed again',
      'a.test/new': 'The new',
      'c.test/': 'The third home',
      'd.test/': 'The fourth home',
      'd.test/public': 'The public',
    });
    expect(await tombstonesOf(out, run)).toEqual({
      'a.test/changed': 'superseded',
      'a.test/gone': 'withdrawn.gone',
      'a.test/barred': 'withdrawn.barrier',
      'a.test/header': 'withdrawn.field.x-robots-tag',
      'a.test/meta': 'withdrawn.markup.robots',
      'a.test/refuses304': 'withdrawn.field.tdm-reservation',
      'a.test/moved': 'withdrawn.gone',
      'a.test/empty': 'superseded',
      'a.test/image': 'superseded',
      'b.test/': 'withdrawn.wellknown.tdmrep',
      'd.test/private': 'withdrawn.robots.rule',
    });
    // Not an octet of what was there already is sent again, and what is refused by its origin is not asked.
    const asked = Object.fromEntries(web.asked().map(request => [request.place, request]));
    for (const place of ['a.test/', 'a.test/same', 'a.test/late', 'd.test/', 'd.test/public'])
      expect(asked[place]).toMatchObject({ conditional: true, status: 304, bytes: 0 });
    expect(asked['a.test/undated']).toMatchObject({ conditional: false, status: 200 });
    // A page may lift what tdmrep.json reserves, so it is asked; its 304 did not.
    expect(asked['b.test/']).toMatchObject({ status: 304 });
    expect(asked['d.test/private']).toBeUndefined();
    const { manifest } = await newestManifest(out);
    expect(manifest).toMatchObject({ run, kind: 'recrawl' });
    expect(await verify(out)).toMatchObject({ failures: [] });
  });
});

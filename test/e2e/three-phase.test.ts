import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { newestManifest } from '../../src/store/index.ts';
import { verify } from '../../src/upkeep/index.ts';
import { newFolder } from '../faults/small-web.ts';
import { article, type ChangingWeb, changingWeb, plainText } from './changing-web.ts';
import { compactOn, crawlOn, documentsOf, reasonsOf, recheckOn, rowsOf, tombstonesOf, whyWithdrawn } from './days.ts';

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
      'liar',
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
    const first = await crawlOn(0, { web, out }, ['a.test/', 'b.test/', 'c.test/', 'd.test/']);
    expect(first.counts.byReason).toEqual({ kept: names.length + 6 });
    web.asked();

    const soon = await crawlOn(2, { web, out });
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
    // Its 304 speaks of another version than the one that was asked for.
    pages.set('a.test/liar', { ...article('liar'), notModified: { etag: '"another"' } });
    pages.set('b.test/.well-known/tdmrep.json', { type: 'application/json', body: '[{"location":"/*","tdm-reservation":1}]' });
    web.down.add('c.test');
    pages.set('d.test/robots.txt', plainText('User-agent: *\nDisallow: /private\n'));
    const second = await crawlOn(10, { web, out });
    const run = second.run;
    expect(await reasonsOf(out, run)).toEqual({
      'a.test/': 'unchanged',
      'a.test/same': 'unchanged',
      'a.test/undated': 'unchanged',
      'a.test/late': 'unchanged',
      'a.test/liar': 'unchanged',
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
      'a.test/liar': 'The liar',
      'a.test/bytes': 'The bytes',
      'a.test/changed': 'The changed again',
      'a.test/new': 'The new',
      'c.test/': 'The third home',
      'd.test/': 'The fourth home',
      'd.test/public': 'The public',
    });
    expect(await whyWithdrawn(out, run)).toEqual({
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
    const requests = web.asked();
    const asked = Object.fromEntries(requests.map(request => [request.place, request]));
    expect(requests.filter(({ place }) => place === 'a.test/liar').map(({ status }) => status)).toEqual([304, 200]);
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

/** How the text of a page begins that `crawled` made. */
const storyOf = (place: string): string => `The ${place.replace('/sub/page', ' page').replace(/\/$/, ' home')} has a story`;

/** Every file of a dataset but its working state, decompressed. */
function everything(out: string): string {
  const files = readdirSync(out, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile());
  return files
    .map(({ parentPath, name }) => join(parentPath, name))
    .filter(path => !path.startsWith(join(out, 'state')))
    .map(path => (path.endsWith('.gz') ? gunzipSync(readFileSync(path)) : readFileSync(path)).toString('latin1'))
    .join('\n');
}

/** Sites with two pages each, crawled on day 0. */
async function crawled(hosts: readonly string[], out: string): Promise<ChangingWeb> {
  const web = await changingWeb();
  for (const host of hosts) {
    web.pages.set(`${host}/`, article(`${host} home`, '/sub/page'));
    web.pages.set(`${host}/sub/page`, article(`${host} page`));
    web.pages.set(`${host}/robots.txt`, plainText('User-agent: *\nDisallow: /never\n'));
  }
  const { counts } = await crawlOn(
    0,
    { web, out },
    hosts.map(host => `${host}/`),
  );
  expect(counts.byReason).toEqual({ kept: 2 * hosts.length });
  web.asked();
  return web;
}

describe('the consent clock', () => {
  test('a recheck asks for each declaration once, conditionally, and withdraws by path what is refused now', async () => {
    const out = newFolder();
    const web = await crawled(['same.test', 'whole.test', 'path.test', 'tdm.test', 'ai.test'], out);
    const calm = await recheckOn(1, { web, out });
    expect(calm).toMatchObject({
      ended: 'finished',
      origins: { checked: 5, unreachable: 0 },
      documents: { judged: 0, withdrawn: 0 },
    });
    const asked = web.asked();
    // robots.txt is confirmed; what was not there is asked for again, as it has no version.
    expect(asked.filter(({ place }) => place.endsWith('/robots.txt')).map(({ status, bytes }) => [status, bytes])).toEqual(
      Array.from({ length: 5 }, () => [304, 0]),
    );
    expect(asked).toHaveLength(25);
    expect(new Set(asked.map(({ place }) => place)).size).toBe(25);
    expect(calm.counts.urls).toBe(0);

    web.pages.set('whole.test/robots.txt', plainText('User-agent: *\nDisallow: /\n'));
    web.pages.set('path.test/robots.txt', plainText('User-agent: *\nDisallow: /sub/\n'));
    web.pages.set('tdm.test/.well-known/tdmrep.json', {
      type: 'application/json',
      body: '[{"location":"/sub/*","tdm-reservation":1}]',
    });
    web.pages.set('ai.test/robots.txt', plainText('User-agent: GPTBot\nDisallow: /\n'));
    const strict = await recheckOn(2, { web, out });
    expect(strict.documents).toEqual({ judged: 8, withdrawn: 6 });
    expect(await reasonsOf(out, strict.run)).toEqual({
      'whole.test/': 'withdrawn.robots.rule',
      'whole.test/sub/page': 'withdrawn.robots.rule',
      'path.test/sub/page': 'withdrawn.robots.rule',
      'tdm.test/sub/page': 'withdrawn.wellknown.tdmrep',
      'ai.test/': 'withdrawn.robots.named-agent',
      'ai.test/sub/page': 'withdrawn.robots.named-agent',
    });
    const left = ['path.test/', 'same.test/', 'same.test/sub/page', 'tdm.test/'];
    expect(Object.keys(await documentsOf(out)).sort()).toEqual(left);
    const { manifest } = await newestManifest(out);
    expect(manifest).toMatchObject({ run: strict.run, kind: 'recheck' });
    const tombstone = (await tombstonesOf(out, strict.run))['path.test/sub/page'];
    expect(tombstone?.evidence[0]).toMatchObject({ signal: 'robots.rule', quote: 'Disallow: /sub/' });
    expect(tombstone?.sighted_at).toBe(tombstone?.evidence[0]?.source.retrievedAt);
    expect(await verify(out)).toMatchObject({ failures: [] });

    // After compaction not one octet of what was withdrawn is left, in whatever file.
    const before = everything(out);
    for (const place of Object.keys(await whyWithdrawn(out, strict.run))) expect(before).toContain(storyOf(place));
    await compactOn(2.1, out);
    const after = everything(out);
    for (const place of Object.keys(await whyWithdrawn(out, strict.run))) expect(after).not.toContain(storyOf(place));
    for (const place of left) expect(after).toContain(storyOf(place));
    expect(await verify(out)).toMatchObject({ failures: [] });

    // A new permission revives nothing; the next crawl may fetch it anew.
    web.pages.set('whole.test/robots.txt', plainText('User-agent: *\nDisallow:\n'));
    const allowed = await recheckOn(3, { web, out });
    expect(allowed).toMatchObject({ documents: { withdrawn: 0 } });
    expect(Object.keys(await documentsOf(out)).sort()).toEqual(left);
    const again = await crawlOn(9, { web, out });
    expect((await rowsOf(out, again.run))['whole.test/']?.reason).toBe('kept');
    expect(Object.keys(await documentsOf(out))).toContain('whole.test/');
    expect(await verify(out)).toMatchObject({ failures: [] });
  });
});

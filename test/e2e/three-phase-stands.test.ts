import { describe, expect, test } from 'vitest';
import { digestOf, loadPolicy, readOperatorRecords } from '../../src/settings/index.ts';
import { explainUrl, verify } from '../../src/upkeep/index.ts';
import { newFolder, rowsOf } from '../faults/small-web.ts';
import { article, type ChangingWeb, changingWeb } from './changing-web.ts';
import { crawlOn, documentsOf, reasonsOf, recheckOn, whyWithdrawn } from './days.ts';

async function crawledWeb(hosts: readonly string[], out: string, flags: Record<string, unknown> = {}): Promise<ChangingWeb> {
  const web = await changingWeb();
  for (const host of hosts) {
    web.pages.set(`${host}/`, article(`${host} home`, '/page'));
    web.pages.set(`${host}/page`, article(`${host} page`));
  }
  const seeds = hosts.map(host => `${host}/`);
  expect((await crawlOn(0, { web, out, flags }, seeds)).counts.byReason).toEqual({ kept: 2 * hosts.length });
  web.asked();
  return web;
}

describe.concurrent('a site that cannot be reached', () => {
  test('stands for a week of rechecks, falls after it, and one that comes back in time stands as before', async () => {
    const out = newFolder();
    const web = await crawledWeb(['gone.test', 'back.test', 'there.test'], out);
    web.down.add('gone.test').add('back.test');
    const silent = await recheckOn(1, { web, out });
    expect(silent).toMatchObject({ origins: { checked: 3, unreachable: 2 }, documents: { judged: 4, withdrawn: 0 } });
    // The same silence is not judged again and again.
    expect(await recheckOn(5, { web, out })).toMatchObject({ documents: { judged: 0, withdrawn: 0 } });
    web.down.delete('back.test');
    expect(await recheckOn(6, { web, out })).toMatchObject({
      origins: { unreachable: 1 },
      documents: { judged: 0, withdrawn: 0 },
    });
    web.down.add('back.test');
    const late = await recheckOn(9, { web, out });
    expect(late).toMatchObject({ documents: { withdrawn: 2 } });
    expect(await whyWithdrawn(out, late.run)).toEqual({
      'gone.test/': 'withdrawn.unreachable',
      'gone.test/page': 'withdrawn.unreachable',
    });
    expect(Object.keys(await documentsOf(out)).sort()).toEqual([
      'back.test/',
      'back.test/page',
      'there.test/',
      'there.test/page',
    ]);
    expect(await verify(out)).toMatchObject({ failures: [] });
    const { record, history } = (await explainUrl(out, web.url('gone.test/'))) ?? {};
    expect(record?.reason).toBe('withdrawn.unreachable');
    expect(history?.map(({ reason }) => reason)).toEqual(['kept']);
  });

  test.each([
    ['strict', 2, 2],
    ['apertus', 60, 0],
  ])('under %s, after %d days, loses %d documents', async (policy, days, lost) => {
    const out = newFolder();
    const web = await crawledWeb(['down.test'], out, { policy });
    web.down.add('down.test');
    // Without a policy named, the one of the crawl counts.
    expect(await recheckOn(0.7, { web, out })).toMatchObject({ documents: { withdrawn: 0 } });
    expect(await recheckOn(days, { web, out })).toMatchObject({ documents: { withdrawn: lost } });
  });

  test('stands in recrawls too, from the first visit in vain on; a page that heed cannot read any more likewise', async () => {
    const out = newFolder();
    const web = await crawledWeb(['a.test'], out);
    web.pages.set('a.test/page', { status: 503 });
    const first = await crawlOn(20, { web, out });
    expect(await reasonsOf(out, first.run)).toEqual({ 'a.test/': 'unchanged', 'a.test/page': 'deferred.page.status' });
    const second = await crawlOn(24, { web, out });
    expect(await reasonsOf(out, second.run)).toEqual({ 'a.test/page': 'deferred.page.status' });
    expect(await verify(out)).toMatchObject({ failures: [] });
    web.pages.set('a.test/page', { ...article('a.test page'), etag: null, fields: { 'content-encoding': 'unheard-of' } });
    const third = await crawlOn(26, { web, out });
    expect(await reasonsOf(out, third.run)).toEqual({ 'a.test/page': 'deferred.page.encoding' });
    const fourth = await crawlOn(28, { web, out });
    expect(await reasonsOf(out, fourth.run)).toMatchObject({ 'a.test/page': 'withdrawn.unreachable' });
    expect(Object.keys(await documentsOf(out))).toEqual(['a.test/']);
    expect(await verify(out)).toMatchObject({ failures: [] });
  });

  test('is not told from a network of our own that is down: then the recheck ends, and withdraws nothing', async () => {
    const out = newFolder();
    const web = await crawledWeb(['a.test', 'b.test'], out);
    const down = Object.assign(new Error('down'), { code: 'EAI_AGAIN' });
    const away = { lookup: () => Promise.reject(down), nameServerAnswers: async () => false };
    await expect(recheckOn(1, { web, out }, away)).rejects.toMatchObject({ exitCode: 8 });
    await expect(recheckOn(30, { web, out }, away)).rejects.toMatchObject({ exitCode: 8 });
    expect(Object.keys(await documentsOf(out))).toHaveLength(4);
    expect(await recheckOn(31, { web, out })).toMatchObject({ resumed: true, documents: { withdrawn: 0 } });
  });
});

describe.concurrent('pages asked in a recheck', () => {
  test('lose their document to what they refuse, and bring no new text', async () => {
    const out = newFolder();
    const web = await crawledWeb(['field.test', 'meta.test', 'confirmed.test', 'changed.test', 'gone.test', 'same.test'], out);
    web.pages.set('field.test/page', { ...article('field.test page'), fields: { 'content-usage': 'train-ai=n' } });
    const refusing = `<meta name="tdm-reservation" content="1">${article('meta.test page').body}`;
    web.pages.set('meta.test/page', { body: refusing });
    web.pages.set('confirmed.test/page', { ...article('confirmed.test page'), notModified: { 'x-robots-tag': 'noai' } });
    web.pages.set('changed.test/page', article('changed.test other'));
    web.pages.delete('gone.test/page');
    const { run, pages, documents } = await recheckOn(1, { web, out }, { pages: 'all' });
    expect(pages).toEqual({ asked: 12, confirmed: 9 });
    expect(documents.withdrawn).toBe(4);
    expect(await reasonsOf(out, run)).toMatchObject({
      'field.test/page': 'withdrawn.field.content-usage',
      'meta.test/page': 'withdrawn.markup.tdm-reservation',
      'confirmed.test/page': 'withdrawn.field.x-robots-tag',
      'changed.test/page': 'deferred.page.not-attempted',
      'gone.test/page': 'withdrawn.gone',
      'same.test/page': 'unchanged',
    });
    expect((await documentsOf(out))['changed.test/page']).toBe('The changed.test page');
    expect(await verify(out)).toMatchObject({ failures: [] });
    // What changed is due at once, and nothing else is.
    const next = await crawlOn(1.5, { web, out });
    expect(await reasonsOf(out, next.run)).toEqual({ 'changed.test/page': 'kept' });
    expect((await documentsOf(out))['changed.test/page']).toBe('The changed.test other');
    expect(await verify(out)).toMatchObject({ failures: [] });
  });

  test('are a sample of each origin, those first that were judged longest ago', async () => {
    const out = newFolder();
    const web = await crawledWeb(['a.test'], out);
    const places: string[] = [];
    for (const day of [1, 2]) {
      expect((await recheckOn(day, { web, out }, { pages: 1 })).pages).toEqual({ asked: 1, confirmed: 1 });
      places.push(...web.asked().flatMap(({ place }) => (/\/(page)?$/.test(place) ? [place] : [])));
    }
    expect(places.sort()).toEqual(['a.test/', 'a.test/page']);
  });
});

describe.concurrent('what else a recrawl asks', () => {
  test('a page that its sitemap calls changed before it is due, and none that it does not', async () => {
    const out = newFolder();
    const web = await changingWeb();
    const names = ['news', 'old', 'future'];
    const sitemap = (lastmods: readonly string[]): string =>
      `<urlset>${names.map((name, i) => `<url><loc>${web.url(`a.test/${name}`)}</loc><lastmod>${lastmods[i]}</lastmod></url>`).join('')}</urlset>`;
    web.pages.set('a.test/robots.txt', { type: 'text/plain', body: `Sitemap: ${web.url('a.test/map.xml')}\n` });
    for (const name of names) web.pages.set(`a.test/${name}`, article(name));
    web.pages.set('a.test/', article('home'));
    web.pages.set('a.test/map.xml', { type: 'application/xml', body: sitemap(['2026-10-01', '2026-10-01', '2026-10-01']) });
    expect((await crawlOn(0, { web, out }, ['a.test/'])).counts.byReason).toEqual({ kept: 4, sitemap: 1 });
    web.pages.set('a.test/map.xml', { type: 'application/xml', body: sitemap(['2026-11-03', '2026-10-01', '2027-01-01']) });
    web.pages.set('a.test/news', article('news of the third'));
    const { run } = await crawlOn(3, { web, out });
    expect(await reasonsOf(out, run)).toEqual({ 'a.test/map.xml': 'sitemap', 'a.test/news': 'kept' });
    const rows = await rowsOf(out);
    expect(['news', 'old', 'map.xml'].map(name => rows.get(`a.test/${name}`)?.lastmod)).toEqual([
      '2026-11-04T00:00:00.000Z',
      undefined,
      undefined,
    ]);
    expect(await verify(out)).toMatchObject({ failures: [] });
  });

  test('only so much as its limit allows; the rest keeps its rows and documents, and comes next', async () => {
    const out = newFolder();
    const web = await crawledWeb(['a.test', 'b.test'], out);
    const first = await crawlOn(10, { web, out, flags: { 'max-pages': 1 } });
    expect(first).toMatchObject({ ended: 'limit', counts: { byReason: { unchanged: 1 } } });
    expect(Object.keys(await documentsOf(out))).toHaveLength(4);
    expect(await verify(out)).toMatchObject({ failures: [] });
    expect((await crawlOn(10.5, { web, out })).counts.byReason).toEqual({ unchanged: 3 });
  });

  test('everything there is, where it is told so', async () => {
    const out = newFolder();
    const web = await crawledWeb(['a.test'], out);
    expect((await crawlOn(0.1, { web, out })).counts.urls).toBe(0);
    expect((await crawlOn(0.2, { web, out, flags: { due: 'all' } })).counts.byReason).toEqual({ unchanged: 2 });
  });
});

describe.concurrent('who judges', () => {
  test('a stricter policy judges every document again, from its stored page', async () => {
    const out = newFolder();
    const web = await changingWeb();
    web.pages.set('a.test/', { ...article('home', '/page'), fields: { 'x-robots-tag': 'noindex' } });
    web.pages.set('a.test/page', article('page'));
    await crawlOn(0, { web, out }, ['a.test/']);
    const { run, documents } = await recheckOn(1, { web, out }, { policy: loadPolicy('strict') });
    expect(documents).toEqual({ judged: 2, withdrawn: 1 });
    expect(await whyWithdrawn(out, run)).toEqual({ 'a.test/': 'withdrawn.field.x-robots-tag' });
    expect(await verify(out)).toMatchObject({ failures: [] });
  });

  test('what the operator denies is withdrawn without being asked', async () => {
    const out = newFolder();
    const web = await crawledWeb(['denied.test', 'other.test'], out);
    const deny = { kind: 'deny', scope: 'domain', value: 'denied.test', from: '2026-11-02T00:00:00Z', by: 'Legal' };
    const text = `${JSON.stringify(deny)}\n`;
    const source = { text, digest: digestOf(text) };
    const { run } = await recheckOn(1, { web, out }, { operator: { source, records: readOperatorRecords(source) } });
    expect(await whyWithdrawn(out, run)).toEqual({
      'denied.test/': 'withdrawn.operator.denylist',
      'denied.test/page': 'withdrawn.operator.denylist',
    });
    expect(web.asked().some(({ place }) => place.startsWith('denied.test'))).toBe(false);
    expect(await verify(out)).toMatchObject({ failures: [] });
  });
});

import { cpSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { newestManifest, readManifests } from '../../src/store/index.ts';
import { explainUrl, verify } from '../../src/upkeep/index.ts';
import { newFolder } from '../faults/small-web.ts';
import { article, type ChangingWeb, changingWeb, plainText } from './changing-web.ts';
import { compactOn, crawlOn, documentsOf, interruptedOn, reasonsOf, recheckOn, tombstonesOf, whyWithdrawn } from './days.ts';

const refusing = (path: string) => plainText(`User-agent: *\nDisallow: ${path}\n`);

async function webOf(hosts: readonly string[], pages: number): Promise<ChangingWeb> {
  const web = await changingWeb();
  const paths = Array.from({ length: pages }, (_, index) => `/${index + 1}`);
  for (const host of hosts) {
    web.pages.set(`${host}/robots.txt`, refusing('/never'));
    web.pages.set(`${host}/`, article(`${host} home`, ...paths));
    for (const path of paths) web.pages.set(`${host}${path}`, article(`${host} ${path}`));
  }
  return web;
}

/** What somebody has who was given the files of the newest manifest. */
async function published(out: string): Promise<string> {
  const copy = newFolder();
  for (const { manifest, path } of await readManifests(out)) {
    mkdirSync(dirname(join(copy, path)), { recursive: true });
    cpSync(join(out, path), join(copy, path));
    if (path !== (await newestManifest(out)).path) continue;
    for (const resource of manifest.resources) cpSync(join(out, resource.path), join(copy, resource.path));
  }
  return copy;
}

describe.concurrent('a recheck while a crawl waits to go on', () => {
  test('withdraws what that has kept so far, leans on nothing that is not published, and the crawl goes on with what it found', async () => {
    const out = newFolder();
    const hosts = ['all.test', 'part.test', 'calm.test'];
    const web = await webOf(hosts, 3);
    const flags = { 'max-depth': 1 };
    const first = await interruptedOn(
      0,
      { web, out, flags },
      6,
      hosts.map(host => `${host}/`),
    );
    web.pages.set('all.test/robots.txt', refusing('/'));
    web.pages.set('part.test/robots.txt', refusing('/1'));
    web.pages.set('calm.test/1', { ...article('calm.test /1'), fields: { 'x-robots-tag': 'noai' } });
    web.asked();

    const found = await recheckOn(0.1, { web, out, flags }, { pages: 'all', olderThanMs: 0 });
    expect(found).toMatchObject({ resumed: false, ended: 'finished', beside: first.run, origins: { checked: 3 } });
    const gone = await whyWithdrawn(out, found.run);
    expect(gone['all.test/']).toBe('withdrawn.robots.rule');
    expect(Object.values(await tombstonesOf(out, found.run)).every(({ shard }) => shard.includes(first.run))).toBe(true);
    // A file that lies in what the crawl has written is asked for whole.
    const robots = web.asked().filter(({ place }) => place.endsWith('/robots.txt'));
    expect(robots.map(({ conditional }) => conditional)).toEqual([false, false, false]);
    expect(await verify(out)).toMatchObject({ failures: [] });
    const copy = await verify(await published(out));
    expect(copy).toMatchObject({ failures: [], checked: { documents: 0, provenance: found.counts.urls } });
    expect(copy.checked.rejudged).toBeGreaterThan(0);

    const last = await crawlOn(0.2, { web, out, flags });
    expect(last).toMatchObject({ run: first.run, resumed: true, ended: 'finished' });
    expect(web.asked().filter(({ place }) => place.endsWith('/robots.txt'))).toEqual([]);
    const kept = ['calm.test/', 'calm.test/2', 'calm.test/3', 'part.test/', 'part.test/2', 'part.test/3'];
    expect(Object.keys(await documentsOf(out)).sort()).toEqual(kept);
    const chain = (await readManifests(out)).map(({ manifest }) => [manifest.kind, manifest.previous?.run]);
    expect(Object.fromEntries(chain)).toEqual({ recheck: undefined, crawl: found.run });
    await compactOn(0.3, out);
    expect(await verify(out)).toMatchObject({ failures: [], checked: { documents: 6, withdrawn: 0 } });
  });

  test('finds out what the declarations mean for pages that a long crawl had kept before it asked for them again', async () => {
    const out = newFolder();
    const web = await webOf(['a.test'], 3);
    await interruptedOn(0, { web, out }, 2, ['a.test/']);
    web.pages.set('a.test/robots.txt', refusing('/1'));
    // Two days later its declarations are not used any more, and what it asks is judged by the new ones.
    const last = await crawlOn(2, { web, out });
    expect(last).toMatchObject({ resumed: true, ended: 'finished', outdated: 1 });
    expect(Object.keys(await documentsOf(out))).toContain('a.test/1');
    web.asked();
    const found = await recheckOn(2.1, { web, out });
    expect(await whyWithdrawn(out, found.run)).toEqual({ 'a.test/1': 'withdrawn.robots.rule' });
    expect(web.asked()).toEqual([]);
    expect(await crawlOn(2.2, { web, out })).toMatchObject({ outdated: 0 });
  });

  test('is finished before the crawl goes on, and a page that the crawl is allowed to keep again is a document again', async () => {
    const out = newFolder();
    const web = await webOf(['a.test', 'b.test'], 2);
    await crawlOn(0, { web, out }, ['a.test/', 'b.test/']);
    await interruptedOn(30, { web, out }, 1);
    web.pages.set('a.test/robots.txt', refusing('/2'));
    web.pages.set('b.test/robots.txt', refusing('/2'));
    const nothing = new AbortController();
    nothing.abort();
    const cut = await recheckOn(31, { web, out }, { stop: nothing.signal });
    expect(cut).toMatchObject({ ended: 'interrupted' });
    await expect(crawlOn(31, { web, out })).rejects.toMatchObject({
      code: 'ERR_RUN_KIND',
      next: expect.stringContaining('recheck'),
    });
    const found = await recheckOn(31, { web, out });
    expect(found).toMatchObject({ resumed: true, run: cut.run, documents: { withdrawn: 2 } });
    expect(Object.keys(await documentsOf(out)).sort()).toEqual(['a.test/', 'a.test/1', 'b.test/', 'b.test/1']);
    expect(await verify(out)).toMatchObject({ failures: [] });

    web.pages.set('a.test/robots.txt', refusing('/never'));
    const last = await crawlOn(33, { web, out });
    expect(last.resumed).toBe(true);
    expect(await reasonsOf(out, last.run)).toMatchObject({ 'a.test/2': 'kept', 'b.test/2': 'withheld.robots.rule' });
    expect(Object.keys(await documentsOf(out)).sort()).toEqual(['a.test/', 'a.test/1', 'a.test/2', 'b.test/', 'b.test/1']);
    // The crawl's run has the earlier name, and its row is the newer one.
    const { record, history } = (await explainUrl(out, web.url('a.test/2'))) ?? {};
    expect([record?.reason, history?.map(({ reason }) => reason)]).toEqual(['kept', ['kept', 'withdrawn.robots.rule']]);
    expect(await verify(out)).toMatchObject({ failures: [] });
    await compactOn(34, out);
    expect(await verify(out)).toMatchObject({ failures: [], checked: { documents: 5 } });
  });
});

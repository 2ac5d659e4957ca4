import { spawn } from 'node:child_process';
import { cpSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { newestManifest, readDocuments, readManifests, readProvenance } from '../../src/store/index.ts';
import { revoke, selectorOf, verify } from '../../src/upkeep/index.ts';
import { article, type ChangingWeb, changingWeb, plainText } from '../e2e/changing-web.ts';
import { crawlOn, recheckOn } from '../e2e/days.ts';
import { ended } from '../e2e/run-heed.ts';
import { crawlSynthetic } from './commit-crawl.ts';
import { type Fault, faulty, injecting, plan } from './inject.ts';
import { inOneFile } from './one-file.ts';
import { newFolder } from './small-web.ts';

const script = await inOneFile('commit-crawl.ts');

/** In a process of its own: it is going to be killed. */
async function crawl(out: string, pages: number, ...faults: readonly Fault[]) {
  const args = [...injecting, script, out, String(pages)];
  const child = spawn(process.execPath, args, { env: { ...process.env, ...plan(...faults) } });
  const { stdout } = await ended(child);
  return { stdout, signal: child.signalCode };
}

/** Every page once, the thirteen refused ones once, every document once, and the files as the manifest says. */
async function expectWhole(out: string, pages: number): Promise<void> {
  const urls: string[] = [];
  for await (const { record } of readProvenance(out)) urls.push(record.url);
  expect(new Set(urls).size).toBe(urls.length);
  expect(urls).toHaveLength(pages + 13);
  const ids: string[] = [];
  for await (const { record } of readDocuments(out)) ids.push(record.id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids).toHaveLength(pages - Math.ceil(pages / 3));
  const { manifest } = await newestManifest(out);
  expect(manifest.counts.urls).toBe(urls.length);
  for (const { path, bytes } of manifest.resources) expect(statSync(join(out, path)).size, path).toBe(bytes);
}

describe.concurrent('F2: killed between any two steps of a commit', () => {
  it('goes on from the old state or the new one, never from a mixture', async () => {
    const out = newFolder();
    const pages = 400;
    const points = ['append', 'sync', 'commit'] as const;
    for (const at of points)
      for (const act of ['kill', 'kill-after'])
        expect((await crawl(out, pages, { at, from: 5, act })).signal, `${act} at ${at}`).toBe('SIGKILL');
    expect((await crawl(out, pages)).stdout).toContain('done');
    await expectWhole(out, pages);
  });

  it.each([
    ['before the manifest is written', { at: 'write', from: 2, act: 'kill' }],
    ['before it is renamed into place', { at: 'rename', act: 'kill' }],
    ['after it was, before the run is marked as finished', { at: 'rename', act: 'kill-after' }],
  ] satisfies readonly [string, Fault][])('a manifest is there whole or not at all: killed %s', async (_when, fault) => {
    const out = newFolder();
    expect((await crawl(out, 60, fault)).signal).toBe('SIGKILL');
    expect((await crawl(out, 60)).stdout).toContain('done');
    const manifests = await newestManifest(out);
    // Adopted where it was in place: then the next process has nothing to go on with and begins a run of its own.
    expect(manifests.manifest.previous !== undefined).toBe(fault.act === 'kill-after');
    if (fault.act === 'kill') await expectWhole(out, 60);
  });
});

describe('F2: a run that ends as its last lines are in the feed, and has no manifest yet', () => {
  const refusing = (path: string) => plainText(`User-agent: *\nDisallow: ${path}\n`);
  const hosts = ['a.test', 'b.test'];
  /** A finished crawl, and a withdrawal from it. */
  const base = newFolder();
  let web: ChangingWeb;
  beforeAll(async () => {
    web = await changingWeb();
    for (const host of hosts) {
      web.pages.set(`${host}/`, article(`${host} home`, '/1'));
      web.pages.set(`${host}/1`, article(`${host} one`));
    }
    web.pages.set('old.test/', article('old.test home'));
    const seeds = [...hosts, 'old.test'].map(host => `${host}/`);
    await crawlOn(0, { web, out: base }, seeds);
    await revokeOn(0.5, base, 'old.test');
  });
  const begun = (): string => {
    const out = newFolder();
    cpSync(base, out, { recursive: true });
    return out;
  };
  const revokeOn = (day: number, out: string, domain = 'a.test') =>
    revoke({
      ...{ out, software: { name: 'heed', version: '0.0.0' }, random: `revoke${10 * day}`, reason: 'a test' },
      ...{ wallClock: () => Date.UTC(2026, 10, 1, 12 + 24 * day), selectors: [selectorOf('domain', domain)] },
    });
  const kindsOf = async (out: string): Promise<readonly string[]> => {
    const all = new Map((await readManifests(out)).map(({ manifest }) => [manifest.previous?.run ?? '', manifest]));
    const chain: string[] = [];
    for (let next = all.get(''); next !== undefined; next = all.get(next.run)) chain.push(next.kind);
    return chain;
  };

  it.each([
    ['they are not recorded', { at: 'commit', from: 2, to: 2, act: 'EIO' }],
    ['they are recorded', { at: 'rename', from: 1, to: 1, act: 'EIO' }],
    ['only the manifest is missing', { at: 'rename', from: 3, to: 3, act: 'EIO' }],
  ] satisfies readonly [string, Fault][])(
    'leaves what is published as it was, and is ended before a crawl begins: %s',
    async (_when, fault) => {
      const out = begun();
      await expect(faulty([fault], () => revokeOn(1, out))).rejects.toMatchObject({ exitCode: 9 });
      expect(await verify(out)).toMatchObject({ failures: [], checked: { documents: 4 } });
      await crawlOn(2, { web, out });
      expect(await kindsOf(out)).toEqual(['crawl', 'revoke', 'revoke', 'recrawl']);
      expect(await verify(out)).toMatchObject({ failures: [], checked: { documents: 2 } });
      const { manifest } = await newestManifest(out);
      expect(manifest.resources.map(({ kind }) => kind)).toEqual(
        expect.arrayContaining(['feed', 'suppression', 'withdrawn-ids']),
      );
    },
  );

  it('is no run that was killed as it began: that asks what is due all the same', async () => {
    const out = begun();
    const die = (): never => {
      throw new Error('killed');
    };
    await expect(crawlOn(30, { web, out }, [], { onEvent: die })).rejects.toThrow('killed');
    web.asked();
    expect(await crawlOn(31, { web, out })).toMatchObject({ resumed: true, counts: { byReason: { unchanged: 4 } } });
    expect(await verify(out)).toMatchObject({ failures: [] });
  });

  it('is ended before a withdrawal begins, also where it is a recheck; and a crawl that was ending is not crawled on', async () => {
    const out = begun();
    web.pages.set('b.test/robots.txt', refusing('/1'));
    const first: Fault = { at: 'rename', from: 2, to: 2, act: 'EIO' };
    await expect(faulty([first], () => recheckOn(1, { web, out }))).rejects.toMatchObject({ exitCode: 9 });
    expect(await verify(out)).toMatchObject({ failures: [], checked: { documents: 4 } });
    await revokeOn(2, out);
    expect(await kindsOf(out)).toEqual(['crawl', 'revoke', 'recheck', 'revoke']);
    expect(await verify(out)).toMatchObject({ failures: [], checked: { documents: 1 } });
    web.pages.delete('b.test/');
    await expect(faulty([first], () => crawlOn(30, { web, out }))).rejects.toMatchObject({ exitCode: 9 });
    web.asked();
    expect(await crawlOn(31, { web, out })).toMatchObject({ resumed: true, ended: 'finished' });
    expect(web.asked()).toEqual([]);
    expect(await kindsOf(out)).toEqual(['crawl', 'revoke', 'recheck', 'revoke', 'recrawl']);
    expect(await verify(out)).toMatchObject({ failures: [], checked: { documents: 0 } });
  });
});

describe('F3, F6: the disk is full, breaks, or says less than it did', () => {
  it.each([
    ['no space for a shard (ENOSPC)', { at: 'append', from: 4, to: 4, act: 'ENOSPC' }, 'ERR_STORAGE_FULL'],
    ['a quota is used up (EDQUOT)', { at: 'append', from: 4, to: 4, act: 'EDQUOT' }, 'ERR_STORAGE_FULL'],
    ['the disk answers EIO to a write', { at: 'append', from: 4, to: 4, act: 'EIO' }, 'ERR_STORAGE'],
    ['the disk answers EIO to a sync', { at: 'sync', from: 4, to: 4, act: 'EIO' }, 'ERR_STORAGE'],
    ['the database finds no space (SQLITE_FULL)', { at: 'commit', from: 3, to: 3, act: 'SQLITE_FULL' }, 'ERR_STORAGE_FULL'],
    ['the database is held by somebody (SQLITE_BUSY)', { at: 'commit', from: 3, to: 3, act: 'SQLITE_BUSY' }, 'ERR_STATE_BUSY'],
    ['the database is damaged (SQLITE_CORRUPT)', { at: 'commit', from: 3, to: 3, act: 'SQLITE_CORRUPT' }, 'ERR_STATE_CORRUPT'],
    ['no space for the manifest beside its place', { at: 'write', from: 2, to: 2, act: 'ENOSPC' }, 'ERR_STORAGE_FULL'],
    ['the manifest cannot be renamed', { at: 'rename', act: 'EIO' }, 'ERR_STORAGE'],
  ] satisfies readonly [string, Fault, string][])(
    '%s: it stops with its code, and nothing is lost',
    async (_what, fault, code) => {
      const out = newFolder();
      const failure = await faulty([fault], () => crawlSynthetic(out, 200)).catch(error => error);
      expect(failure).toMatchObject({ code, exitCode: code.startsWith('ERR_STATE') ? 10 : 9 });
      if (code === 'ERR_STORAGE_FULL' && fault.at !== 'write') expect(failure.message).toMatch(/needs [\d.]+ MiB to go on/);
      await crawlSynthetic(out, 200);
      await expectWhole(out, 200);
    },
  );

  it('a short write is no error: the rest is written in the next turn', async () => {
    const out = newFolder();
    await faulty([{ at: 'append', act: 'short', to: 40 }], () => crawlSynthetic(out, 200));
    await expectWhole(out, 200);
  });
});

import { spawn } from 'node:child_process';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { newestManifest, readDocuments, readProvenance } from '../../src/store/index.ts';
import { ended } from '../e2e/run-heed.ts';
import { crawlSynthetic } from './commit-crawl.ts';
import { type Fault, faulty, injecting, plan } from './inject.ts';
import { newFolder } from './small-web.ts';

const script = fileURLToPath(new URL('commit-crawl.ts', import.meta.url));

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

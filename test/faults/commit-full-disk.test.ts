import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { newestManifest, openDataset, readDocuments, readProvenance } from '../../src/store/index.ts';

const script = fileURLToPath(new URL('commit-crawl.ts', import.meta.url));

describe('a disk that fills up', () => {
  // A file size limit of the process (EFBIG) stands for the full disk: the same path as ENOSPC, without a file system of its own.
  it('stops the crawl with a storage error, stores no half line, and lets it be resumed', async () => {
    const out = mkdtempSync(join(tmpdir(), 'heed-full-'));
    onTestFinished(() => rmSync(out, { recursive: true, force: true }));
    // 500 blocks of 1024 bytes: the write-ahead log or a shard reaches it after some commits.
    const limited = spawnSync('bash', ['-c', `ulimit -f 500; exec "$0" "$@"`, process.execPath, script, out, '1500'], {
      encoding: 'utf8',
    });
    expect(limited.status).not.toBe(0);
    expect(limited.stdout).toContain('ready');
    expect(limited.stderr).toMatch(/code: 'ERR_STORAGE'/);
    expect(limited.stderr).toMatch(/exitCode: 9/);

    const dataset = openDataset(out, { now: Date.now });
    await dataset.resumeRun();
    const { urls } = dataset.counts();
    await dataset.close();
    let records = 0;
    for await (const { record } of readProvenance(out, { unfinished: true })) if (record.id !== '') records++;
    expect(records).toBe(urls);
    expect(urls).toBeGreaterThan(0);

    const resumed = spawnSync(process.execPath, [script, out, '1500'], { encoding: 'utf8' });
    expect(resumed.stdout).toContain('done');
    const { manifest } = await newestManifest(out);
    expect(manifest.counts.urls).toBe(1513);
    const ids = new Set<string>();
    for await (const { record } of readDocuments(out)) ids.add(record.id);
    expect(ids.size).toBe(1000);
    for (const { path, bytes } of manifest.resources) expect(statSync(join(out, path)).size).toBe(bytes);
  }, 60_000);
});

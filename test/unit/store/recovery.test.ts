import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { newestManifest, openDataset, readDocuments, readProvenance } from '../../../src/store/index.ts';
import { collect, keptOutcome, newRun, nowMs, open, temporaryFolder, withheldOutcome } from './sample.ts';

const code = (value: string) => expect.objectContaining({ code: value });
const again = (out: string) => openDataset(out, { now: () => nowMs });
const shard = 'documents/20261123T100000Z-ab12cd/w0-00000.jsonl.gz';

/** A dataset with one committed document and an open run, closed. */
async function unfinished(): Promise<string> {
  const out = temporaryFolder();
  const dataset = open(out);
  await dataset.beginRun(newRun);
  dataset.stage(keptOutcome(dataset, 'https://a.example/1'));
  await dataset.close();
  return out;
}

describe('opening a dataset after a crash', () => {
  it('cuts a file back to what was committed and goes on in it', async () => {
    const out = await unfinished();
    const { size } = statSync(join(out, shard));
    appendFileSync(join(out, shard), 'a torn tail');
    const dataset = open(out);
    expect(dataset.recovery).toEqual({ truncated: [shard], deleted: [] });
    expect(statSync(join(out, shard)).size).toBe(size);
    expect((await dataset.resumeRun())?.name).toBe('20261123T100000Z-ab12cd');
    dataset.stage(keptOutcome(dataset, 'https://a.example/2'));
    await dataset.finishRun();
    expect(await collect(readDocuments(out))).toHaveLength(2);
  });

  it('deletes a file of a run that no commit recorded, and nothing whose name is not ours', async () => {
    const out = await unfinished();
    const orphan = shard.replace('w0-00000', 'w0-00001');
    writeFileSync(join(out, orphan), 'never committed');
    writeFileSync(join(out, 'documents/20261123T100000Z-ab12cd/notes.txt'), 'somebody else’s');
    const dataset = open(out);
    expect(dataset.recovery.deleted).toEqual([orphan]);
    expect(existsSync(join(out, orphan))).toBe(false);
    expect(existsSync(join(out, 'documents/20261123T100000Z-ab12cd/notes.txt'))).toBe(true);
  });

  it('stops when stored bytes are gone', async () => {
    const out = await unfinished();
    truncateSync(join(out, shard), 10);
    expect(() => again(out)).toThrow(code('ERR_DATA_LOST'));
    rmSync(join(out, shard));
    expect(() => again(out)).toThrow(code('ERR_DATA_LOST'));
  });

  it('lets no second run begin before the first is finished', async () => {
    const out = await unfinished();
    const dataset = open(out);
    expect(dataset.unfinished()?.kind).toBe('crawl');
    await expect(dataset.beginRun({ ...newRun, random: 'ef34gh' })).rejects.toMatchObject({ code: 'ERR_RUN_UNFINISHED' });
  });

  it('finishes a run whose manifest was in place when the process died', async () => {
    const out = await unfinished();
    const dataset = open(out);
    await dataset.resumeRun();
    await dataset.finishRun();
    dataset.database.exec("UPDATE run SET state = 'finishing', finished_at = NULL, manifest_sha256 = NULL");
    await dataset.close();
    const reopened = open(out);
    expect(reopened.unfinished()).toBeUndefined();
    await reopened.beginRun({ ...newRun, random: 'ef34gh' });
    const { previous } = await reopened.finishRun();
    const first = (await newestManifest(out)).manifest.previous;
    expect(previous).toEqual(first);
  });

  it('refuses a state that takes a run for unfinished whose manifest is there: what it did after that is not known', async () => {
    const out = await unfinished();
    const dataset = open(out);
    await dataset.resumeRun();
    await dataset.finishRun();
    dataset.database.exec("UPDATE run SET state = 'open', finished_at = NULL, manifest_sha256 = NULL");
    await dataset.close();
    expect(() => again(out)).toThrow(code('ERR_STATE_STALE'));
  });

  it('refuses a state that is older than the dataset beside it', async () => {
    const out = await unfinished();
    mkdirSync(join(out, 'manifests'), { recursive: true });
    writeFileSync(join(out, 'manifests/20271123T100000Z-zz99zz.json'), '{}');
    expect(() => again(out)).toThrow(code('ERR_STATE_STALE'));
  });

  it('does not take somebody’s finished dataset for leftovers: without its state nothing is written', async () => {
    const out = await unfinished();
    rmSync(join(out, 'state'), { recursive: true });
    expect(() => again(out)).toThrow(code('ERR_STATE_MISSING'));
    expect(statSync(join(out, shard)).size).toBeGreaterThan(0);
  });

  it('leaves a database of a newer version untouched', async () => {
    const out = await unfinished();
    const db = new DatabaseSync(join(out, 'state/heed.sqlite'));
    db.exec('PRAGMA user_version = 99');
    db.close();
    const before = readFileSync(join(out, 'state/heed.sqlite'));
    expect(() => again(out)).toThrow(code('ERR_STATE_NEWER'));
    expect(readFileSync(join(out, 'state/heed.sqlite')).equals(before)).toBe(true);
  });

  it('tells a damaged database', async () => {
    const out = await unfinished();
    const file = join(out, 'state/heed.sqlite');
    for (const suffix of ['-wal', '-shm']) rmSync(file + suffix, { force: true });
    const bytes = readFileSync(file);
    bytes.fill(0x55, 4096, Math.min(bytes.length, 40_000));
    writeFileSync(file, bytes);
    expect(() => again(out)).toThrow(code('ERR_STATE_CORRUPT'));
    writeFileSync(file, 'this is not a database, and long enough to have a header of its own');
    expect(() => again(out)).toThrow(code('ERR_STATE_CORRUPT'));
  });
});

describe('the lock of a dataset', () => {
  it('refuses a second holder with exit code 13 and names the first', () => {
    const out = temporaryFolder();
    open(out);
    expect(() => again(out)).toThrow(expect.objectContaining({ code: 'ERR_LOCKED', exitCode: 13 }));
    expect(() => again(out)).toThrow(`process ${process.pid} `);
  });

  it('is free again after close', async () => {
    const out = temporaryFolder();
    await open(out).close();
    expect(existsSync(join(out, 'state/lock'))).toBe(false);
    open(out);
  });

  it('is held by another live process and taken over at once when that process is killed', async () => {
    const out = temporaryFolder();
    const script = `
      import { openDataset } from '${new URL('../../../src/store/index.ts', import.meta.url).href}';
      globalThis.held = openDataset(${JSON.stringify(out)}, { now: Date.now });
      console.log('held');
      setInterval(() => globalThis.held, 1000);`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(child.stdout, 'data');
    expect(() => again(out)).toThrow(expect.objectContaining({ code: 'ERR_LOCKED' }));
    expect(() => again(out)).toThrow(`process ${child.pid} `);
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(existsSync(join(out, 'state/lock'))).toBe(true);
    open(out);
  });
});

describe('where a dataset may be written', () => {
  it('never follows a link in place of one of its own files or folders', async () => {
    const out = temporaryFolder();
    const elsewhere = temporaryFolder();
    symlinkSync(elsewhere, join(out, 'documents'));
    expect(() => again(out)).toThrow(code('ERR_OUT_UNWRITABLE'));
    const second = temporaryFolder();
    mkdirSync(join(second, 'state'));
    symlinkSync(join(elsewhere, 'target'), join(second, 'state/heed.sqlite'));
    expect(() => again(second)).toThrow(code('ERR_OUT_UNWRITABLE'));
    expect(existsSync(join(elsewhere, 'target'))).toBe(false);
  });

  it('never follows a link that appears where a shard is about to be made', async () => {
    const out = temporaryFolder();
    const elsewhere = temporaryFolder();
    writeFileSync(join(elsewhere, 'precious'), 'precious');
    const dataset = open(out);
    const run = await dataset.beginRun(newRun);
    mkdirSync(join(out, 'provenance', run.name));
    symlinkSync(join(elsewhere, 'precious'), join(out, 'provenance', run.name, 'w0-00000.jsonl.gz'));
    dataset.stage(withheldOutcome(dataset, 'https://a.example/1'));
    await expect(dataset.flush()).rejects.toMatchObject({ code: 'ERR_STORAGE', exitCode: 9 });
    expect(readFileSync(join(elsewhere, 'precious'), 'utf8')).toBe('precious');
  });

  it('says so at once when the place cannot be written to', () => {
    const file = join(temporaryFolder(), 'a-file');
    writeFileSync(file, '');
    expect(() => again(join(file, 'out'))).toThrow(expect.objectContaining({ code: 'ERR_OUT_UNWRITABLE', exitCode: 9 }));
    expect(() => again('/proc/heed-out')).toThrow(expect.objectContaining({ code: 'ERR_OUT_UNWRITABLE' }));
  });
});

describe('reading what is damaged', () => {
  const damage = async (change: (content: Buffer) => Buffer): Promise<string> => {
    const out = await unfinished();
    const dataset = open(out);
    await dataset.resumeRun();
    dataset.stage(withheldOutcome(dataset, 'https://a.example/2'));
    await dataset.finishRun();
    const file = join(out, 'provenance/20261123T100000Z-ab12cd/w0-00000.jsonl.gz');
    writeFileSync(file, change(readFileSync(file)));
    return out;
  };

  it('names file and line of a broken gzip stream instead of ending early', async () => {
    const out = await damage(content => content.fill(0, content.length - 60, content.length - 20));
    await expect(collect(readProvenance(out))).rejects.toMatchObject({ code: 'ERR_DATA_DAMAGED', message: /w0-00000.*line \d/ });
  });

  it('names file and line of a record that does not fit its schema', async () => {
    const { gzipSync } = await import('node:zlib');
    const out = await damage(content => Buffer.concat([gzipSync('{"id":null}\n'), content]));
    await expect(collect(readProvenance(out))).rejects.toMatchObject({
      code: 'ERR_RECORD_INVALID',
      message: /w0-00000.*line 1 /,
    });
  });

  it('does not hold a line without end in memory', async () => {
    const out = await damage(content => content);
    await expect(collect(readProvenance(out, { maxLineBytes: 10 }))).rejects.toMatchObject({ code: 'ERR_RECORD_TOO_LONG' });
  });
});

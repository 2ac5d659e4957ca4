import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import {
  findDocument,
  findHistory,
  findProvenance,
  newestManifest,
  readDocuments,
  readProvenance,
  readTombstones,
  type Sha256,
} from '../../../src/store/index.ts';
import { at, collect, keptOutcome, newRun, open, originOf, provenance, temporaryFolder, withheldOutcome } from './sample.ts';

describe('a run of a dataset', () => {
  it('gives every URL one record, kept or not, and only kept ones a document', async () => {
    const out = temporaryFolder();
    const dataset = open(out);
    await dataset.beginRun(newRun);
    dataset.stage(keptOutcome(dataset, 'https://a.example/1'));
    dataset.stage(withheldOutcome(dataset, 'https://a.example/2'));
    dataset.stage(keptOutcome(dataset, 'https://b.example/1'));
    const manifest = await dataset.finishRun();
    expect(manifest.counts).toEqual({
      urls: 3,
      byReason: { kept: 2, 'withheld.robots.rule': 1 },
      byDisposition: { keep: 2, withhold: 1 },
    });
    const documents = await collect(readDocuments(out));
    expect(documents.map(({ record }) => record.url)).toEqual(['https://a.example/1', 'https://b.example/1']);
    expect(await collect(readProvenance(out))).toHaveLength(3);
  });

  it('never puts two origins into one gzip member, so that one origin can be taken out without touching another', async () => {
    const out = temporaryFolder();
    const dataset = open(out);
    await dataset.beginRun(newRun);
    for (const path of ['1', '2', '3']) {
      dataset.stage(keptOutcome(dataset, `https://a.example/${path}`));
      dataset.stage(keptOutcome(dataset, `https://b.example/${path}`));
    }
    await dataset.flush();
    const members = dataset.database
      .prepare("SELECT path, off, len, origin FROM member JOIN segment ON segment.id = segment_id WHERE kind = 'documents'")
      .all();
    expect(members).toHaveLength(2);
    for (const { path, off, len, origin } of members) {
      const bytes = readFileSync(join(out, String(path))).subarray(Number(off), Number(off) + Number(len));
      const urls = gunzipSync(bytes)
        .toString()
        .trim()
        .split('\n')
        .map(line => JSON.parse(line).url as string);
      expect(urls.map(originOf)).toEqual([origin, origin, origin]);
    }
  });

  it('writes the manifest last: until then there is no dataset to read', async () => {
    const out = temporaryFolder();
    const dataset = open(out);
    await dataset.beginRun(newRun);
    dataset.stage(keptOutcome(dataset, 'https://a.example/1'));
    await dataset.flush();
    await expect(collect(readDocuments(out))).rejects.toMatchObject({ code: 'ERR_NO_DATASET' });
    expect(await collect(readDocuments(out, { unfinished: true }))).toHaveLength(1);
    await dataset.finishRun();
    expect(await collect(readDocuments(out))).toHaveLength(1);
    expect(readdirSync(join(out, 'manifests'))).toEqual(['20261123T100000Z-ab12cd.json']);
  });

  it('lists all live files of all runs with the digest of their bytes, and names the manifest before it', async () => {
    const out = temporaryFolder();
    const dataset = open(out);
    await dataset.beginRun(newRun);
    dataset.stage(keptOutcome(dataset, 'https://a.example/1'));
    await dataset.finishRun();
    const first = await newestManifest(out);
    await dataset.beginRun({ ...newRun, random: 'ef34gh' });
    dataset.stage(keptOutcome(dataset, 'https://a.example/2'));
    await dataset.finishRun();
    const { manifest } = await newestManifest(out);
    expect(manifest.previous).toEqual({ run: first.manifest.run, sha256: first.sha256 });
    expect(manifest.counts.urls).toBe(1);
    expect(manifest.resources.map(({ kind, run }) => `${kind} ${run.slice(-6)}`)).toEqual([
      'documents ab12cd',
      'documents ef34gh',
      'provenance ab12cd',
      'provenance ef34gh',
    ]);
    const { createHash } = await import('node:crypto');
    for (const { path, sha256, bytes } of manifest.resources) {
      const content = readFileSync(join(out, path));
      expect([createHash('sha256').update(content).digest('hex'), content.length]).toEqual([sha256, bytes]);
    }
  });

  it('goes on in the next file when one is full', async () => {
    const out = temporaryFolder();
    const dataset = open(out, { maxSegmentBytes: 1000, maxRows: 1 });
    await dataset.beginRun(newRun);
    for (let i = 0; i < 12; i++) {
      dataset.stage(keptOutcome(dataset, `https://a.example/${i}`));
      await dataset.flush();
    }
    const { resources } = await dataset.finishRun();
    const shards = resources.filter(({ kind }) => kind === 'documents');
    expect(shards.length).toBeGreaterThan(2);
    expect(shards.every(({ bytes }) => bytes <= 1000)).toBe(true);
    expect(shards.at(-1)?.path).toMatch(/w0-0000\d\.jsonl\.gz$/);
    expect(await collect(readDocuments(out))).toHaveLength(12);
  });
});

describe('the door of the dataset', () => {
  it('refuses a document whose record does not say that it is kept, also from callers without types', async () => {
    const dataset = open(temporaryFolder());
    await dataset.beginRun(newRun);
    const outcome = keptOutcome(dataset, 'https://a.example/1');
    const withheld = { ...outcome, provenance: { ...outcome.provenance, disposition: 'withhold' as const } };
    expect(() => dataset.stage(withheld)).toThrow(expect.objectContaining({ code: 'ERR_NOT_KEPT' }));
    const { document } = outcome;
    const forged = { ...outcome, document: { row: document?.row, verdict: { ...document?.verdict, disposition: 'defer' } } };
    expect(() => dataset.stage(forged as never)).toThrow(expect.objectContaining({ code: 'ERR_NOT_KEPT' }));
    // A row that names a document it does not bring says that one stays as it is, with the verdict that keeps it.
    const { document: brought, ...bare } = outcome;
    const naming = { ...bare, stays: brought?.verdict };
    expect(() => dataset.stage(naming as never)).toThrow(expect.objectContaining({ code: 'ERR_NOT_KEPT' }));
    const unchanged = { ...bare, provenance: { ...bare.provenance, reason: 'unchanged' } };
    expect(() => dataset.stage(unchanged as never)).toThrow(expect.objectContaining({ code: 'ERR_NOT_KEPT' }));
    expect(() => dataset.stage({ ...unchanged, stays: brought?.verdict } as never)).not.toThrow();
  });

  it('sees an equal text before and after it is committed', async () => {
    const dataset = open(temporaryFolder());
    await dataset.beginRun(newRun);
    const first = keptOutcome(dataset, 'https://a.example/1', 'the same text');
    const text = first.document?.row.metadata.text_sha256 as Sha256;
    expect(dataset.findText(text)).toBeUndefined();
    dataset.stage(first);
    expect(dataset.findText(text)).toMatchObject({ url: 'https://a.example/1', document_id: first.document?.row.id });
    const copy = keptOutcome(dataset, 'https://b.example/copy', 'the same text');
    expect(() => dataset.stage(copy)).toThrow(expect.objectContaining({ code: 'ERR_DUPLICATE_DOCUMENT' }));
    await dataset.flush();
    expect(dataset.findText(text)).toMatchObject({ url: 'https://a.example/1' });
    expect(() => dataset.stage(copy)).toThrow(expect.objectContaining({ code: 'ERR_DUPLICATE_DOCUMENT' }));
    expect(dataset.findUrl(originOf('https://a.example/1'), 'https://a.example/1')?.text_sha256).toBe(text);
  });

  it('keeps the newest version of a page and calls the older one superseded', async () => {
    const dataset = open(temporaryFolder());
    await dataset.beginRun(newRun);
    dataset.stage(keptOutcome(dataset, 'https://a.example/1', 'old'));
    await dataset.finishRun();
    await dataset.beginRun({ ...newRun, kind: 'recrawl', random: 'ef34gh' });
    const newer = keptOutcome(dataset, 'https://a.example/1', 'new');
    dataset.stage(newer);
    await dataset.flush();
    const states = dataset.database.prepare('SELECT state FROM document ORDER BY run_id').all();
    expect(states.map(row => row.state)).toEqual(['superseded', 'live']);
    expect(dataset.findUrl(originOf('https://a.example/1'), 'https://a.example/1')?.document_id).toBe(newer.document?.row.id);
  });

  it('withdraws a document with a tombstone that holds none of its text', async () => {
    const out = temporaryFolder();
    const dataset = open(out);
    await dataset.beginRun(newRun);
    const outcome = keptOutcome(dataset, 'https://a.example/1', 'a text to withdraw');
    dataset.stage(outcome);
    await dataset.finishRun();
    await dataset.beginRun({ ...newRun, kind: 'revoke', random: 'ef34gh' });
    const url = 'https://a.example/1';
    dataset.stage({
      origin: originOf(url),
      provenance: provenance(dataset, url, { reason: 'withdrawn.revoked' }),
      withdraws: { reason: 'withdrawn.revoked', sightedAt: at, ticket: 'T-1' },
    });
    await dataset.finishRun();
    const [tombstone] = await collect(readTombstones(out));
    expect(tombstone?.record).toEqual({
      url,
      document_id: outcome.document?.row.id,
      origin: originOf(url),
      shard: 'documents/20261123T100000Z-ab12cd/w0-00000.jsonl.gz',
      reason: 'withdrawn.revoked',
      evidence: [],
      sighted_at: at,
      withdrawn_at: at,
      run: '20261123T100000Z-ef34gh',
      ticket: 'T-1',
    });
    expect(dataset.findText(outcome.document?.row.metadata.text_sha256 as Sha256)).toBeUndefined();
  });
});

describe('one commit', () => {
  it('runs the callers’ changes inside its transaction, in order', async () => {
    const dataset = open(temporaryFolder());
    await dataset.beginRun(newRun);
    const seen: string[] = [];
    const apply = (name: string) => () => void seen.push(`${name} ${dataset.database.isTransaction}`);
    dataset.stage(withheldOutcome(dataset, 'https://a.example/1', { apply: apply('first') }));
    dataset.stage(withheldOutcome(dataset, 'https://b.example/1', { apply: apply('second') }));
    expect(seen).toEqual([]);
    await dataset.flush();
    expect(seen).toEqual(['first true', 'second true']);
  });

  it('stores nothing at all when one of them fails, and says so to everyone after it', async () => {
    const out = temporaryFolder();
    const dataset = open(out);
    await dataset.beginRun(newRun);
    dataset.stage(withheldOutcome(dataset, 'https://a.example/0'));
    await dataset.flush();
    dataset.stage(withheldOutcome(dataset, 'https://a.example/1'));
    dataset.stage(
      withheldOutcome(dataset, 'https://a.example/2', {
        apply: () => {
          throw new Error('a bug');
        },
      }),
    );
    await expect(dataset.flush()).rejects.toThrow('a bug');
    expect(() => dataset.stage(withheldOutcome(dataset, 'https://a.example/3'))).toThrow('a bug');
    await expect(dataset.close()).rejects.toThrow('a bug');
    const again = open(out);
    await again.resumeRun();
    expect(again.counts().urls).toBe(1);
    expect(await collect(readProvenance(out, { unfinished: true }))).toHaveLength(1);
  });

  it('begins by itself when enough is staged, or after a while', async () => {
    const out = temporaryFolder();
    const dataset = open(out, { maxRows: 4, maxAgeMs: 20 });
    await dataset.beginRun(newRun);
    for (let i = 0; i < 4; i++) dataset.stage(withheldOutcome(dataset, `https://a.example/${i}`));
    await expect.poll(() => dataset.counts().urls).toBe(4);
    dataset.stage(withheldOutcome(dataset, 'https://a.example/4'));
    await expect.poll(() => dataset.counts().urls).toBe(5);
  });

  it('makes the caller wait when more is staged than it can store', async () => {
    const dataset = open(temporaryFolder(), { maxStagedBytes: 1000, maxRows: 10_000 });
    await dataset.beginRun(newRun);
    for (let i = 0; i < 10; i++) dataset.stage(withheldOutcome(dataset, `https://a.example/${i}`));
    expect(dataset.counts().urls).toBe(0);
    await dataset.ready();
    expect(dataset.counts().urls).toBe(10);
  });
});

describe('finding why a URL is in or out', () => {
  it('answers with the newest record of the URL, from the index or from the files alone', async () => {
    const out = temporaryFolder();
    const dataset = open(out);
    await dataset.beginRun(newRun);
    for (let i = 0; i < 20; i++) dataset.stage(withheldOutcome(dataset, `https://a.example/${i}`));
    await dataset.flush();
    for (let i = 20; i < 40; i++) dataset.stage(withheldOutcome(dataset, `https://a.example/${i}`));
    dataset.stage(withheldOutcome(dataset, 'https://b.example/25'));
    await dataset.finishRun();
    await dataset.beginRun({ ...newRun, random: 'ef34gh' });
    dataset.stage(keptOutcome(dataset, 'https://a.example/25'));
    const { run } = await dataset.finishRun();
    const found = await findProvenance(out, 'https://a.example/25');
    expect(found?.record).toMatchObject({ url: 'https://a.example/25', reason: 'kept', run });
    expect((await findProvenance(out, 'https://a.example/7'))?.line).toBe(8);
    expect((await findProvenance(out, 'https://a.example/30'))?.line).toBe(31);
    expect(await findProvenance(out, 'https://a.example/999')).toBeUndefined();
    await dataset.close();
    rmSync(join(out, 'state'), { recursive: true });
    const scanned = await findProvenance(out, 'https://a.example/25');
    expect(scanned).toMatchObject({ record: found?.record, file: found?.file, line: found?.line });
  });

  it('tells a page by its own rows and its own text, never by those of pages that name it, from the index or from the files alone', async () => {
    const out = temporaryFolder();
    const dataset = open(out);
    const [url, other] = ['https://a.example/1', 'https://a.example/2'];
    await dataset.beginRun(newRun);
    const { document, ...linked } = keptOutcome(dataset, other);
    const row = document && { ...document.row, metadata: { ...document.row.metadata, title: url } };
    dataset.stage({
      ...linked,
      provenance: { ...linked.provenance, via: url },
      ...(row ? { document: { ...document, row } } : {}),
    });
    dataset.stage(keptOutcome(dataset, url));
    await dataset.finishRun();
    await dataset.beginRun({ ...newRun, random: 'ef34gh' });
    dataset.stage({ ...withheldOutcome(dataset, other), provenance: provenance(dataset, other, { via: url }) });
    dataset.stage(withheldOutcome(dataset, url));
    const { run } = await dataset.finishRun();
    const found = async () => ({
      rows: (await findHistory(out, url)).map(record => [record.url, record.run === run]),
      newest: (await findProvenance(out, url))?.record.run,
      document: (await findDocument(out, url))?.record.url,
      nothing: [await findHistory(out, 'https://a.example/'), await findDocument(out, 'https://a.example/')],
    });
    const expected = {
      rows: [
        [url, false],
        [url, true],
      ],
      ...{ newest: run, document: url, nothing: [[], undefined] },
    };
    expect(await found()).toEqual(expected);
    await dataset.close();
    rmSync(join(out, 'state'), { recursive: true });
    expect(await found()).toEqual(expected);
  });
});

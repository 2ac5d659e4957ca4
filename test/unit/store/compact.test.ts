import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { leafOf, rootOf } from '../../../src/store/disk/merkle.ts';
import { type Dataset, newestManifest, readDocumentLines, readDocuments, readOverview } from '../../../src/store/index.ts';
import { rewriteSegment } from '../../../src/store/withdraw/compact.ts';
import { verify } from '../../../src/upkeep/index.ts';
import type { OriginKey } from '../../../src/vocab/index.ts';
import { at, collect, keptOutcome, newRun, open, temporaryFolder } from './sample.ts';

const revoked = { reason: 'withdrawn.revoked', sightedAt: at } as const;
const a = 'https://a.example:443' as OriginKey;

/** Three commits in one shard, each with three documents of `a` and one of `b`. */
async function corpus(out: string, options: Parameters<typeof open>[2] = {}): Promise<Dataset> {
  const dataset = open(out, {}, options);
  await dataset.beginRun(newRun);
  for (let commit = 0; commit < 3; commit++) {
    for (let i = 0; i < 3; i++) dataset.stage(keptOutcome(dataset, `https://a.example/${commit}/${i}`));
    dataset.stage(keptOutcome(dataset, `https://b.example/${commit}`));
    await dataset.flush();
  }
  await dataset.finishRun();
  return dataset;
}

const shardsOf = async (out: string) => (await newestManifest(out)).manifest.resources.filter(({ kind }) => kind === 'documents');

/** In two runs, as the commands do it. */
async function withdrawAndCompact(dataset: Dataset, withdraw: () => Promise<unknown>, graceMs = 0): Promise<void> {
  await dataset.beginRun({ ...newRun, kind: 'revoke', random: 'ef34gh' });
  await withdraw();
  await dataset.finishRun();
  await dataset.beginRun({ ...newRun, kind: 'compact', random: 'ij56kl' });
  await dataset.compact(graceMs);
  await dataset.finishRun();
}

describe('compaction', () => {
  it('copies members that lose nothing byte for byte, and drops those that lose everything', async () => {
    const out = temporaryFolder();
    const dataset = await corpus(out);
    const [before] = await shardsOf(out);
    const old = readFileSync(join(out, before?.path ?? ''));
    const rows =
      "SELECT off, len FROM member JOIN segment ON segment.id = segment_id WHERE kind = 'documents' AND origin LIKE ? ORDER BY off";
    const kept = dataset.database.prepare(rows).all('https://b%');
    await withdrawAndCompact(dataset, () => dataset.withdraw({ kind: 'origin', value: a }, revoked));
    const [after] = await shardsOf(out);
    expect(after?.path).toMatch(/^documents\/20261123T100000Z-ab12cd\/w0-00001\.jsonl\.gz$/);
    const ranges = kept.map(({ off, len }) => old.subarray(Number(off), Number(off) + Number(len)));
    expect(readFileSync(join(out, after?.path ?? ''))).toEqual(Buffer.concat(ranges));
    expect(existsSync(join(out, before?.path ?? ''))).toBe(false);
    expect((await collect(readDocumentLines(out))).map(({ record }) => record.url)).toEqual([
      'https://b.example/0',
      'https://b.example/1',
      'https://b.example/2',
    ]);
  });

  it('decodes only members with both, and the root of the new file is that of its lines', async () => {
    const out = temporaryFolder();
    const dataset = await corpus(out);
    await withdrawAndCompact(dataset, () => dataset.withdraw({ kind: 'prefix', value: 'https://a.example/1/' }, revoked));
    await dataset.beginRun({ ...newRun, kind: 'revoke', random: 'mn78op' });
    await dataset.withdraw({ kind: 'url', value: 'https://a.example/2/1' }, revoked);
    await dataset.finishRun();
    expect(readOverview(out)?.removal).toMatchObject({ removed: 3, oldestPending: at });
    await dataset.beginRun({ ...newRun, kind: 'compact', random: 'qr90st' });
    const { documents, files } = await dataset.compact(0);
    await dataset.finishRun();
    expect(documents).toBe(1);
    expect(files.map(({ from, to }) => [from.slice(-14), to?.slice(-14)])).toEqual([['00001.jsonl.gz', '00002.jsonl.gz']]);
    const [shard] = await shardsOf(out);
    const text = gunzipSync(readFileSync(join(out, shard?.path ?? ''))).toString();
    const lines = text.split('\n').slice(0, -1);
    expect(lines).toHaveLength(8);
    expect(text).not.toMatch(/a\.example\/(1\/|2\/1)/);
    expect(shard).toMatchObject({ records: 8, merkle_root: rootOf(Buffer.concat(lines.map(leafOf))) });
    expect(await collect(readDocuments(out))).toHaveLength(8);
  });

  it('knows where a survivor lies afterwards: it is taken out in its turn, and what was superseded is no withdrawal', async () => {
    const out = temporaryFolder();
    const dataset = await corpus(out);
    for (const [n, reason] of (['withdrawn.revoked', 'superseded'] as const).entries()) {
      await dataset.beginRun({ ...newRun, kind: 'revoke', random: `rev${n}ab` });
      await dataset.withdraw({ kind: 'url', value: `https://a.example/0/${n}` }, { reason, sightedAt: at });
      await dataset.finishRun();
      await dataset.beginRun({ ...newRun, kind: 'compact', random: `com${n}ab` });
      expect((await dataset.compact(0)).documents).toBe(1);
      await dataset.finishRun();
    }
    const [shard] = await shardsOf(out);
    expect(gunzipSync(readFileSync(join(out, shard?.path ?? ''))).toString()).not.toMatch(/a\.example\/0\/[01]"/);
    expect(shard?.records).toBe(10);
    expect(readOverview(out)?.removal).toMatchObject({ removed: 1 });
  });

  it('records no file whose members are not those that were copied', async () => {
    const out = temporaryFolder();
    const dataset = await corpus(out);
    const { database: db } = dataset;
    const [segment] = await shardsOf(out);
    const segmentId = Number(db.prepare('SELECT id FROM segment WHERE path = ?').get(segment?.path ?? '')?.id);
    const [first, second] = db.prepare('SELECT id FROM member WHERE segment_id = ?').all(segmentId);
    const changed = new Map([
      [
        Number(first?.id),
        async () => {
          db.prepare('DELETE FROM member WHERE id = ?').run(Number(second?.id));
          return ['{}'];
        },
      ],
    ]);
    const rewriting = { kind: 'documents', segmentId, dropped: new Set<number>(), changed } as const;
    await expect(rewriteSegment(rewriting, { out, db, runId: 1, nowMs: 0, graceMs: 0 })).rejects.toMatchObject({
      code: 'ERR_STORAGE',
    });
    expect(await shardsOf(out)).toEqual([segment]);
    expect(db.prepare("SELECT count(*) AS n FROM segment WHERE kind = 'documents' AND state = 'sealed'").get()).toEqual({ n: 1 });
  });

  it('lists no file where nothing stayed, and finds the survivors of others again', async () => {
    const out = temporaryFolder();
    const dataset = await corpus(out);
    await withdrawAndCompact(dataset, () => dataset.withdraw({ kind: 'domain', value: 'example' }, revoked));
    expect(await shardsOf(out)).toEqual([]);
    expect((await newestManifest(out)).manifest.withdrawals).toEqual({
      tombstones: 12,
      within_ms: 86_400_000,
      pending: 0,
      removed: { documents: 12, slowest_ms: 0 },
    });
  });

  it('leaves the old file on the disk for as long as it is told, listed as retired', async () => {
    const out = temporaryFolder();
    const dataset = await corpus(out, { withdrawWithinMs: 30_000 });
    const [before] = await shardsOf(out);
    await withdrawAndCompact(dataset, () => dataset.withdraw({ kind: 'origin', value: a }, revoked), 60_000);
    const { manifest } = await newestManifest(out);
    expect(manifest.withdrawals?.removed).toEqual({ documents: 9, slowest_ms: 60_000 });
    expect(readOverview(out)?.removal).toEqual({ withinMs: 30_000, removed: 9, slowestMs: 60_000, late: 9 });
    expect(manifest.retired).toEqual([{ path: before?.path, until: '2026-11-23T10:01:00.000Z' }]);
    expect(existsSync(join(out, before?.path ?? ''))).toBe(true);
    // The receipt does not say that the text is gone while it is not, and verify says when it should be.
    expect(manifest.withdrawals?.removed).toMatchObject({ documents: 9, slowest_ms: 60_000 });
    const checks = async (nowMs: number) => (await verify(out, { nowMs })).failures.map(({ check }) => check);
    expect(await checks(Date.parse('2026-11-23T10:00:59.000Z'))).not.toContain('retired-late');
    expect(await checks(Date.parse('2026-11-23T10:01:01.000Z'))).toContain('retired-late');
    await dataset.close();
    const { openDataset } = await import('../../../src/store/index.ts');
    await openDataset(out, { now: () => Date.parse('2026-11-23T10:00:59.000Z') }).close();
    expect(existsSync(join(out, before?.path ?? ''))).toBe(true);
    await openDataset(out, { now: () => Date.parse('2026-11-23T10:01:00.000Z') }).close();
    expect(existsSync(join(out, before?.path ?? ''))).toBe(false);
  });

  it('writes a receipt for each document: from which file to which, and when', async () => {
    const out = temporaryFolder();
    const dataset = await corpus(out);
    const [before] = await shardsOf(out);
    await withdrawAndCompact(dataset, () =>
      dataset.withdraw({ kind: 'url', value: 'https://a.example/0/0' }, { ...revoked, ticket: 'T-7' }),
    );
    const [after] = await shardsOf(out);
    const receipts = readFileSync(join(out, 'receipts/20261123T100000Z-ij56kl.jsonl'), 'utf8').trim().split('\n');
    expect(receipts.map(line => JSON.parse(line))).toEqual([
      expect.objectContaining({
        url: 'https://a.example/0/0',
        reason: 'withdrawn.revoked',
        ticket: 'T-7',
        withdrawn_in: '20261123T100000Z-ef34gh',
        from: { path: before?.path, sha256: before?.sha256 },
        to: { path: after?.path, sha256: after?.sha256 },
        removed_after_ms: 0,
      }),
    ]);
  });

  it.each(['documents', 'provenance', 'evidence', 'tombstones'])(
    'leaves nothing below %s that is not listed: verify would say so',
    async folder => {
      const out = temporaryFolder();
      const dataset = await corpus(out);
      await withdrawAndCompact(dataset, () => dataset.withdraw({ kind: 'origin', value: a }, revoked));
      const suffix = folder === 'evidence' ? 'warc.gz' : folder === 'tombstones' ? 'jsonl' : 'jsonl.gz';
      const run = (await newestManifest(out)).manifest.run;
      const strangers = async () =>
        (await verify(out)).failures.filter(({ check }) => /^(unlisted|foreign)-file$/.test(check)).map(({ where }) => where);
      expect(await strangers()).toEqual([]);
      mkdirSync(join(out, folder, run), { recursive: true });
      writeFileSync(join(out, folder, run, `w0-00007.${suffix}`), '');
      writeFileSync(join(out, folder, run, 'copy.bak'), '');
      expect((await strangers()).sort()).toEqual([`${folder}/${run}/copy.bak`, `${folder}/${run}/w0-00007.${suffix}`]);
    },
  );

  it('writes nothing that does not add up, and leaves no file behind', async () => {
    const out = temporaryFolder();
    const dataset = await corpus(out);
    const [before] = await shardsOf(out);
    await dataset.beginRun({ ...newRun, kind: 'revoke', random: 'ef34gh' });
    await dataset.withdraw({ kind: 'url', value: 'https://a.example/0/0' }, revoked);
    await dataset.finishRun();
    dataset.database.exec('UPDATE member SET dead = 2 WHERE dead = 1');
    await dataset.beginRun({ ...newRun, kind: 'compact', random: 'ij56kl' });
    await expect(dataset.compact(0)).rejects.toMatchObject({ code: 'ERR_DATA_DAMAGED', exitCode: 14 });
    expect(readdirSync(join(out, 'documents/20261123T100000Z-ab12cd'))).toEqual(['w0-00000.jsonl.gz']);
    expect((await shardsOf(out))[0]?.sha256).toBe(before?.sha256);
  });
});

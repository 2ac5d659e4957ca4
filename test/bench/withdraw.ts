/**
 * What withdrawing costs, in CPU seconds of this process:
 *   node test/bench/withdraw.ts            4 origins with 20,000 documents of 1,000,000, then a shard of 40 MB by ranges of bytes
 * The other 980,000 documents are rows of the state database only: withdrawing must not look at them.
 */
import { hash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Dataset, type DocumentRow, type NewRun, type Outcome, openDataset, type Sha256 } from '../../src/store/index.ts';
import { compact, revoke } from '../../src/upkeep/index.ts';
import type { Digest, Instant, Kept, OriginKey } from '../../src/vocab/index.ts';

const at = '2026-11-23T10:00:00.000Z' as Instant;
const policy = `sha256:${'a'.repeat(64)}` as Digest;
const newRun: NewRun = {
  ...{ kind: 'crawl', random: 'bench', policy: { id: 'standard', digest: policy }, agents: { version: '1' } },
  ...{ software: { name: 'heed', version: '0' }, overrides: {}, config: {} },
};
const kept = { disposition: 'keep' } as Kept;
const hex = (text: string): Sha256 => hash('sha256', text) as Sha256;

function outcome(dataset: Dataset, url: string, origin: OriginKey, text: string): Outcome {
  const id = hex(url).slice(0, 32);
  const run = dataset.run?.name ?? '';
  const metadata = { provenance_id: id, payload_sha256: hex(text), text_sha256: hex(text), policy };
  const row: DocumentRow = { id, text, source: 'bench', added: at, url, date: at, dump: run, metadata };
  return {
    origin,
    provenance: {
      ...{ id, url, hops: [], depth: 0, run, at, agent: 'heed', disposition: 'keep', reason: 'kept' },
      ...{ document_id: id, verdicts: {}, evidence: [], policy },
    },
    document: { row, verdict: kept },
  };
}

/** Text that compresses about as prose does. */
function prose(bytes: number): string {
  const words =
    randomBytes(bytes / 4)
      .toString('base64url')
      .match(/.{1,5}/g) ?? [];
  return words.join(' the ');
}

async function measured<T>(what: string, work: () => Promise<T>): Promise<T> {
  const before = process.cpuUsage();
  const began = performance.now();
  const value = await work();
  const { user, system } = process.cpuUsage(before);
  console.log(`${what}: ${((user + system) / 1e6).toFixed(3)} CPU s, ${((performance.now() - began) / 1e3).toFixed(3)} s`);
  return value;
}

const folder = (): string => mkdtempSync(join(tmpdir(), 'heed-bench-'));
const options = (out: string) => ({ out, software: newRun.software as { name: string; version: string }, wallClock: Date.now });

async function manyDocuments(): Promise<void> {
  const out = folder();
  const dataset = openDataset(out, { now: () => Date.parse(at) });
  await dataset.beginRun(newRun);
  for (let i = 0; i < 20_000; i++) {
    const site = `https://revoked-${i % 4}.example`;
    const path = `/section/${i}/a-page-with-a-name`;
    dataset.stage(outcome(dataset, site + path, `${site}:443` as OriginKey, `text ${i} of ${site}`));
    if (i % 200 === 0) await dataset.flush();
  }
  await dataset.finishRun();
  const { database: db } = dataset;
  const insert = db.prepare(
    "INSERT INTO document (origin, url_h, id, url, text_sha256, payload_sha256, run_id, member_id, state) VALUES (?, ?, ?, ?, ?, ?, 1, 1, 'live')",
  );
  db.exec('BEGIN');
  for (let i = 0; i < 980_000; i++) {
    const digest = hash('sha256', `${i}`, 'buffer');
    const site = `https://site-${i % 10_000}.example`;
    insert.run(`${site}:443`, i, digest.toString('hex', 0, 16), `${site}/section/${i}/a-page-with-a-name`, digest, digest);
  }
  db.exec('COMMIT');
  await dataset.close();
  const selectors = [0, 1, 2, 3].map(n => ({ kind: 'domain' as const, value: `revoked-${n}.example` }));
  const { documents } = await measured('revoke 4 origins, 20,000 documents of 1,000,000', () =>
    revoke({ ...options(out), random: 'rev1', selectors, reason: 'bench', ticket: 'T-1' }),
  );
  console.log(`  ${documents} documents`);
  rmSync(out, { recursive: true });
}

async function bigShard(): Promise<void> {
  const out = folder();
  const dataset = openDataset(out, { now: () => Date.parse(at) });
  await dataset.beginRun(newRun);
  for (let commit = 0; commit < 2_800; commit++) {
    const site = `https://site-${commit % 1_000}.example`;
    for (let i = 0; i < 20; i++)
      dataset.stage(outcome(dataset, `${site}/${commit}/${i}`, `${site}:443` as OriginKey, prose(1_740)));
    await dataset.flush();
  }
  const manifest = await dataset.finishRun();
  await dataset.close();
  const [shard] = manifest.resources.filter(({ kind }) => kind === 'documents');
  console.log(`shard of ${((shard?.bytes ?? 0) / 1e6).toFixed(1)} MB, ${shard?.records} documents`);
  const selectors = Array.from({ length: 50 }, (_, n) => ({ kind: 'domain' as const, value: `site-${n * 20}.example` }));
  await revoke({ ...options(out), random: 'rev1', selectors, reason: 'bench' });
  const again = openDataset(out, { now: Date.now });
  await again.beginOffline({ kind: 'compact', random: 'com1', software: newRun.software, config: {} });
  const { documents, files } = await measured('compact that shard by ranges of bytes', () => again.compact(0));
  console.log(`  ${documents} documents left, ${files[0]?.bytesBefore} → ${files[0]?.bytesAfter} bytes`);
  await measured('  its receipts and its manifest', () => again.finishRun());
  await again.close();
  const mixed = Array.from({ length: 50 }, (_, n) => ({
    kind: 'prefix' as const,
    value: `https://site-${n * 10 + 1}.example/${n * 10 + 1}/1`,
  }));
  await revoke({ ...options(out), random: 'rev2', selectors: mixed, reason: 'bench' });
  const second = await measured('the whole command, where 50 members lose some of their lines', () =>
    compact({ ...options(out), random: 'com2', graceMs: 0 }),
  );
  console.log(`  ${second.documents} documents left`);
  rmSync(out, { recursive: true });
}

await manyDocuments();
await bigShard();

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { databaseName, newestManifest, openDataset, readDocuments, readEvidence, readProvenance } from '../../src/store/index.ts';
import { inOneFile } from './one-file.ts';
import { provenanceBytes } from './written.ts';

/** In every run of the tests; `npm run faults` makes more of them. */
const kills = Number(process.env.FAULT_KILLS ?? 21);
const pages = 250 * kills;

/** A linear congruential generator: the same kills in every run. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

const script = await inOneFile('commit-crawl.ts');
let out = '';
beforeAll(() => {
  out = mkdtempSync(join(tmpdir(), 'heed-kill-'));
});
afterAll(() => rmSync(out, { recursive: true, force: true }));

function start(): ChildProcess {
  return spawn(process.execPath, [script, out, String(pages)], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: process.env,
  });
}

/** Reads lines until one begins with `word`; undefined when the process ends first. */
async function said(child: ChildProcess, word: string): Promise<string | undefined> {
  for await (const line of createInterface({ input: child.stdout ?? expect.fail('no output') }))
    if (line.startsWith(word)) return line;
  return undefined;
}

describe('a crawl that is killed again and again', () => {
  it(
    `loses no URL and records none twice: ${kills} times kill -9, half of them with a cut write-ahead log`,
    async () => {
      const random = seeded(20261123);
      let stopped = 0;
      let repaired = 0;
      const recorded: number[] = [];
      for (let i = 0; i < kills; i++) {
        const child = start();
        const ready = await said(child, 'ready');
        expect(ready).toBeDefined();
        const exited = once(child, 'exit');
        // After one to four more commits have begun to write, and a little: a clock would count what else the machine does.
        for (let begun = Math.ceil(random() * 4), size = provenanceBytes(out); begun > 0 && child.exitCode === null; ) {
          await sleep(1);
          if (provenanceBytes(out) === size) continue;
          size = provenanceBytes(out);
          begun--;
        }
        await sleep(random() * 10);
        child.kill('SIGKILL');
        const [, signal] = await exited;
        if (signal === 'SIGKILL') stopped++;
        // A power cut may lose the end of the log (synchronous=NORMAL), never what was there when the process started.
        const log = join(out, `${databaseName}-wal`);
        const size = statSync(log, { throwIfNoEntry: false })?.size ?? 0;
        const sizeAtStart = Number(ready?.split(' ')[1]);
        if (i % 2 === 1 && size > sizeAtStart) truncateSync(log, Math.floor(size - random() * (size - sizeAtStart) * 0.5));
        const dataset = openDataset(out, { now: Date.now });
        const { truncated, deleted } = dataset.recovery;
        repaired += truncated.length + deleted.length;
        recorded.push(Number(dataset.database.prepare('SELECT coalesce(sum(records), 0) AS n FROM run_count').get()?.n));
        await dataset.close();
      }
      const last = start();
      const done = await said(last, 'done');
      expect(done).toBe('done');
      expect(stopped).toBe(kills);
      // Each start went on where the last one was stopped.
      console.log(
        `${kills} kills of the store: ${repaired} files put right, ${recorded.at(-1)} of ${pages} records before the last start`,
      );
      expect(recorded.at(-1)).toBeGreaterThan(0);
      expect(recorded.at(-1)).toBeLessThan(pages);
      expect(repaired).toBeGreaterThan(0);

      const { manifest } = await newestManifest(out);
      const urls: string[] = [];
      const byReason: Record<string, number> = {};
      const documents = new Set<string>();
      for await (const { record } of readProvenance(out)) {
        urls.push(record.url);
        byReason[record.reason] = (byReason[record.reason] ?? 0) + 1;
        if (record.document_id !== undefined) documents.add(record.document_id);
        if (record.page_proof === undefined) continue;
        const { digest, ...ref } = record.page_proof;
        if (urls.length % 10 === 0)
          expect(await readEvidence(out, ref)).toMatchObject({ kind: 'proof', digest, url: record.url });
      }
      expect(new Set(urls).size).toBe(urls.length);
      expect(urls).toHaveLength(pages + 13);
      expect(manifest.counts.byReason).toEqual(byReason);
      expect(manifest.counts.urls).toBe(urls.length);
      const ids: string[] = [];
      for await (const { record } of readDocuments(out)) ids.push(record.id);
      expect(new Set(ids).size).toBe(ids.length);
      expect(new Set(ids)).toEqual(documents);
      for (const { path, bytes } of manifest.resources) expect(statSync(join(out, path)).size).toBe(bytes);
    },
    120_000 + kills * 10_000,
  );
});

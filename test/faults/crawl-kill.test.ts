import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { databaseName, newestManifest, readDocuments, readProvenance } from '../../src/store/index.ts';
import { startWeb, webFlags } from '../bench/web.ts';
import { seeded } from '../bench/web-pages.ts';
import { heed, startHeed, temporaryFolder } from '../e2e/run-heed.ts';
import { provenanceBytes } from './written.ts';

/** Of the whole command line, in every run of the tests; `npm run faults` makes more of them. */
const kills = Number(process.env.FAULT_KILLS ?? 4);
const shape = { pages: 80 * kills, hosts: 24, bytes: 1_500 };
const isShort = kills < 20;
/** A thread takes longer to start than so few pages take to read. */
const threads = isShort ? ['--content-threads', '0'] : [];
/** The last kill comes before this share of the provenance is written, and a commit later at most: every kill meets a run that is not over. */
const lastKillAt = isShort ? 0.4 : 0.9;

/** A commit was cut short: a file is longer than the state database knows. */
function isTorn(out: string): boolean {
  const database = new DatabaseSync(join(out, databaseName), { readOnly: true });
  try {
    const recorded = database.prepare("SELECT path, bytes FROM segment WHERE state <> 'removed'").all();
    return recorded.some(({ path, bytes }) => statSync(join(out, String(path))).size > Number(bytes));
  } finally {
    database.close();
  }
}

/** Resolves when the run's first event is out: the dataset is open and what the last kill left is put right. */
async function running(child: ChildProcess): Promise<void> {
  for await (const line of createInterface({ input: child.stderr ?? expect.fail('no stderr') }))
    if (line.includes('"run.started"')) break;
  child.stderr?.resume();
}

interface Outcome {
  readonly dispositions: ReadonlyMap<string, string>;
  readonly documents: ReadonlyMap<string, string>;
  readonly records: number;
}

/** What the dataset says of every URL; fails where anything is there twice. */
async function outcomeOf(out: string): Promise<Outcome> {
  const dispositions = new Map<string, string>();
  const documents = new Map<string, string>();
  const kept = new Map<string, string>();
  const reasons: Record<string, number> = {};
  let records = 0;
  for await (const { record } of readProvenance(out)) {
    records++;
    expect(dispositions.has(record.url), `${record.url} is recorded twice`).toBe(false);
    dispositions.set(record.url, `${record.disposition} ${record.reason}`);
    reasons[record.reason] = (reasons[record.reason] ?? 0) + 1;
    if (record.document_id !== undefined) kept.set(record.document_id, record.url);
  }
  for await (const { record } of readDocuments(out)) {
    expect(documents.has(record.id), `document ${record.id} is there twice`).toBe(false);
    documents.set(record.id, record.url);
  }
  expect(documents).toEqual(kept);
  expect(new Set(documents.values()).size).toBe(documents.size);
  const { manifest } = await newestManifest(out);
  expect(manifest.counts.byReason).toEqual(reasons);
  expect(manifest.counts.urls).toBe(records);
  return { dispositions, documents, records };
}

it(
  `a crawl of ${shape.pages} pages killed ${kills} times is the crawl that was never killed`,
  async () => {
    const web = await startWeb(shape);
    try {
      const folder = temporaryFolder();
      const seeds = join(folder, 'seeds.txt');
      writeFileSync(seeds, `${web.seeds.join('\n')}\n`);
      const args = (out: string): string[] => [
        'crawl',
        '--seeds',
        seeds,
        '--out',
        out,
        ...webFlags(web.port),
        ...threads,
        '--json',
      ];

      const whole = join(folder, 'whole');
      expect(await heed(args(whole))).toMatchObject({ code: 0 });
      const expected = await outcomeOf(whole);
      expect(expected.documents.size).toBeGreaterThan(shape.pages / 2);
      const wholeBytes = provenanceBytes(whole);

      const random = seeded(20261126);
      const killed = join(folder, 'killed');
      let hits = 0;
      let torn = 0;
      for (let kill = 0; kill < kills; kill++) {
        const child = startHeed(args(killed));
        child.stdout?.resume();
        const exited = once(child, 'exit');
        await running(child);
        const enough = (wholeBytes * lastKillAt * (kill + random())) / kills;
        while (child.exitCode === null && provenanceBytes(killed) < enough) await sleep(4);
        // Every other kill comes as soon as a commit has begun to write, and so before its transaction; the rest at any time.
        if (kill % 2 === 1) await sleep(random() * 40);
        else
          for (const size = provenanceBytes(killed); child.exitCode === null && provenanceBytes(killed) === size; )
            await sleep(1);
        child.kill('SIGKILL');
        const [, signal] = await exited;
        if (signal === 'SIGKILL') hits++;
        if (isTorn(killed)) torn++;
      }
      console.log(`${hits} kills of the command line, ${torn} of them in the middle of a commit`);
      expect(hits).toBe(kills);
      // The fail points meet every step of a commit; by chance it takes more kills than these.
      if (!isShort) expect(torn).toBeGreaterThan(0);
      expect(readdirSync(join(killed, 'manifests'))).toEqual([]);

      const last = await heed(args(killed));
      expect(last).toMatchObject({ code: 0 });
      expect(JSON.parse(last.stdout)).toMatchObject({ resumed: true, ended: 'finished' });
      const { dispositions, documents } = await outcomeOf(killed);
      expect(dispositions).toEqual(expected.dispositions);
      expect(documents).toEqual(expected.documents);
      expect(await heed(['verify', killed, '--json'])).toMatchObject({ code: 0 });
    } finally {
      await web.close();
    }
  },
  120_000 + kills * 20_000,
);

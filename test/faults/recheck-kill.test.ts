import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import { newestManifest, readDocuments, readProvenance, readTombstones } from '../../src/store/index.ts';
import { verify } from '../../src/upkeep/index.ts';
import { seeded } from '../bench/web-pages.ts';
import { article, type ChangingWeb, changingWeb, plainText } from '../e2e/changing-web.ts';
import { type Ended, ended, environment, node } from '../e2e/run-heed.ts';
import type { ClocksJob } from './clocks-child.ts';
import { inOneFile } from './one-file.ts';
import { newFolder } from './small-web.ts';
import { provenanceBytes } from './written.ts';

/** Of each of the two commands, in every run of the tests; `npm run faults` makes more of them. */
const kills = Number(process.env.FAULT_KILLS ?? 5);
const hosts = Array.from({ length: 8 }, (_, i) => `o${i}.test`);
const pagesEach = 4;

const script = await inOneFile('clocks-child.ts');
const start = (job: ClocksJob): ChildProcess => spawn(node, [script, JSON.stringify(job)], { env: environment() });
const finish = (job: ClocksJob): Promise<Ended> => ended(start(job));

async function newWeb(): Promise<ChangingWeb> {
  const web = await changingWeb();
  for (const host of hosts) {
    const paths = Array.from({ length: pagesEach - 1 }, (_, i) => `/${i}`);
    web.pages.set(`${host}/`, article(`${host} home`, ...paths));
    for (const path of paths) web.pages.set(`${host}${path}`, article(`${host} ${path}`));
    web.pages.set(`${host}/robots.txt`, plainText('User-agent: *\nDisallow: /never\n'));
  }
  return web;
}

const first = join(newFolder(), 'first');
beforeAll(async () => {
  const { port } = await newWeb();
  const seeds = hosts.map(host => `http://${host}/`);
  const { stdout } = await finish({ what: 'crawl', out: first, port, day: 0, random: 'first0', seeds });
  expect(JSON.parse(stdout)).toEqual({ resumed: false, ended: 'finished' });
});

/** The web of the first crawl, ten days later. */
async function changedWeb(): Promise<ChangingWeb> {
  const web = await newWeb();
  // A site in three changes its mind, as a whole or in part; pages change and go.
  for (const [index, host] of hosts.entries()) {
    if (index % 3 === 0)
      web.pages.set(`${host}/robots.txt`, plainText(`User-agent: *\nDisallow: /${index % 2 === 0 ? '' : '1'}\n`));
    if (index % 3 === 1) web.pages.set(`${host}/1`, { ...article(`${host} /1`), fields: { 'x-robots-tag': 'noai' } });
    if (index % 3 === 2) web.pages.delete(`${host}/2`);
    web.pages.set(`${host}/0`, article(`${host} changed`));
  }
  return web;
}

/** What a dataset says: its documents by URL, and the reasons of one run. */
async function stateOf(out: string) {
  const { manifest } = await newestManifest(out);
  const documents: Record<string, string> = {};
  for await (const { record } of readDocuments(out)) {
    expect(documents[record.url], `${record.url} has one document`).toBeUndefined();
    documents[record.url] = record.id;
  }
  const reasons: Record<string, string> = {};
  for await (const { record } of readProvenance(out, { run: manifest.run })) {
    expect(reasons[record.url], `${record.url} has one row`).toBeUndefined();
    reasons[record.url] = record.reason;
  }
  const withdrawn: Record<string, string> = {};
  for await (const { record } of readTombstones(out, { run: manifest.run })) {
    expect(withdrawn[record.document_id], `${record.url} is withdrawn once`).toBeUndefined();
    withdrawn[record.document_id] = record.reason;
  }
  return { documents, reasons, withdrawn };
}

describe.concurrent('a run that brings a dataset up to date is killed at any moment', () => {
  test.each(['recheck', 'crawl'] as const)(
    `a ${'%s'} killed ${kills} times ends as the one that was never killed, and until then the old state stands`,
    async what => {
      const folder = newFolder();
      const web = await changedWeb();
      const [whole, killed] = [join(folder, 'whole'), join(folder, 'killed')];
      cpSync(first, whole, { recursive: true });
      cpSync(first, killed, { recursive: true });
      const before = await stateOf(killed);
      const job = { what, port: web.port, day: 10 } as const;
      web.asked();
      expect(await finish({ ...job, out: whole, random: 'whole0' })).toMatchObject({ code: 0 });
      const requests = web.asked().length;
      const expected = await stateOf(whole);
      expect(Object.keys(expected.withdrawn).length).toBeGreaterThan(5);

      const random = seeded(what === 'crawl' ? 20261127 : 20261128);
      let met = 0;
      for (let kill = 0; kill < kills; kill++) {
        const child = start({ ...job, out: killed, random: `kill${kill}` });
        // What is asked becomes less from one to the next, since what is written is not asked again.
        const enough = 1 + Math.floor((random() * requests * 0.8) / kills);
        const written = provenanceBytes(killed);
        while (child.exitCode === null && web.count() < enough) await sleep(1);
        // Every other kill comes as soon as a commit has begun to write.
        if (kill % 2 === 1) while (child.exitCode === null && provenanceBytes(killed) === written) await sleep(1);
        else await sleep(random() * 30);
        const exit = ended(child);
        child.kill('SIGKILL');
        if ((await exit).code === null) met++;
        web.asked();
        expect(await stateOf(killed)).toEqual(before);
      }
      expect(met).toBe(kills);
      const last = await finish({ ...job, out: killed, random: 'last00' });
      expect(last).toMatchObject({ code: 0 });
      expect(JSON.parse(last.stdout)).toEqual({ resumed: true, ended: 'finished' });
      expect(await stateOf(killed)).toEqual(expected);
      expect(await verify(killed)).toMatchObject({ failures: [] });
    },
    60_000 + kills * 10_000,
  );
});

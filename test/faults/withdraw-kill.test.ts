import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { newestManifest, openDataset, readDocumentLines, readDocuments, sha256OfFile } from '../../src/store/index.ts';
import { verify } from '../../src/upkeep/index.ts';
import { seeded } from '../bench/web-pages.ts';
import { ended } from '../e2e/run-heed.ts';
import { type Fault, injecting, plan } from './inject.ts';
import { inOneFile } from './one-file.ts';
import { chain, crawlHere, newFolder, page, smallWeb } from './small-web.ts';
import { upkeep } from './withdraw-upkeep.ts';

const kills = Number(process.env.FAULT_KILLS ?? 15);
const script = await inOneFile('withdraw-upkeep.ts');
const folder = newFolder();
const domain = 'a.test';
const address = 'jane.roe@mail.test';

/** In a process of its own, which kills itself at that step. @returns whether it came so far */
async function killed(command: string, out: string, fault: Fault): Promise<boolean> {
  const args = [...injecting, script, command, out, domain, address];
  const child = spawn(process.execPath, args, { env: { ...process.env, ...plan(fault) } });
  await ended(child);
  return child.signalCode === 'SIGKILL';
}

const hostsOf = async (out: string): Promise<string> => {
  const found = new Map<string, number>();
  for await (const { record } of readDocuments(out)) {
    const { hostname } = new URL(record.url);
    found.set(hostname, (found.get(hostname) ?? 0) + 1);
  }
  return JSON.stringify([...found].sort());
};

/** Each listed file is there, whole. */
async function expectFiles(out: string, when: string): Promise<void> {
  const { manifest } = await newestManifest(out);
  // The feed only grows: what is beyond belongs to a run that is not finished.
  for (const { path, bytes, sha256, kind } of manifest.resources)
    expect(await sha256OfFile(out, path, bytes), `${kind} ${path} ${when}`).toBe(sha256);
}

const bases: Record<string, string> = {};
beforeAll(async () => {
  const pages = chain(3);
  const body = `<title>x</title><article><p>${'Ask jane.roe (at) mail.test, who tells it all at length. '.repeat(10)}</p></article>`;
  const web = await smallWeb(place => {
    if (place === 'c.test/') return page('c home', '/jane', '/1');
    return place === 'c.test/jane' ? { fields: { 'content-type': 'text/html' }, body } : pages(place);
  });
  const base = join(folder, 'base');
  await crawlHere({ web, out: base, places: ['a.test/', 'b.test/', 'c.test/'], flags: { scope: 'host' } });
  Object.assign(bases, { revoke: base, erase: base, compact: join(folder, 'revoked') });
  cpSync(base, bases.compact ?? '', { recursive: true });
  await upkeep('revoke', bases.compact ?? '', domain);
}, 120_000);

/** How often each command comes to each kind of step here. Where it comes to one less often, it is not killed there, and another is drawn. */
const steps: Readonly<Record<string, Partial<Record<Fault['at'], number>>>> = {
  revoke: { commit: 2, write: 5, rename: 3, append: 2, sync: 2 },
  compact: { commit: 1, write: 4, rename: 3, append: 4, sync: 1 },
  erase: { commit: 6, write: 8, rename: 5, append: 16, sync: 4 },
};

/** Before and after each of them, in a random order: none twice before all have had their turn. */
function pointsOf(command: string, random: () => number): Fault[] {
  const all = Object.entries(steps[command] ?? {}).flatMap(([at, count]) =>
    Array.from({ length: count }, (_, i) => ['kill', 'kill-after'].map(act => ({ at, from: i + 1, act }) as Fault)).flat(),
  );
  return all
    .map(fault => ({ fault, key: random() }))
    .sort((a, b) => a.key - b.key)
    .map(({ fault }) => fault);
}

describe('a withdrawal that is killed', () => {
  it(
    `leaves the old state or the new one, never a mixture, and the same command ends it: ${kills} times kill -9`,
    async () => {
      const random = seeded(20261127);
      const seen: string[] = [];
      const left: Record<string, Fault[]> = { revoke: [], compact: [], erase: [] };
      for (let i = 0; i < kills; i++) {
        const command = ['revoke', 'compact', 'erase'][i % 3] ?? '';
        const out = join(folder, `run-${i}`);
        mkdirSync(out);
        let fault: Fault | undefined;
        let isKilled = false;
        for (let missed = 0; !isKilled; missed++) {
          expect(missed, `${command}: steps it does not come to`).toBeLessThan(20);
          if (left[command]?.length === 0) left[command] = pointsOf(command, random);
          fault = left[command]?.shift() ?? expect.fail(command);
          rmSync(out, { recursive: true });
          cpSync(bases[command] ?? '', out, { recursive: true });
          isKilled = await killed(command, out, fault);
        }
        const when = `${command}, ${fault?.act} at ${fault?.at} ${fault?.from}`;
        const before = await hostsOf(bases[command] ?? '');
        const after = before.replace(/\["a\.test",\d+\],?/, '');
        // As a reader sees it who knows nothing of the crash, once the next start has put right what it left.
        await openDataset(out, { now: Date.now }).close();
        await expectFiles(out, when);
        const afterErasure = after.replace(/\["c\.test",(\d+)\]/, (_, count) => `["c.test",${Number(count) - 1}]`);
        expect([before, after, afterErasure], when).toContain(await hostsOf(out));

        await upkeep(command, out, domain, address);
        const { failures } = await verify(out);
        expect(failures, when).toEqual([]);
        expect(await hostsOf(out), when).toBe(command === 'erase' ? afterErasure : command === 'compact' ? before : after);
        if (command !== 'revoke')
          for await (const { record } of readDocumentLines(out)) expect(new URL(record.url).hostname, when).not.toBe(domain);
        expect(existsSync(join(out, 'state/lock'))).toBe(false);
        seen.push(when);
        rmSync(out, { recursive: true });
      }
      if (kills < 60) expect(new Set(seen).size).toBe(kills);
    },
    60_000 + kills * 10_000,
  );
});

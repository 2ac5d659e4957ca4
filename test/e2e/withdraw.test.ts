import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { newestManifest, readDocuments, readProvenance } from '../../src/store/index.ts';
import { compact, revoke, selectorOf, verify } from '../../src/upkeep/index.ts';
import { chain, crawlHere, newFolder, page, smallWeb } from '../faults/small-web.ts';
import { hookMs } from './demo-dataset.ts';
import { filesOf } from './files-of.ts';
import { heedInOneProcess } from './one-process.ts';

const heed = heedInOneProcess();
const software = { name: 'heed', version: '0.1.0' };
let counter = 0;
const options = (out: string) => ({ out, software, random: `t${String(counter++).padStart(5, '0')}`, wallClock: Date.now });

const live = async (out: string): Promise<string[]> => {
  const found: string[] = [];
  for await (const { record } of readDocuments(out)) found.push(record.url.replace(/:\d+/, ''));
  return found.sort();
};

describe('a withdrawal', () => {
  const out = join(newFolder(), 'dataset');
  let web: Awaited<ReturnType<typeof smallWeb>>;
  const crawlAll = () => crawlHere({ web, out, places: ['a.test/', 'b.test/'], flags: { scope: 'host', due: 'all' } });

  beforeAll(async () => {
    const sites = chain(3);
    web = await smallWeb(place => (place === 'b.test/copy' ? page('a.test 1') : sites(place)));
    await crawlAll();
    const selector = selectorOf('prefix', web.url('a.test/1'));
    await revoke({ ...options(out), selectors: [selector], reason: 'an objection', ticket: 'T-1' });
  }, hookMs);

  test('is in force at once, though its text is still in the shard: it is no document any more, and verify says how many wait', async () => {
    expect(await live(out)).not.toContain('http://a.test/1');
    expect(await live(out)).toContain('http://a.test/2');
    const { failures, checked } = await verify(out);
    expect(failures).toEqual([]);
    expect(checked.withdrawn).toBe(1);
    expect((await newestManifest(out)).manifest.withdrawals).toMatchObject({
      tombstones: 1,
      pending: 1,
      withdrawn: { documents: 1 },
    });
  });

  test('that waits for compaction longer than declared is a failure, and by a limit of one that verifies', async () => {
    const day = 24 * 3_600_000;
    const at = async (nowMs: number, withinMs?: number) =>
      (await verify(out, { nowMs, ...(withinMs === undefined ? {} : { withinMs }) })).failures.map(({ check }) => check);
    expect(await at(Date.now() + day - 60_000)).toEqual([]);
    expect(await at(Date.now() + day + 60_000)).toEqual(['withdrawal-late']);
    expect(await at(Date.now() + 1_000, 0)).toEqual(['withdrawal-late']);
  });

  test('leaves not one byte of the text anywhere after compaction', async () => {
    const sentence = 'The a.test 1 has a story';
    expect(filesOf(out).some(({ content }) => content.includes(sentence))).toBe(true);
    const { documents, isLate } = await compact({ ...options(out), graceMs: 0 });
    expect([documents, isLate]).toEqual([1, false]);
    expect(filesOf(out).filter(({ content }) => content.includes(sentence))).toEqual([]);
    expect(filesOf(out).some(({ content }) => content.includes('The a.test 2 has a story'))).toBe(true);
    expect(await verify(out)).toMatchObject({ failures: [], checked: { withdrawn: 0 } });
  });

  test('is not undone by the next crawl: the URL is not asked, and its row says why', async () => {
    const before = web.asked.length;
    await crawlAll();
    expect(web.asked.slice(before).map(({ place }) => place)).not.toContain('a.test/1');
    expect(await live(out)).not.toContain('http://a.test/1');
    const { manifest } = await newestManifest(out);
    const rows: string[] = [];
    for await (const { record } of readProvenance(out, { run: manifest.run }))
      if (record.url.endsWith('/1')) rows.push(`${record.url.replace(/:\d+/, '')} ${record.reason}`);
    expect(rows).toContain('http://a.test/1 refused.suppressed');
    expect(await verify(out)).toMatchObject({ failures: [] });
  });
});

test('a withdrawal from one site names the copy that another site holds, to a person and a program, and takes it where that is asked for', async () => {
  const out = join(newFolder(), 'dataset');
  const web = await smallWeb(place => (/^[xy]\.test\/$/.test(place) ? page('same story') : undefined));
  await crawlHere({ web, out, places: ['x.test/', 'y.test/'], flags: { 'content-threads': 0 } });
  const [kept = ''] = await live(out);
  const domain = kept === 'http://x.test/' ? 'y.test' : 'x.test';
  const args = ['revoke', '--out', out, '--domain', domain, '--reason', 'an objection'];
  const { stdout } = await heed([...args, '--dry-run']);
  expect(stdout).toMatch(/^0 documents would be withdrawn; nothing was changed\n1 copies at other sites stay, .*--copies/m);
  expect(stdout.replace(/:\d+/, '')).toContain(`         ${kept}\n`);
  const taken = JSON.parse((await heed([...args, '--copies', '--json'])).stdout);
  expect(taken).toMatchObject({ documents: 1, copies: { urls: [expect.stringContaining('.test')], areTaken: true } });
  expect(await live(out)).toEqual([]);
});

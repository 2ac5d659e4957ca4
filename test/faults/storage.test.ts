import { renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { databaseName, openDataset } from '../../src/store/index.ts';
import { newRun, withheldOutcome } from '../unit/store/sample.ts';
import { faulty } from './inject.ts';
import { chain, crawlHere, newFolder, reasonsOf, smallWeb } from './small-web.ts';

const newOut = (): string => join(newFolder(), 'out');

describe('F3: too little space, seen before it is none', () => {
  it('at the start: nothing is asked of anybody, and it says how much is needed', async () => {
    const web = await smallWeb(chain(3));
    const flags = { 'min-free-disk': '1000000GiB' };
    const failure = await crawlHere({ web, out: newOut(), places: ['a.test/'], flags }).catch(error => error);
    expect(failure).toMatchObject({
      code: 'ERR_STORAGE_LOW',
      exitCode: 9,
      message: /free \d+\.\d MiB more or lower min-free-disk/,
    });
    expect(web.asked).toEqual([]);
  });

  it('under way: nothing new is asked, what was judged is committed, and the run can be gone on with', async () => {
    const web = await smallWeb(chain(14));
    const out = newOut();
    const crawl = () => crawlHere({ web, out, places: ['a.test/'], flags: { delay: '60ms' } });
    const failure = await faulty([{ at: 'free', from: 2, act: 1_000 }], crawl).catch(error => error);
    expect(failure).toMatchObject({ code: 'ERR_STORAGE_LOW', exitCode: 9 });
    const pagesAsked = web.asked.filter(({ place }) => /^a\.test\/\d*$/.test(place)).length;
    expect(pagesAsked).toBeLessThan(15);
    expect(Object.keys(await reasonsOf(out, true))).toHaveLength(pagesAsked);
    expect(await crawl()).toMatchObject({ resumed: true, counts: { byReason: { kept: 15 } } });
  });
});

it('F3: no space for the last commit, after which nobody has anything to store: the run ends all the same', async () => {
  const web = await smallWeb(chain(1));
  const crawl = () => crawlHere({ web, out: newOut(), places: ['a.test/'] });
  const failure = await faulty([{ at: 'append', act: 'ENOSPC' }], crawl).catch(error => error);
  expect(failure).toMatchObject({ code: 'ERR_STORAGE_FULL', exitCode: 9 });
}, 10_000);

describe('F4: a place that cannot be written to', () => {
  it.each(['EROFS', 'EACCES', 'EDQUOT'])('%s is told before any request', async code => {
    const web = await smallWeb(chain(1));
    const crawl = () => crawlHere({ web, out: newOut(), places: ['a.test/'] });
    const failure = await faulty([{ at: 'mkdir', act: code }], crawl).catch(error => error);
    expect(failure).toMatchObject({ code: 'ERR_OUT_UNWRITABLE', exitCode: 9 });
    expect(web.asked).toEqual([]);
  });
});

describe('F10, F24: the state database', () => {
  const begun = async () => {
    const out = newFolder();
    const dataset = openDataset(out, { now: Date.now });
    await dataset.beginRun(newRun);
    dataset.stage(withheldOutcome(dataset, 'https://a.example/1'));
    await dataset.flush();
    dataset.stage(withheldOutcome(dataset, 'https://a.example/2'));
    return { out, dataset, file: join(out, databaseName) };
  };

  it('removed or replaced under us: the commit stops, it does not write into a file without a name', async () => {
    for (const harm of [rmSync, (file: string) => renameSync(file, `${file}.moved`)]) {
      const { dataset, file } = await begun();
      harm(file);
      await expect(dataset.flush()).rejects.toMatchObject({ code: 'ERR_STATE_GONE', exitCode: 10 });
      await expect(dataset.close()).rejects.toMatchObject({ code: 'ERR_STATE_GONE' });
    }
  });

  it('held by another program: waited for, not for ever', async () => {
    const { dataset, file } = await begun();
    dataset.database.exec('PRAGMA busy_timeout = 50');
    const other = new DatabaseSync(file);
    other.exec('BEGIN IMMEDIATE');
    await expect(dataset.flush()).rejects.toMatchObject({ code: 'ERR_STATE_BUSY', exitCode: 10 });
    other.exec('ROLLBACK');
    other.close();
    await expect(dataset.close()).rejects.toMatchObject({ code: 'ERR_STATE_BUSY' });
  });

  it.each([
    ['newer', 99, 'ERR_STATE_NEWER'],
    ['older', -1, 'ERR_STATE_OLDER'],
  ])('made by a version that is %s: refused, and left as it is', async (_which, version, code) => {
    const { out, dataset, file } = await begun();
    await dataset.close();
    const setVersion = new DatabaseSync(file);
    setVersion.exec(`PRAGMA user_version = ${version}`);
    setVersion.close();
    expect(() => openDataset(out, { now: Date.now })).toThrow(expect.objectContaining({ code, exitCode: 10 }));
    const after = new DatabaseSync(file);
    expect(after.prepare('PRAGMA user_version').get()?.user_version).toBe(version);
    expect(after.prepare('SELECT sum(records) AS n FROM run_count').get()?.n).toBe(2);
    after.close();
  });
});

import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { databaseName, openDataset, repairDataset } from '../../src/store/index.ts';
import { heed, temporaryFolder } from '../e2e/run-heed.ts';
import { crawlSynthetic } from './commit-crawl.ts';

const now = { now: Date.now };

/** A dataset whose state database is in one file, with the page of an index or of a table overwritten. */
async function damaged(what: 'index' | 'table'): Promise<string> {
  const out = temporaryFolder();
  await crawlSynthetic(out, 200);
  const file = join(out, databaseName);
  const db = new DatabaseSync(file);
  db.exec('PRAGMA wal_checkpoint(TRUNCATE); PRAGMA journal_mode = DELETE');
  const name = what === 'index' ? 'member_origin' : 'url';
  const page = Number(db.prepare('SELECT rootpage FROM sqlite_schema WHERE name = ?').get(name)?.rootpage);
  const size = Number(db.prepare('PRAGMA page_size').get()?.page_size);
  db.close();
  const bytes = readFileSync(file);
  bytes.fill(0x55, (page - 1) * size, page * size);
  writeFileSync(file, bytes);
  for (const suffix of ['-wal', '-shm']) rmSync(file + suffix, { force: true });
  return out;
}

describe('heed doctor --repair', () => {
  it('mends a state database whose index is damaged, and puts the damaged one aside', async () => {
    const out = await damaged('index');
    expect(() => openDataset(out, now)).toThrow(expect.objectContaining({ code: 'ERR_STATE_CORRUPT', exitCode: 10 }));
    const { code, stdout } = await heed(['doctor', '--out', out, '--repair', '--json']);
    const { detail } = JSON.parse(stdout).findings.find((finding: { check: string }) => finding.check === 'state');
    expect({ code, detail }).toMatchObject({ code: 0, detail: expect.stringContaining('a mended copy took the place') });
    expect(readdirSync(join(out, 'state')).some(name => name.includes('.damaged-'))).toBe(true);
    const dataset = openDataset(out, now);
    expect(dataset.database.prepare('SELECT sum(records) AS n FROM run_count').get()?.n).toBe(213);
    await dataset.close();
  });

  it('leaves one whose tables are damaged as it is: nothing is made up', async () => {
    const out = await damaged('table');
    const before = readFileSync(join(out, databaseName));
    await expect(repairDataset(out, Date.now())).rejects.toMatchObject({ code: 'ERR_STATE_CORRUPT', exitCode: 10 });
    expect(readFileSync(join(out, databaseName)).equals(before)).toBe(true);
    expect(readdirSync(join(out, 'state')).filter(name => name.includes('mended'))).toEqual([]);
  });
});

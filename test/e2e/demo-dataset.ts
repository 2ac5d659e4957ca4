import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { type ProvenanceRecord, readProvenance } from '../../src/store/index.ts';
import { type Ended, heed, root } from './run-heed.ts';

export const sitesFolder: string = join(root, 'fixtures/sites');

/** Limit of a hook that runs a crawl. */
export const hookMs = 120_000;

/** What becomes of every URL of the demonstration web under `standard`. */
export const expectedOutcomes: Readonly<Record<string, Pick<ProvenanceRecord, 'disposition' | 'reason'>>> = JSON.parse(
  readFileSync(join(sitesFolder, 'expected.json'), 'utf8'),
);

/** A folder that lasts as long as the tests of the file. */
export function folderOfFile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'heed-demo-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** The demonstration, run as anybody runs it. */
export const runDemo = (out: string): Promise<Ended> => heed(['demo', '--json', '--out', out]);

export async function recordsOf(out: string): Promise<readonly ProvenanceRecord[]> {
  const records: ProvenanceRecord[] = [];
  for await (const { record } of readProvenance(out)) records.push(record);
  return records;
}

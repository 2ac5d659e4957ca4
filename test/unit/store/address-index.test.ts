import { randomBytes } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type Dataset, erasureKeys, openAddressIndex, readAddressIndex } from '../../../src/store/index.ts';
import { addressOf } from '../../../src/upkeep/address.ts';
import { at, keptOutcome, newRun, open, originOf, temporaryFolder } from './sample.ts';

const url = (path: string): string => `https://a.example/${path}`;

/** Keeps a page in which these addresses were masked. */
function keep(dataset: Dataset, out: string, path: string, ...addresses: readonly string[]): void {
  const index = openAddressIndex(out, dataset.database);
  const outcome = keptOutcome(dataset, url(path));
  const id = outcome.document?.row.id ?? '';
  dataset.stage({ ...outcome, apply: () => index.record(originOf(url(path)), url(path), id, addresses) });
}

/** Where an address was masked, whatever key it was keyed with. */
function find(out: string, address: string): readonly string[] {
  const index = readAddressIndex(out);
  const pages = index?.pagesOf(addressOf(address, erasureKeys(out)).keyedByAny) ?? [];
  index?.close();
  return pages.map(page => new URL(page).pathname).sort();
}

async function indexed(): Promise<{ out: string; dataset: Dataset }> {
  const out = temporaryFolder();
  const dataset = open(out);
  await dataset.beginRun(newRun);
  keep(dataset, out, '1', 'Jane.Roe@mail.test', 'other@mail.test');
  keep(dataset, out, '2', 'jane.roe@MAIL.test');
  keep(dataset, out, '3', 'mary@mail.test');
  await dataset.flush();
  return { out, dataset };
}

test('the index says in which live documents an address was masked, holds no address, and forgets a document with its withdrawal', async () => {
  const { out, dataset } = await indexed();
  expect(find(out, ' jane.roe@mail.test ')).toEqual(['/1', '/2']);
  expect(find(out, 'roe@mail.test')).toEqual([]);
  await dataset.withdraw({ kind: 'url', value: url('1') }, { reason: 'withdrawn.revoked', sightedAt: at });
  expect(find(out, 'jane.roe@mail.test')).toEqual(['/2']);
  expect(find(out, 'other@mail.test')).toEqual([]);
  expect(dataset.database.prepare('SELECT count(*) AS n FROM masked_address').get()).toEqual({ n: 2 });
  await dataset.close();
  expect(readFileSync(join(out, 'state/heed.sqlite')).includes('mail.test')).toBe(false);
});

test('a key that was written above an older one makes the new entries, and the old ones are found as before', async () => {
  const { out, dataset } = await indexed();
  await dataset.close();
  const file = join(out, 'state/erasure.key');
  const first = readFileSync(file, 'utf8');
  writeFileSync(file, `${randomBytes(32).toString('hex')}\n${first}`);
  const again = open(out);
  await again.resumeRun();
  keep(again, out, '4', 'jane.roe@mail.test');
  await again.close();
  expect(find(out, 'jane.roe@mail.test')).toEqual(['/1', '/2', '/4']);
});

test.each([
  ['in the place of the old one', (file: string) => writeFileSync(file, `${randomBytes(32).toString('hex')}\n`), /lacks a key/],
  ['that is none, beside it', (file: string) => writeFileSync(file, `x\n${readFileSync(file, 'utf8')}`), /not the key/],
  ['that is gone', (file: string) => rmSync(file), /not the key/],
])('a key %s closes the dataset until it is restored', async (_how, lose, message) => {
  const { out, dataset } = await indexed();
  await dataset.close();
  const file = join(out, 'state/erasure.key');
  const before = readFileSync(file);
  lose(file);
  expect(() => open(out)).toThrow(message);
  writeFileSync(file, before);
  await open(out).close();
});

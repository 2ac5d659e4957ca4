import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { checkProof, prove } from '../../../src/upkeep/index.ts';
import { keptOutcome, newRun, open, originOf, provenance, temporaryFolder } from '../store/sample.ts';

test('what a run that is not finished has written is in no manifest: the row of the one before is proved', async () => {
  const out = temporaryFolder();
  const dataset = open(out);
  const url = 'https://a.example/1';
  const { name } = await dataset.beginRun(newRun);
  dataset.stage(keptOutcome(dataset, url));
  await dataset.finishRun();
  await dataset.beginRun({ ...newRun, random: 'ef34gh' });
  dataset.stage({ origin: originOf(url), provenance: provenance(dataset, url) });
  await dataset.flush();
  const { record, manifest } = await prove(out, url, 'provenance');
  expect([manifest.run, JSON.parse(record).run]).toEqual([name, name]);
});

/** Members of a proof or a manifest. */
interface Made {
  readonly record: string;
  readonly line: number;
  readonly path: readonly string[];
  readonly resources: readonly object[];
}

describe('a proof is checked against nothing but what is handed over', () => {
  const url = 'https://a.example/1';
  /** A proof and its manifest, as texts. */
  async function proved(): Promise<{ proof: string; manifest: string }> {
    const out = temporaryFolder();
    const dataset = open(out);
    await dataset.beginRun(newRun);
    for (const other of [url, 'https://a.example/2', 'https://a.example/3']) dataset.stage(keptOutcome(dataset, other));
    const { run } = await dataset.finishRun();
    await dataset.close();
    const manifest = readFileSync(join(out, 'manifests', `${run}.json`), 'utf8');
    return { proof: JSON.stringify(await prove(out, url, 'provenance')), manifest };
  }
  const edited = (text: string, change: (made: Made) => object): string => {
    const made = JSON.parse(text);
    return JSON.stringify({ ...made, ...change(made) });
  };

  test('and holds as it was made', async () => {
    expect(checkProof(await proved())).toMatchObject({ url, hasManifest: true, failures: [] });
  });

  test.each<[string, 'proof' | 'manifest', (made: Made) => object, string]>([
    ['the record is another', 'proof', ({ record }) => ({ record: record.replace('kept', 'keqt') }), 'the record is not line 1'],
    ['the record is of another page', 'proof', () => ({ url: 'https://a.example/2' }), 'the record is not about'],
    ['the record is of another line', 'proof', ({ line }) => ({ line: line + 1 }), 'the record is not line 2'],
    ['the way to the root is cut', 'proof', ({ path }) => ({ path: path.slice(1) }), 'the record is not line 1'],
    [
      'the manifest was edited elsewhere',
      'manifest',
      () => ({ created: '2020-01-01T00:00:00.000Z' }),
      'the manifest is not that of run',
    ],
    ['the manifest lists no such file', 'manifest', () => ({ resources: [] }), 'the manifest does not list'],
    [
      'the manifest lists another number of lines',
      'manifest',
      ({ resources }) => ({ resources: resources.map((one: object) => ({ ...one, records: 4 })) }),
      'the manifest does not list',
    ],
    ['the manifest is of another run', 'manifest', () => ({ run: '20200101T000000Z-none' }), 'the manifest does not list'],
    ['it is no proof', 'proof', () => ({ type: 'another' }), 'this is no proof'],
  ])('and fails where %s', async (_what, file, change, why) => {
    const files = await proved();
    const { failures } = checkProof({ ...files, [file]: edited(files[file], change) });
    expect(failures.join()).toContain(why);
  });
});

import { expect, test } from 'vitest';
import { prove } from '../../../src/upkeep/index.ts';
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

import { expect, test } from 'vitest';
import { ownProofs } from '../../../src/crawl/recheck/own-proofs.ts';
import { readProof, type StandingDocument } from '../../../src/store/index.ts';
import type { Digest } from '../../../src/vocab/index.ts';
import { at, newRun, open, temporaryFolder } from '../store/sample.ts';

test('the proofs of a page that may not be named are put into the evidence of the run that names them, with the same digests', async () => {
  const out = temporaryFolder();
  const dataset = open(out);
  const put = (text: string) => dataset.evidence.put({ kind: 'proof', url: 'https://a.example/', at, proof: proofOf(text) });
  const proofOf = (text: string) => ({ url: 'https://a.example/', retrieved_at: at, outcome: 'unavailable', status: 404, text });
  const crawl = await dataset.beginRun(newRun);
  const [page, tree] = [await put('page'), await put('tree')];
  await dataset.close();
  const again = open(out);
  const recheck = await again.beginRun({ ...newRun, kind: 'recheck', random: 'ef56gh' });
  const render = { proof: { ...tree.warc, digest: tree.digest } };
  const document = { render } as unknown as StandingDocument;
  const judged = { proof: page };
  const mayCite = ({ file }: { readonly file: string }): boolean => !file.includes(crawl.name);
  const own = await ownProofs(document, judged, { dataset: again, mayCite });
  await again.flush();
  const files = [own.judged.proof?.warc.file, own.document.render?.proof?.file];
  expect(files.every(file => file?.includes(recheck.name))).toBe(true);
  expect([own.judged.proof?.digest, own.document.render?.proof?.digest]).toEqual([page.digest, tree.digest]);
  const ref = own.document.render?.proof as typeof page.warc & { digest: Digest };
  expect((await readProof(out, ref)).url).toBe('https://a.example/');
  expect(await ownProofs(document, judged, { dataset: again, mayCite: () => true })).toEqual({ document, judged });
});

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isCaseError, pageProof } from '../../../src/assess/index.ts';
import type { OriginDeclarations } from '../../../src/crawl/declared/declarations.ts';
import { judgeStored } from '../../../src/crawl/recheck/judge-stored.ts';
import type { Task } from '../../../src/frontier/index.ts';
import { openDataset, type StandingDocument, type StoredPlace } from '../../../src/store/index.ts';
import type { Carriers, Digest, Exchange } from '../../../src/vocab/index.ts';
import { agents, policies, reader, withDefaults } from '../../vectors/load.ts';
import { at, newRun, nowMs } from '../store/sample.ts';

const silent = '<!doctype html><head></head><p>Text';
const refusing = '<!doctype html><head><meta name="robots" content="noai"></head><p>Text';
const url = 'https://site.example/a';

function carriersOf(body: string, robots = ''): Carriers & { readonly page: Exchange } {
  const response = { status: 200, headers: [['content-type', 'text/html']], body };
  const read = reader.read(withDefaults({ origin: { robots: { status: 200, body: robots } }, response }));
  if (isCaseError(read) || read.carriers.page === null) throw new Error('the case could not be read');
  return { ...read.carriers, page: read.carriers.page };
}

const out = mkdtempSync(join(tmpdir(), 'heed-stored-'));
const stored = new Map<string, StoredPlace['warc'] & { readonly digest: Digest }>();
beforeAll(async () => {
  const dataset = openDataset(out, { now: () => nowMs });
  await dataset.beginRun(newRun);
  for (const body of [silent, refusing]) {
    const proof = { ...pageProof(carriersOf(body).page) };
    const { warc, digest } = await dataset.evidence.put({ kind: 'proof', url, at, proof });
    stored.set(body, { ...warc, digest });
  }
  await dataset.close();
});
afterAll(() => rmSync(out, { recursive: true, force: true }));

/** A document that stands on a page as it was sent, and as a browser made it where there is such a form, judged again. */
async function judged(sent: string, tree?: string | 'lost' | 'forged' | 'failed', robots = ''): Promise<string | undefined> {
  const proof = stored.get(sent);
  const ofTree = stored.get(tree === 'forged' ? silent : (tree ?? ''));
  const lost = { ...proof, offset: 10_000_000 };
  const forged = ofTree && { ...ofTree, digest: `sha256:${'0'.repeat(64)}` };
  const render =
    tree === undefined
      ? {}
      : { render: { outcome: tree === 'failed' ? 'failed' : 'rendered', proof: { lost, forged }[tree] ?? ofTree } };
  const { page: _, ...carriers } = carriersOf(silent, robots);
  const found = await judgeStored(
    { url, proof, ...render } as unknown as StandingDocument,
    { url } as Task,
    { carriers } as unknown as OriginDeclarations,
    at,
    {
      ...{ out, categories: ['train-ai'], declarations: { license: async () => Promise.reject(new Error('none is named')) } },
      asker: { productToken: 'heed', policy: policies.standard!, facts: { agents } },
    },
  );
  return found?.reason;
}

describe('a document judged again from its stored page', () => {
  test.each<[what: string, sent: string, tree: string | undefined, robots: string, reason: string | undefined]>([
    ['that says nothing stays', silent, undefined, '', 'unchanged'],
    ['that refuses goes', refusing, undefined, '', 'withheld.markup.robots'],
    ['whose origin refuses now goes', silent, undefined, 'Content-Usage: train-ai=n', 'withheld.robots.content-usage'],
    ['that was run in a browser and says nothing stays', silent, silent, '', 'unchanged'],
    ['whose tree refuses goes', silent, refusing, '', 'withheld.markup.robots'],
    ['that refuses as it was sent goes, whatever its tree says', refusing, silent, '', 'withheld.markup.robots'],
    ['whose tree is not there is not known', silent, 'lost', '', undefined],
    ['whose tree is not the one that was recorded is not known', silent, 'forged', '', undefined],
    ['that was not run to its end is not known', silent, 'failed', '', undefined],
  ])('%s', async (_what, sent, tree, robots, reason) => {
    expect(await judged(sent, tree, robots)).toBe(reason);
  });
});

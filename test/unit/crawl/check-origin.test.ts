import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { isCaseError, pageProof } from '../../../src/assess/index.ts';
import type { OriginDeclarations } from '../../../src/crawl/declared/declarations.ts';
import { checkOrigin, type OriginContext } from '../../../src/crawl/recheck/check-origin.ts';
import { type Cursor, type Outcome, openDataset, type StandingDocument, type StoredPlace } from '../../../src/store/index.ts';
import type { Carriers, Digest, Exchange } from '../../../src/vocab/index.ts';
import { agents, policies, reader, withDefaults } from '../../vectors/load.ts';
import { at, newRun, nowMs, originOf, policyDigest } from '../store/sample.ts';

const origin = originOf('https://site.example/');
const day = 24 * 3_600_000;

function carriersOf(robots: string): Carriers & { readonly page: Exchange } {
  const response = { status: 200, headers: [['content-type', 'text/html']], body: '<!doctype html><p>Text' };
  const read = reader.read(withDefaults({ origin: { robots: { status: 200, body: robots } }, response }));
  if (isCaseError(read) || read.carriers.page === null) throw new Error('the case could not be read');
  return { ...read.carriers, page: read.carriers.page };
}

const out = mkdtempSync(join(tmpdir(), 'heed-origin-'));
let proof: StoredPlace['warc'] & { readonly digest: Digest };
beforeAll(async () => {
  const dataset = openDataset(out, { now: () => nowMs });
  await dataset.beginRun(newRun);
  const { page } = carriersOf('');
  const { warc, digest } = await dataset.evidence.put({ kind: 'proof', url: page.url, at, proof: { ...pageProof(page) } });
  proof = { ...warc, digest };
  await dataset.close();
});
afterAll(() => rmSync(out, { recursive: true, force: true }));

/** An origin with so many documents, each judged with something else before, and what becomes of them. */
async function checked(count: number, robots: string, change: (document: StandingDocument) => StandingDocument = one => one) {
  const { page: _, ...carriers } = carriersOf(robots);
  const documents = Array.from({ length: count }, (_, index) =>
    change({
      url: `https://site.example/${index}`,
      document_id: `${index}`,
      proof,
      judgedAtMs: nowMs - 30 * day,
    } as StandingDocument),
  );
  const staged: Outcome[] = [];
  const [standing, failing]: [string[], string[]] = [[], []];
  const standings = {
    silenceOf: () => undefined,
    setSilence: () => {},
    judgedOtherwise: (_origin: string, _said: string, limit: number, [from]: Cursor = [-1, '']) =>
      documents.slice(from + 1, from + 1 + limit).map((one, index) => ({ ...one, cursor: [from + 1 + index, ''] })),
    judgedWith: (_origin: string, stays: readonly StandingDocument[]) => standing.push(...stays.map(({ url }) => url)),
    failing: (_origin: string, url: string) => failing.push(url),
  };
  const context = {
    ...{ out, categories: ['train-ai'], asker: { productToken: 'heed', policy: policies.standard, facts: { agents } } },
    dataset: {
      out,
      stage: (one: Outcome) => staged.push(one),
      declare: (_: unknown, apply?: () => void) => apply?.(),
      ready: async () => {},
    },
    recrawl: { saidBy: () => 'sha256:now', standsMs: 7 * day, standings },
    ...{ known: { task: () => undefined }, wallClock: () => nowMs, isStopping: () => false, mayCite: () => true },
    record: { run: newRun.random, productToken: 'heed', policyDigest, source: 'test', clockSkewMs: () => undefined },
  } as unknown as OriginContext;
  const set = { origin, carriers, record: { digest: policyDigest }, places: new Map() } as unknown as OriginDeclarations;
  return { found: await checkOrigin(set, context), staged, standing, failing };
}

test('every document of an origin is judged again, however many there are', async () => {
  const { found, standing, staged } = await checked(201, '');
  expect(found).toEqual({ isReached: true, judged: 201, withdrawn: 0 });
  expect([new Set(standing).size, staged.length]).toEqual([201, 0]);
});

test('and withdrawn where its origin refuses now', async () => {
  const { found, standing, staged } = await checked(3, 'Content-Usage: train-ai=n');
  expect(found).toEqual({ isReached: true, judged: 3, withdrawn: 3 });
  expect([new Set(staged.map(({ provenance }) => provenance.url)).size, standing.length]).toEqual([3, 0]);
  expect(new Set(staged.map(({ withdraws }) => withdraws?.reason))).toEqual(new Set(['withdrawn.robots.content-usage']));
});

test('nothing stands for ever on a page that is lost: it waits for as long as documents stand, and falls then', async () => {
  const lost = (failingSinceMs: number | undefined) => (one: StandingDocument) =>
    ({
      ...one,
      proof: { ...one.proof, offset: 10_000_000 },
      ...(failingSinceMs === undefined ? {} : { failingSinceMs }),
    }) as StandingDocument;
  for (const since of [undefined, nowMs - 7 * day]) {
    const { staged, standing, failing } = await checked(2, '', lost(since));
    expect([staged.length, standing.length, failing.length]).toEqual([0, 0, 2]);
  }
  const { staged, standing } = await checked(2, '', lost(nowMs - 7 * day - 1));
  expect(staged.map(({ withdraws }) => withdraws?.reason)).toEqual(['withdrawn.unreachable', 'withdrawn.unreachable']);
  expect(standing).toEqual([]);
});

import { hash } from 'node:crypto';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type Offer, openFrontier } from '../../src/frontier/index.ts';
import { type Dataset, databaseName, openDataset, type ProvenanceRecord, type Sha256 } from '../../src/store/index.ts';
import type { Digest, Instant, Kept, OriginKey } from '../../src/vocab/index.ts';

const digest = `sha256:${'a'.repeat(64)}` as Digest;
const at = new Date(0).toISOString() as Instant;

const pageOffer = (i: number): Offer => ({
  url: `https://o${i % 23}.example/${i}`,
  origin: `https://o${i % 23}.example:443` as OriginKey,
  depth: Math.floor(Math.log2(i + 1)),
});
const elsewhere = (i: number): Offer => ({
  url: `https://elsewhere.example/${i % 13}`,
  origin: 'https://elsewhere.example:443' as OriginKey,
  depth: 1,
  refusal: 'refused.out-of-scope',
});

const record = (run: string, url: string, rest: Partial<ProvenanceRecord>): ProvenanceRecord => ({
  id: hash('sha256', url).slice(0, 16),
  url,
  hops: [],
  depth: 0,
  run,
  at,
  agent: 'heed',
  disposition: 'withhold',
  reason: 'refused.out-of-scope',
  verdicts: {},
  evidence: [],
  policy: digest,
  ...rest,
});

/**
 * "Crawls" a synthetic web that answers from memory: page i links to pages 2i+1 and 2i+2, to an earlier one, and to a page elsewhere that is
 * refused. As a process of its own (`node commit-crawl.ts OUT PAGES`) it says `ready` with the size of the write-ahead log, and `done` at the end.
 */
export async function crawlSynthetic(out: string, total: number, onReady: (logBytes: number) => void = () => {}): Promise<void> {
  const dataset = openDataset(out, { now: Date.now, limits: { maxRows: 8, maxAgeMs: 20, maxSegmentBytes: 60_000 } });
  try {
    await crawlInto(dataset, total, onReady);
  } finally {
    await dataset.close();
  }
}

async function crawlInto(dataset: Dataset, total: number, onReady: (logBytes: number) => void): Promise<void> {
  const settings = {
    policy: { id: 'standard', digest },
    agents: { version: '1' },
    software: { name: 'heed', version: '0' },
    overrides: {},
    config: {},
  };
  const run =
    (await dataset.resumeRun()) ??
    (await dataset.beginRun({ kind: 'crawl', random: `p${process.pid}`.padEnd(4, '0'), ...settings }));
  const frontier = openFrontier(dataset.database, { delayMs: 0, now: () => performance.now() });
  const seeds = frontier.offer([pageOffer(0)]);
  if (seeds.fresh.length > 0) seeds.apply();
  onReady(statSync(join(dataset.out, `${databaseName}-wal`)).size);

  async function crawlPage(task: NonNullable<ReturnType<typeof frontier.next>>): Promise<void> {
    const { url, origin } = task;
    const i = Number(url.slice(url.lastIndexOf('/') + 1));
    const { warc, digest: proof } = await dataset.evidence.put({ kind: 'proof', url, at, proof: { i } });
    await setImmediate();
    frontier.release(origin, performance.now());
    const links = [2 * i + 1, 2 * i + 2, i >> 1].filter(j => j < total).map(pageOffer);
    const offered = frontier.offer([...links, elsewhere(i)]);
    const text = `text of page ${i} `.repeat(20);
    const text_sha256 = hash('sha256', text) as Sha256;
    const isKept = i % 3 !== 0;
    const reason = isKept ? 'kept' : 'withheld.robots.rule';
    const id = `d${i}`;
    const common = { reason, page_proof: { ...warc, digest: proof } } as const;
    const provenance = record(run.name, url, isKept ? { ...common, disposition: 'keep', document_id: id, text_sha256 } : common);
    const metadata = { provenance_id: provenance.id, payload_sha256: text_sha256, text_sha256, policy: digest };
    const row = { id, text, source: 'test', added: at, url, date: at, dump: run.name, metadata };
    const verdict: Kept = {
      question: { about: 'train-ai', url, productToken: 'heed', at },
      finding: { preference: 'allow', determining: [{} as never], overridden: [] },
      disposition: 'keep',
      anomalies: [],
      unheard: [],
      readings: new Map(),
      policy: { id: 'standard', digest },
    };
    const apply = (): void => {
      offered.apply();
      frontier.finish(task, reason);
    };
    dataset.stage({ origin, provenance, apply, ...(isKept ? { document: { row, verdict } } : {}) });
    for (const { url, origin, refusal } of offered.fresh)
      if (refusal !== undefined) dataset.stage({ origin, provenance: record(run.name, url, {}) });
  }

  while (!frontier.isFinished()) {
    const tasks = [];
    for (let task = frontier.next(); task !== undefined && tasks.push(task) < 6; task = frontier.next());
    if (tasks.length === 0) await dataset.flush();
    await Promise.all(tasks.map(crawlPage));
    await dataset.ready();
  }
  await dataset.finishRun();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [out = '', pages = '0'] = process.argv.slice(2);
  await crawlSynthetic(out, Number(pages), size => console.log(`ready ${size}`));
  console.log('done');
}

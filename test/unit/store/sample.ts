import { hash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import {
  type Dataset,
  type DocumentRow,
  type NewRun,
  type Outcome,
  openDataset,
  type ProvenanceRecord,
  type Sha256,
} from '../../../src/store/index.ts';
import type { Digest, Evidence, Instant, Kept, OriginKey } from '../../../src/vocab/index.ts';

export const at = '2026-11-23T10:00:00.000Z' as Instant;
export const nowMs = Date.parse(at);
export const policyDigest = `sha256:${'a'.repeat(64)}` as Digest;

/** An empty folder that is gone when the test is over. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'heed-store-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export function open(
  out: string,
  limits: Parameters<typeof openDataset>[1]['limits'] = {},
  options: Partial<Parameters<typeof openDataset>[1]> = {},
): Dataset {
  const dataset = openDataset(out, { now: () => nowMs, limits: { maxAgeMs: 60_000, ...limits }, ...options });
  onTestFinished(() => dataset.close().catch(() => {}));
  return dataset;
}

export const newRun: NewRun = {
  kind: 'crawl',
  random: 'ab12cd',
  policy: { id: 'standard', digest: policyDigest },
  agents: { version: '2026-11-01' },
  software: { name: 'heed', version: '0.1.0' },
  overrides: {},
  config: { delayMs: 1000 },
};

export const originOf = (url: string): OriginKey => {
  const { protocol, hostname, port } = new URL(url);
  return `${protocol}//${hostname}:${port || (protocol === 'https:' ? 443 : 80)}` as OriginKey;
};

const looked: Evidence = {
  signal: 'robots.rule',
  source: { url: 'https://a.example/robots.txt', retrievedAt: at, digest: policyDigest },
  locator: { kind: 'absence', looked: 'a rule for this path' },
  quote: '',
  spec: 'RFC 9309 §2.2.2',
};

export const kept: Kept = {
  question: { about: 'train-ai', url: 'https://a.example/', productToken: 'heed', at },
  finding: { preference: 'unknown', because: 'silent', looked: [looked], overridden: [] },
  disposition: 'keep',
  anomalies: [],
  unheard: [],
  readings: new Map(),
  policy: { id: 'standard', digest: policyDigest },
};

const hex = (text: string): Sha256 => hash('sha256', text) as Sha256;

export const provenance = (dataset: Dataset, url: string, rest: Partial<ProvenanceRecord> = {}): ProvenanceRecord => ({
  id: `p-${hex(`${dataset.run?.name} ${url}`).slice(0, 16)}`,
  url,
  hops: [],
  depth: 0,
  run: dataset.run?.name ?? '',
  at,
  agent: 'heed',
  disposition: 'withhold',
  reason: 'withheld.robots.rule',
  verdicts: {},
  evidence: [],
  policy: policyDigest,
  ...rest,
});

export function keptOutcome(dataset: Dataset, url: string, text = `text of ${url}`, rest: Partial<Outcome> = {}): Outcome {
  const id = hex(`${url} ${text}`).slice(0, 32);
  const record = provenance(dataset, url, {
    document_id: id,
    disposition: 'keep',
    reason: 'kept',
    text_sha256: hex(text),
    payload_sha256: hex(`<p>${text}`),
  });
  const row: DocumentRow = {
    id,
    text,
    source: 'test',
    added: at,
    url,
    date: at,
    dump: record.run,
    metadata: { provenance_id: record.id, payload_sha256: hex(`<p>${text}`), text_sha256: hex(text), policy: policyDigest },
  };
  return { origin: originOf(url), provenance: record, document: { row, verdict: kept }, ...rest };
}

export const withheldOutcome = (dataset: Dataset, url: string, rest: Partial<Outcome> = {}): Outcome => ({
  origin: originOf(url),
  provenance: provenance(dataset, url),
  ...rest,
});

export async function collect<T>(iterable: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of iterable) list.push(item);
  return list;
}

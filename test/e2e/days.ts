import { expect } from 'vitest';
import {
  type CrawlEvent,
  type CrawlSummary,
  crawl,
  type RecheckOptions,
  type RecheckSummary,
  recheck,
} from '../../src/crawl/index.ts';
import { loadAgents, loadPolicy, readSettings } from '../../src/settings/index.ts';
import { type ProvenanceRecord, readDocuments, readProvenance, readTombstones, type Tombstone } from '../../src/store/index.ts';
import { compact } from '../../src/upkeep/index.ts';
import { onLoopback } from '../faults/small-web.ts';
import type { ChangingWeb } from './changing-web.ts';

const dayMs = 24 * 3_600_000;
/** The day on which everything begins. */
const began = Date.UTC(2026, 10, 1, 12);
let runs = 0;

export interface Day {
  readonly web: ChangingWeb;
  readonly out: string;
  readonly flags?: Readonly<Record<string, unknown>>;
}

function optionsOf(day: number, { web, out, flags = {} }: Day) {
  const { config } = readSettings({
    flags: {
      ...{ contact: 'https://heed.test/bot', 'allow-private-network': true, port: [web.port], delay: 0 },
      ...{ 'defer-limit': '600ms', 'request-timeout': '2s', 'content-threads': 0 },
      ...flags,
    },
    environment: {},
  });
  const started = performance.now();
  return {
    ...{ config, out, agents: loadAgents(), lookup: onLoopback, nameServerAnswers: async () => false },
    identity: { product: 'heed', version: '0.0.0', contact: 'https://heed.test/bot' },
    software: { name: 'heed', version: '0.0.0' },
    random: `phase${runs++}`,
    wallClock: () => Math.round(began + day * dayMs + performance.now() - started),
    stop: new AbortController().signal,
  } as const;
}

/** One crawl of the web, so many days after the first. @param seeds `host/path` */
export function crawlOn(
  day: number,
  on: Day,
  seeds: readonly string[] = [],
  more: Pick<Parameters<typeof crawl>[0], 'onEvent'> = {},
): Promise<CrawlSummary> {
  const options = optionsOf(day, on);
  return crawl({ ...options, ...more, seeds: seeds.map(on.web.url), policy: loadPolicy(options.config.policy) });
}

/** The same, stopped as soon as so many pages were judged. */
export async function interruptedOn(day: number, on: Day, pages: number, seeds: readonly string[] = []): Promise<CrawlSummary> {
  const stopping = new AbortController();
  let judged = 0;
  const onEvent = ({ event }: CrawlEvent): void => {
    if (event === 'page.judged' && ++judged === pages) stopping.abort();
  };
  const flags = { concurrency: 1, ...on.flags };
  const options = { ...optionsOf(day, { ...on, flags }), onEvent, stop: stopping.signal, seeds: seeds.map(on.web.url) };
  const summary = await crawl({ ...options, policy: loadPolicy(options.config.policy) });
  expect(summary.ended).toBe('interrupted');
  return summary;
}

export function recheckOn(day: number, on: Day, what: Partial<RecheckOptions> = {}): Promise<RecheckSummary> {
  return recheck({ ...optionsOf(day, on), olderThanMs: dayMs / 2, pages: 'none', ...what });
}

export const placeOf = (url: string): string => url.replace(/^http:\/\/([^:/]+):\d+/, '$1');

export async function rowsOf(out: string, run: string): Promise<Record<string, ProvenanceRecord>> {
  const rows: Record<string, ProvenanceRecord> = {};
  for await (const { record } of readProvenance(out, { run })) {
    expect(rows[placeOf(record.url)], `${record.url} has one row`).toBeUndefined();
    rows[placeOf(record.url)] = record;
  }
  return rows;
}

export const reasonsOf = async (out: string, run: string): Promise<Record<string, string>> =>
  Object.fromEntries(Object.entries(await rowsOf(out, run)).map(([place, { reason }]) => [place, reason]));

export async function documentsOf(out: string): Promise<Record<string, string>> {
  const documents: Record<string, string> = {};
  for await (const { record } of readDocuments(out)) documents[placeOf(record.url)] = record.text.split(' has ')[0] ?? '';
  return documents;
}

export async function tombstonesOf(out: string, run: string): Promise<Record<string, Tombstone>> {
  const found: Record<string, Tombstone> = {};
  for await (const { record } of readTombstones(out, { run })) found[placeOf(record.url)] = record;
  return found;
}

export const whyWithdrawn = async (out: string, run: string): Promise<Record<string, string>> =>
  Object.fromEntries(Object.entries(await tombstonesOf(out, run)).map(([place, { reason }]) => [place, reason]));

/** Takes withdrawn text out of the shards, at once. */
export async function compactOn(day: number, out: string): Promise<void> {
  const software = { name: 'heed', version: '0.0.0' };
  const wallClock = (): number => Math.round(began + day * dayMs);
  await compact({ out, software, random: `phase${runs++}`, wallClock, graceMs: 0 });
}

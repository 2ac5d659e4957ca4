import { existsSync, readdirSync, readFileSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type AuditRecord, pageProof } from '../../../src/assess/index.ts';
import { recordsFromEvidence, saved } from '../../../src/audit/index.ts';
import type { Dataset, ExchangeRecord, VisitRecord } from '../../../src/store/index.ts';
import type { Exchange, OriginKey } from '../../../src/vocab/index.ts';
import { newRun, open, temporaryFolder } from '../store/sample.ts';
import { carriersOf, failingAt, measured, type Site, yardstick } from './facts.ts';

const sites: Readonly<Record<string, Site>> = {
  'closed.example': { robots: 'User-agent: *\nDisallow: /' },
  'named.example': {
    ...{ robots: 'User-agent: GPTBot, CCBot\nDisallow: /', tdmrep: 404, aiTxt: 404, trustTxt: 'datatrainingallowed=no' },
    page: {
      status: 200,
      fields: [
        ['Content-Type', 'text/html'],
        ['X-Robots-Tag', 'noai'],
        ['Server', 'nginx'],
      ],
      body: '<html lang=de>',
    },
  },
  'broken.example': { robots: 503 },
  'dead.example': { robots: 'timeout' },
  'html.example': { robots: '<!doctype html><p>Hello', tdmrep: '{', aiTxt: 403, trustTxt: 404, page: 404 },
};

async function stored(dataset: Dataset, exchange: Exchange): Promise<ExchangeRecord> {
  const { url, retrieval } = exchange;
  if (retrieval.outcome === 'not-attempted') return { url, outcome: retrieval.outcome, why: retrieval.why };
  const { warc } = await dataset.evidence.put({ kind: 'exchange', exchange });
  return { url, outcome: retrieval.outcome, warc };
}

async function visitOf(dataset: Dataset, domain: string, position: number): Promise<VisitRecord> {
  const { robots, tdmrep, aiTxt, trustTxt, page } = carriersOf(sites[domain] ?? {}, domain);
  const place =
    page && (await dataset.evidence.put({ kind: 'proof', url: page.url, at: page.retrievedAt!, proof: { ...pageProof(page) } }));
  return {
    ...{ position, asked: domain, domain, attempts: [], origin: `https://${domain}:443` as OriginKey },
    declarations: {
      robots: await stored(dataset, robots),
      tdmrep: await stored(dataset, tdmrep),
      ai_txt: await stored(dataset, aiTxt),
      trust_txt: await stored(dataset, trustTxt),
      licenses: [],
    },
    ...(page && place
      ? {
          page: {
            url: page.url,
            outcome: page.retrieval.outcome as 'successful',
            proof: { ...place.warc, digest: place.digest },
          },
        }
      : {}),
  };
}

/** An audit of the sites above and of one entry that is no host. */
async function audited(): Promise<string> {
  const out = temporaryFolder();
  const dataset = open(out);
  await dataset.beginRun({ ...newRun, kind: 'audit' });
  const visits: VisitRecord[] = [];
  for (const domain of Object.keys(sites)) visits.push(await visitOf(dataset, domain, visits.length + 1));
  visits.push({ position: visits.length + 1, asked: 'no host!', why: 'not a host name', attempts: [] });
  await dataset.flush();
  dataset.sealVisits(visits);
  await dataset.finishRun();
  return out;
}

async function pass(out: string, file: string): Promise<string> {
  const lines = saved(recordsFromEvidence(out, { yardstick }), file);
  for await (const _ of lines.records);
  await lines.commit();
  return readFileSync(file, 'utf8');
}

const linesOf = (text: string): readonly AuditRecord[] =>
  text
    .trim()
    .split('\n')
    .map(line => JSON.parse(line) as AuditRecord);
const withoutPlaces = (record: AuditRecord): AuditRecord => ({
  ...record,
  evidence: record.evidence.map(({ warc: _, ...rest }) => rest),
});

describe('the lines of an audit, made from what it stored', () => {
  test('are those of the live answers, in the order of the list, each piece of evidence with the place of its bytes', async () => {
    const out = await audited();
    const records = linesOf(await pass(out, join(out, 'audit.jsonl')));
    expect(records.map(({ asked }) => asked)).toEqual([...Object.keys(sites), 'no host!']);
    for (const [index, record] of records.slice(0, -1).entries()) {
      const { position: _, ...live } = measured(sites[record.domain] ?? {}, {}, record.domain);
      expect(withoutPlaces(record)).toEqual({ ...live, position: index + 1 });
    }
    const [, named] = records;
    const found = named?.evidence.filter(({ source }) => source.digest !== undefined) ?? [];
    expect(found.length).toBeGreaterThan(2);
    for (const { warc } of found) expect(warc?.file).toMatch(/^evidence\//);
    expect(records.at(-1)).toMatchObject({ domain: 'no host!', reach: 'not-checked', why: 'not a host name', tld: '' });
  });

  test('are the same octets whenever they are made', async () => {
    const out = await audited();
    expect(await pass(out, join(out, 'a.jsonl'))).toBe(await pass(out, join(out, 'b.jsonl')));
  });

  test('are not made of less than was stored: evidence that is damaged is an error, and no file is left', async () => {
    const out = await audited();
    const folder = join(out, 'evidence', readdirSync(join(out, 'evidence'))[0] ?? '');
    truncateSync(join(folder, readdirSync(folder)[0] ?? ''), 900);
    const file = join(out, 'audit.jsonl');
    await expect(pass(out, file)).rejects.toMatchObject({ code: expect.stringMatching(/^ERR_EVIDENCE_/) });
    expect(readdirSync(out).filter(name => name.startsWith('audit.jsonl'))).toEqual([]);
  });

  test('a fault of ours at one domain is told, its line says so, and the others are as they were', async () => {
    const out = await audited();
    const told: string[] = [];
    const lines: AuditRecord[] = [];
    const pass = { yardstick: failingAt(2), onFault: (domain: string) => told.push(domain) };
    for await (const record of recordsFromEvidence(out, pass)) lines.push(record);
    expect(told).toEqual(['named.example']);
    expect(lines.map(({ reach, why }) => why ?? reach)).toEqual([
      ...['reachable', 'fault', 'reachable', 'unreachable', 'reachable', 'not a host name'],
    ]);
    expect(lines[1]).toMatchObject({ domain: 'named.example', position: 2, reach: 'not-checked', verdicts: {}, signals: [] });
  });

  test('a reader who stops early leaves no file, and the one that was there', async () => {
    const out = await audited();
    const file = join(out, 'audit.jsonl');
    const before = await pass(out, file);
    for await (const _ of saved(recordsFromEvidence(out, { yardstick }), file).records) break;
    expect(readFileSync(file, 'utf8')).toBe(before);
    expect(existsSync(`${file}.tmp`)).toBe(false);
  });

  test('a folder without a finished audit is refused', async () => {
    await expect(pass(temporaryFolder(), '/dev/null')).rejects.toMatchObject({ code: expect.stringMatching(/^ERR_/) });
  });
});

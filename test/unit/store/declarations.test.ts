import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import {
  type Dataset,
  type DeclarationsRecord,
  digestDeclarations,
  findDeclarations,
  readDeclarations,
} from '../../../src/store/index.ts';
import type { Exchange } from '../../../src/vocab/index.ts';
import { at, collect, newRun, open, originOf, provenance, temporaryFolder } from './sample.ts';

describe('what an origin declares as a whole', () => {
  it('is written once per set and run, and every URL judged with it names its digest', async () => {
    const out = temporaryFolder();
    const dataset = open(out);
    const origin = originOf('https://a.example/');
    const set = (run: string, status: number): DeclarationsRecord => {
      const robots = { url: 'https://a.example/robots.txt', outcome: 'unavailable', status, retrieved_at: at } as const;
      const content = {
        origin,
        exchanges: { robots, licenses: [] },
        readings: [{ about: 'acquisition', signal: 'robots.rule', state: 'silent' }],
      } as const;
      return { ...content, digest: digestDeclarations(content), run, at };
    };
    for (const random of ['aaaaaa', 'bbbbbb']) {
      const { name } = await dataset.beginRun({ ...newRun, random });
      for (let i = 0; i < 4; i++) {
        const declarations = set(name, i < 2 ? 404 : 410);
        const record = provenance(dataset, `https://a.example/${random}/${i}`, { declarations: declarations.digest });
        dataset.stage({ origin, provenance: record, declarations });
        if (i === 1) await dataset.flush();
      }
      await dataset.finishRun();
    }
    const all = await collect(readDeclarations(out));
    expect(all.map(({ record }) => `${record.run.slice(-6)} ${record.exchanges.robots.status}`)).toEqual([
      'aaaaaa 404',
      'aaaaaa 410',
      'bbbbbb 404',
      'bbbbbb 410',
    ]);
    const found = await findDeclarations(out, origin, set('', 410).digest);
    expect(found?.record.exchanges.robots.status).toBe(410);
  });
});

describe('what is remembered of an origin', () => {
  it('is its newest answer: after a failure what it said before stands for nothing, and can still be confirmed', async () => {
    const out = temporaryFolder();
    const origin = originOf('https://a.example/');
    const url = 'https://a.example/robots.txt';
    const nowMs = Date.parse(at);
    const said: Exchange['retrieval'] = { outcome: 'unavailable', status: 404, fields: [] };
    const failed: Exchange['retrieval'] = { outcome: 'unreachable', cause: 'timeout' };
    const store = async (dataset: Dataset, retrieval: Exchange['retrieval']): Promise<void> => {
      const exchange: Exchange = { url, retrievedAt: at, digest: null, retrieval };
      const { warc, digest } = await dataset.evidence.put({ kind: 'exchange', exchange });
      dataset.declarations.put(origin, { kind: 'robots', exchange, expiresAtMs: nowMs + 60_000, warc, payloadDigest: digest });
    };
    const known = ({ declarations }: Dataset) => [
      declarations.find(origin, 'robots', url, nowMs)?.exchange.retrieval,
      declarations.get(origin, nowMs).map(({ exchange }) => exchange.retrieval),
      declarations.last(origin, 'robots', url)?.exchange.retrieval,
    ];
    const dataset = open(out);
    await dataset.beginRun(newRun);
    await store(dataset, said);
    expect(known(dataset)).toEqual([said, [said], said]);
    await store(dataset, failed);
    expect(known(dataset)).toEqual([failed, [failed], said]);
    await dataset.flush();
    await dataset.close();
    const again = open(out);
    expect(known(again)).toEqual([failed, [failed], said]);
    await again.resumeRun();
    await store(again, said);
    expect(known(again)).toEqual([said, [said], said]);
    await again.close();
  });

  it('is never on the disk before the bytes it cites: what is found during a commit waits for the next one', async () => {
    const out = temporaryFolder();
    const dataset = open(out);
    await dataset.beginRun(newRun);
    const origin = originOf('https://a.example/');
    const find = async (name: string): Promise<void> => {
      const exchange: Exchange = {
        url: `https://a.example/${name}`,
        retrievedAt: at,
        digest: null,
        retrieval: { outcome: 'unavailable', status: 404, fields: [] },
      };
      const { warc, digest } = await dataset.evidence.put({ kind: 'exchange', exchange });
      dataset.declarations.put(origin, {
        kind: 'license',
        exchange,
        expiresAtMs: Date.parse(at) + 60_000,
        warc,
        payloadDigest: digest,
      });
    };
    await find('first.xml');
    const committing = dataset.flush();
    await find('during.xml');
    await committing;
    const disk = new DatabaseSync(`${out}/state/heed.sqlite`, { readOnly: true });
    const end = Number(disk.prepare("SELECT bytes FROM segment WHERE kind = 'evidence'").get()?.bytes);
    const cited = disk.prepare('SELECT warc FROM declaration').all();
    disk.close();
    expect(cited.length).toBeGreaterThan(0);
    for (const { warc } of cited) expect(JSON.parse(String(warc)).offset).toBeLessThan(end);
    expect(dataset.declarations.get(origin, Date.parse(at)).map(({ exchange }) => exchange.url)).toHaveLength(2);
    await dataset.close();
  });
});

import { describe, expect, it } from 'vitest';
import { type DeclarationsRecord, digestDeclarations, findDeclarations, readDeclarations } from '../../../src/store/index.ts';
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

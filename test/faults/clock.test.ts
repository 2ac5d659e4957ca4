import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createDeclarations } from '../../src/crawl/declared/declarations.ts';
import { createPace } from '../../src/http/index.ts';
import { loadAgents, loadPolicy } from '../../src/settings/index.ts';
import { openDataset } from '../../src/store/index.ts';
import type { Instant, OriginKey } from '../../src/vocab/index.ts';
import { temporaryFolder } from '../e2e/run-heed.ts';
import { newRun } from '../unit/store/sample.ts';
import { chain, crawlHere, robots, rowsOf, smallWeb } from './small-web.ts';

const hour = 3_600_000;
const newFolder = (): string => join(temporaryFolder(), 'out');

describe('F7: the wall clock jumps', () => {
  it.each([
    ['a day and an hour ahead', 25 * hour],
    ['an hour back', -hour],
  ])('%s: pauses keep their length, and every row after it says that its times are doubtful', async (_how, jumpMs) => {
    let offset = 0;
    const web = await smallWeb(place => {
      if (place === 'a.test/3') offset = jumpMs;
      return chain(6)(place);
    });
    const out = newFolder();
    await crawlHere({ web, out, places: ['a.test/'], flags: { delay: '60ms' }, wallClock: () => Date.now() + offset });
    const rows = await rowsOf(out);
    expect(rows.size).toBe(7);
    expect([...rows].map(([place, row]) => [place, row.reason, Math.round((row.clock_skew_ms ?? 0) / hour)])).toEqual(
      ['', '1', '2', '3', '4', '5', '6'].map((path, at) => [`a.test/${path}`, 'kept', at < 3 ? 0 : jumpMs / hour]),
    );
    const gaps = web.asked.slice(1).map(({ startedAt }, at) => startedAt - (web.asked[at]?.endedAt ?? 0));
    // The server sees the end of a request a little later than the client that counts its pause from there.
    expect(Math.min(...gaps)).toBeGreaterThan(45);
    const again = jumpMs > 0 ? 2 : 1;
    expect(web.asked.filter(({ place }) => place === 'a.test/robots.txt')).toHaveLength(again);
  });

  it('back: a declaration in memory still ends after 24 hours of the monotonic clock', async () => {
    const clocks = { wall: Date.parse('2026-11-26T10:00:00Z'), monotonic: 1_000 };
    const dataset = openDataset(temporaryFolder(), { now: () => clocks.wall });
    await dataset.beginRun(newRun);
    const origin = 'http://a.test:80' as OriginKey;
    const declarations = createDeclarations({
      retriever: {
        retrieve: async url => ({
          url,
          retrievedAt: new Date(clocks.wall).toISOString() as Instant,
          digest: null,
          retrieval: { outcome: 'unavailable', status: 404, fields: [] },
          wireBytes: 0,
          startedAtMs: clocks.monotonic,
          endedAtMs: clocks.monotonic,
        }),
      },
      dataset,
      pace: createPace({ now: () => clocks.monotonic }),
      asker: { productToken: 'heed', policy: loadPolicy('standard'), facts: { agents: loadAgents() } },
      categories: ['train-ai'],
      delayMs: 0,
      maxDelayMs: 0,
      stop: new AbortController().signal,
      signal: new AbortController().signal,
      wallClock: () => clocks.wall,
      now: () => clocks.monotonic,
    });
    await declarations.of(origin);
    clocks.monotonic += 23 * hour;
    clocks.wall -= hour;
    expect(declarations.known(origin)).toBeDefined();
    clocks.monotonic += 2 * hour;
    expect(declarations.known(origin)).toBeUndefined();
    await dataset.close();
  });
});

describe('F21: a site changes its mind while it is crawled', () => {
  it('is heard when what it declared has expired: later pages are left out, earlier ones stay listed as they were', async () => {
    let offset = 0;
    const web = await smallWeb(place => {
      if (place === 'a.test/3') offset = 25 * hour;
      if (place !== 'a.test/robots.txt') return chain(8)(place);
      return robots(offset === 0 ? 'User-agent: *\nAllow: /\n' : 'User-agent: *\nDisallow: /\n');
    });
    const out = newFolder();
    await crawlHere({ web, out, places: ['a.test/'], wallClock: () => Date.now() + offset });
    const rows = [...(await rowsOf(out))].map(([place, { reason }]) => [place, reason]);
    expect(rows.slice(0, 3)).toEqual(['', '1', '2'].map(path => [`a.test/${path}`, 'kept']));
    expect(rows.at(-1)).toEqual(['a.test/4', 'withheld.robots.rule']);
    expect(web.asked.map(({ place }) => place)).not.toContain('a.test/4');
  });
});

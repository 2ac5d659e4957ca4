import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import type { CrawlEvent } from '../../src/crawl/index.ts';
import { temporaryFolder } from '../e2e/run-heed.ts';
import { chain, crawlHere, page, reasonsOf, rowsOf, smallWeb } from './small-web.ts';

// Faults of ours, put where they would be: while a page is judged, while its row is made, while an origin's declarations are read.
vi.mock(import('../../src/crawl/page.ts'), async load => {
  const original = await load();
  return {
    ...original,
    judgePage: async (task, context) => {
      if (/\/boom/.test(task.url)) throw new RangeError('Maximum call stack size exceeded \u001b[31m');
      if (/\/storage/.test(task.url)) throw Object.assign(new Error('disk I/O error'), { code: 'ERR_SQLITE_ERROR', errcode: 10 });
      return original.judgePage(task, context);
    },
  };
});
vi.mock(import('../../src/crawl/record.ts'), async load => {
  const original = await load();
  return {
    ...original,
    provenanceRecord: (result, ...rest) => {
      if (/\/badrow/.test(result.task.url)) throw new TypeError('Cannot read properties of undefined');
      return original.provenanceRecord(result, ...rest);
    },
  };
});
vi.mock(import('../../src/http/index.ts'), async load => {
  const original = await load();
  return {
    ...original,
    askOrigin: (origin, asker) => {
      if (origin.includes('odd.test')) throw new TypeError('odd is not iterable');
      return original.askOrigin(origin, asker);
    },
  };
});

const newFolder = (): string => join(temporaryFolder(), 'out');

describe('F16: heed itself fails at a page', () => {
  it('the page is not kept, its row says so, its neighbours are, and the run goes on and tells', async () => {
    const web = await smallWeb(place => {
      if (place === 'a.test/') return page('home', '/boom', '/badrow', '/fine', '/only-from-badrow-and-fine');
      if (place === 'a.test/badrow' || place === 'a.test/fine') return page(place, '/shared');
      return /\/(fine|boom|shared|only.*|)$/.test(place) ? page(place) : undefined;
    });
    const out = newFolder();
    const events: CrawlEvent[] = [];
    const summary = await crawlHere({ web, out, places: ['a.test/', 'odd.test/', 'b.test/'], events });
    expect(summary).toMatchObject({ ended: 'finished', faults: 3, manifest: expect.any(String) });
    expect(await reasonsOf(out)).toEqual({
      'a.test/': 'kept',
      'a.test/boom': 'failed.parse',
      'a.test/badrow': 'failed.parse',
      'a.test/fine': 'kept',
      'a.test/shared': 'kept',
      'a.test/only-from-badrow-and-fine': 'kept',
      'b.test/': 'kept',
      'odd.test/': 'failed.parse',
    });
    const row = (await rowsOf(out)).get('a.test/boom');
    expect(row).toMatchObject({ disposition: 'withhold', verdicts: {}, evidence: [] });
    expect(row?.anomalies?.[0]).toMatchObject({
      code: 'page.fault',
      effect: 'restricts',
      detail: 'RangeError: Maximum call stack size exceeded  [31m',
    });
    expect(events.filter(({ event }) => event === 'page.fault')).toHaveLength(3);
  });

  it('at every page: that is no page’s fault, so the run ends before it has failed them all', async () => {
    const web = await smallWeb(place =>
      place === 'a.test/' ? page('home', ...Array.from({ length: 200 }, (_, i) => `/boom${i}`)) : undefined,
    );
    const out = newFolder();
    await expect(crawlHere({ web, out, places: ['a.test/'] })).rejects.toThrow('Maximum call stack');
    const reasons = Object.values(await reasonsOf(out, true)).filter(reason => reason === 'failed.parse');
    expect(reasons.length).toBeLessThan(60);
  });

  it('but where storage fails nothing is any page’s own: the run stops with the code of storage', async () => {
    const web = await smallWeb(place => (place === 'a.test/' ? page('home', '/storage') : chain(3)(place)));
    const out = newFolder();
    await expect(crawlHere({ web, out, places: ['a.test/'] })).rejects.toMatchObject({ code: 'ERR_STORAGE', exitCode: 9 });
    expect(await reasonsOf(out, true)).toEqual({ 'a.test/': 'kept' });
  });
});

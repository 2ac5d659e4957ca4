import { join } from 'node:path';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { CrawlEvent } from '../../src/crawl/index.ts';
import { verify } from '../../src/upkeep/index.ts';
import { article, changingWeb, plainText } from '../e2e/changing-web.ts';
import { crawlOn, reasonsOf as reasonsOn, recheckOn, whyWithdrawn } from '../e2e/days.ts';
import { temporaryFolder } from '../e2e/run-heed.ts';
import { chain, crawlHere, page, reasonsOf, rowsOf, smallWeb } from './small-web.ts';

/** The bug that such pages, stored pages and origins meet, until it is mended. */
const bug = vi.hoisted(() => ({ at: /\/boom/, stored: /^never$/, origin: /odd\.test/ }));

// Faults of ours, put where they would be: while a page is judged, while its row is made, while an origin's declarations are read.
vi.mock(import('../../src/crawl/page.ts'), async load => {
  const original = await load();
  return {
    ...original,
    judgePage: async (task, context) => {
      if (bug.at.test(task.url)) throw new RangeError('Maximum call stack size exceeded \u001b[31m');
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
      if (bug.origin.test(origin)) throw new TypeError('odd is not iterable');
      return original.askOrigin(origin, asker);
    },
  };
});

vi.mock(import('../../src/crawl/recheck/judge-stored.ts'), async load => {
  const original = await load();
  return {
    ...original,
    judgeStored: async (document, ...rest) => {
      if (bug.stored.test(document.url)) throw new TypeError('Cannot read properties of null');
      return original.judgeStored(document, ...rest);
    },
  };
});

const newFolder = (): string => join(temporaryFolder(), 'out');
const boom = /\/boom/;
const mended = /^never$/;
beforeEach(() => {
  Object.assign(bug, { at: boom, stored: mended, origin: /odd\.test/ });
});

/** `a.test`, whose every other page meets the bug, beside hosts that are as they should be. */
const webWithTrouble = () =>
  smallWeb(place => {
    if (place === 'a.test/') return page('home', ...Array.from({ length: 40 }, (_, i) => `/boom${i}`));
    if (place.startsWith('a.test/boom')) return page(place);
    if (/^s\d+\.test\/$/.test(place)) return page(place);
    return place.startsWith('b.test') ? chain(5)(place) : undefined;
  });
const tally = (reasons: Readonly<Record<string, string>>, host: string): Readonly<Record<string, number>> => {
  const counts: Record<string, number> = {};
  for (const [place, reason] of Object.entries(reasons)) if (place.startsWith(host)) counts[reason] = (counts[reason] ?? 0) + 1;
  return counts;
};

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

  it('at ten pages of an origin in a row: it is closed, its neighbours lose nothing, and the next run asks what was left', async () => {
    const web = await webWithTrouble();
    const out = newFolder();
    const events: CrawlEvent[] = [];
    const summary = await crawlHere({ web, out, places: ['a.test/', 'b.test/'], events });
    expect(summary).toMatchObject({ ended: 'finished', faults: 10 });
    const rows = await rowsOf(out);
    expect(tally(await reasonsOf(out), 'a.test')).toEqual({ kept: 1, 'failed.parse': 10, 'refused.fault': 30 });
    expect(tally(await reasonsOf(out), 'b.test')).toEqual({ kept: 6 });
    expect([...rows.values()].find(({ reason }) => reason === 'refused.fault')).toMatchObject({
      ...{ disposition: 'withhold', verdicts: {}, evidence: [] },
      detail: 'heed itself failed at 10 pages of this origin in a row',
    });
    expect(events.filter(({ event }) => event === 'origin.closed')).toEqual([
      { event: 'origin.closed', origin: `http://a.test:${web.port}`, faults: 10 },
    ]);
    bug.at = mended;
    await crawlHere({ web, out, places: ['a.test/', 'b.test/'] });
    expect(tally(await reasonsOf(out), 'a.test')).toMatchObject({ kept: 31, 'failed.parse': 10 });
  });

  it('now and then: a page that is judged in between begins the count anew', async () => {
    const web = await smallWeb(place => {
      const at = Number(/^a\.test\/\D*(\d*)$/.exec(place)?.[1] ?? 0);
      return place === 'a.test/' || place.startsWith('a.test/p')
        ? page(place, ...Array.from({ length: 6 }, (_, i) => `/boom${at * 6 + i}`), `/p${at + 1}`)
        : undefined;
    });
    const out = newFolder();
    expect((await crawlHere({ web, out, places: ['a.test/'], flags: { 'max-depth': 4 } })).faults).toBeGreaterThan(20);
    expect(tally(await reasonsOf(out), 'a.test')).not.toHaveProperty('refused.fault');
  });

  it('at twenty sites in a row: that is no site’s doing, so the run ends before it has failed them all, and can be resumed', async () => {
    const web = await webWithTrouble();
    const out = newFolder();
    const places = Array.from({ length: 60 }, (_, i) => `s${i}.test/`);
    bug.at = /s\d/;
    await expect(crawlHere({ web, out, places })).rejects.toThrow('Maximum call stack');
    const failed = tally(await reasonsOf(out, true), 's')['failed.parse'] ?? 0;
    expect(failed).toBeGreaterThanOrEqual(20);
    expect(failed).toBeLessThan(50);
    bug.at = mended;
    expect(await crawlHere({ web, out, places })).toMatchObject({ resumed: true, ended: 'finished', faults: 0 });
    expect(tally(await reasonsOf(out), 's')).toEqual({ 'failed.parse': failed, kept: 60 - failed });
  });

  it('where documents are already: they stand as if nobody had answered, closed origin or not, and fall in the end', async () => {
    const web = await webWithTrouble();
    const out = newFolder();
    bug.at = mended;
    await crawlHere({ web, out, places: ['a.test/'], flags: { 'max-pages': 15 } });
    bug.at = /a\.test/;
    const again = { web, out, places: ['a.test/'], flags: { due: 'all' } };
    expect(await crawlHere(again)).toMatchObject({ faults: 10 });
    const rows = [...(await rowsOf(out)).values()];
    const standing = rows.filter(({ reason }) => reason === 'deferred.page.not-attempted');
    expect(standing).toHaveLength(15);
    expect(standing.filter(({ detail }) => /^heed itself failed.*; the document stands/.test(detail ?? ''))).not.toHaveLength(0);
    const later = Date.now() + 60 * 24 * 3_600_000;
    await crawlHere({ ...again, wallClock: () => later });
    expect(tally(await reasonsOf(out), 'a.test')['withdrawn.unreachable']).toBe(15);
  });

  it('but where storage fails nothing is any page’s own: the run stops with the code of storage', async () => {
    const web = await smallWeb(place => (place === 'a.test/' ? page('home', '/storage') : chain(3)(place)));
    const out = newFolder();
    await expect(crawlHere({ web, out, places: ['a.test/'] })).rejects.toMatchObject({ code: 'ERR_STORAGE', exitCode: 9 });
    expect(await reasonsOf(out, true)).toEqual({ 'a.test/': 'kept' });
  });
});

describe('F16: heed itself fails during a recheck', () => {
  const hosts = Array.from({ length: 3 }, (_, i) => `r${i}.test`);
  async function crawled() {
    const web = await changingWeb();
    for (const host of hosts) {
      web.pages.set(`${host}/`, article(`${host} home`, '/a', '/b'));
      for (const path of ['/a', '/b']) web.pages.set(`${host}${path}`, article(`${host} ${path}`));
    }
    const on = { web, out: newFolder() };
    await crawlOn(
      0,
      on,
      hosts.map(host => `${host}/`),
    );
    for (const host of hosts) web.pages.set(`${host}/robots.txt`, plainText('User-agent: *\nDisallow: /a\n'));
    return on;
  }
  const refused = (...of: readonly string[]) => Object.fromEntries(of.map(host => [`${host}/a`, 'withdrawn.robots.rule']));

  it('at what an origin declares: the clock of all others goes on, and its documents stand as if it had not answered', async () => {
    const on = await crawled();
    bug.origin = /r1/;
    const first = await recheckOn(1, on);
    expect(first).toMatchObject({ ended: 'finished', faults: 1, origins: { checked: 3, unreachable: 1 } });
    expect(await whyWithdrawn(on.out, first.run)).toEqual(refused('r0.test', 'r2.test'));
    // The time counts from the first time, whatever is asked in between.
    const later = await recheckOn(40, on);
    expect(await whyWithdrawn(on.out, later.run)).toEqual(
      Object.fromEntries(['/', '/a', '/b'].map(path => [`r1.test${path}`, 'withdrawn.unreachable'])),
    );
    expect(await verify(on.out)).toMatchObject({ failures: [] });
  });

  it('at what an origin declares, and not the next time: nothing is left of it', async () => {
    const on = await crawled();
    bug.origin = /r1/;
    await recheckOn(1, on);
    bug.origin = mended;
    const { run, faults } = await recheckOn(40, on);
    expect(faults).toBe(0);
    expect(await whyWithdrawn(on.out, run)).toEqual(refused('r1.test'));
  });

  it('at a stored page: the others of its origin are judged, and it stands for a while', async () => {
    const on = await crawled();
    bug.stored = /r1\.test:\d+\/b/;
    const first = await recheckOn(1, on);
    expect(first).toMatchObject({ faults: 1, documents: { withdrawn: 3 } });
    expect(await whyWithdrawn(on.out, first.run)).toEqual(refused(...hosts));
    const later = await recheckOn(40, on);
    expect(await whyWithdrawn(on.out, later.run)).toEqual({ 'r1.test/b': 'withdrawn.unreachable' });
  });

  it('at a page that is asked again: its row says so, the others are asked, and it stands for a while', async () => {
    const on = await crawled();
    for (const host of hosts) on.web.pages.delete(`${host}/robots.txt`);
    bug.at = /r1\.test:\d+\/b/;
    const first = await recheckOn(1, on, { pages: 'all' });
    expect(first).toMatchObject({ faults: 1, pages: { asked: 8 }, documents: { withdrawn: 0 } });
    expect((await reasonsOn(on.out, first.run))['r1.test/b']).toBe('deferred.page.not-attempted');
    const later = await recheckOn(40, on, { pages: 'all' });
    expect(await whyWithdrawn(on.out, later.run)).toEqual({ 'r1.test/b': 'withdrawn.unreachable' });
  });

  it('at twenty sites: it ends, and the next one goes on', async () => {
    const web = await changingWeb();
    const sites = Array.from({ length: 22 }, (_, i) => `m${i}.test/`);
    for (const site of sites) web.pages.set(site, article(site));
    const on = { web, out: newFolder() };
    await crawlOn(0, on, sites);
    bug.origin = /m\d/;
    await expect(recheckOn(1, on)).rejects.toThrow('odd is not iterable');
    bug.origin = mended;
    expect(await recheckOn(1, on)).toMatchObject({ resumed: true, ended: 'finished', faults: 0, origins: { unreachable: 0 } });
  });
});

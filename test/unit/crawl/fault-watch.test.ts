import { describe, expect, it } from 'vitest';
import type { CrawlEvent } from '../../../src/crawl/index.ts';
import { createFaultWatch, maxFaultsOfOrigin, maxSitesThatFail } from '../../../src/crawl/watch/fault-watch.ts';
import type { Task } from '../../../src/frontier/index.ts';
import type { OriginKey } from '../../../src/vocab/index.ts';

const originOf = (host: string): OriginKey => `https://${host}:443` as OriginKey;
const taskAt = (host: string): Task => ({
  key: host,
  url: `https://${host}/`,
  origin: originOf(host),
  depth: 0,
  hops: [],
  tries: 0,
});
const error = new TypeError('our own');

function watching() {
  const events: CrawlEvent[] = [];
  const ended: unknown[] = [];
  const watch = createFaultWatch({ onEvent: event => events.push(event), endRun: why => ended.push(why) });
  const fail = (host: string, times = 1): void => {
    for (let i = 0; i < times; i++) watch.failed(taskAt(host), error);
  };
  return { watch, fail, ended, closed: () => events.filter(({ event }) => event === 'origin.closed').length };
}
const sites = (count: number, of = 'site'): readonly string[] => Array.from({ length: count }, (_, i) => `${of}${i}.example`);

describe('faults of ours at pages', () => {
  it('close the origin that meets them in a row, and no other of its site', () => {
    const { watch, fail, closed } = watching();
    fail('a.example', maxFaultsOfOrigin - 1);
    expect(watch.isClosed(originOf('a.example'))).toBe(false);
    fail('a.example');
    expect(watch.isClosed(originOf('a.example'))).toBe(true);
    expect(watch.isClosed(originOf('www.a.example'))).toBe(false);
    fail('a.example', 5);
    expect(closed()).toBe(1);
    expect(watch.count).toBe(maxFaultsOfOrigin + 5);
  });

  it('are counted anew after a page of the origin that was judged, but what is closed stays closed', () => {
    const { watch, fail } = watching();
    fail('a.example', maxFaultsOfOrigin - 1);
    watch.judged(originOf('b.example'));
    watch.judged(originOf('a.example'));
    fail('a.example', maxFaultsOfOrigin - 1);
    expect(watch.isClosed(originOf('a.example'))).toBe(false);
    fail('a.example');
    watch.judged(originOf('a.example'));
    expect(watch.isClosed(originOf('a.example'))).toBe(true);
  });

  it('end the run where so many sites fail in a row, whatever a single one does', () => {
    const { fail, ended } = watching();
    fail('a.example', 1_000);
    for (const host of sites(1_000)) fail(`${host}.a.example`);
    expect(ended).toEqual([]);
    for (const host of sites(maxSitesThatFail - 2)) fail(host);
    expect(ended).toEqual([]);
    fail('last.example');
    expect(ended).toEqual([error]);
  });

  it('end no run where a page of any site is judged in between', () => {
    const { watch, fail, ended } = watching();
    for (const host of sites(10 * maxSitesThatFail)) {
      fail(host);
      watch.judged(originOf('good.example'));
    }
    expect(ended).toEqual([]);
  });

  it('are remembered for so many origins and no more', () => {
    const { watch, fail } = watching();
    fail('a.example', maxFaultsOfOrigin - 1);
    for (const host of sites(10_000)) fail(host);
    fail('a.example');
    expect(watch.isClosed(originOf('a.example'))).toBe(false);
  });
});

import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { CrawlEvent } from '../../src/crawl/index.ts';
import { chain, crawlHere, newFolder, onLoopback, page, reasonsOf, smallWeb } from './small-web.ts';

/** Whether a connection can be made just now; a name once found is remembered, so an outage shows here. */
let reach: (host: string) => boolean = () => true;
afterEach(() => {
  reach = () => true;
});
vi.mock(import('../../src/http/transfer/connector.ts'), async load => {
  const original = await load();
  const { ConnectFailure } = await import('../../src/http/transfer/causes.ts');
  return {
    ...original,
    openSocket: async (peer, options) => {
      if (!reach(peer.hostname)) throw new ConnectFailure('reset', 'ENETUNREACH', 'network');
      return original.openSocket(peer, options);
    },
  };
});

const failing = (code: string) => async (): Promise<never> => {
  throw Object.assign(new Error(code), { code });
};
const newOut = (): string => join(newFolder(), 'out');
const states = (events: readonly CrawlEvent[]): readonly string[] =>
  events.flatMap(event => (event.event === 'network' ? [event.state] : []));

describe('F8: names that cannot be looked up', () => {
  it('are never taken for a site without rules: nothing is asked of them, and neighbours lose nothing', async () => {
    const answers: Readonly<Record<string, (host: string) => Promise<readonly string[]>>> = {
      'servfail.test': failing('EAI_AGAIN'),
      'nxdomain.test': failing('ENOTFOUND'),
      'truncated.test': failing('EBADRESP'),
      'empty.test': async () => [],
      'silent.test': () => new Promise(() => {}),
      'slow.test': async () => sleep(200, ['127.0.0.1']),
      'healthy.test': onLoopback,
    };
    const web = await smallWeb(place => (place.endsWith('.test/') ? page(place) : undefined));
    const out = newOut();
    const places = Object.keys(answers).map(host => `${host}/`);
    const lookup = (host: string): Promise<readonly string[]> => answers[host]?.(host) ?? failing('ENOTFOUND')();
    await crawlHere({ web, out, places, lookup, flags: { 'request-timeout': '1200ms' } });
    expect(await reasonsOf(out)).toEqual({
      'servfail.test/': 'deferred.robots.dns',
      'nxdomain.test/': 'deferred.robots.dns',
      'truncated.test/': 'deferred.robots.dns',
      'empty.test/': 'deferred.robots.dns',
      'silent.test/': 'deferred.robots.dns',
      'slow.test/': 'kept',
      'healthy.test/': 'kept',
    });
    expect(new Set(web.asked.map(({ place }) => place.split('/')[0]))).toEqual(new Set(['slow.test', 'healthy.test']));
  });
});

describe('F9: the network goes away', () => {
  const hosts = ['a.test/', 'b.test/', 'c.test/', 'd.test/'];
  /** From the nth connection on, for so long, none can be made. */
  const outage = (fromCall: number, forMs: number) => {
    let calls = 0;
    let endsAt: number | undefined;
    const seen = { during: 0 };
    reach = () => {
      if (++calls === fromCall) endsAt = performance.now() + forMs;
      if (endsAt === undefined || performance.now() > endsAt) return true;
      seen.during++;
      return false;
    };
    return seen;
  };

  it('and comes back: the crawl waits, asks now and then, and ends as if nothing had been', async () => {
    const web = await smallWeb(chain(8));
    const out = newOut();
    const events: CrawlEvent[] = [];
    const seen = outage(26, 1_500);
    const summary = await crawlHere({ web, out, places: hosts, events });
    expect(summary).toMatchObject({ ended: 'finished', counts: { urls: 36, byReason: { kept: 36 } } });
    expect(states(events)).toEqual(['degraded', 'restored']);
    expect(seen.during).toBeGreaterThan(2);
    expect(seen.during).toBeLessThan(20);
  });

  it('and stays away: the run stops with exit code 8 and is gone on with later', async () => {
    const web = await smallWeb(chain(8));
    const out = newOut();
    outage(26, Number.POSITIVE_INFINITY);
    const flags = { 'outage-limit': '700ms' };
    const failure = await crawlHere({ web, out, places: hosts, flags }).catch(error => error);
    expect(failure).toMatchObject({ code: 'ERR_NETWORK_DOWN', exitCode: 8 });
    expect(Object.values(await reasonsOf(out, true)).every(reason => reason === 'kept')).toBe(true);
    reach = () => true;
    const summary = await crawlHere({ web, out, places: hosts });
    expect(summary).toMatchObject({ resumed: true, counts: { urls: 36, byReason: { kept: 36 } } });
  });

  it('was never there: exit code 8, and no URL is given up', async () => {
    const web = await smallWeb(chain(1));
    const out = newOut();
    const failure = await crawlHere({ web, out, places: hosts, lookup: failing('EAI_AGAIN') }).catch(error => error);
    expect(failure).toMatchObject({ code: 'ERR_NETWORK_DOWN', exitCode: 8 });
    expect(await reasonsOf(out, true)).toEqual({});
    expect(await crawlHere({ web, out, places: hosts })).toMatchObject({ resumed: true, counts: { byReason: { kept: 8 } } });
  });

  const servfail = failing('EAI_AGAIN');
  const noWay = (): Promise<readonly string[]> => {
    reach = () => false;
    return onLoopback();
  };
  it.each([
    ['the only name is not found (NXDOMAIN), so the site is not there', failing('ENOTFOUND'), false, 'deferred.robots.dns'],
    ['the only name has no answer (SERVFAIL), other names do, so its zone is broken', servfail, true, 'deferred.robots.dns'],
    ['the only name has no answer and no other has, so there is no network', servfail, false, 'ERR_NETWORK_DOWN'],
    ['the only name is found but there is no way to its address (ENETUNREACH)', noWay, true, 'ERR_NETWORK_DOWN'],
  ])('one site crawled alone: %s', async (_what, lookup, answers, ending) => {
    const web = await smallWeb(chain(0));
    const out = newOut();
    const nameServerAnswers = async (): Promise<boolean> => answers;
    const ended = await crawlHere({ web, out, places: ['a.test/'], lookup, nameServerAnswers }).then(
      async () => (await reasonsOf(out))['a.test/'],
      error => error.code,
    );
    expect(ended).toBe(ending);
    expect(web.asked).toEqual([]);
  });

  it('of one site only: that is its own affair, and the run ends in order', async () => {
    const web = await smallWeb(chain(8));
    const out = newOut();
    const events: CrawlEvent[] = [];
    let calls = 0;
    reach = host => host !== 'a.test' || ++calls <= 6;
    const summary = await crawlHere({ web, out, places: hosts, events });
    expect(states(events)).toEqual([]);
    expect(summary).toMatchObject({ ended: 'finished', counts: { byReason: { 'deferred.page.reset': 1 } } });
    const kept = Object.entries(await reasonsOf(out)).filter(([place, reason]) => reason === 'kept' && !place.startsWith('a.'));
    expect(kept).toHaveLength(27);
  });
});

describe('F5: no descriptor is left for a socket', () => {
  it('is no failure of the site: it is asked again, and no try counts', async () => {
    const web = await smallWeb(chain(6));
    const out = newOut();
    let calls = 0;
    const lookup = (): Promise<readonly string[]> => (++calls > 7 && calls < 20 ? failing('EMFILE')() : onLoopback());
    const summary = await crawlHere({ web, out, places: ['a.test/', 'b.test/'], lookup });
    expect(summary.counts.byReason).toEqual({ kept: 14 });
  });

  it('for good: a clear error, no crash loop', async () => {
    const web = await smallWeb(chain(6));
    const out = newOut();
    const flags = { 'outage-limit': '300ms' };
    const failure = await crawlHere({ web, out, places: ['a.test/'], lookup: failing('EMFILE'), flags }).catch(error => error);
    expect(failure).toMatchObject({ code: 'ERR_TOO_MANY_FILES', exitCode: 9 });
  });
});

import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ProvenanceRecord } from '../../src/store/index.ts';
import { folderOfFile, hookMs, recordsOf } from './demo-dataset.ts';
import { heedInOneProcess } from './one-process.ts';
import { ended, startHeed } from './run-heed.ts';

const heed = heedInOneProcess();

interface Said {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly afterMs?: number;
}

/** Answers by `host/path`; what is not named is a 404. */
type Says = (place: string) => Said | undefined;

interface Web {
  readonly asked: readonly { readonly place: string; readonly at: number; readonly inFlight: number }[];
  readonly flags: readonly string[];
}

const prose = (name: string): string =>
  `The ${name} has a story of its own, told at length so that it counts as text. `.repeat(12);
const html = (name: string, ...links: string[]): Said => ({
  headers: { 'content-type': 'text/html' },
  body: `<title>${name}</title><article><p>${prose(name)}</p>${links.map(link => `<a href="${link}">on</a>`).join(' ')}</article>`,
});
const text = (body: string): Said => ({ headers: { 'content-type': 'text/plain' }, body });
const to = (location: string): Said => ({ status: 302, headers: { location } });

/** Of the file, not of a test: most tests run side by side, and vitest knows then of no current one. */
const folder = folderOfFile();
const emptyFolder = (): string => mkdtempSync(join(folder, 'test-'));
const servers: Server[] = [];
afterAll(() => {
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
});

async function web(says: Says): Promise<Web> {
  const asked: { place: string; at: number; inFlight: number }[] = [];
  const inFlight = new Map<string, number>();
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    const host = request.headers.host ?? '';
    const place = `${host}${request.url}`;
    const now = (inFlight.get(host) ?? 0) + 1;
    inFlight.set(host, now);
    response.on('close', () => inFlight.set(host, (inFlight.get(host) ?? 1) - 1));
    asked.push({ place, at: performance.now(), inFlight: now });
    const { status = 200, headers = {}, body = '', afterMs = 0 } = says(place) ?? { status: 404 };
    setTimeout(() => response.writeHead(status, headers).end(body), afterMs);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  servers.push(server);
  const { port } = server.address() as AddressInfo;
  return {
    asked,
    flags: [
      ...['--resolve', `*.test=127.0.0.1:${port}`, '--allow-private-network', '--contact', 'https://heed.test/bot'],
      ...['--delay', '0', '--defer-limit', '1s', '--content-threads', '0'],
    ],
  };
}

const places = ({ asked }: Web): readonly string[] => asked.map(({ place }) => place);
const atOf = ({ asked }: Web, place: string): number => asked.find(request => request.place === place)?.at ?? Number.NaN;
const reasons = (records: readonly ProvenanceRecord[]): Record<string, string> =>
  Object.fromEntries(records.map(({ url, reason }) => [url, reason]));

/** Crawls until so many pages were asked, then interrupts softly. */
async function interrupted(args: readonly string[], { asked }: Web, requests: number): Promise<void> {
  const child = startHeed(args);
  const end = ended(child);
  while (asked.length < requests) await sleep(5);
  child.kill('SIGINT');
  const { code, stderr } = await end;
  expect(code, stderr).toBe(11);
}

describe.concurrent('declarations', () => {
  test('a robots.txt that fails once is asked again, under strict too, before anything else is', async () => {
    let asked = 0;
    const site = await web(place => {
      if (place === 'a.test/robots.txt') return asked++ === 0 ? { status: 503 } : text('User-agent: *\nAllow: /\n');
      return place === 'a.test/' ? html('home') : undefined;
    });
    const out = join(emptyFolder(), 'out');
    const args = [
      'crawl',
      'http://a.test/',
      '--out',
      out,
      ...site.flags,
      '--policy',
      'strict',
      '--defer-limit',
      '20s',
      '--quiet',
    ];
    expect((await heed(args)).code).toBe(0);
    expect(reasons(await recordsOf(out))).toEqual({ 'http://a.test/': 'kept' });
    expect(places(site).slice(0, 3)).toEqual(['a.test/robots.txt', 'a.test/robots.txt', 'a.test/.well-known/tdmrep.json']);
  });

  test('one that redirects into what a robots.txt closes is not looked for there', async () => {
    const site = await web(place => {
      if (place === 'a.test/robots.txt') return text('User-agent: *\nDisallow: /private/\n');
      if (place === 'a.test/ai.txt') return to('/private/ai.txt');
      if (place === 'a.test/trust.txt') return to('http://b.test/closed/trust.txt');
      if (place === 'b.test/robots.txt') return text('User-agent: *\nDisallow: /closed/\n');
      return place === 'a.test/' ? html('home') : text('');
    });
    const out = emptyFolder();
    await heed(['crawl', 'http://a.test/', '--out', out, ...site.flags]);
    expect(places(site)).not.toContain('a.test/private/ai.txt');
    expect(places(site)).not.toContain('b.test/closed/trust.txt');
    expect(reasons(await recordsOf(out))).toEqual({ 'http://a.test/': 'deferred.declaration.redirects' });
  });

  test('one that redirects to another host asks for the robots.txt there first', async () => {
    const site = await web(place => {
      if (place === 'a.test/ai.txt') return to('http://b.test/ai.txt');
      if (place === 'b.test/ai.txt') return text('User-Agent: *\nAllow: /\n');
      return place === 'a.test/' ? html('home') : undefined;
    });
    const out = emptyFolder();
    await heed(['crawl', 'http://a.test/', '--out', out, ...site.flags]);
    expect(places(site).filter(place => place.startsWith('b.test'))).toEqual(['b.test/robots.txt', 'b.test/ai.txt']);
    expect(reasons(await recordsOf(out))).toEqual({ 'http://a.test/': 'kept' });
  });

  test('two sites whose licences lie at each other do not wait for each other for ever', async () => {
    const site = await web(place => {
      if (place === 'a.test/robots.txt') return text('License: http://b.test/license.xml\n');
      if (place === 'b.test/robots.txt') return text('License: http://a.test/license.xml\n');
      return place.endsWith('.test/') ? html(place) : undefined;
    });
    const out = emptyFolder();
    const { code } = await heed(['crawl', 'http://a.test/', 'http://b.test/', '--out', out, ...site.flags]);
    expect(code).toBe(0);
    expect(Object.keys(reasons(await recordsOf(out)))).toHaveLength(2);
    expect(places(site)).toContain('b.test/license.xml');
    expect(Math.max(...site.asked.map(({ inFlight }) => inFlight))).toBe(1);
  }, 30_000);

  test('a Retry-After holds the origin, also under a policy that goes on without the answer', async () => {
    const site = await web(place => {
      if (place === 'a.test/robots.txt') return { status: 429, headers: { 'retry-after': '2' } };
      return place === 'a.test/' ? html('home') : undefined;
    });
    await heed(['crawl', 'http://a.test/', '--out', emptyFolder(), ...site.flags, '--policy', 'apertus']);
    expect(atOf(site, 'a.test/') - atOf(site, 'a.test/robots.txt')).toBeGreaterThanOrEqual(1_990);
  });

  test('a licence that lies at a site with a Crawl-delay is asked for after that delay', async () => {
    const site = await web(place => {
      if (place === 'a.test/robots.txt') return text('License: http://b.test/license.xml\n');
      if (place === 'b.test/robots.txt') return text('User-agent: *\nCrawl-delay: 2\n');
      return place === 'a.test/' ? html('home') : undefined;
    });
    await heed(['crawl', 'http://a.test/', '--out', emptyFolder(), ...site.flags]);
    expect(atOf(site, 'b.test/license.xml') - atOf(site, 'b.test/robots.txt')).toBeGreaterThanOrEqual(1_990);
  });

  test("what a stand-in declared for a site under --resolve is not taken for the site's own word afterwards", async () => {
    const open = await web(place => (place === 'a.test/' ? html('home', '/b') : place === 'a.test/b' ? html('b') : undefined));
    const shut = await web(place => (place.endsWith('/robots.txt') ? text('User-agent: *\nDisallow: /\n') : html('page')));
    const out = emptyFolder();
    await heed(['crawl', 'http://a.test/', '--out', out, ...open.flags, '--max-pages', '1']);
    await heed(['crawl', 'http://a.test/', '--out', out, ...shut.flags]);
    expect(places(shut)).toEqual(['a.test/robots.txt']);
  });
});

describe.concurrent('pages', () => {
  test('a chain of redirects without an end ends', async () => {
    const site = await web(place => (place.startsWith('a.test/n') ? to(`/n${Number(place.slice(8)) + 1}`) : undefined));
    const out = emptyFolder();
    const { code } = await heed(['crawl', 'http://a.test/n0', '--out', out, ...site.flags]);
    expect(code).toBe(0);
    const last = (await recordsOf(out)).find(({ reason }) => reason !== 'redirected');
    expect(last?.reason).toBe('trap.maze');
    expect(last?.hops.length).toBe(11);
    expect(places(site)).not.toContain(`a.test/n${last?.hops.length}`);
  }, 40_000);

  test('the URL that is asked is the one its robots.txt is read for, whatever spelling led there', async () => {
    const site = await web(place => {
      if (place === 'a.test/robots.txt') return text('User-agent: *\nDisallow: /closed$\nDisallow: /*?utm_id=spam\n');
      const links = ['/b/../open?utm_id=spam#top', 'http://A.test./open', '/%2e%2E/open?gclid=1', '/closed?utm_id=1', '/open?'];
      if (place === 'a.test/') return html('home', ...links);
      return place.startsWith('a.test/open') ? html('an open page') : undefined;
    });
    const out = emptyFolder();
    await heed(['crawl', 'http://a.test/', '--out', out, ...site.flags, '--drop-parameters', 'list:tracking']);
    expect(reasons(await recordsOf(out))).toEqual({
      'http://a.test/': 'kept',
      'http://a.test/open': 'kept',
      'http://a.test/open?': 'duplicate.exact',
      'http://a.test/closed': 'withheld.robots.rule',
    });
    expect(places(site).filter(place => /open|closed/.test(place))).toEqual(['a.test/open', 'a.test/open?']);
    const manifest = readFileSync(join(out, 'manifests', readdirSync(join(out, 'manifests'))[0] ?? ''), 'utf8');
    expect(JSON.parse(manifest).config['drop-parameters']).toEqual(expect.arrayContaining(['fbclid', 'gclid', 'utm_*']));
    const explained = await heed(['explain', 'http://A.test./b/../closed#x', '--out', out]);
    expect(explained.stdout).toContain('withheld.robots.rule');
  });

  test('--exclude also speaks of names that begin with a dot', async () => {
    const site = await web(place => (place.endsWith('.txt') ? undefined : html(place, '/.hidden/x', '/a/.b/c', '/open')));
    const out = emptyFolder();
    const excluded = ['--exclude', 'http://a.test/.hidden/**', '--exclude', '**/a/**'];
    await heed(['crawl', 'http://a.test/', '--out', out, ...site.flags, ...excluded]);
    expect(reasons(await recordsOf(out))).toEqual({
      'http://a.test/': 'kept',
      'http://a.test/open': 'kept',
      'http://a.test/.hidden/x': 'refused.out-of-scope',
      'http://a.test/a/.b/c': 'refused.out-of-scope',
    });
  });
});

describe.concurrent('an interrupted run', () => {
  /** A chain of pages, each with one link. */
  const chain: Says = place =>
    /^a\.test\/\d+$/.test(place) ? { ...html(`page ${place}`, String(Number(place.slice(7)) + 1)), afterMs: 40 } : undefined;
  const pagesAsked = (site: Web): number => new Set(places(site).filter(place => /\/\d+$/.test(place))).size;

  test('goes on without its seeds in the scope they gave it, within the pages it was given', async () => {
    const site = await web(chain);
    const out = emptyFolder();
    await interrupted(['crawl', 'http://a.test/0', '--out', out, ...site.flags, '--max-pages', '8'], site, 10);
    const { code, stdout } = await heed(['crawl', '--out', out, ...site.flags, '--max-pages', '8', '--json']);
    expect(code).toBe(0);
    const { counts, ended: how } = JSON.parse(stdout);
    expect(how).toBe('limit');
    expect(counts.byReason).toEqual({ kept: 8, 'refused.budget': 1 });
    // The page in flight when it was interrupted is asked again.
    expect(pagesAsked(site)).toBe(8);
  });

  // One after the other: two processes on one dataset would be refused for that.
  describe('does not go on', { concurrent: false }, () => {
    const out = folderOfFile();
    let site: Web;
    beforeAll(async () => {
      site = await web(chain);
      await interrupted(['crawl', 'http://a.test/0', '--out', out, ...site.flags], site, 12);
    }, hookMs);

    test.each([
      ['under other categories', '--category', 'search'],
      ['with other parameters dropped: its rows would name one page in two ways', '--drop-parameters', 'utm_*'],
    ])('%s', async (_what, flag, value) => {
      const before = site.asked.length;
      const { code, stderr } = await heed(['crawl', '--out', out, ...site.flags, flag, value]);
      expect(code).toBe(2);
      expect(stderr).toMatch(/ERR_RUN_SETTINGS.*\n {2}next: /);
      expect(stderr).toContain(flag);
      expect(site.asked.length).toBe(before);
    });
  });

  test('that goes on under another mapping of hosts has both in its manifest, and asks the declarations anew', async () => {
    const site = await web(chain);
    const out = emptyFolder();
    await interrupted(['crawl', 'http://a.test/0', '--out', out, ...site.flags, '--max-pages', '9'], site, 8);
    const more = ['--resolve', 'x.test=127.0.0.1', '--max-pages', '9', '--json'];
    const { stdout } = await heed(['crawl', '--out', out, ...site.flags, ...more]);
    const { overrides } = JSON.parse(readFileSync(join(out, JSON.parse(stdout).manifest), 'utf8'));
    expect(overrides).toEqual({ resolve: [site.flags[1], 'x.test=127.0.0.1'], 'allow-private-network': true });
    expect(places(site).filter(place => place === 'a.test/robots.txt')).toHaveLength(2);
  });
});

describe('settings that cannot be meant', () => {
  test.each([
    ['--request-timeout', '0'],
    ['--request-timeout', '1000h'],
    ['--delay', '1000h'],
    ['--port', 'banana'],
    ['--port', '70000'],
    ['--max-bytes', '0'],
  ])('%s %s is refused with a next step', async (flag, value) => {
    const out = emptyFolder();
    const { code, stderr } = await heed([
      'crawl',
      'http://a.test/',
      '--out',
      out,
      '--contact',
      'https://heed.test/bot',
      flag,
      value,
    ]);
    expect(code).toBe(2);
    expect(stderr).toMatch(new RegExp(`ERR_CONFIG_VALUE: ${flag}: .*\n {2}next: `));
  });

  test('a crawl of nothing says that it has no seeds', async () => {
    const out = join(emptyFolder(), 'new');
    const { code, stderr } = await heed(['crawl', '--out', out, '--contact', 'https://heed.test/bot']);
    expect(code).toBe(2);
    expect(stderr).toMatch(/ERR_SEEDS_NONE.*\n {2}next: /);
  });

  test('so does one that was killed before its seeds were stored, and is resumed without them', async () => {
    const out = emptyFolder();
    mkdirSync(join(out, 'state'));
    const { code, stderr } = await heed(['crawl', '--out', out, '--contact', 'https://heed.test/bot']);
    expect(code).toBe(2);
    expect(stderr).toMatch(/ERR_SEEDS_NONE.*\n {2}next: /);
  });

  test('a contact that no request can carry is refused before a run begins', async () => {
    const out = join(emptyFolder(), 'new');
    const { code, stderr } = await heed(['crawl', 'http://a.test/', '--out', out, '--contact', 'ü@heed.test']);
    expect(code).toBe(2);
    expect(stderr).toContain('ERR_CONFIG_VALUE');
    expect(() => readFileSync(join(out, 'state'))).toThrow(/ENOENT/);
  });

  test('with --json, a usage error carries its next step', async () => {
    const { stderr } = await heed(['crawl', '--max-bananas', '--json']);
    expect(JSON.parse(stderr)).toMatchObject({ code: 'ERR_USAGE', next: expect.stringContaining('--help') });
  });
});

test('with --json, no control character of remote text is written as it came', async () => {
  const site = await web(place =>
    place === 'a.test/' ? { ...html('home'), headers: { 'x-robots-tag': 'noai, \u009b31m\u0085' } } : undefined,
  );
  const out = emptyFolder();
  await heed(['crawl', 'http://a.test/', '--out', out, ...site.flags]);
  const { stdout } = await heed(['explain', 'http://a.test/', '--out', out, '--json']);
  expect(stdout).toContain('\\u009b31m');
  expect(stdout).not.toMatch(/[\u007f-\u009f]/);
});

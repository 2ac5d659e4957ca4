import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import type { ProvenanceRecord } from '../../src/store/index.ts';
import { folderOfFile, recordsOf } from './demo-dataset.ts';
import { heedInOneProcess } from './one-process.ts';
import { ended, startHeed } from './run-heed.ts';
import { html, index, type Said, text, urlset, xml } from './said-pages.ts';

const heed = heedInOneProcess();

/** Of the file, not of a test: most tests run side by side, since most of their time is waiting. */
const folder = folderOfFile();
const temporaryFolder = (): string => mkdtempSync(join(folder, 'test-'));
const servers: Server[] = [];
afterAll(() => {
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
});

/** Answers by `host/path`; what is not named is a 404. */
async function web(says: (place: string) => Said | undefined) {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const place = `${request.headers.host ?? ''}${request.url}`;
    asked.push(place);
    const { status = 200, headers = {}, body = '', afterMs = 0 } = says(place) ?? { status: 404 };
    setTimeout(() => response.writeHead(status, headers).end(body), afterMs);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  servers.push(server);
  const { port } = server.address() as AddressInfo;
  const flags = [
    ...['--resolve', `*.test=127.0.0.1:${port}`, '--allow-private-network', '--contact', 'https://heed.test/bot'],
    ...['--delay', '0', '--defer-limit', '1s', '--content-threads', '0'],
  ];
  return {
    asked,
    flags,
    of: (host: string) => asked.filter(place => place.startsWith(`${host}/`)).map(place => place.slice(host.length)),
  };
}

const reasons = (records: readonly ProvenanceRecord[]): Record<string, string> =>
  Object.fromEntries(records.map(({ url, reason }) => [url, reason]));
const recordOf = (records: readonly ProvenanceRecord[], url: string): ProvenanceRecord => {
  const found = records.find(record => record.url === url);
  if (!found) throw new Error(`no record of ${url}`);
  return found;
};

describe.concurrent('sitemaps', () => {
  test('are read where robots.txt announces them, and every one of them has a row', async () => {
    let busy = 0;
    const site = await web(place => {
      switch (place) {
        case 'a.test/robots.txt':
          return text(
            [
              'User-agent: *',
              'Disallow: /shut/',
              'Sitemap: http://a.test/index.xml',
              'Sitemap: http://a.test/list.txt',
              'Sitemap: http://a.test/shut/sitemap.xml',
              'Sitemap: http://a.test/moved.xml',
              'Sitemap: http://a.test/gone.xml',
              'Sitemap: http://a.test/busy.xml',
              'Sitemap: http://a.test/map.html',
              'Sitemap: http://a.test/lol.xml',
              'Sitemap: http://a.test/bomb.xml.gz',
              'Sitemap: http://a.test/prose.txt',
              'Sitemap: http://other.test/sitemap.xml',
              'Sitemap: http://169.254.169.254/latest/meta-data/',
              'Sitemap: file:///etc/passwd',
              'Sitemap: /relative.xml',
            ].join('\n'),
          );
        case 'a.test/':
          return html('home', '/linked');
        case 'a.test/index.xml':
          return xml(
            index(
              'http://a.test/index.xml',
              'http://a.test/pages.xml.gz',
              'http://a.test/deep1.xml',
              'http://other.test/more.xml',
            ),
          );
        case 'a.test/deep1.xml':
          return xml(index('http://a.test/deep2.xml'));
        case 'a.test/deep2.xml':
          return xml(index('http://a.test/deep3.xml'));
        case 'a.test/pages.xml.gz':
          return xml(
            gzipSync(
              urlset(
                'http://a.test/one',
                'http://a.test/linked',
                'http://b.test/abroad',
                'http://a.test/shut/x',
                'http://10.0.0.1/',
              ),
            ),
            'application/gzip',
          );
        case 'a.test/list.txt':
          return text('http://a.test/two\nhttp://a.test/two#again\nnot a url\n');
        case 'a.test/moved.xml':
          return { status: 301, headers: { location: '/landed.xml' } };
        case 'a.test/landed.xml':
          return xml(urlset('http://a.test/three'));
        case 'a.test/busy.xml':
          return busy++ === 0 ? { status: 503 } : xml(urlset('http://a.test/four'));
        case 'a.test/map.html':
          return html('map', '/five');
        case 'a.test/lol.xml':
          return xml(`<!DOCTYPE u [<!ENTITY a "http://a.test/lol">]><urlset><url><loc>&a;</loc></url></urlset>`);
        case 'a.test/bomb.xml.gz':
          return xml(gzipSync(Buffer.alloc(40 * 2 ** 20, 60)), 'application/octet-stream');
        case 'a.test/prose.txt':
          return text('There is no list of pages here.');
        case 'a.test/relative.xml':
          return xml('<rss><channel><item><link>http://a.test/six</link></item></channel></rss>', 'application/rss+xml');
        default:
          return /^a\.test\/(one|two|three|four|five|six|linked)$/.test(place) ? html(place) : undefined;
      }
    });
    const out = temporaryFolder();
    const { code, stderr } = await heed(['crawl', 'http://a.test/', '--out', out, ...site.flags]);
    expect(code, stderr).toBe(0);
    const records = await recordsOf(out);
    expect(reasons(records)).toEqual({
      ...Object.fromEntries(
        ['', 'one', 'two', 'three', 'four', 'five', 'six', 'linked', 'map.html'].map(path => [`http://a.test/${path}`, 'kept']),
      ),
      'http://a.test/index.xml': 'sitemap',
      'http://a.test/pages.xml.gz': 'sitemap',
      'http://a.test/deep1.xml': 'sitemap',
      'http://a.test/deep2.xml': 'sitemap',
      'http://a.test/deep3.xml': 'refused.depth',
      'http://a.test/list.txt': 'sitemap',
      'http://a.test/landed.xml': 'sitemap',
      'http://a.test/busy.xml': 'sitemap',
      'http://a.test/relative.xml': 'sitemap',
      'http://a.test/moved.xml': 'redirected',
      'http://a.test/gone.xml': 'gone.404',
      'http://a.test/lol.xml': 'failed.parse',
      'http://a.test/bomb.xml.gz': 'failed.parse',
      'http://a.test/prose.txt': 'failed.media-type',
      'http://a.test/shut/sitemap.xml': 'withheld.robots.rule',
      'http://a.test/shut/x': 'withheld.robots.rule',
      'http://other.test/sitemap.xml': 'refused.out-of-scope',
      'http://other.test/more.xml': 'refused.out-of-scope',
      'http://b.test/abroad': 'refused.out-of-scope',
      'http://169.254.169.254/latest/meta-data/': 'refused.address',
      'http://10.0.0.1/': 'refused.out-of-scope',
    });
    expect(recordOf(records, 'http://a.test/index.xml')).toMatchObject({
      via: 'http://a.test/robots.txt',
      depth: 0,
      discovery: { found: 4 },
    });
    expect(recordOf(records, 'http://a.test/index.xml')).toHaveProperty('page_proof');
    expect(recordOf(records, 'http://a.test/one')).toMatchObject({ via: 'http://a.test/pages.xml.gz', depth: 1 });
    expect(site.asked.filter(place => !place.startsWith('a.test/'))).toEqual([]);
    expect(site.asked).not.toContain('a.test/sitemap.xml');
    expect(site.asked).not.toContain('a.test/shut/sitemap.xml');
    expect(site.asked.indexOf('a.test/index.xml')).toBeGreaterThan(site.asked.indexOf('a.test/robots.txt'));
    expect(site.of('a.test').filter(path => path === '/index.xml')).toHaveLength(1);
    expect((await heed(['verify', out])).code).toBe(0);
  });

  test('are not read where nobody wants them, and give no more than the limit', async () => {
    const site = await web(place => {
      if (/^[abc]\.test\/robots\.txt$/.test(place))
        return text(`Sitemap: http://${place.slice(0, 6)}/s1.xml\nSitemap: http://${place.slice(0, 6)}/s2.xml`);
      if (/\/s[12]\.xml$/.test(place))
        return xml(urlset(...Array.from({ length: 30 }, (_, i) => `http://${place.slice(0, 6)}/${i}`)));
      return /^[abc]\.test\/\d*$/.test(place) ? html(place) : undefined;
    });
    const [first, second, third] = [temporaryFolder(), temporaryFolder(), temporaryFolder()];
    const runs = await Promise.all([
      heed(['crawl', 'http://a.test/', '--out', first, ...site.flags, '--no-sitemaps']),
      heed(['crawl', 'http://b.test/', '--out', second, ...site.flags, '--max-depth', '0']),
      heed(['crawl', 'http://c.test/', '--out', third, ...site.flags, '--max-sitemap-urls', '20']),
    ]);
    expect(runs.map(({ code, stderr }) => (code === 0 ? '' : stderr))).toEqual(['', '', '']);
    expect(reasons(await recordsOf(first))).toEqual({ 'http://a.test/': 'kept' });
    expect(reasons(await recordsOf(second))).toEqual({ 'http://b.test/': 'kept' });
    const records = await recordsOf(third);
    expect(recordOf(records, 'http://c.test/s1.xml').discovery).toEqual({ found: 30, beyond: 10, cut: 'max-sitemap-urls' });
    expect(recordOf(records, 'http://c.test/s2.xml')).toMatchObject({
      reason: 'refused.budget',
      discovery: { cut: 'max-sitemap-urls' },
    });
    expect(records).toHaveLength(23);
    expect(site.asked).not.toContain('c.test/s2.xml');
    // The next run on the dataset reads them again and gets on to what the limit left.
    await heed(['crawl', 'http://c.test/', '--out', third, ...site.flags, '--max-sitemap-urls', '20']);
    expect(new Set((await recordsOf(third)).filter(({ reason }) => reason === 'kept').map(({ url }) => url)).size).toBe(31);
  });

  test('one that turns out to be a page is asked as a page only where a page may be', async () => {
    const site = await web(place => {
      if (place === 'a.test/robots.txt')
        return text('Sitemap: http://a.test/docs/map.html\nSitemap: http://a.test/blog/map.html\n');
      return place.startsWith('a.test/') && !/\.(txt|json)$/.test(place) ? html(place) : undefined;
    });
    const out = temporaryFolder();
    expect((await heed(['crawl', 'http://a.test/docs/', '--out', out, '--scope', 'prefix', ...site.flags])).code).toBe(0);
    expect(reasons(await recordsOf(out))).toEqual({
      'http://a.test/docs/': 'kept',
      'http://a.test/docs/map.html': 'kept',
      'http://a.test/blog/map.html': 'refused.out-of-scope',
    });
    expect(site.of('a.test').filter(path => path === '/blog/map.html')).toHaveLength(1);
  });

  test('one that waits because others are read has all its tries left', async () => {
    let tries = 0;
    const site = await web(place => {
      const [host = ''] = place.split('/', 1);
      if (place.endsWith('/robots.txt')) return text(`Sitemap: http://${host}/map.xml\n`);
      if (place === 'e.test/map.xml') return ++tries < 2 ? { status: 503 } : xml(urlset('http://e.test/listed'));
      if (place.endsWith('/map.xml')) return { ...xml(urlset()), afterMs: 6_000 };
      return html(place);
    });
    const out = temporaryFolder();
    const seeds = ['a', 'b', 'c', 'd', 'e'].map(name => `http://${name}.test/`);
    expect((await heed(['crawl', ...seeds, '--out', out, ...site.flags, '--policy', 'rfc9309'])).code).toBe(0);
    expect(reasons(await recordsOf(out))).toMatchObject({ 'http://e.test/map.xml': 'sitemap', 'http://e.test/listed': 'kept' });
  });

  test('a run that is interrupted while it reads one goes on, and has each URL once', async () => {
    const listed = 20_000;
    const site = await web(place => {
      if (place === 'a.test/robots.txt') return text('Sitemap: http://a.test/s.xml');
      if (place === 'a.test/s.xml')
        return xml(gzipSync(urlset(...Array.from({ length: listed }, (_, i) => `http://a.test/p/${i}`))));
      return place === 'a.test/' || place.startsWith('a.test/p/') ? { ...html(place), afterMs: 20 } : undefined;
    });
    const out = temporaryFolder();
    const args = ['crawl', 'http://a.test/', '--out', out, ...site.flags, '--max-pages', '15'];
    const child = startHeed(args);
    const end = ended(child);
    while (!site.asked.includes('a.test/s.xml')) await sleep(2);
    child.kill('SIGINT');
    expect((await end).code).toBe(11);
    const { stdout } = await heed([...args, '--json']);
    const { byReason } = JSON.parse(stdout).counts;
    expect(byReason).toMatchObject({ sitemap: 1, kept: 15, 'refused.budget': listed - 14 });
    const records = await recordsOf(out);
    expect(new Set(records.map(({ url }) => url)).size).toBe(records.length);
    expect(records).toHaveLength(listed + 2);
  });
});

describe.concurrent('a web without an end', () => {
  test('ends by itself, with few requests, and its neighbours lose nothing', async () => {
    const stock =
      'garden winter market harbour council railway library teacher museum weather history question answer summer village mountain bridge letter morning evening'.split(
        ' ',
      );
    const salad = (seed: string): string => {
      let state = [...seed].reduce((hash, c) => Math.imul(hash ^ c.charCodeAt(0), 0x01000193), 0x811c9dc5);
      return Array.from({ length: 90 }, () => {
        state = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9;
        return stock[(state >>> 9) % stock.length] ?? '';
      }).join(' ');
    };
    const maze = (place: string): Said => {
      const links = Array.from({ length: 6 }, (_, i) => `/m/${salad(`${place}${i}`).split(' ').slice(0, 4).join('/')}`);
      return {
        headers: { 'content-type': 'text/html' },
        body: `<p>The ${salad(place)} of it.</p>${links.map(link => `<a href="${link}">on</a>`).join('')}`,
      };
    };
    const site = await web(place => {
      if (place.endsWith('.txt') || place.endsWith('.json')) return undefined;
      const [, host = '', path = ''] = /^([a-z]+)\.test(\/.*)$/.exec(place) ?? [];
      switch (host) {
        case 'maze':
          return maze(place);
        case 'folders':
          return html(place, 'deeper/', 'deeper/deeper/');
        case 'session':
          return html(
            path.replace(/sid=\w+/, ''),
            ...[1, 2, 3].map(n =>
              `/page?n=${n}&sid=${salad(place + n)
                .replaceAll(' ', '')
                .slice(0, 9)}${'0123456789abcdef0'.repeat(2)}`.replace(/[^\w/?=&]/g, ''),
            ),
          );
        case 'calendar': {
          const [year = 2026, month = 11] = path.match(/\d+/g)?.map(Number) ?? [];
          // The months ahead, as calendars show them.
          const ahead = Array.from({ length: 6 }, (_, i) => new Date(Date.UTC(year, month + i)).toISOString());
          return html(place, ...ahead.map(date => `/calendar/${date.slice(0, 4)}/${date.slice(5, 7)}/`));
        }
        case 'good': {
          const number = Number(path.slice(1) || 0);
          return number < 60 ? html(place, '/', `/${number * 2 + 1}`, `/${number * 2 + 2}`) : undefined;
        }
        default:
          return undefined;
      }
    });
    const out = temporaryFolder();
    const hosts = ['maze', 'folders', 'session', 'calendar', 'good'];
    const { code, stderr } = await heed(['crawl', ...hosts.map(host => `http://${host}.test/`), '--out', out, ...site.flags]);
    expect(code, stderr).toBe(0);
    const records = await recordsOf(out);
    const pages = (host: string): number => site.of(`${host}.test`).filter(path => !/\.(txt|json)$/.test(path)).length;
    const ending = (host: string): readonly string[] => [
      ...new Set(records.filter(({ url }) => url.startsWith(`http://${host}.test/`)).map(({ reason }) => reason)),
    ];
    expect(ending('maze').toSorted()).toEqual(expect.arrayContaining(['trap.maze']));
    expect(pages('maze')).toBeLessThanOrEqual(80);
    expect(records.find(({ reason }) => reason === 'trap.maze')?.detail).toMatch(/^below http:\/\/maze\.test\/.*pages in a row/);
    expect(ending('folders')).toContain('trap.segments');
    expect(pages('folders')).toBeLessThanOrEqual(5);
    expect(ending('session')).toContain('trap.session');
    expect(pages('session')).toBeLessThanOrEqual(5);
    expect(ending('calendar')).toContain('trap.calendar');
    expect(pages('calendar')).toBeLessThanOrEqual(100);
    expect(pages('good')).toBe(records.filter(({ url }) => url.startsWith('http://good.test/')).length);
    expect(records.filter(({ url, reason }) => url.startsWith('http://good.test/') && reason === 'kept')).toHaveLength(60);
    expect((await heed(['verify', out])).code).toBe(0);
  });
});

describe('what is under way together', () => {
  const license =
    '<rsl xmlns="https://rslstandard.org/rsl"><content url="/"><license><permits type="usage">all</permits></license></content></rsl>';

  test('a page that fills the room for decoded pages gets its licences where the next page of their origin waits for that room', async () => {
    const site = await web(place => {
      if (!place.startsWith('a.test/') || place.endsWith('.json')) return undefined;
      if (place.endsWith('.txt')) return place === 'a.test/robots.txt' ? text('User-agent: *\nAllow: /\n') : undefined;
      if (place.startsWith('a.test/license')) return { ...xml(license, 'application/rsl+xml'), afterMs: 50 };
      const pointer = (name: string): string =>
        `<http://a.test/license-${name}${place.slice(-1)}.xml>; rel="license"; type="application/rsl+xml"`;
      const page = html(place, '/1', '/2', '/3');
      return { ...page, headers: { ...page.headers, link: ['x', 'y', 'z'].map(pointer).join(', ') } };
    });
    const out = temporaryFolder();
    const bounds = ['--max-held-bytes', '1', '--domain-concurrency', '1'];
    const child = startHeed(['crawl', 'http://a.test/', '--out', out, ...site.flags, ...bounds]);
    const timer = setTimeout(() => child.kill('SIGKILL'), 30_000);
    expect((await ended(child)).code).toBe(0);
    clearTimeout(timer);
    expect(await recordsOf(out)).toHaveLength(4);
    // The next page was asked while its predecessor's licences were.
    const asked = site.of('a.test');
    expect(asked.indexOf('/2')).toBeLessThan(asked.indexOf('/license-z1.xml'));
  });

  test('a limit that ends the run waits for no robots.txt, and leaves no sitemap without a row that one announces only then', async () => {
    const site = await web(place => {
      const [host = ''] = place.split('/', 1);
      if (place === 'a.test/') return html('a', 'http://b.test/', 'http://c.test/');
      if (place === 'a.test/robots.txt') return text('');
      if (!place.endsWith('/robots.txt')) return html(place);
      const announced = text(`Sitemap: http://${host}/s1.xml\nSitemap: http://${host}/s2.xml\n`);
      return { ...announced, afterMs: host === 'c.test' ? 50_000 : 0 };
    });
    const out = temporaryFolder();
    const limits = ['--scope', 'any', '--max-pages', '2', '--policy', 'rfc9309'];
    const began = performance.now();
    const { code } = await heed(['crawl', 'http://a.test/', '--out', out, ...site.flags, ...limits]);
    expect(code).toBe(0);
    expect(performance.now() - began).toBeLessThan(40_000);
    const records = reasons(await recordsOf(out));
    expect(records).toMatchObject({ 'http://c.test/': 'refused.budget', 'http://b.test/s1.xml': 'refused.budget' });
    expect(urlsOf(out).filter(url => !(url in records))).toEqual([]);
  });
});

/** Every URL that was ever offered. */
function urlsOf(out: string): readonly string[] {
  const database = new DatabaseSync(join(out, 'state/heed.sqlite'), { readOnly: true });
  const rows = database.prepare('SELECT key, path FROM url JOIN origin ON origin.id = origin_id').all();
  database.close();
  return rows.map(({ key, path }) => new URL(String(path), String(key)).href);
}

import { gzipSync } from 'node:zlib';
import type { HostileCase, Row, Say } from '../case.ts';
import { answer, article, filled, flood, html, links, ok, to } from '../says.ts';

const xml = (body: string | Buffer, ...fields: readonly string[]): Say =>
  answer('200 OK', ['Content-Type: application/xml', ...fields], body);
const urls = (...locs: readonly string[]): string =>
  `<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">${locs.map(loc => `<url><loc>${loc}</loc></url>`).join('')}</urlset>`;
const index = (...locs: readonly string[]): string =>
  `<?xml version="1.0"?><sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">${locs.map(loc => `<sitemap><loc>${loc}</loc></sitemap>`).join('')}</sitemapindex>`;
const sitemap = (name: string, what: string, says: Say, more: Partial<HostileCase> = {}): HostileCase => ({
  id: `r64-${name}`,
  what: `a sitemap ${what}`,
  robots: asked =>
    answer('200 OK', ['Content-Type: text/plain'], `User-agent: *\nAllow: /\nSitemap: http://${asked.host}/map.xml\n`)(asked),
  ends: 'kept',
  atMost: 12,
  ...more,
  files: { '/map.xml': says, ...more.files },
});
const laughs = `<!DOCTYPE l [<!ENTITY a "http://r64-laughs.test/">${Array.from({ length: 20 }, (_, level) => `<!ENTITY ${'b'.repeat(level + 1)} "${`&${level === 0 ? 'a' : 'b'.repeat(level)};`.repeat(10)}">`).join('')}]>`;
/** Text that is new on every page and says nothing. */
const babble = (seed: string): string => {
  let state = [...seed].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) >>> 0, 7);
  const word = (): string => {
    state = (state * 1_103_515_245 + 12_345) >>> 0;
    return state.toString(36);
  };
  return Array.from({ length: 200 }, word).join(' ');
};

export const discoveryRows: readonly Row[] = [
  {
    row: 64,
    title: 'sitemaps',
    cases: [
      sitemap('self', 'that lists itself', xml(index('http://r64-self.test/map.xml', 'http://r64-self.test/map.xml#2'))),
      sitemap(
        'deep',
        'of lists of lists without end',
        asked => xml(index(`http://${asked.host}/map${Number(/\d+/.exec(asked.path.slice(4)) ?? 0) + 1}.xml`))(asked),
        {
          page: asked =>
            (/^\/map\d+\.xml$/.test(asked.path)
              ? xml(index(`http://${asked.host}/map${Number(/\d+/.exec(asked.path)) + 1}.xml`))
              : html(article(`r64 deep ${asked.path}`)))(asked),
          never: ['r64-deep.test/map9.xml'],
        },
      ),
      sitemap('laughs', 'of a billion laughs', xml(laughs + urls(`&${'b'.repeat(20)};`))),
      sitemap(
        'external',
        'with an external entity',
        xml(`<!DOCTYPE r [<!ENTITY x SYSTEM "http://r64-external.test/entity">]>${urls('&x;')}`),
        { never: ['r64-external.test/entity'] },
      ),
      sitemap(
        'foreign',
        'that names other hosts and a metadata service',
        xml(urls('http://elsewhere.r64-foreign.test/', 'http://169.254.169.254/r64', 'file:///etc/passwd')),
        {
          others: {
            'http://169.254.169.254/r64': 'refused.address',
            'http://elsewhere.r64-foreign.test/': 'refused.out-of-scope',
          },
          never: ['elsewhere.r64-foreign.test/'],
        },
      ),
      sitemap(
        'lines',
        'with line ends in its URLs',
        xml(urls('http://r64-lines.test/a&#13;&#10;Host:evil.test', 'http://r64-lines.test/b%0d%0aHost:%20evil.test')),
        { never: ['evil.test/'] },
      ),
      sitemap('bomb', 'that is a bomb', xml(gzipSync(Buffer.alloc(20 * 2 ** 20, ' ')), 'Content-Encoding: gzip')),
      sitemap(
        'endless',
        'without end',
        flood(
          `${ok}Content-Type: application/xml\r\n\r\n<?xml version="1.0"?><urlset>`,
          Buffer.from(filled('<!-- more -->', 65_000)),
        ),
      ),
      sitemap('moved', 'that redirects to a metadata service', to('http://169.254.169.254/r64-map.xml'), {
        others: { 'http://169.254.169.254/r64-map.xml': 'refused.address' },
      }),
      {
        id: 'r64-private',
        what: 'a robots.txt that announces a sitemap at a metadata service',
        robots: answer(
          '200 OK',
          ['Content-Type: text/plain'],
          'User-agent: *\nAllow: /\nSitemap: http://169.254.169.254/r64-private.xml\n',
        ),
        ends: 'kept',
        others: { 'http://169.254.169.254/r64-private.xml': 'refused.address' },
      },
    ],
  },
  {
    row: 65,
    title: 'places without end',
    cases: [
      {
        id: 'r65-growing',
        what: 'relative links that grow',
        page: asked => links(filled('name/', 500), 'again/')(asked),
        ends: 'kept',
        atMost: 40,
      },
      {
        id: 'r65-calendar',
        what: 'a calendar without end',
        crawledBy: 'test/e2e/crawl-discovery.test.ts',
        page: asked => {
          const [year = 2026, month = 11] = /^\/calendar\/(\d+)\/(\d+)$/.exec(asked.path)?.slice(1).map(Number) ?? [];
          html(
            article(
              `r65 calendar ${year} ${month}`,
              `<a href="/calendar/${month === 12 ? year + 1 : year}/${(month % 12) + 1}">next</a>`,
            ),
          )(asked);
        },
        ends: 'kept',
        atMost: 400,
      },
      {
        id: 'r65-session',
        what: 'a new session in every link',
        page: asked =>
          html(
            article(
              `r65 session ${asked.path}`,
              `<a href="/list?sid=${babble(`${asked.path}${asked.count}`).replaceAll(' ', '').slice(0, 32)}">on</a>`,
            ),
          )(asked),
        ends: 'kept',
        atMost: 40,
      },
      {
        id: 'r65-maze',
        what: 'a maze of generated text',
        crawledBy: 'test/e2e/crawl-discovery.test.ts',
        page: asked => {
          const words = babble(asked.path).split(' ');
          html(
            `<!doctype html><title>${words[0]}</title><article><p>${words.join(' ')}</p>${words
              .slice(1, 6)
              .map(word => `<a href="${asked.path.slice(0, 200)}${word}/">${word}</a>`)
              .join(' ')}</article>`,
          )(asked);
        },
        ends: 'kept',
        atMost: 2_000,
      },
    ],
  },
];

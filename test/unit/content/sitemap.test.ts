import { describe, expect, test } from 'vitest';
import { sitemapReader } from '../../../src/content/index.ts';

const read = (octets: string | Uint8Array, step = 7) => {
  const bytes = Buffer.from(octets as string);
  const reader = sitemapReader();
  const entries = [];
  for (let start = 0; start < bytes.length; start += step) entries.push(...reader.write(bytes.subarray(start, start + step)));
  entries.push(...reader.end());
  return { entries: entries.map(({ kind, url }) => ({ kind, url })), form: reader.form, fault: reader.fault };
};
const urls = (octets: string | Uint8Array, step?: number) => read(octets, step).entries.map(({ url }) => url);
const pages = (...list: string[]) => list.map(url => ({ kind: 'page', url }));
const set = (...locs: string[]) =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">${locs
    .map(loc => `<url><loc>${loc}</loc><lastmod>2026-11-01</lastmod></url>`)
    .join('\n')}</urlset>`;

test('what a URL set says of the time of a change goes with its URL, before or after it, and with no other', () => {
  const reader = sitemapReader();
  const entries = reader.write(
    Buffer.from(`<urlset><url><loc>https://a.example/1</loc><lastmod> 2026-11-01T08:00:00Z </lastmod></url>
      <url><lastmod>2026-11-02</lastmod><loc>https://a.example/2</loc></url><url><loc>https://a.example/3</loc></url>
      <url><loc>https://a.example/4</loc><lastmod/></url></urlset>`),
  );
  expect(entries.map(({ lastmod }) => lastmod)).toEqual(['2026-11-01T08:00:00Z', '2026-11-02', undefined, undefined]);
});

describe('a sitemap is', () => {
  test.each<[name: string, octets: string | Uint8Array, form: string, entries: readonly object[]]>([
    [
      'a set of URLs',
      set('https://a.example/1', ' https://a.example/2\n'),
      'url-set',
      pages('https://a.example/1', 'https://a.example/2'),
    ],
    ['one with references', set('https://a.example/?x=1&amp;y=2'), 'url-set', pages('https://a.example/?x=1&y=2')],
    ['one in CDATA', set('<![CDATA[https://a.example/?x&y]]>'), 'url-set', pages('https://a.example/?x&y')],
    [
      'one with a prefix',
      '<s:urlset xmlns:s="x"><s:url><s:loc>https://a.example/</s:loc></s:url></s:urlset>',
      'url-set',
      pages('https://a.example/'),
    ],
    [
      'one without its namespace',
      '<urlset><url><loc>https://a.example/</loc></url></urlset>',
      'url-set',
      pages('https://a.example/'),
    ],
    ['one behind a byte order mark', `\ufeff${set('https://a.example/é')}`, 'url-set', pages('https://a.example/%C3%A9')],
    [
      'one in UTF-16',
      Buffer.from(`\ufeff${set('https://a.example/1').replace('UTF-8', 'UTF-16')}`, 'utf16le'),
      'url-set',
      pages('https://a.example/1'),
    ],
    [
      'one in Latin-1',
      Buffer.from(set('https://a.example/é').replace('UTF-8', 'ISO-8859-1'), 'latin1'),
      'url-set',
      pages('https://a.example/%C3%A9'),
    ],
    [
      'one whose images and videos have addresses too',
      set(
        'https://a.example/1</loc><image:image><image:loc>https://a.example/i.png</image:loc></image:image><priority>1</priority><x>',
      ).replace('<x></loc>', ''),
      'url-set',
      pages('https://a.example/1'),
    ],
    ['empty', set(), 'url-set', []],
    [
      'an index',
      '<sitemapindex><sitemap><loc>https://a.example/s1.xml.gz</loc></sitemap><sitemap><loc>https://a.example/s2.xml</loc></sitemap></sitemapindex>',
      'index',
      [
        { kind: 'sitemap', url: 'https://a.example/s1.xml.gz' },
        { kind: 'sitemap', url: 'https://a.example/s2.xml' },
      ],
    ],
    [
      'RSS',
      '<rss version="2.0"><channel><link>https://a.example/</link><item><link>https://a.example/1</link></item></channel></rss>',
      'feed',
      pages('https://a.example/1'),
    ],
    [
      'Atom',
      '<feed xmlns="http://www.w3.org/2005/Atom"><link href="https://a.example/"/><entry><link href="https://a.example/1"/><link rel="edit" href="https://a.example/e"/></entry></feed>',
      'feed',
      pages('https://a.example/1'),
    ],
    [
      'plain text',
      'https://a.example/1\r\nhttps://a.example/2\n\n  https://a.example/3',
      'text',
      pages('https://a.example/1', 'https://a.example/2', 'https://a.example/3'),
    ],
  ])('%s', (_name, octets, form, entries) => {
    for (const step of [1, 7, 100_000]) expect(read(octets, step)).toEqual({ entries, form, fault: null });
  });
});

describe('what is none, or not one of these', () => {
  test.each<[name: string, octets: string | Uint8Array]>([
    ['nothing', ''],
    ['blanks', ' \n '],
    ['prose', 'There is no sitemap here.\nhttps://a.example/1'],
    ['JSON', '{"urls":["https://a.example/1"]}'],
    ['another kind of XML', '<rsl><url><loc>https://a.example/1</loc></url></rsl>'],
    ['an object of every prototype', '<constructor><url><loc>https://a.example/1</loc></url></constructor>'],
  ])('%s', (_name, octets) => {
    expect(read(octets)).toEqual({ entries: [], form: null, fault: null });
  });
});

describe('addresses', () => {
  test('are absolute web addresses; whatever else stands there is passed over', () => {
    expect(
      urls(
        set(
          '/relative',
          'javascript:alert(1)',
          'file:///etc/passwd',
          'mailto:a@b',
          '',
          'https://[bad',
          `https://a.example/${'x'.repeat(9_000)}`,
          'https://a.example/ok',
        ),
      ),
    ).toEqual(['https://a.example/ok']);
  });

  test('never carry a line break on', () => {
    expect(urls(set('https://a.example/a\r\nHost: evil.example', 'https://a.example/&#13;&#10;b'))).toEqual([
      'https://a.example/aHost:%20evil.example',
      'https://a.example/b',
    ]);
  });
});

describe('a fault ends it; what came before was said', () => {
  test.each<[name: string, octets: string | Uint8Array, fault: string, found: number]>([
    ['a document type', `<!DOCTYPE urlset [<!ENTITY a "https://a.example/">]>${set('&a;').slice(39)}`, 'doctype', 0],
    ['an external entity', '<!DOCTYPE u SYSTEM "file:///etc/passwd"><urlset/>', 'doctype', 0],
    ['an unknown entity', set('https://a.example/1', 'https://a.example/&lol;'), 'malformed', 1],
    ['an end that never comes', set('https://a.example/1', 'https://a.example/2').slice(0, -40), 'malformed', 2],
    ['a tag that does not match', set('https://a.example/1', 'https://a.example/2</url>'), 'malformed', 2],
    [
      'octets that are no UTF-8',
      Buffer.concat([Buffer.from(`${set('https://a.example/1').slice(0, -9)}${' '.repeat(400)}`), Buffer.of(0xff, 0xfe, 0x80)]),
      'encoding',
      1,
    ],
    ['an encoding nobody knows', '<?xml version="1.0" encoding="klingon"?><urlset/>', 'encoding', 0],
    ['a deep nest', `<urlset>${'<a>'.repeat(5_000)}`, 'too-deep', 0],
  ])('%s', (_name, octets, fault, found) => {
    const given = read(octets, 100);
    expect([given.fault, given.entries.length]).toEqual([fault, found]);
  });

  test('fifty thousand URLs are read, and no more', () => {
    const { entries, fault } = read(set(...Array.from({ length: 50_010 }, (_, i) => `https://a.example/${i}`)), 65_536);
    expect([entries.length, fault]).toEqual([50_000, 'too-many-urls']);
  });
});

import { describe, expect, test } from 'vitest';
import { createTraps } from '../../../src/crawl/traps/index.ts';

const site = 'https://site.example';
const traps = (maxSiblings = 100_000) => createTraps({ maxPathSegments: 20, maxSiblings, year: 2026 });
const times = <T>(count: number, make: (index: number) => T): readonly T[] => Array.from({ length: count }, (_, i) => make(i));
const two = (number: number): string => String(number).padStart(2, '0');
/** Hexadecimal digits that look like chance. */
const hex = (index: number, length: number): string =>
  times(Math.ceil(length / 8), part => (Math.imul(index * 31 + part + 7, 0x9e3779b1) >>> 0).toString(16).padStart(8, '0'))
    .join('')
    .slice(0, length);
/** Lower-case words that are no ids. */
const word = (index: number): string => {
  let letters = '';
  for (let left = index + 26; left > 0; left = Math.floor(left / 26)) letters += String.fromCharCode(97 + (left % 26));
  return `${letters}ly`;
};
const month = (index: number): string => `${2026 + Math.floor(index / 12)}/${two((index % 12) + 1)}`;
/** The permutation of that number. */
const order = (index: number, names: readonly string[]): readonly string[] => {
  if (names.length === 0) return [];
  const at = index % names.length;
  return [names[at] ?? '', ...order(Math.floor(index / names.length), names.toSpliced(at, 1))];
};
const findings = (urls: readonly string[], maxSiblings?: number) => {
  const { offered } = traps(maxSiblings);
  return [...new Set(urls)].map(url => offered(new URL(url, site).href));
};

describe('URL spaces without an end are left out before they are asked', () => {
  test.each<[name: string, trap: string, mostLetThrough: number, urls: readonly string[]]>([
    ['a relative link to its own folder', 'segments', 2, times(30, i => `/${'news/'.repeat(i + 1)}`)],
    ['two folders that take turns', 'segments', 5, times(16, i => `/${times(i + 1, n => (n % 2 ? 'b/' : 'a/')).join('')}`)],
    ['three folders that take turns', 'segments', 4, times(9, i => `/${'shop/cart/item/'.repeat(i + 1)}`)],
    ['a repetition in the middle of a path', 'segments', 0, ['/start/de/kurse/de/kurse/de/kurse/anmelden.html']],
    ['one folder between others', 'segments', 0, ['/a/img/b/img/c/img/d/img/e/img/f.html']],
    ['numbers that repeat without end', 'segments', 0, ['/tiles/1/1/1/1/1']],
    ['two thousand segments', 'segments', 0, [`/${'x/'.repeat(2_000)}`.slice(0, 900)]],
    ['a path that grows by new words', 'segments', 20, times(40, i => `/${times(i + 1, word).join('/')}`)],
    ['a path that grows by numbers', 'segments', 20, times(40, i => `/${times(i + 1, n => 10 + n).join('/')}`)],
    ['a name that grows', 'length', 20, times(60, i => `/print-${'and-print-again-'.repeat(4 * i)}`)],
    [
      'a return address within a return address',
      'length',
      5,
      times(9, i => `/login?back=${'%2Flogin%3Fback%3D'.repeat(30 * i)}x`),
    ],
    ['a kilobyte of one parameter', 'length', 0, [`/search?q=${'term'.repeat(300)}`]],
    ['five thousand parameters', 'length', 0, [`/?${times(600, i => `p${i}=1`).join('&')}`]],
    ['forty parameters', 'parameters', 0, [`/?${times(40, i => `p${i}=1`).join('&')}`]],
    ['a parameter that is added once more on each page', 'parameters', 3, times(20, i => `/list?${'lang=de&'.repeat(i)}x`)],
    [
      'filters in every order',
      'parameters',
      200,
      times(
        720,
        i =>
          `/shop?${order(i, ['a', 'b', 'c', 'd', 'e', 'f'])
            .map(name => `${name}=1`)
            .join('&')}`,
      ),
    ],
    [
      'filters switched on and off',
      'parameters',
      200,
      times(
        2_048,
        i =>
          `/shop?v=1&w=1&${times(11, n => (i & (1 << n) ? `filter${n}=yes` : ''))
            .filter(Boolean)
            .join('&')}`,
      ),
    ],
    [
      'every combination of a few values',
      'parameters',
      5_000,
      times(8_000, i => `/c?colour=${i % 20}&size=${Math.floor(i / 20) % 20}&brand=${Math.floor(i / 400)}`),
    ],
    ['jsessionid in the path', 'session', 1, times(50, i => `/news/list.do;jsessionid=${hex(i, 32)}`)],
    ['jsessionid with a route', 'session', 1, times(50, i => `/a.jsp;jsessionid=${hex(i, 32)}.node${i % 3}?x=1`)],
    ['PHPSESSID in the query', 'session', 1, times(50, i => `/index.php?page=3&PHPSESSID=${hex(i, 26)}`)],
    ['a forum that appends sid', 'session', 1, times(50, i => `/viewtopic.php?t=77&sid=${hex(i, 32)}`)],
    ['a forum that appends s', 'session', 1, times(50, i => `/showthread.php?s=${hex(i, 32)}&t=77`)],
    ['ColdFusion', 'session', 1, times(50, i => `/page.cfm?CFID=${hex(i, 8)}&CFTOKEN=${hex(i + 1, 16)}`)],
    ['ASP.NET without cookies', 'session', 1, times(50, i => `/(S(${hex(i, 24)}))/page.aspx`)],
    ['osCommerce', 'session', 1, times(50, i => `/product_info.php?products_id=9&osCsid=${hex(i, 26)}`)],
    ['a calendar whose next month is a link', 'calendar', 85, times(600, i => `/calendar/${month(i)}/`)],
    ['a calendar to the year 9999', 'calendar', 48, times(300, i => `/calendar/${2031 + i * 26}/01/`)],
    ['a calendar by day', 'calendar', 48, times(200, i => `/events/2031-${two((i % 12) + 1)}-${two((i % 28) + 1)}?v=${i}`)],
    [
      'a calendar in the query',
      'calendar',
      85,
      times(600, i => `/kalender?monat=${(i % 12) + 1}&jahr=${2026 + Math.floor(i / 12)}`),
    ],
    ['a date in the query', 'calendar', 85, times(600, i => `/plan?tribe-bar-date=${month(i).replace('/', '-')}-01`)],
    [
      'a calendar that goes back for ever',
      'calendar',
      48,
      times(600, i => `/agenda/${1990 - Math.floor(i / 12)}/${two((i % 12) + 1)}`),
    ],
    ['years of a schedule', 'calendar', 48, times(300, i => `/schedule/${2030 + i}/`)],
    ['a blog whose archive has the future too', 'calendar', 85, times(600, i => `/${month(i)}/`)],
  ])('%s', (_name, trap, mostLetThrough, urls) => {
    const found = findings(urls);
    const letThrough = found.filter(finding => finding === null).length;
    expect(found.at(-1)?.trap).toBe(trap);
    expect(found.at(-1)?.detail).toMatch(/\w/);
    expect(letThrough).toBeLessThanOrEqual(mostLetThrough);
  });

  test('numeric siblings beyond the bound the operator sets', () => {
    const found = findings(
      times(60, i => `/item/${i}`),
      50,
    );
    expect(found.filter(finding => finding === null)).toHaveLength(50);
    expect(found.at(-1)).toMatchObject({ trap: 'siblings', detail: expect.stringContaining('--max-siblings') });
  });

  test('hexadecimal siblings beyond it', () => {
    const found = findings(
      times(60, i => `/blob/${hex(i, 40)}/raw`),
      50,
    );
    expect(found.at(-1)?.trap).toBe('siblings');
  });
});

describe('what real sites have is left alone', () => {
  test.each<[name: string, urls: readonly string[]]>([
    [
      'a blog by day, over twenty years',
      times(7_000, i => `/${2006 + Math.floor(i / 360)}/${two((i % 12) + 1)}/${two((i % 28) + 1)}/${word(i)}`),
    ],
    ['months of an archive', times(400, i => `/archive/${1993 + Math.floor(i / 12)}/${two((i % 12) + 1)}/`)],
    [
      'a newspaper since 1850',
      times(5_000, i => `/${1850 + Math.floor(i / 30)}/${two((i % 12) + 1)}/${two((i % 28) + 1)}/seite-${i % 9}`),
    ],
    [
      'events of this year and the next',
      times(700, i => `/events/${2026 + Math.floor(i / 365)}-${two((i % 12) + 1)}-${two((i % 28) + 1)}/${word(i)}`),
    ],
    ['visions of far years', ['/vision/2050', '/plan/2035/', '/2100/', '/agenda/2030/goals', '/mobilitaet-2040/']],
    ['part numbers that look like months', times(3_000, i => `/parts/${2000 + Math.floor(i / 30)}-${two(i % 30)}`)],
    ['chapters of numbered stories', times(3_000, i => `/story/${3000 + Math.floor(i / 20)}/${two((i * 7) % 20)}`)],
    ['statutes by number', times(2_000, i => `/usc/${2100 + i}/section`)],
    ['threads of a forum', times(6_000, i => `/viewtopic.php?f=${i % 12}&t=${i}&start=${(i % 5) * 20}`)],
    ['posts of a forum by permalink', times(6_000, i => `/viewtopic.php?p=${i}`)],
    ['topics with titles', times(5_000, i => `/t/${word(i)}/${i}`)],
    ['articles by number', times(6_000, i => `/article/${100_000 + i}`)],
    ['articles by hexadecimal id', times(5_000, i => `/story/${hex(i, 32)}`)],
    ['articles by UUID', times(3_000, i => `/a/${hex(i, 8)}-${hex(i, 4)}-${hex(i + 1, 4)}-${hex(i + 2, 4)}-${hex(i, 12)}`)],
    ['an encyclopedia', times(6_000, i => `/wiki/${word(i)}_(${word(i * 3)})`)],
    ['talk, history and revisions of a wiki', times(4_000, i => `/index.php?title=${word(i % 900)}&action=history&oldid=${i}`)],
    ['sub-pages of a wiki', times(500, i => `/wiki/User:${word(i)}/Archive/${word(i + 1)}/Archive_2`)],
    ['pages of a list', times(2_000, i => `/news?page=${i + 1}`)],
    ['pages of many lists', times(6_000, i => `/category/${word(i % 400)}?page=${i % 50}`)],
    ['categories and pages with one order', times(4_000, i => `/list?cat=${i % 90}&page=${Math.floor(i / 90)}&sort=date`)],
    ['products of a shop', times(5_000, i => `/p/${word(i)}-${i}.html`)],
    ['products with variants', times(6_000, i => `/product?id=${Math.floor(i / 6)}&colour=${i % 3}&size=${i % 2}`)],
    ['some filters of a shop', times(190, i => `/shop?colour=${i % 10}&size=${i % 7}&page=${i % 3}`)],
    ['a search form with twenty fields', times(40, i => `/opac?${times(20, n => `field${n}=${n === 3 ? i : ''}`).join('&')}`)],
    ['many choices of one name', [`/list?${times(12, i => `tag[]=${word(i)}`).join('&')}`]],
    [
      'documentation with deep paths',
      times(800, i => `/docs/v2/reference/api/${word(i % 20)}/classes/${word(i)}/methods/${word(i * 5)}/`),
    ],
    [
      'sources of a Java project',
      times(500, i => `/src/main/java/org/example/project/main/${word(i)}/impl/main/${word(i)}.java.html`),
    ],
    ['modules within modules', ['/pkg/node_modules/a/node_modules/b/node_modules/c/node_modules/d/index.html']],
    ['a path that says a word twice', ['/de/de/shop', '/blog/news/blog/news', '/en/help/en/', '/new-york/new-york/']],
    ['a date of equal numbers', ['/2011/11/11/11', '/2022/02/02/', '/tiles/0/0/0', '/tiles/1/1/1', '/1/1/1/1']],
    ['the first session id of each page', times(500, i => `/page/${i};jsessionid=${hex(i, 32)}`)],
    ['stories by a small sid', times(900, i => `/article.pl?sid=${i}`)],
    ['stories by a dated sid', times(900, i => `/article.pl?sid=26/${two((i % 12) + 1)}/${two((i % 28) + 1)}/${i}`)],
    ['searches by s', times(500, i => `/?s=${word(i)}`)],
    ['sessions of a conference', times(300, i => `/programme?session=${word(i)}`)],
    [
      'titles in Arabic',
      times(50, i => `/${encodeURIComponent('الذكاء الاصطناعي وحقوق النشر في العالم العربي '.repeat(3))}${i}`),
    ],
    ['titles in Chinese', times(50, i => `/${encodeURIComponent('人工智能与版权保护的最新发展'.repeat(4))}-${i}.html`)],
    ['links with campaign parameters', times(60, i => `/a/${i}?utm_source=x&utm_medium=y&utm_campaign=${word(i)}&utm_content=z`)],
    ['verses of a book', times(3_000, i => `/bible/${word(i % 66)}/${(i % 50) + 1}/${(i % 30) + 1}`)],
    ['photographs of an album', times(5_000, i => `/album/${Math.floor(i / 100)}/photo/${i % 100}`)],
    ['commits of a repository', times(4_000, i => `/commit/${hex(i, 40)}`)],
    ['versions of packages', times(3_000, i => `/package/${word(i % 300)}/v/${i % 10}.${i % 7}.${i % 5}`)],
    ['patents', times(3_000, i => `/patent/US${7_000_000 + i}B2/en`)],
    ['parliament: bills and their stages', times(2_000, i => `/bills/${19 + (i % 2)}/${i}/stages/${i % 5}`)],
  ])('%s', (_name, urls) => {
    expect(findings(urls).filter(finding => finding !== null)).toEqual([]);
  });
});

describe('a list that gives the same text again and again', () => {
  const page = (i: number): string => `${site}/list?page=${i}`;

  test('is left after two hundred of its pages, whatever was offered of it', () => {
    const { offered, popped, ended } = traps();
    for (let i = 0; i < 1_000; i++) expect(offered(page(i))).toBeNull();
    for (let i = 0; i < 200; i++) {
      expect(popped(page(i))).toBeNull();
      ended(page(i), 'duplicate.exact');
    }
    expect(popped(page(200))?.trap).toBe('siblings');
    expect(offered(page(5_000))?.trap).toBe('siblings');
    expect(popped(`${site}/list`)).toBeNull();
    expect(offered(`https://other.example/list?page=5000`)).toBeNull();
  });

  test('goes on while one in two hundred says something new, and other endings do not count', () => {
    const { offered, popped, ended } = traps();
    for (let i = 0; i < 2_000; i++) {
      offered(page(i));
      ended(page(i), i % 150 === 0 ? 'kept' : i % 3 === 0 ? 'gone.404' : 'duplicate.exact');
    }
    expect(popped(page(3_000))).toBeNull();
  });
});

test('without options nothing is a trap', () => {
  const { offered, popped } = createTraps(null);
  expect(offered(`${site}/${'a/'.repeat(300)}`)).toBeNull();
  expect(popped(`${site}/${'a/'.repeat(300)}`)).toBeNull();
});

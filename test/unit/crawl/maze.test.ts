import { describe, expect, test } from 'vitest';
import { createTraps } from '../../../src/crawl/traps/index.ts';

interface Page {
  readonly links: readonly string[];
  readonly text?: string;
  readonly tookMs?: number;
}

/** A web as a function; null is a page that is not there. */
type Web = (path: string) => Page | null;

/** mulberry32. */
function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
const seedOf = (text: string): number => [...text].reduce((hash, c) => Math.imul(hash ^ c.charCodeAt(0), 0x01000193), 0x811c9dc5);
const times = <T>(count: number, make: (index: number) => T): T[] => Array.from({ length: count }, (_, i) => make(i));
const word = (index: number): string => {
  let letters = '';
  for (let left = index + 3; left > 0; left = Math.floor(left / 21)) letters += 'etaoinshrdlucmfwypvbg'[left % 21];
  return letters;
};
/** Words as prose uses them: a few always, most of them rarely. */
const prose = (seed: string, words = 100): string => {
  const random = seeded(seedOf(seed));
  return times(words, () => word(Math.floor(Math.exp(random() * Math.log(40_000))))).join(' ');
};
const book = prose('one book', 12_000).split(' ');
/** A Markov chain over one book: each word is followed as it is there. */
const after = new Map<string, string[]>();
for (let i = 2; i < book.length; i++) {
  const state = `${book[i - 2]} ${book[i - 1]}`;
  after.set(state, [...(after.get(state) ?? []), book[i] ?? '']);
}
const babble = (seed: string, words = 100): string => {
  const random = seeded(seedOf(seed));
  const at = Math.floor(random() * (book.length - 2));
  const text = [book[at] ?? '', book[at + 1] ?? ''];
  while (text.length < words) {
    const next = after.get(`${text.at(-2)} ${text.at(-1)}`);
    if (next) text.push(next[Math.floor(random() * next.length)] ?? '');
    else text.push(...book.slice(...(([start]) => [start, start + 2])([Math.floor(random() * (book.length - 2))] as const)));
  }
  return text.join(' ');
};
const salad = (seed: string, words = 100): string => {
  const random = seeded(seedOf(seed));
  return times(words, () => word(Math.floor(random() * 300))).join(' ');
};

/** Crawls breadth first, as the frontier does for one origin. */
function crawl(web: Web, maxPages: number, start = '/') {
  const { offered, popped, fetched, ended } = createTraps({ maxPathSegments: 20, maxSiblings: 100_000, year: 2026 });
  const base = 'https://site.example';
  const queue = [base + start];
  const seen = new Set(queue);
  const asked: string[] = [];
  const refused = new Map<string, string>();
  let detail = '';
  for (let i = 0; i < queue.length && asked.length < maxPages; i++) {
    const url = queue[i] ?? '';
    const path = url.slice(base.length);
    const late = i === 0 ? null : popped(url);
    if (late) {
      refused.set(path, late.trap);
      detail = late.detail;
      continue;
    }
    asked.push(path);
    const page = web(path);
    if (page === null) continue;
    const links = [...new Set(page.links.map(link => new URL(link, url).href))].filter(link => link !== url);
    const fresh = links.filter(link => !seen.has(link));
    for (const link of fresh) {
      seen.add(link);
      const early = offered(link);
      if (early) refused.set(link.slice(base.length), early.trap);
      else if (link.startsWith(`${base}/`)) queue.push(link);
    }
    const { text, tookMs = 50 } = page;
    fetched({
      url: new URL(url),
      links: links.map(link => ({ url: link, isFresh: fresh.includes(link) })),
      text,
      tookMs,
      bytes: 4_000,
    });
    ended(url, text === undefined ? 'empty' : 'kept');
  }
  return { asked, refused, detail };
}

/** Five to ten ways further in, at random but the same each time. */
const deeper = (path: string, prefix = ''): string[] => {
  const random = seeded(seedOf(path));
  return times(
    5 + Math.floor(random() * 6),
    () => `${prefix}/${times(1 + Math.floor(random() * 4), () => word(Math.floor(random() * 60_000))).join('/')}`,
  );
};

describe('a maze ends', () => {
  test.each<[name: string, most: number, web: Web]>([
    ['whose text is a Markov chain over one book', 130, path => ({ links: deeper(path), text: babble(path) })],
    ['whose text is a word list', 70, path => ({ links: deeper(path), text: salad(path) })],
    ['whose pages are one template', 70, path => ({ links: deeper(path), text: `Welcome to ${path}. ${prose('same', 90)}` })],
    ['that has links only and takes seconds for each page', 70, path => ({ links: deeper(path), tookMs: 8_000 })],
    ['that has links only', 300, path => ({ links: deeper(path) })],
    ['whose text was written by a machine that never repeats itself', 300, path => ({ links: deeper(path), text: prose(path) })],
    [
      'that grows by relative links',
      60,
      path => ({ links: ['one/', 'two/', 'three/'].map(p => p + word(seedOf(path) & 0xfff)), text: salad(path) }),
    ],
    [
      'made of queries',
      60,
      path => ({ links: times(4, i => `/m?id=${word((seedOf(path) >>> 8) + i * 77)}`), text: salad(path) }),
    ],
    [
      'that also leads to its own front page and terms',
      3_000,
      path => ({ links: ['/', '/terms', ...deeper(path)], text: babble(path) }),
    ],
  ])('%s', (_name, most, web) => {
    const { asked, refused, detail } = crawl(web, most + 100);
    expect(asked.length).toBeLessThanOrEqual(most);
    expect([...refused.values()].at(-1)).toBe('trap.maze'.slice(5));
    expect(detail).toMatch(/pages in a row/);
  });

  test('beside a real site nothing else of it is left out', () => {
    const web: Web = path => {
      if (path.startsWith('/pit/')) return { links: deeper(path, '/pit'), text: babble(path) };
      const number = Number(path.slice(1) || 0);
      return number < 600 ? { links: ['/', `/${number + 1}`, `/${number + 2}`, '/pit/entrance'], text: prose(path) } : null;
    };
    const { asked, refused, detail } = crawl(web, 5_000);
    expect(asked.filter(path => /^\/\d*$/.test(path))).toHaveLength(602);
    expect(asked.filter(path => path.startsWith('/pit/')).length).toBeLessThanOrEqual(130);
    expect([...refused.keys()].every(path => path.startsWith('/pit/'))).toBe(true);
    expect(detail).toContain('below https://site.example/pit/');
  });

  test('below two folders of a real site too', () => {
    const web: Web = path => {
      if (path.startsWith('/en/pit/')) return { links: deeper(path, '/en/pit'), text: babble(path) };
      const number = Number(path.slice(4) || 0);
      return number < 600 ? { links: ['/en/0', `/en/${number + 1}`, '/en/pit/entrance'], text: prose(path) } : null;
    };
    const { asked, refused } = crawl(web, 5_000, '/en/0');
    expect(asked.filter(path => /^\/en\/\d+$/.test(path))).toHaveLength(601);
    expect([...refused.keys()].every(path => path.startsWith('/en/pit/'))).toBe(true);
    expect(refused.size).toBeGreaterThan(0);
  });
});

/** A tree of so many children at each depth. */
const tree =
  (widths: readonly number[], make: (path: string, children: readonly string[]) => Page): Web =>
  path => {
    const depth = path.split('/').filter(Boolean).length;
    return make(
      path,
      times(widths[depth] ?? 0, i => `${path === '/' ? '' : path}/${word(i * 13 + depth * 700)}`),
    );
  };
const menu = ['/', '/about', '/contact', '/imprint', '/news'];

describe('a real site is crawled whole', () => {
  test.each<[name: string, pages: number, web: Web]>([
    [
      'an encyclopedia: twelve links each, popular articles more often',
      1_500,
      path => {
        const random = seeded(seedOf(path));
        return {
          links: ['/wiki/a', ...times(12, () => `/wiki/${word(Math.floor(Math.exp(random() * Math.log(1_400))))}`)],
          text: prose(path),
        };
      },
    ],
    [
      'an encyclopedia at its beginning: two hundred links each, most of them new',
      250,
      path => {
        const random = seeded(seedOf(path));
        return { links: ['/wiki/a', ...times(200, () => `/wiki/${word(Math.floor(random() * 9e6))}`)], text: prose(path) };
      },
    ],
    [
      'documentation with a side bar',
      400,
      tree([20, 19], (path, below) => ({ links: [...below, ...times(20, i => `/${word(i * 13)}`)], text: prose(path) })),
    ],
    [
      'a catalogue: categories of categories, with a menu',
      1_500,
      tree([30, 40, 25], (path, below) => ({ links: [...menu, ...below], text: prose(path, 60) })),
    ],
    [
      'shops by state, county and town, all from one template',
      1_500,
      tree([40, 60, 20], (path, below) => ({
        links: [...menu, ...below],
        text: `Our shops in ${path.split('/').at(-1)}. ${prose('template', 120)}`,
      })),
    ],
    [
      'folders as a web server lists them',
      1_500,
      tree([50, 50, 10], (path, below) => ({ links: [path.replace(/\/[^/]*$/, '') || '/', ...below], text: below.join(' ') })),
    ],
    ['a directory without any way back', 1_500, tree([12, 12, 10], (path, below) => ({ links: below, text: prose(path, 40) }))],
    [
      'a wide directory without any way back, in a hundred and fifty branches',
      1_500,
      tree([150, 30], (path, below) => ({ links: below, text: prose(path, 60) })),
    ],
    [
      'chapters that lead to the next only',
      1_000,
      path => ({ links: [`/${Number(path.slice(1) || 0) + 1}`], text: prose(path) }),
    ],
    [
      'a blog: before, after, home',
      1_000,
      path => ({
        links: ['/', `/${Number(path.slice(1) || 0) + 1}`, `/${Math.max(0, Number(path.slice(1) || 0) - 1)}`],
        text: prose(path),
      }),
    ],
    [
      'lists and their items',
      1_500,
      path => {
        const list = Number(/page=(\d+)/.exec(path)?.[1] ?? 0);
        if (path.startsWith('/item/')) return { links: menu, text: prose(path) };
        return { links: [...menu, ...times(5, i => `/list?page=${list + i + 1}`), ...times(30, i => `/item/${list * 30 + i}`)] };
      },
    ],
    [
      'a forum: topics with permalinks of their posts',
      1_500,
      path => {
        const topic = Number(/t=(\d+)/.exec(path)?.[1] ?? 0);
        if (/p=/.test(path))
          return { links: ['/', `/viewtopic.php?t=${Number(/p=(\d+)/.exec(path)?.[1]) % 300}`], text: prose(path) };
        return {
          links: [
            '/',
            ...times(20, i => `/viewtopic.php?p=${i * 300 + topic}`),
            `/viewtopic.php?t=${topic + 1}`,
            `/viewtopic.php?t=${topic + 2}`,
          ],
          text: prose(path),
        };
      },
    ],
    [
      'a gallery without text',
      1_000,
      path => ({ links: [`/photo/${Number(path.slice(7) || 0) + 1}`, `/photo/${Number(path.slice(7) || 0) + 2}`, '/'] }),
    ],
    ['a slow site', 800, tree([20, 39], (path, below) => ({ links: ['/', ...below], text: prose(path), tookMs: 9_000 }))],
    ['pages without links', 1, () => ({ links: [], text: prose('x') })],
    [
      'a site that links abroad',
      300,
      path => ({
        links: times(9, i => `https://other.example/${seedOf(path)}/${i}`).concat(`/${Number(path.slice(1) || 0) + 1}`),
        text: prose(path),
      }),
    ],
  ])('%s', (_name, pages, web) => {
    const { refused } = crawl(web, pages);
    expect([...refused].slice(0, 3)).toEqual([]);
  });
});

import { describe, expect, test } from 'vitest';
import { scanPage } from '../../../src/content/index.ts';
import { linksOf } from '../../../src/crawl/find/links.ts';
import { scopeOf } from '../../../src/crawl/find/scope.ts';
import type { Exchange, FieldLine, Instant } from '../../../src/vocab/index.ts';

const url = 'https://site.example/a/page';
const at = '2026-11-26T10:00:00.000Z' as Instant;
const page = (markup: string, fields: readonly FieldLine[] = []): Exchange => ({
  url,
  retrievedAt: at,
  digest: null,
  retrieval: {
    outcome: 'successful',
    status: 200,
    fields: [['content-type', 'text/html; charset=utf-8'], ...fields],
    body: Buffer.from(markup),
    truncated: false,
    hops: [],
  },
});
const read = (markup: string, fields: readonly FieldLine[] = [], given: { maxLinks?: number; followsRefresh?: boolean } = {}) =>
  linksOf(page(markup, fields), scanPage(Buffer.from(markup), 'text/html; charset=utf-8', url), {
    ...{ productToken: 'heed', maxLinks: 10_000, followsRefresh: false },
    ...given,
  });
const link = '<a href="/b">b</a>';

describe('a page that asks that its links are not followed', () => {
  test.each<[where: 'field' | 'markup', markup: string, fields: readonly FieldLine[]]>([
    ['markup', `<meta name="robots" content="nofollow">${link}`, []],
    ['markup', `<META NAME=ROBOTS CONTENT="index, NoFollow">${link}`, []],
    ['markup', `<meta name="robots" content="none">${link}`, []],
    ['markup', `<meta name="robots" content="noarchive;no-follow">${link}`, []],
    ['markup', `<meta name="heed" content="nofollow">${link}`, []],
    ['markup', `<meta name="googlebot, heed" content="nofollow">${link}`, []],
    ['markup', `<meta property="robots" content="nofollow">${link}`, []],
    ['markup', `<meta http-equiv="X-Robots-Tag" content="nofollow">${link}`, []],
    ['markup', `<meta name="robots" content="max-image-preview: none, nofollow">${link}`, []],
    ['markup', `${Array.from({ length: 40 }, (_, i) => `<meta name="b${i}" content="none">`).join('')}${link}`, []],
    ['field', link, [['X-Robots-Tag', 'nofollow']]],
    ['field', link, [['x-robots-tag', 'noarchive, none']]],
    ['field', link, [['x-robots-tag', 'heed: nofollow']]],
    ['field', link, [['x-robots-tag', 'HEED/2.1: nofollow']]],
    ['field', link, [['x-robots-tag', 'otherbot: noindex, heed: nofollow']]],
    ['field', link, [['robots-tag', '*;nofollow']]],
    ['field', link, [['robots-tag', 'heed;noindex;nofollow, other;noai']]],
    ['field', link, [['robots-tag', 'nofollow']]],
    ['field', link, [['robots-tag', '"*";nofollow']]],
  ])('in its %s: %s %j', (where, markup, fields) => {
    const { links, discovery } = read(markup, fields);
    expect(links).toEqual([{ href: 'https://site.example/b', isNofollow: true }]);
    expect(discovery).toEqual({ nofollow: where });
  });

  test.each<[markup: string, fields: readonly FieldLine[]]>([
    [`<meta name="robots" content="index, follow">${link}`, []],
    [`<meta name="googlebot" content="nofollow">${link}`, []],
    [`<meta name="description" content="none">${link}`, []],
    [`<meta name="robots" content="max-image-preview:none">${link}`, []],
    [`<meta name="robots" content="max-image-preview: none">${link}`, []],
    [link, [['x-robots-tag', 'googlebot: nofollow']]],
    [link, [['x-robots-tag', 'noindex']]],
    [link, [['robots-tag', 'other;nofollow']]],
    [link, [['robots-tag', '*;nofollow=?0']]],
  ])('another is followed: %s %j', (markup, fields) => {
    expect(read(markup, fields)).toEqual({
      links: [{ href: 'https://site.example/b', isNofollow: false }],
      discovery: undefined,
    });
  });
});

describe('what is recorded and not followed', () => {
  test('a canonical address that is another one', () => {
    expect(read('<link rel=canonical href="https://other.example/x">')).toEqual({
      links: [],
      discovery: { canonical: 'https://other.example/x' },
    });
    expect(read(`<link rel=canonical href="${url}">`).discovery).toBeUndefined();
  });

  test.each<[name: string, markup: string, fields: readonly FieldLine[]]>([
    ['a meta refresh', '<meta http-equiv=refresh content="0; url=/next">', []],
    ['a Refresh field', '', [['Refresh', '5;url=/next']]],
    ['a Refresh field before a meta', '<meta http-equiv=refresh content="0; url=/other">', [['Refresh', '5;url=/next']]],
  ])('%s; it is followed as a link where that is configured', (_name, markup, fields) => {
    expect(read(markup, fields)).toEqual({ links: [], discovery: { refresh: 'https://site.example/next' } });
    expect(read(markup, fields, { followsRefresh: true }).links).toEqual([
      { href: 'https://site.example/next', isNofollow: false },
    ]);
    expect(read(`<meta name=robots content=nofollow>${markup}`, fields, { followsRefresh: true }).links[0]?.isNofollow).toBe(
      true,
    );
  });

  test('a reload of the page itself is nothing', () => {
    expect(read('<meta http-equiv=refresh content="30">').discovery).toBeUndefined();
    expect(read(`<meta http-equiv=refresh content="30;url=${url}">`).discovery).toBeUndefined();
  });

  test('links beyond the limit, by their number', () => {
    const { links, discovery } = read('<a href=1></a><a href=2></a><a href=3></a>', [], { maxLinks: 2 });
    expect(links.map(({ href }) => href.at(-1))).toEqual(['1', '2']);
    expect(discovery).toEqual({ found: 3, beyond: 1 });
  });

  test('that a page has more links than anybody reads', () => {
    const { links, discovery } = read(Array.from({ length: 10_050 }, (_, i) => `<a href=${i}></a>`).join(''));
    expect(links).toHaveLength(10_000);
    expect(discovery).toEqual({ found: 10_000, beyond: 0, cut: 'links' });
  });
});

describe('the scope', () => {
  const scope = scopeOf([new URL('https://site.example/docs/')], {
    ...{ scope: 'host', include: ['https://site.example/docs/**'], exclude: ['**/private/**'], maxDepth: 1, nofollow: true },
  });
  const candidate = { depth: 0, isSeed: false, isNofollow: false };
  const of = (href: string, given: Partial<Parameters<typeof scope>[0]> = {}) =>
    scope({ ...candidate, url: new URL(href), ...given });

  test('--include narrows what is found, not what the operator names; --exclude narrows both', () => {
    expect(of('https://site.example/docs/a')).toBeNull();
    expect(of('https://site.example/blog')).toBe('out-of-scope');
    expect(of('https://site.example/blog', { isSeed: true })).toBeNull();
    expect(of('https://site.example/private/a', { isSeed: true })).toBe('out-of-scope');
  });
});

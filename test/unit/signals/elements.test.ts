import { load } from 'cheerio';
import { describe, expect, test } from 'vitest';
import { type MarkupScan, scanMarkup } from '../../../src/signals/markup/elements.ts';
import { nosnippetRanges } from '../../../src/signals/markup/nosnippet.ts';
import { viewOf } from '../../../src/signals/markup/view.ts';
import { again, busyness, cpuMs } from './processor-time.ts';

const encoder = new TextEncoder();

function scan(page: string | Uint8Array, contentType = 'text/html'): MarkupScan {
  const view = viewOf(typeof page === 'string' ? encoder.encode(page) : page, contentType);
  if ('why' in view) throw new Error(view.why);
  return scanMarkup(view);
}

const contents = (page: string | Uint8Array, contentType?: string): (string | undefined)[] =>
  scan(page, contentType).metas.map(({ attributes }) => attributes.get('content'));

describe('an independent witness finds the same robots metas', () => {
  const pages: readonly string[] = [
    '<!doctype html><html><head><meta name="robots" content="noai"></head><body>a</body></html>',
    '<meta name=robots content=noindex><p>a',
    "<META NAME='ROBOTS' CONTENT='NOAI, NOIMAGEAI'>",
    '<meta content="noai" name="robots">',
    '<meta name="robots" content="noai"/><meta name="robots" content="noindex" />',
    '<meta name="robots" name="other" content="noai" content="all">',
    '<meta name="robots" content="no&#97;i &amp; more">',
    '<meta\n  name = "robots"\n  content = "noai"\n>',
    '<meta name="robots" content="a > b, noai">',
    '<!-- <meta name="robots" content="noai"> --><meta name="robots" content="noindex">',
    '<!--> <meta name="robots" content="noai"> -->',
    '<!---> <meta name="robots" content="noai"> -->',
    '<!-- a --!> <meta name="robots" content="noai"> -->',
    '<title><meta name="robots" content="noai"></title><meta name="robots" content="noindex">',
    '<style><meta name="robots" content="noai"></style>',
    '<script>document.write(\'<meta name="robots" content="noai">\')</script><meta name="robots" content="all">',
    '<script src="a.js"/><meta name="robots" content="noai"></script>',
    '<body><textarea><meta name="robots" content="noai"></textarea><meta name="robots" content="noindex">',
    '<body><textarea><meta name="robots" content="noai">',
    '<body><iframe><meta name="robots" content="noai"></iframe><xmp><meta name="robots" content="noai"></xmp>',
    '<body><plaintext><meta name="robots" content="noai">',
    '<body><div><p><meta name="robots" content="noai">',
    '<body>a < b <meta name="robots" content="noai"> c > d',
    '<body><![CDATA[ a > <meta name="robots" content="noai"> ]]>',
    '<body><svg><title/><path d="M0"/></svg><meta name="robots" content="noai">',
    '<body><svg><style/></svg><meta name="robots" content="noai"><style></style>',
    '<body><svg><title>a</title></svg><meta name="robots" content="noai">',
    '<?php echo 1 ?><meta name="robots" content="noai">',
    '<p title="<meta name=robots content=noai>">',
    '<p title=\'"\'><meta name="robots" content="noai">',
    '<a href=x"y><meta name="robots" content="noai">',
    '</ meta name="robots" content="noai"><meta name="robots" content="noindex">',
    '<meta name="robots" content="noai',
  ];
  test.each(pages)('%s', page => {
    const document = load(page, { scriptingEnabled: false });
    const witness = document('meta[name=robots i]')
      .get()
      .map(meta => document(meta).attr('content'));
    expect(contents(page)).toEqual(witness);
  });
});

describe('where an element stands', () => {
  const places = (page: string): string[] => scan(page).metas.map(({ place }) => place);
  const meta = '<meta name=robots content=noai>';

  test.each([
    [`<html><head>${meta}</head>`, 'head'],
    [`<title>a</title><style>b</style><script>c</script>${meta}`, 'head'],
    [`<head></head>${meta}`, 'body'],
    [`<head><title>a</title><p>${meta}`, 'body'],
    [`<template>${meta}</template>`, 'doubtful'],
    [`<template></template>${meta}`, 'head'],
    [`<template><template></template>${meta}</template>`, 'doubtful'],
    [`<noscript>${meta}</noscript>`, 'doubtful'],
    [`<svg>${meta}`, 'doubtful'],
    [`<svg/>${meta}`, 'head'],
  ])('%s', (page, place) => {
    expect(places(page)).toEqual([place]);
  });

  test('in XML an empty script is closed, and CDATA is text', () => {
    expect(contents(`<html><script src="a"/>${meta}</html>`, 'application/xhtml+xml')).toEqual(['noai']);
    expect(contents(`<html><![CDATA[ > ${meta} ]]></html>`, 'application/xhtml+xml')).toEqual([]);
  });
});

describe('what is kept', () => {
  test('octets, not characters', () => {
    const page = '<p>é€😀<meta name="robots" content="noai">';
    const [meta] = scan(page).metas;
    expect(Buffer.from(page).subarray(meta!.start, meta!.end).toString()).toBe('<meta name="robots" content="noai">');
  });

  test.each(['utf-16le', 'utf-16be'] as const)('%s, by its byte order mark or by declaration', encoding => {
    const text = '<meta name="robots" content="noai">';
    const wide = (marked: string): Uint8Array => {
      const octets = Buffer.from(marked, 'utf16le');
      return new Uint8Array(encoding === 'utf-16le' ? octets : octets.swap16());
    };
    expect(scan(wide(`\ufeff${text}`)).metas[0]).toMatchObject({ start: 2, end: 2 + 2 * text.length });
    expect(contents(wide(`\n${text}`), `text/html; charset="${encoding}"`)).toEqual(['noai']);
    expect(viewOf(wide(text), 'text/html')).toMatchObject({ why: 'doubtful-encoding' });
  });

  test('a description is no signal and none of it is kept', () => {
    expect(scan('<meta name="description" content="none, noindex"><meta property="og:title" content="noai">').metas).toEqual([]);
  });

  test('a licence of a script, and null where the script never ends', () => {
    const open = '<script type="application/rsl+xml; charset=utf-8">';
    const [closed] = scan(`${open}<rsl/></script>`).scripts;
    expect(closed?.content).toEqual([open.length, open.length + 6]);
    expect(scan(`${open}<rsl/><p>the work`).scripts[0]?.content).toBeNull();
  });

  test('more elements than there is room for end the scan', () => {
    const { metas, leftOut } = scan('<meta name=robots content=all>'.repeat(2_000));
    expect(metas.length).toBeLessThan(600);
    expect(leftOut).not.toBeNull();
    expect(scan(`<meta name="robots" content="${' '.repeat(9_000)}noai">`).leftOut).not.toBeNull();
    expect(scan('<meta itemprop="price" content="1">'.repeat(5_000)).leftOut).toBeNull();
  });
});

describe('ranges that are marked data-nosnippet', () => {
  const marked = (page: string): string[] =>
    nosnippetRanges(encoder.encode(page), 'text/html').map(([start, end]) => page.slice(start, end));

  test.each<[string, string[]]>([
    ['<p>a<span data-nosnippet>b</span>c', ['<span data-nosnippet>b']],
    ['<div data-nosnippet>a<div>b</div>c</div>d', ['<div data-nosnippet>a<div>b</div>c']],
    ['<div data-nosnippet>a<div data-nosnippet>b</div>c</div>d', ['<div data-nosnippet>a<div data-nosnippet>b</div>c']],
    ['<section DATA-NOSNIPPET="false">a</section>b', ['<section DATA-NOSNIPPET="false">a']],
    ['<div data-nosnippet>a<span>b</div>c</span>', ['<div data-nosnippet>a<span>b']],
    ['<span data-nosnippet>a<p>b', ['<span data-nosnippet>a<p>b']],
    ['<img data-nosnippet alt=a>b', ['<img data-nosnippet alt=a>']],
    ['<span data-nosnippet>a</span>b<span data-nosnippet>c</span>', ['<span data-nosnippet>a', '<span data-nosnippet>c']],
    ['<!--<span data-nosnippet>-->a', []],
    ['<p title="data-nosnippet">a', []],
  ])('%s', (page, expected) => {
    expect(marked(page)).toEqual(expected);
  });

  test('of a body that is no markup there are none', () => {
    expect(nosnippetRanges(encoder.encode('<p data-nosnippet>'), 'text/plain')).toEqual([]);
  });
});

describe('linear time, whatever the page', again, () => {
  const size = 2_000_000;
  const filled = (piece: string): Uint8Array => encoder.encode(piece.repeat(Math.ceil(size / piece.length)).slice(0, size));

  test.each([
    '<',
    '<a ',
    '<a <a <a',
    '<!--',
    '<meta ',
    '<meta name=robots content=noai ',
    '<meta name=robots>',
    '</',
    '</a',
    '<div>',
    '<div data-nosnippet>',
    '<div data-nosnippet></div>',
    '<svg>',
    '<template>',
    '</template>',
    '<script>',
    '<script type=application/rsl+xml>',
    '<title>',
    '<textarea',
    '&amp;',
    '<a b="',
    "<a b='",
    '<![CDATA[',
    '<![CDATA[>',
    '<?',
    '<!',
    'a',
    ' ',
    '<svg><script type="application/rsl+xml">',
    'aa\0',
    '=',
    '<p\n',
  ])('2 MB of %j', piece => {
    const body = filled(piece);
    expect(cpuMs(() => scan(body))).toBeLessThan(300 * busyness());
  });
});

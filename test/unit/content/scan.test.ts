import { describe, expect, test } from 'vitest';
import { scanPage } from '../../../src/content/index.ts';
import { busyness, processorMs } from '../signals/processor-time.ts';

const url = 'https://site.example/dir/page.html?q=1';
const scan = (markup: string | Uint8Array, contentType = 'text/html; charset=utf-8') =>
  scanPage(typeof markup === 'string' ? Buffer.from(markup) : markup, contentType, url);
const hrefs = (markup: string) => scan(markup).links.map(link => link.href);

describe('links', () => {
  test('are absolute, without fragment, http or https, each once, in document order', () => {
    expect(
      hrefs(`<a href="b.html#top">b</a><A HREF='/c?x=1&amp;y=2'>c</A><area href=//other.example/d><a href="b.html">again</a>
        <a href="#here">here</a><a href="">self</a><a href=javascript:void(0)>j</a><a href="mailto:a@b.example">m</a><a href="data:text/html,x">d</a>
        <a href="  http://[bad">bad</a><a>no href</a><frame src="f.html"><link rel="next" href="p2"><link rel="stylesheet" href="s.css">`),
    ).toEqual([
      'https://site.example/dir/b.html',
      'https://site.example/c?x=1&y=2',
      'https://other.example/d',
      'https://site.example/dir/page.html?q=1',
      'https://site.example/dir/f.html',
      'https://site.example/dir/p2',
    ]);
  });

  test('carry their rel tokens; nofollow is read in any case and beside other tokens', () => {
    expect(scan('<a href=a rel="UGC NoFollow">a</a><a href=a>a</a>').links).toEqual([
      { href: 'https://site.example/dir/a', rel: ['ugc', 'nofollow'], nofollow: true },
      { href: 'https://site.example/dir/a', rel: [], nofollow: false },
    ]);
  });

  test('of comments, scripts and text areas are none', () => {
    expect(
      hrefs('<!-- <a href=1> --><script>"<a href=2>"</script><textarea><a href=3></textarea><title><a href=4></title>'),
    ).toEqual([]);
  });

  test('the first of two attributes counts, and a reference in a value needs its semicolon', () => {
    expect(hrefs('<a href="/a?b=1&copy=2" href="/other">')).toEqual(['https://site.example/a?b=1&copy=2']);
  });

  test('follow the first base, if it is a web address', () => {
    expect(scan('<base href="/sub/"><base href="/later/"><a href=x>')).toMatchObject({
      baseHref: 'https://site.example/sub/',
      links: [{ href: 'https://site.example/sub/x' }],
    });
    expect(scan('<base href="data:text/plain,"><a href=x>')).toMatchObject({
      baseHref: url,
      links: [{ href: 'https://site.example/dir/x' }],
    });
  });

  test('are read in the encoding of the page', () => {
    const legacy = Buffer.from('<meta charset=windows-1251><title>\xcf\xf0\xe8\xe2\xe5\xf2</title><a href="/\xf2">', 'latin1');
    expect(scan(legacy, 'text/html')).toMatchObject({ title: 'Привет', links: [{ href: 'https://site.example/%D1%82' }] });
    const utf16 = Buffer.from('\ufeff<title>日本</title><a href="/x">', 'utf16le');
    expect(scan(utf16, 'text/html')).toMatchObject({ title: '日本', links: [{ href: 'https://site.example/x' }] });
  });

  test('beyond 10,000 are left out, and the cut is named', () => {
    const many = scan(Array.from({ length: 10_050 }, (_, index) => `<a href=/${index}>`).join(''));
    expect(many.links).toHaveLength(10_000);
    expect(many.truncatedBy).toBe('links');
  });

  test('with a target of over 8 KB are left out, and the cut is named', () => {
    expect(scan(`<a href="/${'x'.repeat(9000)}"><a href=/y>`)).toMatchObject({
      links: [{ href: 'https://site.example/y' }],
      truncatedBy: 'attribute-size',
    });
  });

  test('of a body that is no HTML are none', () => {
    expect(scan('<a href=/x>', 'text/plain').links).toEqual([]);
  });
});

describe('what the markup says about the page', () => {
  test('title, language, canonical address, licence and refresh', () => {
    expect(
      scan(`<html lang="de-CH"><head><title> Fish &amp;\n chips &lt;b&gt; </title><link rel="canonical" href="./page.html#a">
        <link rel=license href="https://creativecommons.org/licenses/by/4.0/"><meta http-equiv=Refresh content="5; URL='/next#x'">
        </head><svg><title>Icon</title></svg><a rel="license nofollow" href="/legal#cc">`),
    ).toMatchObject({
      title: 'Fish & chips <b>',
      htmlLang: 'de-CH',
      canonical: 'https://site.example/dir/page.html',
      licenses: ['CC-BY-4.0', 'https://site.example/legal#cc'],
      metaRefresh: { delaySeconds: 5, url: 'https://site.example/next' },
    });
  });

  test.each([
    ['0', { delaySeconds: 0 }],
    ['3;/a', { delaySeconds: 3, url: 'https://site.example/a' }],
    ['1;url=javascript:alert(1)', { delaySeconds: 1 }],
    ['never', undefined],
  ])('refresh "%s"', (content, expected) => {
    expect(scan(`<meta http-equiv=refresh content="${content}">`).metaRefresh).toEqual(expected);
  });

  test('an empty element of XHTML is empty, one of HTML is open', () => {
    const markup = '<title/><script src="s.js"/><a href="/x">x</a>';
    expect(scan(markup, 'application/xhtml+xml').links).toHaveLength(1);
    expect(scan(markup, 'text/html').links).toHaveLength(0);
  });

  test('nesting is counted without elements whose end tag is optional', () => {
    expect(scan('<body><ul><li>1<li>2<li>3<li>4</ul><div><div><br><br></div></div>').maxDepth).toBe(3);
  });
});

test('hostile markup is scanned in linear time', () => {
  const started = processorMs();
  expect(scan('<div>'.repeat(1_000_000)).maxDepth).toBe(1_000_000);
  scan(`<a ${'x=y '.repeat(1_000_000)}>`);
  scan(`<a href="${'&amp;'.repeat(2_000_000)}">`);
  scan(`<title>${'&amp;'.repeat(2_000_000)}`);
  scan(`<!--${'-'.repeat(5_000_000)}`);
  scan('<b><a></b></a>'.repeat(200_000));
  scan(`<a href="/x" rel="${'nofollow '.repeat(500_000)}">`.repeat(2));
  scan('<'.repeat(5_000_000));
  expect(processorMs() - started).toBeLessThan(15_000 * busyness());
});

import { describe, expect, test } from 'vitest';
import { extractText, maxNestingDepth } from '../../../src/content/extract.ts';
import { busyness, cpuMs, processorMs } from '../signals/processor-time.ts';

const limits = { maxDepth: maxNestingDepth };
const sentence =
  'The gardener, who had come early, watered the beds before the sun was high and wrote down what had grown since Monday.';
const paragraphs = (count: number) => Array.from({ length: count }, (_, index) => `<p>${index + 1}. ${sentence}</p>`).join('\n');
const extract = (html: string) => {
  const extracted = extractText(html, limits);
  if (extracted === 'too-deep') throw new Error('too deep');
  return extracted;
};

describe('the text of an article', () => {
  const page = `<!doctype html><html><head><title>Garden
    diary - Example</title><style>p{color:red}</style></head><body>
    <nav><a href=/>Home</a> <a href=/about>About us</a></nav>
    <div class="sidebar"><ul><li><a href=1>Related one</a><li><a href=2>Related two</a></ul></div>
    <article class="post"><h1>Garden diary - Example</h1>${paragraphs(4)}
      <figure><img src=a.jpg><figcaption>Photo: agency</figcaption></figure>
      <h2>Later</h2><ul><li>First item of the list, with words enough<li>Second item of the list, with words enough</ul>
      <pre>line one\n  line two</pre><table><tr><td>left</td><td>right cell, long enough to be kept</td></tr></table>
      <p style="display:none">hidden by style</p><p hidden>hidden by attribute</p><svg><title>Icon</title><text>drawn</text></svg>
    </article><script>var tracked = "script text";</script><noscript>Enable JavaScript</noscript><footer>All rights reserved</footer></body></html>`;

  test('is the article, one line per block, without what surrounds it', () => {
    const { title, text, kind } = extract(page);
    expect(kind).toBe('main');
    expect(title).toBe('Garden diary - Example');
    const lines = text.split('\n');
    expect(lines.slice(0, 4)).toEqual([1, 2, 3, 4].map(number => `${number}. ${sentence}`));
    expect(lines).toContain('Later');
    expect(lines).toContain('First item of the list, with words enough');
    expect(lines).toContain('line one');
    expect(lines).toContain('left right cell, long enough to be kept');
    expect(text).not.toMatch(/Home|About us|Related|agency|script text|Enable|All rights|hidden|drawn|color/);
  });

  test('does not depend on which page was extracted before', () => {
    const alone = extract(page);
    extract(`<p>${'a, '.repeat(333)}</p>`);
    extract('<p>,</p>');
    expect(extract(page)).toEqual(alone);
  });

  test('joins inline elements and splits at line breaks', () => {
    const { text } = extract(
      `<article>${paragraphs(3)}<p>un<b>believ</b>able<br>second&nbsp;line,   spaced &amp; tidy, of the same paragraph.</p></article>`,
    );
    expect(text).toContain('unbelievable\nsecond line, spaced & tidy, of the same paragraph.');
  });
});

describe('a page where no article stands out', () => {
  test('a heading and three paragraphs are all text', () => {
    const { text, kind } = extract(
      '<html><head><title>T</title></head><body><nav>menu</nav><h1>Hello</h1><p>One.</p><p>Two.</p><p>Three.</p></body></html>',
    );
    expect({ text, kind }).toEqual({ text: 'Hello\nOne.\nTwo.\nThree.', kind: 'whole' });
  });

  test.each([
    ['nothing', ''],
    ['only a script', '<script>1</script>'],
    ['only navigation', '<nav>menu</nav>'],
    ['a shell for a script', '<div id="root"></div><noscript>needs JavaScript</noscript>'],
  ])('%s gives an empty text', (_, html) => expect(extract(html).text).toBe(''));

  test('a teaser beside a long list does not pass for the article', () => {
    const list = Array.from(
      { length: 80 },
      (_, index) => `<li>Entry ${index}: a line of text that belongs to this page and is no link`,
    ).join('');
    const { text } = extract(
      `<div class="menu"><ul>${list}</ul></div><div class="teaser"><p>${sentence} ${sentence} ${sentence}</p></div>`,
    );
    expect(text).toContain('Entry 79');
  });
});

describe('hostile markup', () => {
  test('deeper than 512 elements is not parsed to its end', () => {
    const started = processorMs();
    expect(extractText(`${'<div>'.repeat(1_000_000)}text`, limits)).toBe('too-deep');
    expect(extractText(`${'<b>'.repeat(600)}text`, limits)).toBe('too-deep');
    expect(extractText(`${'<i></x>'.repeat(600)}text`, limits)).toBe('too-deep');
    expect(extractText(`${'<div>'.repeat(500)}text${'</div>'.repeat(500)}`, limits)).toMatchObject({ text: 'text' });
    expect(processorMs() - started).toBeLessThan(2000 * busyness());
  });

  test.each([
    ['misnested', '<b><a>x</b></a>'.repeat(10_000)],
    ['nested tables and forms', `${'<table><tr><td><form>'.repeat(100)}x`],
    ['unclosed cells', '<table><tr><td>x'.repeat(120)],
    ['two hundred thousand attributes', `<p ${Array.from({ length: 200_000 }, (_, index) => `a${index}=1`).join(' ')}>x`],
    ['a five megabyte attribute', `<p class="${'article '.repeat(600_000)}">x`],
    ['a five megabyte comment', `<!--${'- '.repeat(2_500_000)}-->x`],
    ['three hundred thousand entities', `<p>${'&amp;'.repeat(300_000)}x`],
    [
      'names by the thousand, deeply',
      `${'<div>'.repeat(400)}${Array.from({ length: 20_000 }, (_, index) => `<x${index}>x</x${index}>`).join('')}`,
    ],
    [
      'names of object members',
      '<constructor>x</constructor><valueof>x<tostring>x<hasownproperty><isprototypeof>x</isprototypeof>',
    ],
    ['headings within headings', `${'<h1><h2>'.repeat(200)}${'x '.repeat(100_000)}`],
    ['white space by the megabyte', `<p>x${' \n'.repeat(2_000_000)}x</p><pre>${'\n'.repeat(300_000)}</pre>`],
    ['half an entity', '<p>&#xD800;&#x110000;&#0;x'],
  ])('%s: done in time, the text is there and well-formed', (_, html) => {
    let text = '';
    const ms = cpuMs(() => {
      ({ text } = extract(html));
    });
    expect(ms).toBeLessThan(3000 * busyness());
    expect(text).toContain('x');
    expect(text.isWellFormed()).toBe(true);
  });
});

import { load } from 'cheerio';
import { describe, expect, test } from 'vitest';
import { checkSite, type SiteCheck } from '../../../src/assess/index.ts';
import { checkDocument, checkHtml, checkLines, checkSarif } from '../../../src/report/index.ts';
import type { Instant } from '../../../src/vocab/index.ts';
import { agents, policies, reader, withDefaults } from '../../vectors/load.ts';

/** Cases of `heed decide` as pages of one site. */
function checked(cases: readonly Record<string, unknown>[], policy = 'standard'): SiteCheck {
  const pages = cases.map(raw => {
    const read = reader.read(withDefaults(raw));
    if ('code' in read) throw new Error(read.message);
    return { via: 'link' as const, carriers: read.carriers };
  });
  return checkSite(pages, {
    ...{ url: 'https://site.example/a', at: '2026-11-26T10:00:00.000Z' as Instant, productToken: 'heed' },
    ...{ categories: ['train-ai'], policy: policies[policy]!, policies: Object.values(policies), facts: { agents } },
  });
}

const page = (headers: readonly (readonly [string, string])[], robots = '', more: Record<string, unknown> = {}) => ({
  origin: { robots: { status: 200, body: robots } },
  response: { status: 200, headers, body: '<p>x' },
  ...more,
});
const kinds = (check: SiteCheck): readonly string[] => check.contradictions.map(({ kind, about }) => `${kind} ${about}`);

describe('contradictions', () => {
  test('a site that says one thing has none', () => {
    expect(kinds(checked([page([['Content-Usage', 'train-ai=n']], 'User-agent: *\nDisallow: /x\n')]))).toEqual([]);
  });

  test('one mechanism allows, another refuses', () => {
    const check = checked([page([['X-Robots-Tag', 'noai']], 'User-agent: *\nContent-Usage: train-ai=y\n')]);
    expect(kinds(check)).toEqual(['mechanisms train-ai']);
    expect(check.contradictions[0]?.allow.map(({ quote }) => quote)).toEqual(['Content-Usage: train-ai=y']);
    expect(check.contradictions[0]?.disallow.map(({ quote }) => quote)).toEqual(['noai']);
  });

  test('what a rule that is not there allows is told by its place, and one contradiction is one', () => {
    const check = checked([page([], 'User-agent: heed\nDisallow: /z\n\nUser-agent: *\nDisallow: /\n')]);
    const $ = load(checkHtml(checkDocument(check, '1.0.0')));
    expect($('h2:contains("contradicts") ~ dl dd').first().text()).toBe(
      'no rule that matches in https://site.example/robots.txt',
    );
    expect($('.quiet').first().text()).toContain('1 contradiction ·');
  });

  test('one mechanism in two places', () => {
    expect(kinds(checked([page([['Content-Usage', 'train-ai=n']], 'User-agent: *\nContent-Usage: train-ai=y\n')]))).toEqual([
      'carriers train-ai',
    ]);
  });

  test('a group of our own that says other than everyone’s', () => {
    const robots = 'User-agent: *\nDisallow: /\n\nUser-agent: heed\nAllow: /\n';
    const opposite = 'User-agent: *\nAllow: /\n\nUser-agent: heed\nDisallow: /\n';
    for (const said of [robots, opposite]) {
      const check = checked([page([], said)]);
      expect(kinds(check)).toEqual(['groups acquisition']);
      const [{ allow, disallow } = { allow: [], disallow: [] }] = check.contradictions;
      expect([allow, disallow].map(side => side.map(({ quote }) => quote))).toEqual([['Allow: /'], ['Disallow: /']]);
    }
  });

  test('a use that we are granted by name and everybody is refused', () => {
    const robots =
      'User-agent: *\nContent-Usage: train-ai=n\nAllow: /\n\nUser-agent: heed\nContent-Usage: train-ai=y\nAllow: /\n';
    expect(kinds(checked([page([], robots)]))).toEqual(['groups train-ai']);
  });

  test('a permission for what nobody may fetch', () => {
    expect(
      kinds(checked([{ ...page([], 'User-agent: *\nContent-Usage: train-ai=y\nDisallow: /\n'), response: undefined }])),
    ).toEqual(['closed train-ai']);
  });

  test('each kind cites its own lines, not those of another', () => {
    const robots = 'User-agent: *\nContent-Usage: train-ai=y\nContent-Usage: train-ai=n\nContent-Signal: ai-train=no\n';
    const { contradictions } = checked([page([], robots)]);
    expect(contradictions.map(({ kind, disallow }) => [kind, disallow.map(({ quote }) => quote)])).toEqual([
      ['mechanisms', ['Content-Signal: ai-train=no']],
      ['repeated', ['Content-Usage: train-ai=n']],
    ]);
  });

  test('refusing one named crawler is no contradiction', () => {
    const robots = 'User-agent: *\nAllow: /\nContent-Usage: train-ai=y\n\nUser-agent: GPTBot\nDisallow: /\n';
    expect(kinds(checked([page([], robots)]))).toEqual([]);
  });
});

describe('a check', () => {
  test('the same field of several pages is one statement, with all its pages', () => {
    const urls = ['https://site.example/a', 'https://site.example/b'];
    const { statements, findings } = checked(urls.map(url => page([['X-Robots-Tag', 'noai']], '', { url })));
    expect(statements.filter(({ about }) => about === 'train-ai')).toMatchObject([{ preference: 'disallow', pages: urls }]);
    expect(findings).toMatchObject({ refused: 2, kept: 0, granted: 0, malformed: 0 });
  });

  test('counts grants, and pages that may be taken', () => {
    const { findings } = checked([page([], 'User-agent: *\nContent-Usage: train-ai=y\n')]);
    expect(findings).toMatchObject({ granted: 1, kept: 1, refused: 0, malformed: 0, unreachable: 0 });
  });

  test.each<[what: string, origin: Record<string, unknown>, malformed: number, noFile: number]>([
    ['nothing amiss', {}, 0, 0],
    ['a value nobody knows', { robots: { status: 200, body: 'Content-Usage: train-ai=maybe' } }, 1, 0],
    ['a file that cannot be read', { tdmrep: { status: 200, body: '{' } }, 1, 0],
    ['what departs and changes nothing', { aiTxt: { status: 200, body: '---\ntitle: x\n' } }, 0, 0],
    ['a page in the place of a file', { tdmrep: { status: 200, body: '<!doctype html><p>Hello' } }, 0, 1],
    ['a file that is refused', { aiTxt: { status: 403 } }, 0, 1],
  ])('counts what is malformed, and apart from it where no file is: %s', (_what, origin, malformed, noFile) => {
    const { findings } = checked([{ ...page([]), origin: { robots: { status: 404 }, ...origin } }]);
    expect(findings).toMatchObject({ malformed, 'no-file': noFile });
  });

  test('a page of which one use is granted counts as granted, whatever else is not known', () => {
    const read = reader.read(withDefaults(page([], 'User-agent: *\nContent-Usage: train-ai=y\n')));
    if ('code' in read) throw new Error(read.message);
    const { findings } = checkSite([{ via: 'given', carriers: read.carriers }], {
      ...{ url: 'https://site.example/a', at: '2026-11-26T10:00:00.000Z' as Instant, productToken: 'heed' },
      ...{ categories: ['train-ai', 'search'], policy: policies.standard!, policies: [policies.standard!], facts: { agents } },
    });
    expect(findings).toMatchObject({ granted: 1, kept: 1, refused: 0 });
  });

  test('each file and page with what it was answered, each verdict with what it rests on', () => {
    const robots = 'User-agent: *\nDisallow: /closed\n\nUser-agent: GPTBot\nDisallow: /\n';
    const answered = reader.read(withDefaults({ ...page([], robots), url: 'https://site.example/a' }));
    const moved = reader.read(withDefaults({ ...page([], robots), response: undefined, url: 'https://site.example/old' }));
    const closed = reader.read(withDefaults({ ...page([], robots), response: undefined, url: 'https://site.example/closed' }));
    if ('code' in answered || 'code' in moved || 'code' in closed) throw new Error('a case could not be read');
    const pages = [
      { via: 'given' as const, carriers: moved.carriers, redirect: 'https://site.example/a' },
      { via: 'redirect' as const, carriers: answered.carriers },
      { via: 'link' as const, carriers: closed.carriers },
    ];
    const policy = policies.standard!;
    const check = checkSite(pages, {
      ...{ url: 'https://site.example/old', at: '2026-11-26T10:00:00.000Z' as Instant, productToken: 'heed' },
      ...{ categories: ['train-ai', 'search'], policy, policies: [policy], facts: { agents } },
    });
    expect(check.files).toContainEqual({
      url: 'https://site.example/robots.txt',
      outcome: 'successful',
      status: 200,
      bytes: robots.length,
    });
    expect(check.files).toContainEqual({ url: 'https://site.example/ai.txt', outcome: 'unavailable', status: 404 });
    expect(check.pages.map(({ url, via, asked, status, redirect }) => ({ url, via, asked, status, redirect }))).toEqual([
      { url: 'https://site.example/old', via: 'given', asked: true, status: undefined, redirect: 'https://site.example/a' },
      { url: 'https://site.example/a', via: 'redirect', asked: true, status: 200, redirect: undefined },
      { url: 'https://site.example/closed', via: 'link', asked: false, status: undefined, redirect: undefined },
    ]);
    const complete = check.pages.map(({ verdicts }) =>
      Object.fromEntries(Object.entries(verdicts.standard ?? {}).map(([about, one]) => [about, one.complete ?? true])),
    );
    expect(complete).toEqual([
      // What its origin refuses already is known without the page.
      { acquisition: true, 'train-ai': true, search: false },
      { acquisition: true, 'train-ai': true, search: true },
      { acquisition: true, 'train-ai': true, search: true },
    ]);
    // A redirect is no page of its own.
    expect(check.findings).toMatchObject({ refused: 2, kept: 0, granted: 0, unreachable: 0, malformed: 0, contradiction: 0 });
  });

  test('the same words in the field of several pages are one statement, on other words or at another place they are another', () => {
    const pageAt = (url: string, usage: string) => ({ ...page([['Content-Usage', usage]]), url });
    const { statements } = checked([
      pageAt('https://site.example/a', 'train-ai=n'),
      pageAt('https://site.example/b', 'train-ai=n'),
      pageAt('https://site.example/c', 'train-ai=y'),
    ]);
    expect(
      statements.filter(({ mechanism }) => mechanism === 'content-usage').map(({ preference, pages }) => [preference, pages]),
    ).toEqual([
      ['disallow', ['https://site.example/a', 'https://site.example/b']],
      ['allow', ['https://site.example/c']],
    ]);
  });

  test('says what did not answer', () => {
    const { findings, files } = checked([{ ...page([]), origin: { robots: { unreachable: 'timeout' } } }]);
    expect(files[0]).toEqual({ url: 'https://site.example/robots.txt', outcome: 'unreachable', cause: 'timeout' });
    expect(findings).toMatchObject({ unreachable: 1, kept: 0 });
  });

  test('remote text is harmless in every format', () => {
    const hostile = '\u001b[31m\u202e<script>alert(1)</script>';
    const document = checkDocument(checked([page([['Content-Usage', `train-ai=n ${hostile}`]])]), '1.0.0');
    const table = checkLines(document)
      .map(({ text }) => text)
      .join('\n');
    expect(table).toContain('\\u001b[31m\\u202e');
    expect(table).not.toContain('\u001b');
    const $ = load(checkHtml(document));
    expect($('script').length).toBe(0);
    expect($('body').text()).toContain('<script>alert(1)</script>');
  });

  test('SARIF: what cannot be read is an error, what changes nothing a note; every result has its rule', () => {
    const document = checkDocument(checked([page([['Content-Usage', 'train-ai=n;;']], 'User-agent: *\nDisalow: /x\n')]), '1.0.0');
    const { version, runs } = checkSarif(document) as {
      version: string;
      runs: [{ tool: { driver: { rules: { id: string }[] } }; results: { ruleId: string; ruleIndex: number; level: string }[] }];
    };
    const [{ tool, results }] = runs;
    expect(version).toBe('2.1.0');
    expect(Object.fromEntries(results.map(({ ruleId, level }) => [ruleId, level]))).toEqual({
      'content-usage.malformed': 'error',
      'robots.misspelt-directive': 'warning',
    });
    for (const { ruleId, ruleIndex } of results) expect(tool.driver.rules[ruleIndex]?.id).toBe(ruleId);
  });
});

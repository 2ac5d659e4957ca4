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

  test('one mechanism in two places', () => {
    expect(kinds(checked([page([['Content-Usage', 'train-ai=n']], 'User-agent: *\nContent-Usage: train-ai=y\n')]))).toEqual([
      'carriers train-ai',
    ]);
  });

  test('a group of our own that says other than everyone’s', () => {
    const robots = 'User-agent: *\nDisallow: /\n\nUser-agent: heed\nAllow: /\n';
    expect(kinds(checked([page([], robots)]))).toEqual(['groups acquisition']);
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

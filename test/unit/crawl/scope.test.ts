import { describe, expect, test } from 'vitest';
import { type Candidate, type ScopeOptions, scopeOf } from '../../../src/crawl/find/scope.ts';

const seed = 'https://www.site.example/docs/start.html';
const options: ScopeOptions = { scope: 'host', include: [], exclude: [], maxDepth: undefined, nofollow: true };
const asked = (url: string, more: Partial<ScopeOptions> = {}, candidate: Partial<Candidate> = {}) =>
  scopeOf([new URL(seed), new URL('https://other.example/')], { ...options, ...more })({
    ...{ url: new URL(url), depth: 1, isSeed: false, isNofollow: false },
    ...candidate,
  });

describe('which URLs a crawl goes to', () => {
  test.each<[scope: ScopeOptions['scope'], url: string, isInside: boolean]>([
    ['host', 'https://www.site.example/elsewhere', true],
    ['host', 'http://www.site.example:8080/', true],
    ['host', 'https://www.site.example./', true],
    ['host', 'https://other.example/', true],
    ['host', 'https://site.example/', false],
    ['host', 'https://a.www.site.example/', false],
    ['domain', 'https://site.example/', true],
    ['domain', 'https://a.b.site.example/', true],
    ['domain', 'https://a.b.site.example./', true],
    ['domain', 'https://mysite.example/', false],
    ['prefix', 'https://www.site.example/docs/', true],
    ['prefix', 'https://www.site.example/docs/deeper/page', true],
    ['prefix', 'https://other.example/anything', true],
    ['prefix', 'https://www.site.example/docs', false],
    ['prefix', 'https://www.site.example/', false],
    ['prefix', 'http://www.site.example/docs/', false],
    ['any', 'https://third.example/', true],
  ])('%s: %s: %s', (scope, url, isInside) => {
    expect(asked(url, { scope })).toBe(isInside ? null : 'out-of-scope');
  });

  test('two sites below one public suffix are two domains', () => {
    const scope = scopeOf([new URL('https://a.github.io/')], { ...options, scope: 'domain' });
    const candidate = (url: string): Candidate => ({ url: new URL(url), depth: 1, isSeed: false, isNofollow: false });
    expect([scope(candidate('https://a.github.io/x')), scope(candidate('https://b.github.io/'))]).toEqual([null, 'out-of-scope']);
  });

  const page = 'https://www.site.example/docs/page.html';
  test.each<[what: string, more: Partial<ScopeOptions>, candidate: Partial<Candidate>, refusal: string | null]>([
    ['an ordinary link', {}, {}, null],
    ['one that is included', { include: ['**/docs/**'] }, {}, null],
    ['one that is not', { include: ['**/blog/**'] }, {}, 'out-of-scope'],
    ['one of several that are included', { include: ['**/blog/**', '**/docs/**'] }, {}, null],
    ['one that is excluded', { exclude: ['**/docs/**'] }, {}, 'out-of-scope'],
    ['one that is both', { include: ['**/docs/**'], exclude: ['**/*.html'] }, {}, 'out-of-scope'],
    ['a link that is not to be followed', {}, { isNofollow: true }, 'nofollow'],
    ['the same where that is not asked for', { nofollow: false }, { isNofollow: true }, null],
    ['a link at the deepest level', { maxDepth: 1 }, {}, null],
    ['a link below it', { maxDepth: 1 }, { depth: 2 }, 'depth'],
    ['a link where only the seeds are asked', { maxDepth: 0 }, {}, 'depth'],
    ['a seed, whatever is included', { include: ['**/blog/**'], maxDepth: 0 }, { isSeed: true, depth: 0 }, null],
    ['a seed that is excluded', { exclude: ['**/docs/**'] }, { isSeed: true, depth: 0 }, 'out-of-scope'],
    ['a sitemap, whatever is included', { include: ['**/blog/**'] }, { isSitemap: true }, null],
    ['a sitemap that is excluded', { exclude: ['**/docs/**'] }, { isSitemap: true }, 'out-of-scope'],
  ])('%s', (_what, more, candidate, refusal) => {
    expect(asked(page, more, candidate)).toBe(refusal);
  });

  test.each<[scope: ScopeOptions['scope'], url: string, isInside: boolean]>([
    ['prefix', 'https://www.site.example/sitemap.xml', true],
    ['prefix', 'https://cdn.example/sitemap.xml', false],
    ['host', 'https://site.example/sitemap.xml', false],
    ['domain', 'https://site.example/sitemap.xml', true],
  ])('a sitemap need not lie below the prefix, but on the host: %s %s', (scope, url, isInside) => {
    expect(asked(url, { scope }, { isSitemap: true })).toBe(isInside ? null : 'out-of-scope');
  });
});

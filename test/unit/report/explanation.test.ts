import { load } from 'cheerio';
import { describe, expect, test } from 'vitest';
import { answer, assess, exchangeOfProof, pageProof } from '../../../src/assess/index.ts';
import { type ExplainedUrl, explanationHtml } from '../../../src/report/index.ts';
import type { Exchange, Instant } from '../../../src/vocab/index.ts';
import { agents, policies, reader, withDefaults } from '../../vectors/load.ts';

/** The page of a `heed decide` case, as a crawl would have stored it: of the response only its proof. */
function explained(
  raw: Record<string, unknown>,
  policy = 'standard',
  reason = 'withheld.robots.rule',
  stored: (verdicts: ExplainedUrl['record']['verdicts']) => ExplainedUrl['record']['verdicts'] = verdicts => verdicts,
): string {
  const read = reader.read(withDefaults(raw));
  if ('code' in read) throw new Error(read.message);
  const { carriers, productToken } = read;
  const at = '2026-11-26T10:00:00.000Z' as Instant;
  const page = carriers.page && exchangeOfProof(pageProof(carriers.page));
  const assessment = assess(carriers, ['train-ai'], { productToken, at, policy: policies[policy]!, facts: { agents } });
  const { verdicts, anomalies, disposition, policy: stamp } = answer(assessment, true);
  const { robots, tdmrep, aiTxt, trustTxt, licenses } = carriers;
  const sources: Exchange[] = [...(page ? [page] : []), robots, tdmrep, aiTxt, trustTxt, ...licenses.values()];
  const record: ExplainedUrl['record'] = {
    ...{ url: carriers.url, at, run: 'run-1', agent: productToken, disposition, reason },
    ...{ verdicts: stored(verdicts), anomalies, policy: stamp.digest },
  };
  return explanationHtml({ record, sources, row: { file: 'provenance/run-1/w0.jsonl.gz', line: 1 }, rejudged: 'same' });
}

const robots = (body: string): Record<string, unknown> => ({
  origin: { robots: { status: 200, body } },
  response: { status: 200, body: '<p>x' },
});

describe('the explanation page', () => {
  test('marks the deciding line in the bytes it stands in, once', () => {
    const $ = load(explained(robots('# ours\nUser-agent: *\nAllow: /\nDisallow: /a\nDisallow: /b\n')));
    expect($('.verdict').text()).toBe('Left out');
    expect(
      $('mark')
        .toArray()
        .map(mark => $(mark).text()),
    ).toEqual(['Disallow: /a']);
    expect(
      $('pre span[data-line]')
        .toArray()
        .map(line => [$(line).attr('data-line'), $(line).text()]),
    ).toEqual([
      ['1', '# ours'],
      ['2', 'User-agent: *'],
      ['3', 'Allow: /'],
      ['4', 'Disallow: /a'],
      ['5', 'Disallow: /b'],
    ]);
    expect($('title').text()).toBe('Left out: https://site.example/a');
  });

  test('a row that does not say why is not told as silence', () => {
    const bare = {
      acquisition: { disposition: 'withhold', preference: 'disallow', readings: {} },
    } as unknown as ExplainedUrl['record']['verdicts'];
    const text = load(explained(robots('User-agent: *\nDisallow: /\n'), 'standard', 'withheld.robots.rule', () => bare))(
      'body',
    ).text();
    expect(text).toContain('the row does not say why');
    expect(text).not.toContain('nothing was said');
  });

  test('loads nothing, runs nothing, and fits a phone', () => {
    const $ = load(explained(robots('User-agent: *\nDisallow: /\n')));
    expect($('script, link, img, iframe, object, [src], [href], [onclick]').length).toBe(0);
    expect($('meta[http-equiv="Content-Security-Policy"]').attr('content')).toBe("default-src 'none'; style-src 'unsafe-inline'");
    expect($('meta[name="viewport"]').attr('content')).toContain('width=device-width');
    expect($('style').text()).not.toMatch(/url\(|@import/);
  });

  test('what the site wrote is text, never markup, and cannot hide', () => {
    const hostile = '</pre><script>alert(1)</script><img src=x onerror=alert(1)> \u202e"\'&amp;';
    const page = explained({
      url: 'https://site.example/a?q=<script>',
      ...robots(`User-agent: *\n# ${hostile}\nDisallow: /a\n`),
      response: { status: 200, headers: [['Content-Usage', `train-ai=n ${hostile}`]], body: '<p>x' },
    });
    const $ = load(page);
    expect($('script, img').length).toBe(0);
    expect($('pre').first().text()).toContain('<img src=x onerror=alert(1)>');
    expect(page).not.toContain('\u202e');
    expect($('pre').first().text()).toContain('\\u202e');
  });

  test('a field: its neighbours, and the value marked', () => {
    const headers = [
      ['Content-Type', 'text/html'],
      ['X-Robots-Tag', 'noai'],
      ['Server', 'a'],
    ];
    const $ = load(explained({ response: { status: 200, headers, body: '<p>x' } }));
    expect($('pre').first().text()).toContain('status 200Content-Type: text/htmlX-Robots-Tag: noaiServer: a');
    expect($('mark').first().text()).toBe('noai');
  });

  test('a start tag of the page is shown; the work is not', () => {
    const body =
      '<!doctype html><html><head><title>The Fog</title><meta name="robots" content="noai"></head><body><p>Prose of the work.</p></body></html>';
    const page = explained({ response: { status: 200, headers: [['Content-Type', 'text/html']], body } });
    expect(load(page)('mark').first().text()).toBe('<meta name="robots" content="noai">');
    expect(page).not.toMatch(/Prose of the work|The Fog/);
  });

  test('nothing there: the status that was answered is what decided', () => {
    const $ = load(explained({ response: { status: 200, body: '<p>x' } }));
    expect($('.verdict').text()).toBe('Kept');
    expect($('mark').first().text()).toBe('404');
  });

  test('what lost and what was not heard are in the table', () => {
    const headers = [['X-Robots-Tag', 'noindex']];
    const $ = load(explained({ ...robots('User-agent: *\nAllow: /\n'), response: { status: 200, headers, body: '<p>x' } }));
    const roles = $('tbody tr')
      .toArray()
      .map(row => $(row).find('td').first().text());
    expect(roles).toContain('not heard');
  });
});

describe('its first sentence says no more than is known', () => {
  const page = (status = 200, head = '') => ({
    response: { status, headers: [['content-type', 'text/html']], body: `${head}<p>x` },
  });
  const refused = { origin: { tdmrep: { status: 403 }, trustTxt: { status: 403 } }, ...page() };
  const noindex = page(200, '<meta name="robots" content="noindex">');
  test.each<[what: string, raw: Record<string, unknown>, policy: string, reason: string, lead: RegExp]>([
    [
      'files that were refused',
      refused,
      'standard',
      'kept',
      /^For training an AI model: nothing was said that the policy hears\.$/,
    ],
    [
      'a word on another matter',
      noindex,
      'standard',
      'kept',
      /^For training an AI model: nothing was said that the policy hears\.$/,
    ],
    [
      'the same where the policy is cautious',
      noindex,
      'strict',
      'withheld.markup.robots',
      /^Training an AI model is ruled out by <meta/,
    ],
    ['a barrier', page(403), 'standard', 'barrier.403', /^Training an AI model is ruled out by 403, status line/],
    [
      'a refused robots.txt',
      { origin: { robots: { status: 403 } } },
      'standard',
      'withheld.robots.rule',
      /^Fetching is ruled out: no readable/,
    ],
    [
      'a silence that is not clean',
      refused,
      'strict',
      'withheld.unknown.silent',
      /hears, which it takes for no permission here\.$/,
    ],
    ['a copy', page(), 'standard', 'duplicate.exact', /^Its text is that of another document/],
    ['a page that is not there', page(404), 'standard', 'gone.404', /^There is no page at this address/],
    ['an answer that is no page', page(418), 'standard', 'failed.protocol', /neither a refusal nor a permission/],
    [
      'a document whose page is gone',
      page(404),
      'standard',
      'withdrawn.gone',
      /^It was kept, and its document was withdrawn: the page is gone/,
    ],
    [
      'a refusal',
      robots('User-agent: *\nDisallow: /\n'),
      'standard',
      'withheld.robots.rule',
      /^Fetching is ruled out by Disallow: \//,
    ],
    [
      'a permission',
      robots('User-agent: *\nContent-Usage: train-ai=y\n'),
      'standard',
      'kept',
      /^Training an AI model is allowed by Content-Usage/,
    ],
  ])('%s', (_what, raw, policy, reason, lead) => {
    expect(load(explained(raw, policy, reason))('.verdict + p').text()).toMatch(lead);
  });

  test('nothing was found only where somebody could look', () => {
    const listed = (raw: Record<string, unknown>): string[] => {
      const $ = load(explained(raw));
      return $('p.quiet')
        .toArray()
        .map(line => $(line).text());
    };
    expect(listed(refused)).toContainEqual(
      expect.stringMatching(/^Could not be looked at: .*wellknown\.tdmrep, wellknown\.trust-txt/),
    );
    for (const status of [403, 404]) {
      const lines = listed(page(status));
      expect(lines).toContainEqual(expect.stringMatching(/^Had no page to look at: .*markup\.robots/));
      expect(lines).not.toContainEqual(expect.stringMatching(/^Found nothing: .*markup\./));
    }
    expect(listed(page())).toContainEqual(expect.stringMatching(/^Found nothing: .*markup\.robots/));
  });

  test('one page in the place of robots.txt is told once, whoever looked for something in it', () => {
    const $ = load(explained({ origin: { robots: { status: 200, body: '<!doctype html><p>x' } }, ...page() }));
    const codes = $('h3 > code')
      .toArray()
      .map(code => $(code).text());
    expect(codes.filter(code => code === 'robots.html')).toHaveLength(1);
  });
});

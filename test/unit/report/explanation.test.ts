import { load } from 'cheerio';
import { describe, expect, test } from 'vitest';
import { answer, assess, exchangeOfProof, pageProof } from '../../../src/assess/index.ts';
import { type ExplainedUrl, explanationHtml } from '../../../src/report/index.ts';
import type { Exchange, Instant } from '../../../src/vocab/index.ts';
import { agents, policies, reader, withDefaults } from '../../vectors/load.ts';

/** The page of a `heed decide` case, as a crawl would have stored it: of the response only its proof. */
function explained(raw: Record<string, unknown>, policy = 'standard'): string {
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
    ...{ url: carriers.url, at, run: 'run-1', agent: productToken, disposition, reason: 'withheld.robots.rule' },
    ...{ verdicts, anomalies, policy: stamp.digest },
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

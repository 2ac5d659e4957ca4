import { load } from 'cheerio';
import { describe, expect, test } from 'vitest';
import { CrawlTally, crawlCsv, crawlPage } from '../../../src/report/index.ts';

type Row = Parameters<CrawlTally['add']>[0];

const run: Parameters<CrawlTally['document']>[0] = {
  ...{ run: '20261127T000000Z-abc123', kind: 'crawl', started: '2026-11-27T00:00:00.000Z', created: '2026-11-27T00:10:00.000Z' },
  policy: { id: 'standard', digest: `sha256:${'0'.repeat(64)}` },
  agents: { version: '2026-11-23' },
  software: { name: 'heed', version: '0.1.0' },
  overrides: {},
  politeness: {
    ...{
      origins: 2,
      requests: 12,
      pages: 8,
      bytes: 4_000,
      min_gap_ms: 1_001,
      delay_ms: 1_000,
      longest_delay_ms: 2_000,
      backoffs: 1,
    },
    busiest: [
      {
        origin: 'https://a.example:443',
        requests: 9,
        pages: 7,
        bytes: 3_000,
        min_gap_ms: 1_001,
        delay_ms: 1_000,
        longest_delay_ms: 2_000,
        backoffs: 0,
      },
    ],
  },
};

const allowed = { acquisition: { disposition: 'keep' } } as const;
const rows: readonly Row[] = [
  { url: 'https://a.example/1', disposition: 'keep', reason: 'kept', status: 200, bytes: 10, verdicts: allowed },
  {
    url: 'https://a.example/2',
    disposition: 'withhold',
    reason: 'withheld.field.tdm-reservation',
    status: 200,
    bytes: 10,
    verdicts: allowed,
  },
  { url: 'https://a.example/3', disposition: 'withhold', reason: 'withheld.wellknown.tdmrep', verdicts: allowed },
  {
    url: 'https://b.example/',
    disposition: 'withhold',
    reason: 'withheld.robots.rule',
    verdicts: { acquisition: { disposition: 'withhold' } },
  },
  { url: 'https://b.example/u', disposition: 'withhold', reason: 'withheld.unknown.unreadable', status: 200, verdicts: allowed },
  { url: 'https://b.example/x', disposition: 'withhold', reason: 'barrier.403', status: 403, verdicts: allowed },
  { url: 'https://c.example/', disposition: 'defer', reason: 'deferred.page.timeout', verdicts: allowed },
  { url: 'ftp://c.example/', disposition: 'withhold', reason: 'refused.scheme', verdicts: {} },
];

function documentOf(list: readonly Row[]) {
  const tally = new CrawlTally();
  for (const row of list) tally.add(row);
  tally.addDocument({ language: 'eng' });
  tally.addDocument({});
  return tally.document(run);
}

describe('the report of a crawl', () => {
  const document = documentOf(rows);

  test('counts every row once, by what became of it and why', () => {
    expect(document.funnel).toEqual({ seen: 8, allowed: 6, answered: 3, kept: 1 });
    expect(document.by_disposition).toEqual({ keep: 1, withhold: 6, defer: 1 });
    expect(Object.values(document.by_reason).reduce((sum, n) => sum + n, 0)).toBe(rows.length);
    expect(document.languages).toEqual({ eng: 1, und: 1 });
  });

  test('a mechanism is counted through whichever of its signals; what is not known is no mechanism’s', () => {
    expect(document.by_mechanism).toEqual({ tdmrep: 2, robots: 1 });
  });

  test('a URL that was never asked was not allowed, and a failure of ours keeps nothing', () => {
    expect(documentOf(rows.slice(6)).funnel).toEqual({ seen: 2, allowed: 1, answered: 0, kept: 0 });
  });

  test('hosts stand by what was seen of them', () => {
    expect(document.hosts.top).toEqual([
      { host: 'a.example', seen: 3, kept: 1, withheld: 2 },
      { host: 'b.example', seen: 3, kept: 0, withheld: 3 },
      { host: 'c.example', seen: 2, kept: 0, withheld: 0 },
    ]);
  });

  test('CSV has a line for each count', () => {
    const lines = crawlCsv(document).trimEnd().split('\r\n');
    expect(lines).toContain('funnel,kept,1');
    expect(lines).toContain('reason,withheld.robots.rule,1');
    expect(lines).toContain('mechanism,tdmrep,2');
    expect(lines).toContain('origin-min-gap-ms,https://a.example:443,1001');
  });

  test('the page says it in words and numbers, loads nothing, and runs one script', async () => {
    const $ = load(await crawlPage(document));
    expect($('h1').text()).toBe('1 of 8 URLs were kept');
    expect($('.kicker').text()).toBe('Crawl · 2026-11-27 00:00 to 00:10 UTC');
    expect($('#politeness').text()).toContain('1,001 ms');
    // Three URLs at most: the middle of the axis is no whole one, and says so.
    expect($('#hosts .ticks span').eq(1).text()).toBe('1.5');
    expect($('#reasons').text()).toContain('withheld.field.tdm-reservation');
    expect($('[src], link, iframe, a[href]').length).toBe(0);
    expect($('script').length).toBe(1);
    // Equal shares are equally long in charts that stand beside each other.
    const axes = $('#reasons .columns .ticks')
      .toArray()
      .map(ticks => $(ticks).text());
    expect([axes.length > 1, new Set(axes).size]).toEqual([true, 1]);
  });

  test('text of the web stays text', async () => {
    const hostile = '<script>alert(1)</script>';
    const page = await crawlPage({
      ...document,
      hosts: { ...document.hosts, top: [{ host: hostile, seen: 1, kept: 0, withheld: 0 }] },
      run: { ...document.run, overrides: { resolve: [hostile] } },
    });
    expect(load(page)('script').length).toBe(1);
    expect(load(page)('#hosts').text()).toContain(hostile);
  });

  test('an empty crawl has a page', async () => {
    const { politeness, ...bare } = run;
    expect(politeness).toBeDefined();
    const $ = load(await crawlPage(new CrawlTally().document(bare)));
    expect($('h1').text()).toBe('0 of 0 URLs were kept');
    expect($('body').text()).not.toMatch(/NaN|Infinity|undefined/);
  });
});

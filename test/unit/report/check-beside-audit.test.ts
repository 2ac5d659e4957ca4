import { load } from 'cheerio';
import { describe, expect, test } from 'vitest';
import { checkSite, measureDomain, type SiteCheck } from '../../../src/assess/index.ts';
import { findingCounter } from '../../../src/cli/audit/findings.ts';
import { type AuditSummary, checkDocument, checkHtml, checkLines, checkSarif } from '../../../src/report/index.ts';
import type { Carriers, Instant } from '../../../src/vocab/index.ts';
import { agents, policies, reader, withDefaults } from '../../vectors/load.ts';

const at = '2026-11-26T10:00:00.000Z' as Instant;
const everyPolicy = Object.values(policies);
const html = '<!doctype html><title>Hello</title><p>x';

interface Site {
  readonly origin?: Record<string, unknown>;
  readonly response?: Record<string, unknown>;
  readonly licenses?: Record<string, unknown>;
}

const pageOf = (head = '', status = 200, headers: readonly (readonly [string, string])[] = []) => ({
  response: { status, headers: [['content-type', 'text/html'], ...headers], body: `<!doctype html>${head}<p>x` },
});
const said = (robots: string): Site => ({ origin: { robots: { status: 200, body: robots } }, ...pageOf() });
const license = 'https://site.example/license.xml';

function carriersOf(site: Site): Carriers {
  const read = reader.read(withDefaults({ ...site }));
  if ('code' in read) throw new Error(read.message);
  return read.carriers;
}

function checked(
  carriers: Carriers,
  policy = 'standard',
  categories: readonly ('train-ai' | 'search')[] = ['train-ai'],
): SiteCheck {
  return checkSite([{ via: 'given', carriers }], {
    ...{ url: carriers.url, at, productToken: 'heed', categories },
    ...{ policy: policies[policy]!, policies: everyPolicy, facts: { agents } },
  });
}
const document = (site: Site, policy = 'standard') => checkDocument(checked(carriersOf(site), policy), '0.0.0');
const table = (site: Site, policy = 'standard'): string =>
  checkLines(document(site, policy))
    .map(({ text }) => text)
    .join('\n');

const sites: Readonly<Record<string, Site>> = {
  'says nothing': { ...pageOf() },
  'refuses a training agent': said('User-agent: GPTBot\nDisallow: /\n'),
  'grants by robots.txt': said('User-agent: *\nContent-Usage: train-ai=y\nAllow: /\n'),
  'writes a value without meaning': said('User-agent: *\nContent-Signal: ai-train=maybe\nAllow: /\n'),
  'refuses its robots.txt, and its page was not asked': { origin: { robots: { status: 403 } } },
  'has a robots.txt that does not answer': { origin: { robots: { status: 503 } } },
  'has a robots.txt that cannot be read': {
    origin: { robots: { status: 200, bodyBase64: 'H4sIAAAAAAAAA/NIzcnJVwjPL8pJUQQA' } },
    ...pageOf(),
  },
  'has a page in the place of every file': {
    origin: Object.fromEntries(['robots', 'tdmrep', 'aiTxt', 'trustTxt'].map(name => [name, { status: 200, body: html }])),
    ...pageOf('<meta name="robots" content="noai">'),
  },
  'is not asked beyond a page in the place of robots.txt': { origin: { robots: { status: 200, body: html } } },
  'refuses its files': { origin: { tdmrep: { status: 403 }, aiTxt: { status: 401 }, trustTxt: { status: 451 } }, ...pageOf() },
  'has a file that does not answer': { origin: { tdmrep: { status: 503 } }, ...pageOf() },
  'has a file that cannot be read': { origin: { tdmrep: { status: 200, body: '{' } }, ...pageOf() },
  'bars its page': pageOf('', 403),
  'serves a test': pageOf('', 200, [['cf-mitigated', 'challenge']]),
  'has no page there': pageOf('', 404),
  'has a page that does not answer': pageOf('', 503),
  'keeps its page out of indexes': pageOf('<meta name="robots" content="noindex">'),
  'reserves in the file and lifts in the page': {
    origin: { tdmrep: { status: 200, body: '[{"location":"/","tdm-reservation":1}]' } },
    ...pageOf('<meta name="tdm-reservation" content="0">'),
  },
  'declares a licence that is gone': {
    ...said(`License: ${license}\nUser-agent: *\nAllow: /\n`),
    licenses: { [license]: { status: 404 } },
  },
};

describe('what a check and an audit say of one site that', () => {
  test.each(Object.entries(sites))('%s', (_what, site) => {
    const carriers = carriersOf(site);
    const check = checked(carriers);
    const audit = measureDomain(
      { entry: { domain: 'site.example', asked: 'site.example', position: 1 }, attempts: [], carriers },
      { productToken: 'heed', policies: everyPolicy, facts: { agents } },
    );
    const [page] = check.pages;
    const found = (
      verdicts: Readonly<Record<string, Readonly<Record<string, { preference: string; because?: string; disposition: string }>>>>,
    ) =>
      everyPolicy.map(({ id }) =>
        (['acquisition', 'train-ai'] as const).map(about => {
          const { preference, because, disposition } = verdicts[id]?.[about] ?? { preference: '', disposition: '' };
          return `${id} ${about}: ${preference} ${because} ${disposition}`;
        }),
      );
    expect(found(page?.verdicts ?? {})).toEqual(found(audit.verdicts as never));
    expect(check.contradictions.map(({ kind, about }) => `${kind} ${about}`)).toEqual(
      audit.contradictions
        .filter(({ about }) => about !== 'tdm' && about !== 'ai-use')
        .map(({ kind, about }) => `${kind} ${about}`),
    );
    // And what `--fail-on` is told to fail on is the same.
    for (const { id } of everyPolicy) {
      const counter = findingCounter(id);
      counter.add(audit);
      const { malformed, contradiction, refused, kept, 'no-file': noFile } = checked(carriers, id).findings;
      const counted = counter.counts({ figures: {} } as unknown as AuditSummary);
      expect(counted, id).toMatchObject({
        ...{ malformed: Math.min(malformed, 1), contradiction: Math.min(contradiction, 1), refused, kept },
        'no-file': Math.min(noFile, 1),
      });
    }
    const unseen = audit.signals.filter(({ state }) => state === 'unread' || state === 'unreachable').map(({ signal }) => signal);
    const bearing = unseen.filter(signal => page?.readings[signal] !== undefined);
    expect(bearing.map(signal => [signal, page?.readings[signal]])).toEqual(bearing.map(signal => [signal, 'unread']));
  });
});

describe('a check says no more than is known', () => {
  test('that no rule forbids anything was said by nobody', () => {
    expect(document(sites['says nothing'] ?? {}).statements).toEqual([]);
    expect(
      document(sites['refuses its robots.txt, and its page was not asked'] ?? {}).statements.map(({ form }) => form),
    ).toEqual(['access-refused']);
  });

  test.each([
    ['refuses a training agent', 'refuses'],
    ['writes a value without meaning', 'may be taken to refuse'],
    ['refuses its robots.txt, and its page was not asked', 'may be taken to refuse'],
    ['keeps its page out of indexes', 'may be taken to refuse'],
    ['declares a licence that is gone', 'may be taken to refuse'],
    ['bars its page', 'bars'],
    ['grants by robots.txt', 'permits'],
  ])('of a site that %s: it %s', (what, verb) => {
    const site = sites[what] ?? {};
    const $ = load(checkHtml(document(site)));
    expect(
      $('td[data-label="Says"]')
        .toArray()
        .map(cell => $(cell).text()),
    ).toContainEqual(expect.stringMatching(new RegExp(`^${verb}( |$)`)));
    expect(table(site)).toMatch(new RegExp(`^ {2}train-ai +${verb} |^ {2}acquisition +${verb} `, 'm'));
  });

  test.each([
    ['closed to us', said('User-agent: *\nDisallow: /\n'), 'not fetched: closed to us'],
    ['whose robots.txt is refused', { origin: { robots: { status: 403 } } }, 'not fetched: robots.txt itself is refused'],
    ['whose robots.txt does not answer', { origin: { robots: { status: 503 } } }, 'not fetched: it is not known whether we may'],
  ])('why a page was not fetched: %s', (_what, { response: _, ...site }: Site, why) => {
    expect(table(site)).toContain(why);
    expect(checkHtml(document(site))).toContain(why);
  });

  test('a page that is left out for another reason than a refusal is not forbidden', () => {
    for (const what of ['has no page there', 'has a file that does not answer', 'has a robots.txt that does not answer'])
      expect(table(sites[what] ?? {})).toMatch(/leaves this page out\.$/m);
    expect(table(sites['bars its page'] ?? {})).toMatch(/may not take this page\.$/m);
  });

  test('redirects that end nowhere are no pages', () => {
    const { page: _, ...rest } = carriersOf(pageOf());
    const check = checkSite([{ via: 'given', carriers: { ...rest, page: null }, redirect: 'https://site.example/b' }], {
      ...{ url: rest.url, at, productToken: 'heed', categories: ['train-ai'] },
      ...{ policy: policies.standard!, policies: everyPolicy, facts: { agents } },
    });
    expect(checkLines(checkDocument(check, '0.0.0'))[0]?.text).toMatch(/comes to no page here/);
  });

  test('what another policy would do with a page that was not asked is not known', () => {
    // Under `strict` it is not asked, since a page stood in the place of robots.txt.
    const verdicts = document(sites['is not asked beyond a page in the place of robots.txt'] ?? {}, 'strict').pages[0]?.verdicts;
    expect(verdicts?.standard?.['train-ai']).toMatchObject({ because: 'not-attempted', disposition: 'defer' });
  });

  test('one refused robots.txt is one finding, as heavy as its heaviest sighting, and no departure from a specification', () => {
    const refused = { origin: { robots: { status: 403 } } };
    const found = document(refused);
    expect(found.findings).toMatchObject({ 'no-file': 1, malformed: 0 });
    expect(found.anomalies).toMatchObject([{ code: 'robots.access-refused', effect: 'ignored' }]);
    expect((checkSarif(found) as { runs: { results: unknown[] }[] }).runs[0]?.results).toHaveLength(1);
    expect(table(refused)).toMatch(/^No file to read \(1\)$/m);
    expect(table(refused)).not.toMatch(/Not as specified/);
    const $ = load(checkHtml(found));
    expect(
      $('h2')
        .toArray()
        .map(title => $(title).text()),
    ).toContain('Where there is no file to read');
  });

  test('a signal that was read for one of several uses was read', () => {
    const check = checked(carriersOf(said('User-agent: *\nContent-Signal: ai-train=no\nAllow: /\n')), 'standard', [
      'train-ai',
      'search',
    ]);
    expect(check.pages[0]?.readings['robots.content-signal']).toBe('read');
  });
});

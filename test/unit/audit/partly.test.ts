import { describe, expect, test } from 'vitest';
import type { AuditRecord } from '../../../src/assess/index.ts';
import { measured, type Site } from './facts.ts';

const partsOf = ({ partly }: AuditRecord): readonly string[] =>
  partly.map(({ signal, refuses }) => `${signal}: ${refuses.join(' ')}`);
const page = '<!doctype html><title>Hello</title><p>A page.';
const licensed = 'License: https://site.example/license.xml\nUser-agent: *\nAllow: /\n';
const rsl = (...contents: readonly string[]): string =>
  `<rsl xmlns="https://rslstandard.org/rsl">${contents
    .flatMap((url, at) => (at % 2 === 0 ? `<content url="${url}"><license>${contents[at + 1]}</license></content>` : []))
    .join('')}</rsl>`;
const silentFiles = { robots: 404, tdmrep: 404, aiTxt: 404, trustTxt: 404, page } as const;

describe('what is refused of other paths only is neither a refusal of the front page nor nothing', () => {
  test.each<[what: string, site: Site, parts: readonly string[]]>([
    ['nothing said', {}, []],
    ['a part closed to everybody', { robots: 'User-agent: *\nDisallow: /private/' }, ['robots.rule: acquisition']],
    ['all of it closed', { robots: 'User-agent: *\nDisallow: /' }, []],
    ['a part that is opened again', { robots: 'User-agent: *\nDisallow: /a\nAllow: /a' }, []],
    ['a part closed to one agent', { robots: 'User-agent: GPTBot\nDisallow: /news/' }, ['robots.named-agent: train-ai tdm']],
    [
      'a part closed to one agent, all of it to another: named agents do refuse the front page',
      { robots: 'User-agent: GPTBot\nDisallow: /news/\n\nUser-agent: CCBot\nDisallow: /' },
      [],
    ],
    [
      'a preference for a path',
      { robots: 'User-agent: *\nContent-Usage: /art/ train-ai=n\nAllow: /' },
      ['robots.content-usage: train-ai'],
    ],
    [
      'a grant for everything, and a refusal of a path',
      { robots: 'User-agent: *\nContent-Usage: train-ai=y\nContent-Usage: /art/ train-ai=n\nAllow: /' },
      ['robots.content-usage: train-ai'],
    ],
    [
      'a preference for everything and for a path',
      { robots: 'User-agent: *\nContent-Usage: train-ai=n\nContent-Usage: /art/ train-ai=n\nAllow: /' },
      [],
    ],
    [
      'a signal for a path',
      { robots: 'Content-Signal: /art/ ai-train=no\nUser-agent: *\nAllow: /' },
      ['robots.content-signal: train-ai'],
    ],
    [
      'the expired draft, for a path',
      { robots: 'User-agent: *\nDisallowAITraining: /art/' },
      ['robots.disallow-ai-training: train-ai'],
    ],
    [
      'a reservation of a folder',
      { tdmrep: '[{"location":"/images/*","tdm-reservation":1}]' },
      ['wellknown.tdmrep: train-ai tdm'],
    ],
    ['a reservation of everything', { tdmrep: '[{"location":"/","tdm-reservation":1}]' }, []],
    ['a reservation of another host', { tdmrep: '[{"location":"https://other.example/a","tdm-reservation":1}]' }, []],
    [
      'a folder that an earlier rule lifts',
      { tdmrep: '[{"location":"/images/","tdm-reservation":0},{"location":"/images/","tdm-reservation":1}]' },
      [],
    ],
    [
      'a path that begins as another host would',
      { tdmrep: '[{"location":"//evil.example/","tdm-reservation":1}]' },
      ['wellknown.tdmrep: train-ai tdm'],
    ],
    ['images only', { aiTxt: 'User-Agent: *\nDisallow: *.jpg' }, ['wellknown.ai-txt: train-ai']],
    ['everything', { aiTxt: 'User-Agent: *\nDisallow: /' }, []],
    [
      'a licence that closes a part',
      { robots: licensed, license: rsl('/art/', '<prohibits type="usage">ai-train</prohibits>') },
      ['wellknown.rsl: train-ai'],
    ],
    [
      'a licence to be paid for, by absolute URL and pattern',
      { robots: licensed, license: rsl('https://site.example/*.pdf$', '<payment type="purchase"/>') },
      ['wellknown.rsl: train-ai ai-use search'],
    ],
    [
      'a licence for everything, and a narrower one that refuses',
      {
        robots: licensed,
        license: rsl('/', '<permits type="usage">all</permits>', '/art/', '<prohibits type="usage">all</prohibits>'),
      },
      ['wellknown.rsl: train-ai ai-use search tdm'],
    ],
    ['a licence that permits a part', { robots: licensed, license: rsl('/art/', '<permits type="usage">all</permits>') }, []],
    [
      'a licence that refuses everything, and a part once more',
      {
        robots: licensed,
        license: rsl('/', '<prohibits type="usage">all</prohibits>', '/art/', '<prohibits type="usage">all</prohibits>'),
      },
      [],
    ],
    [
      'a licence of another host',
      { robots: licensed, license: rsl('https://other.example/art/', '<prohibits type="usage">all</prohibits>') },
      [],
    ],
    ['a licence that cannot be had', { robots: licensed, license: 404 }, []],
    [
      'a licence that only another agent is pointed to',
      { robots: `User-agent: GPTBot\nAllow: /\n${licensed}`, license: rsl('/art/', '<prohibits type="usage">all</prohibits>') },
      [],
    ],
    ['a page in the place of the files', { tdmrep: page, aiTxt: page }, []],
  ])('%s', (_, site, parts) => {
    const record = measured({ ...silentFiles, ...site });
    expect(partsOf(record)).toEqual(parts);
    for (const { evidence } of record.partly)
      expect(evidence.map(index => record.evidence[index]?.quote)).not.toContain(undefined);
    for (const { evidence } of record.partly) expect(evidence.length).toBeGreaterThan(0);
  });

  test('a licence for other paths is said of those alone: the front page is neither refused nor silent under it', () => {
    const site = { ...silentFiles, robots: licensed, license: rsl('/art/', '<prohibits type="usage">all</prohibits>') };
    const { signals, partly, evidence, verdicts, anomalies } = measured(site);
    expect(signals.filter(({ signal }) => signal === 'wellknown.rsl')).toEqual([]);
    expect(partly.map(({ evidence: [at = -1] }) => evidence[at])).toMatchObject([
      { source: { url: 'https://site.example/license.xml' }, quote: '<prohibits type="usage">all</prohibits>' },
    ]);
    expect(anomalies.map(({ code }) => code)).toContain('rsl.not-covering');
    // What the policies make of it is as it was.
    expect(verdicts.standard?.['train-ai']?.preference).toBe('unknown');
    expect(verdicts.strict?.['train-ai']?.preference).toBe('disallow');
  });

  test('a licence that the page itself points to, and that does not cover it, stays a statement about the page', () => {
    const link = [['Link', '</license.xml>; rel="license"; type="application/rsl+xml"']] as const;
    const license = rsl('/art/', '<prohibits type="usage">all</prohibits>');
    const { signals } = measured({ ...silentFiles, license, page: { status: 200, fields: link, body: 'Hello' } });
    const said = signals.find(({ signal }) => signal === 'wellknown.rsl')?.says;
    expect(said).toMatchObject([{ about: 'train-ai', preference: 'disallow', form: 'wrong-value' }, {}, {}, {}]);
  });

  test('a file that names more places than are tried costs no more than those', () => {
    const rules = Array.from({ length: 4_000 }, (_, n) => ({ location: `/p${n}/`, 'tdm-reservation': 1 }));
    const started = process.cpuUsage();
    const { partly } = measured({ ...silentFiles, tdmrep: JSON.stringify(rules) });
    expect(partly[0]?.evidence.length).toBe(8);
    expect(process.cpuUsage(started).user / 1_000).toBeLessThan(2_000);
  });
});

describe('a front page that nobody asked', () => {
  const { signals, verdicts, complete, evidence } = measured({
    robots: 'User-agent: *\nAllow: /',
    tdmrep: 404,
    aiTxt: 404,
    trustTxt: 404,
  });

  test('has not been silent: what it might carry could not be looked at', () => {
    const unread = signals.filter(({ state }) => state === 'unread').map(({ signal }) => signal);
    expect(unread).toEqual(
      expect.arrayContaining(['field.x-robots-tag', 'markup.robots', 'field.tdm-reservation', 'field.content-usage']),
    );
    expect(unread).not.toContain('http.status');
    expect(complete).toBe(false);
  });

  test.each(['train-ai', 'search', 'archive'] as const)('leaves %s unknown under every policy that reads it', about => {
    for (const policy of ['standard', 'strict', 'opt-in']) {
      const { preference, because, evidence: cited } = verdicts[policy]?.[about] ?? {};
      expect([policy, preference, because]).toEqual([policy, 'unknown', 'not-attempted']);
      // One place for the page, whatever would have been looked for in it.
      expect(new Set(cited?.map(index => evidence[index]?.source.url)).size).toBe(cited?.length);
      const [ofPage] = cited?.map(index => evidence[index]).filter(one => one?.source.url === 'https://site.example/') ?? [];
      expect(ofPage?.locator).toEqual({ kind: 'absence', looked: 'request for the page' });
    }
    // It reads robots.txt, and that was read.
    expect(verdicts.rfc9309?.[about]?.because).toBe('silent');
  });

  test('may be asked: that is decided before', () => {
    expect(verdicts.standard?.acquisition).toMatchObject({ preference: 'allow', disposition: 'keep' });
  });
});

import { describe, expect, test } from 'vitest';
import type { AuditRecord } from '../../../src/assess/index.ts';
import { measured, type Site } from './facts.ts';

const partsOf = ({ partly }: AuditRecord): readonly string[] =>
  partly.map(({ signal, refuses }) => `${signal}: ${refuses.join(' ')}`);
const page = '<!doctype html><title>Hello</title><p>A page.';
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
      ['wellknown.tdmrep: train-ai tdm ai-use'],
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
      ['wellknown.tdmrep: train-ai tdm ai-use'],
    ],
    ['images only', { aiTxt: 'User-Agent: *\nDisallow: *.jpg' }, ['wellknown.ai-txt: train-ai']],
    ['everything', { aiTxt: 'User-Agent: *\nDisallow: /' }, []],
    ['a page in the place of the files', { tdmrep: page, aiTxt: page }, []],
  ])('%s', (_, site, parts) => {
    const record = measured({ ...silentFiles, ...site });
    expect(partsOf(record)).toEqual(parts);
    for (const { evidence } of record.partly)
      expect(evidence.map(index => record.evidence[index]?.quote)).not.toContain(undefined);
    for (const { evidence } of record.partly) expect(evidence.length).toBeGreaterThan(0);
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
      expect(ofPage?.locator).toEqual({ kind: 'absence', looked: 'request for the front page' });
    }
    // It reads robots.txt, and that was read.
    expect(verdicts.rfc9309?.[about]?.because).toBe('silent');
  });

  test('may be asked: that is decided before', () => {
    expect(verdicts.standard?.acquisition).toMatchObject({ preference: 'allow', disposition: 'keep' });
  });
});

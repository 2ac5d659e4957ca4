import { describe, expect, test } from 'vitest';
import { EvidenceList } from '../../../src/assess/audit/evidence-list.ts';
import { signalsOf } from '../../../src/assess/audit/said.ts';
import type { AuditRecord, RobotsClass } from '../../../src/assess/index.ts';
import { digestOf } from '../../../src/settings/index.ts';
import {
  type Category,
  categories,
  type Evidence,
  type Instant,
  type Reading,
  type Retrieval,
  type SignalId,
} from '../../../src/vocab/index.ts';
import { type Answer, at, carriersOf, closingTdmrep, measured, type Site, yardstick } from './facts.ts';

const html = '<!doctype html><title>Hello</title><p>We disallow nothing: this is a page.';

describe('what robots.txt was answered with', () => {
  test.each<[what: string, Answer | undefined, RobotsClass]>([
    ['a file with a rule', 'User-agent: *\nDisallow: /x', 'rules'],
    ['a file whose only rule has no path', 'User-agent: *\nDisallow:', 'no-rules'],
    ['a file with a sitemap only', 'Sitemap: https://site.example/s.xml', 'no-rules'],
    ['an empty file', '', 'no-rules'],
    ['prose', 'nothing to see here', 'no-rules'],
    ['a page in its place', html, 'html'],
    ['an image', { status: 200, body: '\u0089PNG\r\n\u001a\n\0\0\0\rIHDR\0\0\0\u0001' }, 'unreadable'],
    ['404', 404, 'absent'],
    ['410', 410, 'absent'],
    ['400', 400, 'refused'],
    ['403', 403, 'refused'],
    ['451', 451, 'refused'],
    ['429', 429, 'rate-limited'],
    ['503', 503, 'server-error'],
    ['no answer in time', 'timeout', 'network'],
    ['a name that is not there', 'dns', 'network'],
    ['redirects that lead nowhere', 'redirects', 'network'],
    ['nobody asked', undefined, 'not-asked'],
    ['a redirect that is no web address', 302, 'network'],
    ['a challenge in its place', { status: 503, fields: [['cf-mitigated', 'challenge']] }, 'refused'],
  ])('%s', (_, robots, expected) => {
    expect(measured(robots === undefined ? { page: 'Hello' } : { robots }).robots.class).toBe(expected);
  });

  test.each(['rules', 'no-rules'])('only a readable file says what binds everybody: %s', holds => {
    const { robots } = measured({ robots: holds === 'rules' ? 'User-agent: *\nDisallow: /x' : '' });
    expect(robots.star).toBeDefined();
  });

  test.each<[Answer]>([[html], [404], [403], [503], ['timeout']])('%s binds nobody and names nobody', robots => {
    const { star, named } = measured({ robots }).robots;
    expect({ star, named }).toEqual({ star: undefined, named: [] });
  });
});

test('status, size and digest of robots.txt are told where there was an answer, and only then', () => {
  const { star: _, ...told } = measured({ robots: 'Disallow: /x' }).robots;
  const url = 'https://site.example/robots.txt';
  const digest = digestOf(new TextEncoder().encode('Disallow: /x'));
  expect(told).toEqual({ class: 'rules', url, status: 200, bytes: 12, digest, named: [] });
  expect(measured({ robots: 'timeout' }).robots).toEqual({ class: 'network', url, cause: 'timeout', named: [] });
  expect(measured({ page: 'Hello' }).robots).toEqual({ class: 'not-asked', named: [] });
});

test('an answer that came, and could not be used for another reason than its status, is the network’s', () => {
  const carriers = carriersOf({});
  const retrieval: Retrieval = { outcome: 'unreachable', cause: 'protocol', status: 429, fields: [] };
  const robots = { ...carriers.robots, retrievedAt: at, retrieval };
  expect(measured({}, { carriers: { ...carriers, robots } }).robots.class).toBe('network');
});

describe('how far an origin is closed', () => {
  test.each<[what: string, rules: string, extent: string, root: boolean, line?: number]>([
    ['nothing', 'Disallow:', 'not', false],
    ['all of it', 'Disallow: /', 'whole', true, 2],
    ['all of it, by a pattern', 'Disallow: /*', 'whole', true, 2],
    ['all of it, where an Allow beside it is shorter and decides nothing', 'Allow: /\nDisallow: /*', 'whole', true, 3],
    ['all but a part', 'Disallow: /\nAllow: /open', 'partly', true, 2],
    ['all but a part, by a pattern as long', 'Disallow: /*\nAllow: /a', 'partly', true, 2],
    ['a part', 'Disallow: /closed', 'partly', false, 2],
    ['the front page only', 'Disallow: /$', 'partly', true, 2],
    ['a part that is opened again', 'Disallow: /a\nAllow: /a', 'not', false],
    ['all of it, opened again by a longer pattern', 'Disallow: /\nAllow: /*', 'not', false],
    ['a part, of which one URL is opened', 'Disallow: /a\nAllow: /a$', 'partly', false, 2],
    ['the second part only, since the first is opened again', 'Disallow: /a\nAllow: /a\nDisallow: /b', 'partly', false, 4],
    ['a pattern that no grammar knows', 'Disallow: private', 'not', false],
    ['training only, by a record that begins like another', 'DisallowAITraining: /', 'not', false],
    ['all of it, without a colon', 'Disallow /', 'whole', true, 2],
    ['nothing, by three words without a colon', 'Disallow / please', 'not', false],
  ])('%s', (_, rules, extent, root, line) => {
    const record = measured({ robots: `User-agent: *\n${rules}` });
    const { star } = record.robots;
    expect(star).toMatchObject({ extent, root });
    const locator = star?.evidence === undefined ? undefined : record.evidence[star.evidence]?.locator;
    expect(locator?.kind === 'line' ? locator.line : undefined).toBe(line);
  });

  test('a file that was cut does not say that nothing is closed', () => {
    const cut = (rule: string) => measured({ robots: `User-agent: *\n${rule}\n${'# filler\n'.repeat(60_000)}` }).robots;
    expect(cut('Disallow:')).toMatchObject({ class: 'no-rules', cut: true });
    expect(cut('Disallow:').star).toBeUndefined();
    expect(cut('Disallow: /').star).toMatchObject({ extent: 'whole' });
  });

  test('each agent of the list by its own group, and only those that are named', () => {
    const { named, star } = measured({
      robots:
        'User-agent: *\nDisallow: /a\n\nUser-agent: GPTBot\nUser-agent: CCBot\nDisallow: /\n\nUser-agent: ClaudeBot\nAllow: /',
    }).robots;
    expect(star).toMatchObject({ extent: 'partly', root: false });
    expect(named.map(({ agent, class: of, extent, root }) => [agent, of, extent, root])).toEqual([
      ['CCBot', 'train', 'whole', true],
      ['ClaudeBot', 'train', 'not', false],
      ['GPTBot', 'train', 'whole', true],
    ]);
  });
});

describe('the plain reading is that of Google’s parser; what our lenient one adds stands apart', () => {
  const reads = (line: string): Pick<AuditRecord['robots'], 'named' | 'lenient'> =>
    measured({ robots: `${line}\nDisallow: /\n` }).robots;
  const names = (list: AuditRecord['robots']['named'] | undefined): readonly string[] => (list ?? []).map(({ agent }) => agent);

  test.each<[line: string, plain: readonly string[], lenient: readonly string[]]>([
    ['User-agent: GPTBot', ['GPTBot'], []],
    ['user-AGENT: gptbot/1.0', ['GPTBot'], []],
    ['User-agent: AI2Bot', ['AI2Bot'], []],
    ['User-agent: Kangaroo Bot', ['Kangaroo Bot'], []],
    ['User-agent: GPTBot, CCBot', ['GPTBot'], ['CCBot']],
    ['User-agent: GPTBot (training)', ['GPTBot'], []],
    ['User-agent: Mozilla/5.0 (compatible; GPTBot/1.2)', [], ['GPTBot']],
    ['useragent: GPTBot', ['GPTBot'], []],
    ['User agent: GPTBot', ['GPTBot'], []],
    ['User_agent: GPTBot', [], ['GPTBot']],
    ['User-agent GPTBot', ['GPTBot'], []],
    ['User-agent: "GPTBot"', [], ['GPTBot']],
  ])('%s', (line, plain, lenient) => {
    const robots = reads(line);
    expect([names(robots.named), names(robots.lenient?.named)]).toEqual([plain, lenient]);
  });

  test('a rule that lost its line end closes by the lenient reading alone', () => {
    const { named, lenient } = measured({ robots: 'User-agent: GPTBot Disallow: /' }).robots;
    expect(named).toMatchObject([{ agent: 'GPTBot', extent: 'not' }]);
    expect(lenient?.named).toMatchObject([{ agent: 'GPTBot', extent: 'whole', root: true }]);
  });

  test('for everybody, too; and where both readings agree there is no second one', () => {
    const { star, lenient } = measured({ robots: 'User-agent: * Disallow: /' }).robots;
    expect([star?.extent, lenient]).toMatchObject(['not', { star: { extent: 'whole', root: true }, named: [] }]);
    expect(measured({ robots: 'User-agent: *\nDisallow: /' }).robots).not.toHaveProperty('lenient');
  });

  test('opening the index page opens the directory’s own URL, as Google has it', () => {
    const robots = 'User-agent: *\nDisallow: /\nAllow: /index.html';
    expect(measured({ robots }).robots.star).toMatchObject({ extent: 'partly', root: false });
  });
});

describe('whether the origin answered', () => {
  test.each<[what: string, Site, AuditRecord['reach']]>([
    ['robots.txt with an error of the server', { robots: 503 }, 'reachable'],
    ['nothing at all', { robots: 'timeout' }, 'unreachable'],
    ['the page, where robots.txt did not', { robots: 'reset', page: 'Hello' }, 'reachable'],
    ['nobody asked', {}, 'not-checked'],
  ])('%s', (_, site, reach) => {
    expect(measured(site).reach).toBe(reach);
  });

  test('an entry that is no host is not checked and says why, without a verdict', () => {
    for (const why of ['no-host', 'bad-line 7: a quote is not closed']) {
      const record = measured({}, { carriers: null, why }, '"y.test');
      expect(record).toMatchObject({ reach: 'not-checked', why, tld: '', robots: { class: 'not-asked' }, verdicts: {} });
      expect(record.origin).toBeUndefined();
    }
  });

  test.each<[what: string, outcomes: readonly ('not-attempted' | 'unreachable')[], reach: string, why: string | undefined]>([
    ['none was made', [], 'not-checked', 'nothing was asked'],
    ['all were refused by us', ['not-attempted', 'not-attempted'], 'not-checked', 'nothing was asked'],
    ['one was made in vain', ['not-attempted', 'unreachable'], 'unreachable', undefined],
  ])('of an origin that was not come to the attempts tell whether it was asked: %s', (_, outcomes, reach, why) => {
    const attempts = outcomes.map(outcome => ({ url: 'https://site.example/', outcome }));
    const record = measured({}, { carriers: null, attempts });
    expect([record.reach, record.why, record.verdicts]).toEqual([reach, why, {}]);
  });

  test('the time is that of the last answer', () => {
    const carriers = carriersOf({ robots: '', tdmrep: 404, page: 'Hello' });
    const [early, late] = ['2026-11-27T09:00:00.000Z', '2026-11-27T11:00:00.000Z'] as [Instant, Instant];
    for (const [one, other] of [
      [early, late],
      [late, early],
    ] as const) {
      const timed = { robots: { ...carriers.robots, retrievedAt: one }, tdmrep: { ...carriers.tdmrep, retrievedAt: other } };
      const untimed = { page: { ...carriers.page!, retrievedAt: null } };
      expect(measured({}, { carriers: { ...carriers, ...timed, ...untimed } }).at).toBe(late);
    }
  });

  test('the language its front page declares is told, where there is one', () => {
    expect(measured({ robots: '' }, { language: 'deu' }).language).toBe('deu');
    expect(measured({ robots: '' })).not.toHaveProperty('language');
  });

  test('where it led to another domain, that is told', () => {
    expect(measured({ robots: '' }, { movedTo: 'other.example' }).moved_to).toBe('other.example');
    expect(measured({ robots: '' })).not.toHaveProperty('moved_to');
  });

  test('of the front page status, type, size and digest are told, as far as there are any', () => {
    const url = 'https://site.example/';
    const type = [['Content-Type', 'text/html; charset=utf-8']] as const;
    const site = { robots: '', page: { status: 200, fields: type, body: 'Hello' } };
    const digest = digestOf(new TextEncoder().encode('Hello'));
    const told = { url, outcome: 'successful', status: 200, media_type: 'text/html' };
    expect(measured(site).page).toEqual({ ...told, bytes: 5, digest });
    const carriers = carriersOf(site);
    const page = carriers.page!;
    const unread = { ...page, digest: null, retrieval: { ...page.retrieval, bodyNotRead: 'refused-earlier' } as Retrieval };
    expect(measured({}, { carriers: { ...carriers, page: unread } }).page).toEqual(told);
    expect(measured({ robots: '', page: 'timeout' }).page).toEqual({ url, outcome: 'unreachable', cause: 'timeout' });
  });

  test('what the operator closed is not checked, whatever was known of it', () => {
    expect(measured({ robots: '' }, { why: 'denied' })).toMatchObject({ reach: 'not-checked', verdicts: {}, signals: [] });
  });

  test('barriers and challenges are named with where they were met', () => {
    const challenge = { status: 403, fields: [['cf-mitigated', 'challenge']] as const };
    expect(measured({ robots: 403, tdmrep: 429, page: challenge }).barriers).toEqual([
      { kind: '403', url: 'https://site.example/robots.txt' },
      { kind: '429', url: 'https://site.example/.well-known/tdmrep.json' },
      { kind: '403', url: 'https://site.example/' },
      { kind: 'challenge', url: 'https://site.example/' },
    ]);
  });
});

describe('verdicts', () => {
  const everywhere = { robots: 'User-agent: GPTBot\nDisallow: /', tdmrep: 404, aiTxt: 404, trustTxt: 404, page: 'Hello' };

  test('every category and acquisition under every policy, with what determined it', () => {
    const record = measured(everywhere);
    expect(Object.keys(record.verdicts)).toEqual(yardstick.policies.map(({ id }) => id));
    for (const verdicts of Object.values(record.verdicts)) {
      expect(Object.keys(verdicts)).toEqual(['acquisition', ...categories]);
    }
    expect(record.verdicts.standard?.['train-ai']).toMatchObject({ preference: 'disallow', disposition: 'withhold' });
    expect(record.verdicts.rfc9309?.['train-ai']).toMatchObject({
      preference: 'unknown',
      because: 'silent',
      disposition: 'keep',
    });
    const [line] = record.verdicts.standard?.['train-ai']?.evidence ?? [];
    expect(record.evidence[line ?? -1]).toMatchObject({ signal: 'robots.named-agent', quote: 'Disallow: /' });
  });

  test('a page that was not asked leaves the record incomplete; what was not asked never reads as silence', () => {
    const { complete, verdicts } = measured({ robots: '' });
    expect(complete).toBe(false);
    expect(verdicts.standard?.['train-ai']).toMatchObject({ because: 'not-attempted', disposition: 'defer' });
    expect(measured(everywhere).complete).toBe(true);
  });

  test.each<[robots: Answer]>([[503], ['timeout']])(
    'where robots.txt cannot be reached (%s) nothing was looked at, and a policy that hears nothing else keeps nothing',
    robots => {
      const { verdicts } = measured({ robots });
      for (const about of ['acquisition', ...categories] as const)
        expect(verdicts.rfc9309?.[about]).toMatchObject({ preference: 'unknown', because: 'unreachable', disposition: 'defer' });
      // What silence would be withheld for stays withheld.
      for (const about of categories) expect(verdicts['opt-in']?.[about]?.disposition).toBe('withhold');
      // It fails open, and says so.
      expect(verdicts.apertus?.search).toMatchObject({ because: 'unreachable', disposition: 'keep' });
    },
  );

  test('a file that robots.txt closes binds as silence does, and is told as what nobody looked into', () => {
    const { signals, verdicts } = measured({}, closingTdmrep(everywhere));
    expect(signals.filter(({ mechanism }) => mechanism === 'tdmrep')).toEqual([
      { signal: 'wellknown.tdmrep', mechanism: 'tdmrep', state: 'unread', says: [] },
    ]);
    expect(verdicts.standard?.search).toMatchObject({ because: 'silent', disposition: 'keep' });
    expect(measured(everywhere).signals.map(({ mechanism }) => mechanism)).not.toContain('tdmrep');
  });

  test.each<[file: keyof Site, mechanisms: readonly string[]]>([
    ['tdmrep', ['tdmrep']],
    ['robots', ['robots', 'named-agents', 'content-usage', 'content-signal', 'disallow-ai-training', 'rsl']],
  ])('a %s that was refused was not looked into: what it carries is told as unreachable, and not as silent', (file, expected) => {
    const { signals } = measured({ ...everywhere, robots: '', [file]: 403 });
    expect(signals.flatMap(({ mechanism, state }) => (state === 'unreachable' ? mechanism : []))).toEqual(
      expect.arrayContaining(expected.filter(mechanism => mechanism !== 'robots')),
    );
    expect(measured({ ...everywhere, robots: '' }).signals).toEqual([]);
  });

  test('whom a line addresses stands with what it says: a third party, everybody’s group, or nobody', () => {
    const robots = 'User-agent: *\nDisallow: /x\nContent-Usage: train-ai=n\n\nUser-agent: GPTBot\nDisallow: /';
    const said = measured({ ...everywhere, robots }).signals.flatMap(({ signal, says }) =>
      says.filter(({ about }) => about === 'train-ai').map(({ preference, agent }) => [signal, preference, agent]),
    );
    expect(said).toEqual([
      ['robots.named-agent', 'disallow', 'GPTBot'],
      ['robots.content-usage', 'disallow', undefined],
    ]);
  });

  test('each third party that is told something stands there, and a permission does, too', () => {
    const robots = 'User-agent: GPTBot\nUser-agent: CCBot\nDisallow: /\n\nUser-agent: *\nDisallow: /x\nContent-Usage: train-ai=y';
    const said = measured({ ...everywhere, robots }).signals.flatMap(({ signal, says }) =>
      says
        .filter(({ about }) => about === 'train-ai')
        .map(({ preference, agent, grants }) => `${signal} ${preference} ${agent ?? '-'} ${grants}`),
    );
    expect(said).toEqual([
      'robots.named-agent disallow CCBot false',
      'robots.named-agent disallow GPTBot false',
      'robots.content-usage allow - true',
    ]);
  });

  test('a front page that is not there has nothing to say, and is not told as one that could not be read', () => {
    expect(measured({ ...everywhere, robots: '', page: 404 }).signals).toEqual([]);
  });

  test('not knowing cites each thing that was looked for, of a file that was not asked it says so once', () => {
    const places = (site: Site) => {
      const record = measured(site);
      return (record.verdicts.standard?.['train-ai']?.evidence ?? []).map(index => record.evidence[index]?.source.url);
    };
    const robots = 'https://site.example/robots.txt';
    expect(places({ ...everywhere, robots: 503 }).filter(url => url === robots).length).toBeGreaterThan(1);
    const { tdmrep: _, ...unasked } = everywhere;
    expect(places({ ...unasked, robots: '' })).toEqual(['https://site.example/.well-known/tdmrep.json']);
  });

  test('where nobody may fetch, no use is left', () => {
    const { verdicts } = measured({ robots: 'User-agent: *\nDisallow: /', tdmrep: 404, aiTxt: 404, trustTxt: 404 });
    for (const about of categories) expect(verdicts.rfc9309?.[about]).toMatchObject({ disposition: 'withhold' });
  });

  test.each(['heed', 'HEED', 'heed/1.0'])('a group that tells `%s` something else than everybody is a contradiction', token => {
    const robots = `User-agent: *\nDisallow: /\n\nUser-agent: ${token}\nAllow: /`;
    const { contradictions } = measured({ ...everywhere, robots });
    expect(contradictions).toMatchObject([{ kind: 'groups', about: 'acquisition' }]);
    expect(measured({ ...everywhere, robots: 'User-agent: *\nDisallow: /' }).contradictions).toEqual([]);
  });

  test.each(['reader-2', 'my_reader', 'Bot7'])('whatever we are called: `%s`', productToken => {
    const robots = `User-agent: *\nDisallow: /\n\nUser-agent: ${productToken}\nAllow: /`;
    const { contradictions } = measured({ ...everywhere, robots }, {}, undefined, { ...yardstick, productToken });
    expect(contradictions).toMatchObject([{ kind: 'groups', about: 'acquisition' }]);
  });

  test('contradictions and malformed statements refer to the lines they rest on', () => {
    const record = measured({
      ...everywhere,
      robots: 'User-agent: *\nAllow: /\nContent-Usage: train-ai=y\nContent-Signal: ai-train=no\nContent-Usage: train-ai=maybe',
    });
    expect(record.contradictions).toMatchObject([{ kind: 'mechanisms', about: 'train-ai' }]);
    const cited = record.contradictions.flatMap(({ evidence }) => evidence.map(index => record.evidence[index]?.quote));
    expect(cited).toEqual(['Content-Usage: train-ai=y', 'Content-Signal: ai-train=no']);
    expect(record.anomalies.map(({ code }) => code)).toContain('content-usage.wrong-value');
  });
});

describe('a signal that is read differently for two uses', () => {
  const about = (use: Category, reading: Reading) => [use, new Map<SignalId, Reading>([['wellknown.rsl', reading]])] as const;
  const looked: Evidence = {
    ...{ signal: 'wellknown.rsl', locator: { kind: 'pointer', pointer: '' }, quote: 'x', spec: 'ours' },
    source: { url: 'https://site.example/license.xml', retrievedAt: null, digest: null },
  };
  const broken: Reading = {
    ...{ state: 'unreadable', looked },
    anomalies: [{ code: 'rsl.malformed', effect: 'restricts', signal: 'wellknown.rsl', evidence: looked }],
  };
  const dead: Reading = { state: 'unread', why: 'unreachable', looked };
  const notAsked: Reading = { state: 'unread', why: 'not-attempted', looked };
  const refusal: Reading = {
    ...{ state: 'read', anomalies: [] },
    statements: [
      {
        ...{ about: 'train-ai', preference: 'disallow', form: 'conformant', addressee: { to: 'us' } },
        ...{ specificity: 0, grants: false, evidence: looked },
      },
    ],
  };
  test.each<[what: string, Reading, Reading, state: string, says: number]>([
    ['what was read speaks, whatever could not be read', refusal, broken, 'read', 1],
    ['or did not answer', refusal, dead, 'read', 1],
    ['what was there and could not be read stands before what did not answer', broken, dead, 'unreadable', 0],
    ['what did not answer stands before what nobody asked', dead, notAsked, 'unreachable', 0],
  ])('%s, in either order', (_, one, other, state, says) => {
    for (const [first, second] of [
      [one, other],
      [other, one],
    ] as const) {
      const found = signalsOf(new Map([about('train-ai', first), about('search', second)]), new EvidenceList(() => undefined));
      expect(found.map(({ signal, state: is, says: said }) => [signal, is, said.length])).toEqual([
        ['wellknown.rsl', state, says],
      ]);
    }
  });
});

describe('of the domain itself', () => {
  test.each([
    ['site.example', 'example', undefined],
    ['www.site.co.uk', 'uk', 'GB'],
    ['xn--80ak6aa92e.xn--p1ai', 'xn--p1ai', 'RU'],
    ['europa.eu', 'eu', undefined],
    ['site.de', 'de', 'DE'],
    ['site.de:8443', 'de', 'DE'],
    ['site.xn--q7ce6a', 'xn--q7ce6a', 'LA'],
    ['192.0.2.1', '', undefined],
    ['192.0.2.1:8443', '', undefined],
    ['[2001:db8::1]', '', undefined],
  ])('%s: TLD %s, country %s', (host, tld, country) => {
    const record = measured({ robots: 404 }, {}, host);
    expect([record.tld, record.country]).toEqual([tld, country]);
  });

  test('hosting is told by the answers’ own fields only, from a closed list', () => {
    const fields = [
      ['CF-Ray', '8'],
      ['Server', 'cloudflare'],
      ['X-Powered-By', 'PHP/8.3'],
      ['Server', 'my-own'],
    ] as const;
    expect(measured({ robots: { status: 404, fields } }).hosting).toEqual(['cloudflare', 'php']);
  });
});

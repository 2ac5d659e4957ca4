import { describe, expect, test } from 'vitest';
import {
  type AuditRecord,
  backwardSteps,
  type Change,
  decidingEvidence,
  panelShares,
  questionsOf,
  shareOfKnown,
  stateOf,
  topicName,
  trending,
} from '../../../src/assess/index.ts';
import { presetNames } from '../../../src/settings/index.ts';
import type { Instant } from '../../../src/vocab/index.ts';
import { closingTdmrep, measured, type Site, yardstick } from './facts.ts';

const questions = questionsOf(yardstick.facts.agents, presetNames);
const rest = { tdmrep: 404, aiTxt: 404, trustTxt: 404, page: 'Hello' } as const;
const closed = { ...rest, robots: 'User-agent: GPTBot\nDisallow: /' };
const open = { ...rest, robots: 'User-agent: GPTBot\nDisallow: /x\n\nUser-agent: *\nDisallow:' };

const field = (value: string): Site => ({
  ...rest,
  robots: '',
  page: { status: 200, fields: [['X-Robots-Tag', value]], body: 'Hello' },
});
const licensed = (terms: string | 404): Site => ({
  ...{ ...rest, robots: 'License: https://site.example/license.xml' },
  license:
    terms === 404
      ? terms
      : {
          status: 200,
          fields: [['Content-Type', 'application/rsl+xml']],
          body: `<rsl xmlns="https://rslstandard.org/rsl"><content url="/"><license>${terms}</license></content></rsl>`,
        },
});

const changesOf = (before: Site, after: Site): readonly Change[] =>
  trending(2, questions).add([stateOf(measured(before)), stateOf(measured(after))])[0]?.changes ?? [];

function becameOf(before: Site, after: Site, topic: string): string {
  const change = changesOf(before, after).find(one => topicName(one.topic) === topic);
  return change ? `${change.kind}: ${change.before} → ${change.after}` : 'same';
}

describe('what became of an answer', () => {
  test.each<[what: string, before: Site, after: Site, topic: string, became: string]>([
    ['an agent is closed out', open, closed, 'agent:GPTBot', 'opted-out: partly → whole'],
    ['an agent is let in again', closed, open, 'agent:GPTBot', 'came-back: whole → partly'],
    ['its class with it', open, closed, 'class:train', 'opted-out: silent → refuses'],
    ['and the mechanism', open, closed, 'mechanism:named-agents', 'opted-out: silent → refuses'],
    ['and the verdict', open, closed, 'verdict:standard:train-ai', 'opted-out: silent → disallow'],
    ['not the verdict of a policy that does not hear it', open, closed, 'verdict:rfc9309:train-ai', 'same'],
    ['nor an agent that is not named', open, closed, 'agent:CCBot', 'same'],
    ['a part more is closed', { ...rest, robots: '' }, open, 'agent:GPTBot', 'changed: not → partly'],
    [
      'a part is opened',
      { ...closed, robots: 'User-agent: GPTBot\nDisallow: /\nAllow: /a' },
      closed,
      'agent:GPTBot',
      'changed: root → whole',
    ],
    ['a file that goes lets everybody in', closed, { ...closed, robots: 404 }, 'agent:GPTBot', 'came-back: whole → not'],
    ['a file that comes closes out', { ...closed, robots: 410 }, closed, 'agent:GPTBot', 'opted-out: not → whole'],
    [
      'tdmrep.json comes',
      open,
      { ...open, tdmrep: '[{"location":"/","tdm-reservation":1}]' },
      'mechanism:tdmrep',
      'opted-out: silent → refuses',
    ],
    [
      'a page is kept out of indexes: no opt-out',
      { ...rest, robots: '' },
      field('noindex'),
      'mechanism:robots-directives',
      'same',
    ],
    [
      'its training is refused',
      { ...rest, robots: '' },
      field('noai'),
      'mechanism:robots-directives',
      'opted-out: silent → refuses',
    ],
    ['a page is barred', open, { ...open, page: 403 }, 'verdict:standard:train-ai', 'not-comparable: silent → barred'],
    ['and is served again', { ...open, page: 403 }, open, 'verdict:standard:train-ai', 'not-comparable: barred → silent'],
    ['a page is barred of a site that says no', closed, { ...closed, page: 403 }, 'verdict:standard:train-ai', 'same'],
    ['robots.txt is refused', open, { ...open, robots: 403 }, 'verdict:standard:acquisition', 'not-comparable: allow → barred'],
    [
      'a licence that refused cannot be had any more',
      licensed('<prohibits type="usage">ai-train</prohibits>'),
      licensed(404),
      'verdict:standard:train-ai',
      'not-comparable: disallow → silent',
    ],
    [
      'a page’s own field goes',
      { ...open, page: { status: 200, fields: [['X-Robots-Tag', 'noai']] } },
      open,
      'mechanism:robots-directives',
      'came-back: refuses → silent',
    ],
  ])('%s', (_, before, after, topic, became) => {
    expect(becameOf(before, after, topic)).toBe(became);
  });
});

describe('not knowing is never a change of mind', () => {
  test.each<[what: string, robots: Site['robots']]>([
    ['no answer', 'timeout'],
    ['an error of the server', 503],
    ['too many requests', 429],
    ['a refusal of the file', 403],
    ['a page in its place', '<!doctype html><title>Hello</title>'],
    ['nobody asked', undefined],
  ])('%s at either end: nobody opted out, nobody came back', (_, robots) => {
    const unknown: Site = robots === undefined ? { page: 'Hello' } : { ...rest, robots };
    for (const [before, after] of [
      [closed, unknown],
      [unknown, closed],
      [open, unknown],
      [unknown, open],
    ] as const) {
      expect(becameOf(before, after, 'agent:GPTBot')).toMatch(/^not-comparable/);
      expect(becameOf(before, after, 'class:train')).toMatch(/^not-comparable/);
      expect(becameOf(before, after, 'mechanism:named-agents')).toMatch(/^not-comparable/);
      expect(becameOf(before, after, 'mechanism:robots')).toMatch(/^not-comparable/);
    }
  });

  test.each<[what: string, robots: string | number]>([
    ['a page in the place of robots.txt', '<!doctype html><title>Hello</title>'],
    ['a refusal in its place', 403],
  ])('%s: no verdict of a policy that takes it for silence has changed', (_, robots) => {
    const hidden: Site = { ...rest, robots };
    for (const policy of ['standard', 'apertus']) {
      expect(becameOf(closed, hidden, `verdict:${policy}:train-ai`)).not.toMatch(/^came-back/);
      expect(becameOf(hidden, closed, `verdict:${policy}:train-ai`)).not.toMatch(/^opted-out/);
    }
  });

  test('silence that a policy cannot see through is a level, and no point of a line that comes from a refusal', () => {
    const found = trending(
      2,
      questions.filter(({ topic }) => topicName(topic) === 'verdict:standard:train-ai'),
    );
    const hidden = stateOf(measured({ ...rest, robots: '<!doctype html><title>Hello</title>' }));
    found.add([stateOf(measured(closed)), hidden]);
    found.add([hidden, hidden]);
    found.add([stateOf(measured(closed)), stateOf(measured(open))]);
    const { points, steps, panel } = found.trend().topics[0] ?? {};
    expect({ points, panel }).toEqual({
      points: [
        { refuses: 2, known: 3, panel: 1 },
        { refuses: 0, known: 3, panel: 0 },
      ],
      panel: 2,
    });
    expect(steps?.[0]).toMatchObject({ 'came-back': 1, 'not-comparable': 1, same: 1 });
  });

  test('a refusal in a file that robots.txt closes was not taken back', () => {
    const reserving: Site = { ...open, tdmrep: '[{"location":"/","tdm-reservation":1}]' };
    const [before, after] = [measured(reserving), measured({}, closingTdmrep(open))];
    const changes = trending(2, questions).add([stateOf(before), stateOf(after)])[0]?.changes ?? [];
    expect(changes.filter(({ kind }) => kind !== 'not-comparable')).toEqual([]);
    expect(changes.map(({ topic }) => topicName(topic))).toEqual(
      expect.arrayContaining(['mechanism:tdmrep', 'verdict:standard:train-ai']),
    );
  });

  test('nor is what may stand behind the part of a file that was read', () => {
    const cut = { ...rest, robots: `User-agent: GPTBot\nDisallow:\n${'# filler\n'.repeat(60_000)}` };
    expect(becameOf(cut, closed, 'agent:GPTBot')).toBe('not-comparable: ? → whole');
    expect(becameOf(closed, cut, 'agent:CCBot')).toBe('not-comparable: not → ?');
  });

  test('a page that was not read hides its own signals, not those of robots.txt', () => {
    const { page: _, ...noPage } = closed;
    expect(becameOf(open, noPage, 'mechanism:robots-directives')).toMatch(/^not-comparable/);
    expect(becameOf(open, noPage, 'mechanism:named-agents')).toBe('opted-out: silent → refuses');
  });

  test('a refusal in a carrier that only one audit could look at is not compared with silence in another', () => {
    const inField: Site = { ...open, page: { status: 200, fields: [['Content-Usage', 'train-ai=n']] } };
    const { page: _, ...noPage } = open;
    expect(becameOf(inField, noPage, 'mechanism:content-usage')).toMatch(/^not-comparable/);
    expect(becameOf(noPage, inField, 'mechanism:content-usage')).toMatch(/^not-comparable/);
    const inFile: Site = { ...noPage, robots: 'User-agent: *\nContent-Usage: train-ai=n\nDisallow:' };
    expect(becameOf(noPage, inFile, 'mechanism:content-usage')).toBe('opted-out: ? → refuses');
  });
});

describe('what neither audit asked is told of no domain, and is never taken for no change', () => {
  const robotsOnly: Site = { robots: '' };
  const refusing: Site = { ...robotsOnly, robots: 'User-agent: GPTBot\nDisallow: /' };
  const unchecked: Site = {};
  const kindsOf = (before: Site, after: Site, topic: string) => {
    const trend = trending(
      2,
      questions.filter(one => topicName(one.topic) === topic),
    );
    const told = trend.add([stateOf(measured(before)), stateOf(measured(after))]);
    const [{ steps: [{ both: _, ...kinds } = { both: 0 }] = [] } = {}] = trend.trend().topics;
    return { told: told.length, kind: Object.entries(kinds).flatMap(([kind, count]) => (count === 1 ? kind : [])) };
  };

  test.each<[what: string, before: Site, after: Site, topic: string, kind: string]>([
    ['a file that only live audits ask for', robotsOnly, refusing, 'mechanism:tdmrep', 'not-asked'],
    ['a verdict that rests on it', robotsOnly, robotsOnly, 'verdict:standard:train-ai', 'not-asked'],
    ['a domain that was checked by neither', unchecked, unchecked, 'agent:GPTBot', 'not-asked'],
    ['its classes', unchecked, unchecked, 'class:train', 'not-asked'],
    ['and its verdicts', unchecked, unchecked, 'verdict:standard:acquisition', 'not-asked'],
    ['what one of them asked: silence', robotsOnly, { ...rest, ...robotsOnly }, 'mechanism:tdmrep', 'not-comparable'],
    ['silence, then nobody asked', { ...rest, ...robotsOnly }, robotsOnly, 'mechanism:tdmrep', 'not-comparable'],
    [
      'what both asked in vain',
      { ...robotsOnly, tdmrep: 503 },
      { ...robotsOnly, tdmrep: 'timeout' },
      'mechanism:tdmrep',
      'not-comparable',
    ],
    ['what one asked in vain', robotsOnly, { ...rest, tdmrep: 503 }, 'mechanism:tdmrep', 'not-comparable'],
    [
      'a page that did not answer',
      { ...rest, page: 'timeout' },
      { ...rest, page: 503 },
      'mechanism:robots-directives',
      'not-comparable',
    ],
    ['robots.txt that did not answer', { robots: 503 }, { robots: 'timeout' }, 'agent:GPTBot', 'not-comparable'],
    ['what the file says that both read', robotsOnly, refusing, 'mechanism:named-agents', 'opted-out'],
    ['a carrier that both read, where another was not asked', robotsOnly, robotsOnly, 'mechanism:content-usage', 'same'],
  ])('%s', (_, before, after, topic, kind) => {
    const isTold = kind !== 'not-asked' && kind !== 'same';
    expect(kindsOf(before, after, topic)).toEqual({ told: isTold ? 1 : 0, kind: [kind] });
  });

  test('none of it is known, so no level and no panel counts it', () => {
    const trend = trending(2, questions);
    trend.add([stateOf(measured(robotsOnly)), stateOf(measured(robotsOnly))]);
    for (const { points, steps, panel } of trend.trend().topics.filter(one => one.steps[0]?.['not-asked'] === 1))
      expect([panel, ...points.map(({ known }) => known), steps[0]?.same]).toEqual([0, 0, 0, 0]);
  });
});

describe('the lines that decide an answer are those shown for it', () => {
  const robots = 'User-agent: *\nDisallow: /all\n\nUser-agent: GPTBot\nDisallow: /\n\nUser-agent: CCBot\nDisallow: /part';
  const tdmrep = '[{"location":"/","tdm-reservation":1}]';
  const record = measured({ ...rest, robots, tdmrep });
  const cited = (found: AuditRecord, topic: Parameters<typeof decidingEvidence>[1]) =>
    decidingEvidence(found, topic).map(({ quote }) => quote);
  test.each<[what: string, topic: Parameters<typeof decidingEvidence>[1], quotes: readonly string[]]>([
    ['an agent that is named', { kind: 'agent', agent: 'GPTBot' }, ['Disallow: /']],
    ['another one', { kind: 'agent', agent: 'CCBot' }, ['Disallow: /part']],
    ['one that is not named is bound by everybody’s group', { kind: 'agent', agent: 'ClaudeBot' }, ['Disallow: /all']],
    ['a class, by those of it that are closed out', { kind: 'class', class: 'train' }, ['Disallow: /']],
    ['a class of which nobody is', { kind: 'class', class: 'search' }, ['Disallow: /all']],
    ['a mechanism', { kind: 'mechanism', mechanism: 'tdmrep' }, ['{"location":"/","tdm-reservation":1}']],
    ['a mechanism that says nothing', { kind: 'mechanism', mechanism: 'ai-txt' }, []],
    ['a verdict', { kind: 'verdict', policy: 'standard', about: 'tdm' }, ['Disallow: /', '{"location":"/","tdm-reservation":1}']],
    ['a verdict of no policy of the audit', { kind: 'verdict', policy: 'none', about: 'train-ai' }, []],
  ])('%s', (_, topic, quotes) => {
    expect(cited(record, topic)).toEqual(quotes);
  });

  test('where nothing is closed no line decides', () => {
    expect(cited(measured({ ...rest, robots: '' }), { kind: 'agent', agent: 'GPTBot' })).toEqual([]);
  });
});

describe('any number of audits', () => {
  const state = (site: Site, host: string) => stateOf(measured(site, {}, host));

  test('levels stand beside what is known; the panel counts only domains that are known at every audit', () => {
    const trend = trending(
      3,
      questions.filter(({ topic }) => topicName(topic) === 'agent:GPTBot'),
    );
    trend.add([state(open, 'a.example'), state(closed, 'a.example'), state(closed, 'a.example')]);
    trend.add([state(closed, 'b.example'), state({ robots: 503 }, 'b.example'), state(open, 'b.example')]);
    trend.add([undefined, state(closed, 'c.example'), state(open, 'c.example')]);
    const { audits, steps, topics } = trend.trend();
    expect(audits.map(({ domains, readable }) => [domains, readable])).toEqual([
      [2, 2],
      [3, 2],
      [3, 3],
    ]);
    expect(steps).toMatchObject([
      { both: 2, new: 1, gone: 0, changed: 1 },
      { both: 3, new: 0, gone: 0, changed: 1 },
    ]);
    expect(topics).toMatchObject([
      {
        panel: 1,
        points: [
          { refuses: 1, known: 2, panel: 0 },
          { refuses: 2, known: 2, panel: 1 },
          { refuses: 1, known: 3, panel: 1 },
        ],
        steps: [
          { both: 2, 'opted-out': 1, 'came-back': 0, changed: 0, same: 0, 'not-comparable': 1 },
          { both: 3, 'opted-out': 0, 'came-back': 1, changed: 0, same: 1, 'not-comparable': 1 },
        ],
      },
    ]);
  });

  test('each audit is told with how many answered, how many could be read, and when the first and the last answer came', () => {
    const trend = trending(2, []);
    const days = ['2026-10-02', '2026-10-01', '2026-10-03', undefined, '2026-10-02'].map(day =>
      day ? { at: day as Instant } : {},
    );
    const sites: readonly Site[] = [{ robots: '' }, { robots: 'Disallow: /' }, { robots: 503 }, { robots: 'timeout' }, {}];
    for (const [index, site] of sites.entries()) {
      const { at: _, ...found } = state(site, `${index}.example`);
      const then = { ...found, ...days[index] };
      // At the second audit the first domain did not answer.
      trend.add([then, index === 0 ? { ...then, reach: 'unreachable', robots: 'network' } : then]);
    }
    const { audits, steps } = trend.trend();
    const time = { from: '2026-10-01', until: '2026-10-03' };
    expect(audits).toEqual([
      { domains: 5, reachable: 3, readable: 2, ...time },
      { domains: 5, reachable: 2, readable: 1, ...time },
    ]);
    expect(steps).toMatchObject([{ both: 5, new: 0, gone: 0, reachable: 2, changed: 0 }]);
  });

  test('what is told of a domain adds up to the sums', () => {
    const trend = trending(2, questions);
    const sites: readonly Site[] = [open, closed, { robots: 503 }, { ...closed, robots: 404 }, { ...open, tdmrep: 503 }];
    const told = sites.flatMap((before, i) =>
      sites.flatMap((after, j) => trend.add([state(before, `${i}-${j}.example`), state(after, `${i}-${j}.example`)])),
    );
    for (const { topic, steps } of trend.trend().topics) {
      const ofTopic = told.flatMap(({ changes }) => changes).filter(change => topicName(change.topic) === topicName(topic));
      const { both = 0, same: unchanged = 0, 'not-asked': unasked = 0, ...moved } = steps[0] ?? {};
      const same = unchanged + unasked;
      expect(both).toBe(sites.length ** 2);
      expect(same + ofTopic.length).toBe(both);
      for (const [kind, count] of Object.entries(moved))
        expect(ofTopic.filter(change => change.kind === kind)).toHaveLength(count);
    }
  });
});

test('an audit that was answered before the one it is held against is told, where their dates are known', () => {
  const size = { domains: 1, reachable: 1, readable: 1 };
  const months = (...days: readonly (string | undefined)[]) =>
    backwardSteps(days.map(from => (from === undefined ? size : { ...size, from })));
  expect(months('2026-10-01', '2026-11-01', '2026-11-01')).toEqual([]);
  expect(months('2026-10-01', '2026-09-01', '2026-11-01', '2026-08-01')).toEqual([0, 2]);
  expect(months('2026-10-01', undefined, '2026-09-01')).toEqual([]);
});

test.each<[what: string, refuses: number, known: number, domains: number, share: number | undefined]>([
  ['some refuse, some are known not to', 2, 5, 9, 0.4],
  ['nobody refuses', 0, 5, 9, 0],
  ['all refuse, and of all it is known', 5, 5, 5, 1],
  ['only refusals are known, and of others nothing', 5, 5, 9, undefined],
  ['nothing is known', 0, 0, 9, undefined],
])('a share of those known, where %s', (_, refuses, known, domains, share) => {
  expect(shareOfKnown(refuses, known, domains)).toBe(share);
});

test('bodies of robots.txt alone give no share of training refused: who is silent there may refuse elsewhere', () => {
  const found = trending(
    2,
    questions.filter(({ topic }) => topicName(topic) === 'verdict:standard:train-ai'),
  );
  for (const robots of ['', 'User-agent: GPTBot\nDisallow: /']) {
    const state = stateOf(measured({ robots }));
    found.add([state, state]);
  }
  const { audits, topics } = found.trend();
  expect(topics[0]).toMatchObject({ points: [{ refuses: 1, known: 1 }, {}], panel: 1 });
  expect(topics[0] && panelShares(topics[0], audits)).toEqual([undefined, undefined]);
});

describe('what another domain says is no change of mind', () => {
  const topic = 'agent:GPTBot';
  const became = (before: Site, after: Site, moved: readonly [string | undefined, string | undefined]): string => {
    const [was, is] = [before, after].map((site, at) => ({
      ...stateOf(measured(site)),
      ...(moved[at] ? { moved_to: moved[at] } : {}),
    }));
    const trend = trending(2, questions);
    const changes = trend.add([was, is])[0]?.changes ?? [];
    const { steps, topics } = trend.trend();
    const { panel } = topics.find(one => topicName(one.topic) === topic) ?? { panel: -1 };
    return `${changes.find(one => topicName(one.topic) === topic)?.kind ?? 'same'}, moved ${steps[0]?.moved}, always known ${panel}`;
  };

  // ours
  test.each<[what: string, before: Site, after: Site, moved: readonly [string | undefined, string | undefined], became: string]>([
    [
      'the domain refused, and redirects to one that is silent',
      closed,
      open,
      [undefined, 'other.example'],
      'not-comparable, moved 1, always known 0',
    ],
    [
      'it was silent, and redirects to one that refuses',
      open,
      closed,
      [undefined, 'other.example'],
      'not-comparable, moved 1, always known 0',
    ],
    [
      'it redirected to one that refused, and speaks for itself again',
      closed,
      open,
      ['other.example', undefined],
      'not-comparable, moved 1, always known 0',
    ],
    [
      'it redirected to one domain, and now to another',
      closed,
      open,
      ['other.example', 'third.example'],
      'not-comparable, moved 1, always known 0',
    ],
    ['it moved, and refuses as before', closed, closed, [undefined, 'other.example'], 'same, moved 1, always known 1'],
    [
      'it redirected to the same domain both times, which changed its mind',
      closed,
      open,
      ['other.example', 'other.example'],
      'came-back, moved 0, always known 1',
    ],
    ['it did not move, and changed its mind', open, closed, [undefined, undefined], 'opted-out, moved 0, always known 1'],
  ])('%s', (_, before, after, moved, expected) => {
    expect(became(before, after, moved)).toBe(expected);
  });
});

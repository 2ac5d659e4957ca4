import { describe, expect, test } from 'vitest';
import { stateOf } from '../../../src/assess/index.ts';
import { CitedList, factsOf, saysOf } from '../../../src/report/audit/card-facts.ts';
import { summaryOf, tallyOf } from '../../../src/report/audit/summary.ts';
import { smallHeader } from '../../audit/records.ts';
import { measured, type Site } from '../audit/facts.ts';

const open = { robots: 404, tdmrep: 404, aiTxt: 404, trustTxt: 404, page: '<p>x' } as const;
const withField = (name: string, value: string): Site => ({
  ...open,
  page: {
    status: 200,
    fields: [
      ['Content-Type', 'text/html'],
      [name, value],
    ],
    body: '<p>x',
  },
});
const withRobots = (line: string): Site => ({ ...open, robots: `User-agent: *\nAllow: /\n${line}` });
const licence = withRobots('License: https://site.example/license.xml');

// ours: an opt-out is what somebody said. `noindex` speaks of search (D9), `train-ai=maybe` states nothing (AIPREF vocab §5.2), a licence that cannot be had
// is no word on training; `strict` keeps such pages out all the same.
const cases: readonly [string, Site, 'said' | 'implied' | 'nothing', string?][] = [
  ['nothing', open, 'nothing'],
  ['noai', withField('X-Robots-Tag', 'noai'), 'said', 'robots-directives'],
  ['noai without its comma', withField('X-Robots-Tag', 'noai noimageai'), 'said', 'robots-directives'],
  ['noai, to another crawler', withField('X-Robots-Tag', 'GPTBot: noai'), 'said', 'robots-directives'],
  ['a label of an older draft', withRobots('Content-Usage: bots=n'), 'said', 'content-usage'],
  ['a reservation', withField('TDM-Reservation', '1'), 'said', 'tdmrep'],
  ['noindex', withField('X-Robots-Tag', 'noindex'), 'implied', 'robots-directives'],
  ['noarchive in the markup', { ...open, page: '<meta name="robots" content="noarchive">' }, 'implied', 'robots-directives'],
  ['a reservation of the value 2', withField('TDM-Reservation', '2'), 'implied', 'tdmrep'],
  ['Content-Usage of a value that it does not have', withRobots('Content-Usage: train-ai=maybe'), 'implied', 'content-usage'],
  ['trust.txt that says neither yes nor no', { ...open, trustTxt: 'datatrainingallowed=maybe' }, 'implied', 'trust-txt'],
  ['a licence that is not there', { ...licence, license: 404 }, 'implied', 'rsl'],
];

describe('an opt-out is a refusal that somebody stated', () => {
  test.each(cases)('%s', (_name, site, what, mechanism) => {
    const record = measured(site);
    const tally = tallyOf(smallHeader);
    tally.add(record);
    const { figures } = summaryOf(smallHeader, tally.counted());
    const counts = (key: string): boolean => figures[key]?.all.n === 1;
    const outs = ['any', 'refuses-training', 'implied', 'unheard', 'policy-only'].filter(key => counts(`optout.${key}`));
    const said = [
      'any',
      'refuses-training',
      ...(record.verdicts.standard?.['train-ai']?.preference === 'disallow' ? [] : ['unheard']),
    ];
    expect(outs).toEqual({ said, implied: ['implied'], nothing: [] }[what]);
    expect(record.verdicts.strict?.['train-ai']?.preference === 'disallow').toBe(what !== 'nothing');
    expect(Object.keys(figures).filter(key => key.endsWith('.refuses-training') && counts(key))).toEqual(
      what === 'said' ? ['optout.refuses-training', `mechanism.${mechanism}.refuses-training`] : [],
    );
    expect(counts(`mechanism.${mechanism}.read`)).toBe(what !== 'nothing' && site.license === undefined);

    const words = saysOf(record, new CitedList(record.evidence, '')).map(([, verb]) => verb);
    const about = record.signals.flatMap(({ says }) => says).filter(one => one.about === 'train-ai');
    if (what === 'implied') for (const { form } of about) expect(words).toContain(`may be taken to refuse (${form})`);
  });

  test('what only a cautious reading makes a refusal is none on other paths, either', () => {
    expect(measured(withRobots('Content-Signal: /a ai-train=maybe')).partly).toEqual([]);
    expect(measured(withRobots('Content-Signal: /a ai-train=no')).partly).toMatchObject([{ refuses: ['train-ai'] }]);
  });

  test.each<[robots: string, isOnlyEverybody: boolean, more?: Partial<Site>]>([
    ['User-agent: *\nDisallow: /', true],
    ['User-agent: *\nDisallow: /\n\nUser-agent: GPTBot\nDisallow: /', false],
    ['User-agent: *\nDisallow: /\n\nUser-agent: Mozilla/5.0 (compatible; GPTBot/1.2)\nDisallow: /', false],
    ['User-agent: Mozilla/5.0 (compatible; GPTBot/1.2)\nDisallow: /', false],
    ['User-agent: *\nDisallow: /\nContent-Usage: train-ai=n', false],
    ['User-agent: *\nDisallow: /', false, { tdmrep: '[{"location":"/","tdm-reservation":1}]' }],
    ['User-agent: *\nDisallow: /a', false],
  ])('%j: everybody is closed out and nothing else is said: %s', (robots, isOnlyEverybody, more = {}) => {
    const tally = tallyOf(smallHeader);
    tally.add(measured({ ...open, robots, ...more }));
    const { figures } = summaryOf(smallHeader, tally.counted());
    expect(figures['optout.everybody-only']?.all.n).toBe(isOnlyEverybody ? 1 : 0);
  });

  test('nor is it one by which two audits differ', () => {
    const heard = (site: Site): unknown => stateOf(measured(site)).signals;
    expect(heard(withField('TDM-Reservation', '2'))).toEqual({ 'field.tdm-reservation': 'silent' });
    expect(heard(withField('TDM-Reservation', '1'))).toEqual({ 'field.tdm-reservation': 'refuses' });
  });

  test('robots.txt that was refused was not read, and its mechanism not found', () => {
    const record = measured({ robots: 403, tdmrep: 404, aiTxt: 404, trustTxt: 404 });
    const tally = tallyOf(smallHeader);
    tally.add(record);
    const { figures } = summaryOf(smallHeader, tally.counted());
    const own = ['found', 'read', 'refuses', 'unread', 'not-known'].filter(
      what => figures[`mechanism.robots.${what}`]?.all.n === 1,
    );
    expect(own).toEqual(['unread', 'not-known']);
  });

  const barred = (page: Site['page']): Site => ({ ...open, ...(page === undefined ? {} : { page }) });
  test.each<[string, Site, isKnown: boolean]>([
    ['a page that was served', open, true],
    ['no page there', barred(404), true],
    ['a page that was refused', barred(403), false],
    ['a bill in its place', barred(402), false],
    ['another 4xx', barred(418), false],
    ['a redirect that led to no page', barred({ status: 302, fields: [['Location', '/']] }), false],
    ['a test in its place', barred({ status: 200, fields: [['cf-mitigated', 'challenge']], body: '<p>x' }), false],
    ['no answer for now', barred(503), false],
  ])('%s: whether it is known that its markup says nothing', (_name, site, isKnown) => {
    const record = measured(site);
    const tally = tallyOf(smallHeader);
    tally.add(record);
    const { figures } = summaryOf(smallHeader, tally.counted());
    expect(figures['mechanism.robots-directives.not-known']?.all.n).toBe(isKnown ? 0 : 1);
    expect(stateOf(record).signals['markup.robots']).toBe(isKnown ? undefined : '?');
    expect(factsOf(record).some(([label, text]) => label === 'Front page' && text.endsWith('what it says is not known'))).toBe(
      record.page?.outcome !== 'successful' && !isKnown,
    );
    const told = saysOf(record, new CitedList(record.evidence, '')).map(([signal, verb]) => `${signal} ${verb}`);
    if (record.page?.outcome !== 'successful') expect(told.filter(line => line !== 'http.status bars')).toEqual([]);
  });
});

import { load } from 'cheerio';
import { expect, test } from 'vitest';
import type { Trend } from '../../../src/assess/index.ts';
import { timeSection } from '../../../src/report/audit/page/time-section.ts';
import { trendIn } from '../../../src/report/audit/time-summary.ts';
import { lineChart } from '../../../src/report/charts/lines.ts';
import { outputsOf } from '../../audit/outputs.ts';
import { auditRecords, smallHeader } from '../../audit/records.ts';

const size = { domains: 100, reachable: 90, readable: 80 };
const step = { both: 100, 'opted-out': 7, 'came-back': 2, changed: 1, same: 80, 'not-asked': 0, 'not-comparable': 10 };
const trend: Trend = {
  audits: [
    { ...size, from: '2026-10-01T00:00:00.000Z' },
    { ...size, from: '2026-11-01T00:00:00.000Z' },
  ],
  steps: [{ both: 100, new: 3, gone: 4, reachable: 85, changed: 9, moved: 2 }],
  topics: [
    {
      topic: { kind: 'verdict', policy: 'standard', about: 'train-ai' },
      points: [
        { refuses: 22, known: 92, panel: 20 },
        { refuses: 28, known: 91, panel: 25 },
      ],
      steps: [step],
      panel: 80,
    },
    {
      topic: { kind: 'agent', agent: 'GPTBot' },
      points: [
        { refuses: 0, known: 0, panel: 0 },
        { refuses: 0, known: 0, panel: 0 },
      ],
      steps: [{ ...step, 'opted-out': 0, 'came-back': 0, changed: 0, same: 0, 'not-asked': 0, 'not-comparable': 100 }],
      panel: 0,
    },
  ],
};

test('the page shows what became of the domains since an earlier audit, of those alone of which it is known each time', async () => {
  const { files } = await outputsOf(auditRecords(20), { header: smallHeader, trend });
  const $ = load(files['report.html'] ?? '');
  const rows = $('#time .bars li')
    .toArray()
    .map(row => $(row).text());
  expect(rows[0]).toBe('verdict:standard:train-ai25.0 % to 31.3 % +7 −2');
  expect(rows[1]).toBe('agent:GPTBot– +0 −0');
  expect($('#time p').first().text()).toContain('2026-10-01, 2026-11-01.');
  expect($('#time p').first().text()).toContain('2 were served by another domain than before');
  expect($('#time .note').length).toBe(0);
  const last = $('#time tbody tr')
    .eq(1)
    .children()
    .toArray()
    .map(cell => $(cell).text());
  expect(last).toEqual(['verdict:standard:train-ai', '2026-11-01', '28', '91', '25', '31.3 %', '7', '2', '1', '10', '0']);
});

test('an audit of many days is named by its first and its last', () => {
  const [first, second] = trend.audits;
  const audits = [{ ...first, until: '2026-10-01T23:00:00.000Z' }, { ...second, until: '2026-11-03T00:00:00.000Z' }, size];
  const { text } = timeSection({ ...trend, audits: audits as Trend['audits'] }, 'standard');
  expect(load(text)('p').first().text()).toContain('2026-10-01, 2026-11-01 to 2026-11-03, audit 3 (no date).');
});

test('audits without a date are counted, and the first and last of them stand below their lines', () => {
  const $ = load(timeSection({ ...trend, audits: [size, size] }, 'standard').text);
  expect($('p').first().text()).toContain('2 audits, whose answers have no date. A line');
  expect(
    $('.ticks span')
      .toArray()
      .map(tick => $(tick).text()),
  ).toEqual(['audit 1 (no date)', 'audit 2 (no date)']);
});

test('audits in the wrong order are told, since opt-outs and returns change places', () => {
  const { text } = timeSection({ ...trend, audits: trend.audits.toReversed() }, 'standard');
  expect(load(text)('.note').text()).toContain('of 2026-10-01 was answered before the one it is held against');
});

test.each([
  ['a page that compares audits leads to what changed', trend, 1],
  ['a page of one audit has nothing to lead to', undefined, 0],
])('%s', async (_name, compared, links) => {
  const { files } = await outputsOf(auditRecords(20), { header: smallHeader, ...(compared ? { trend: compared } : {}) });
  expect((files['report.html'] ?? '').match(/<a href="#time">/g) ?? []).toHaveLength(links);
});

test('the summary holds the same numbers with what each of them counts, and gives the trend back', async () => {
  const { summary, files } = await outputsOf(auditRecords(20), { header: smallHeader, trend });
  expect(summary.time?.topics.map(({ key }) => key)).toEqual(['verdict:standard:train-ai', 'agent:GPTBot']);
  for (const name of Object.keys({ refuses: 0, known: 0, ...step })) expect(summary.time?.definitions).toHaveProperty([name]);
  expect(trendIn(JSON.parse(files['summary.json'] ?? '').time)).toEqual(trend);
});

test.each([
  [undefined],
  [null],
  ['x'],
  [{}],
  [{ audits: [], steps: [] }],
  [{ audits: [], steps: [], topics: 1 }],
  [{ audits: 1, steps: [], topics: [] }],
])('%j is no trend', time => {
  expect(trendIn(time)).toBeUndefined();
});

test('without an earlier audit there is no such part', async () => {
  const { files } = await outputsOf(auditRecords(20), { header: smallHeader });
  expect(load(files['report.html'] ?? '')('#time').length).toBe(0);
});

test('a line is broken where nothing is known, and never drawn through it', () => {
  const $ = load(lineChart([{ label: 'a', points: [0.1, undefined, 0.2, 0.1], text: '' }], ['2026-08', '2026-11']).text);
  expect(
    $('.line')
      .attr('d')
      ?.replaceAll(/[\d. ]+/g, ''),
  ).toBe('MML');
  expect($('.dots').attr('d')?.match(/M/g)?.length).toBe(3);
});

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, test } from 'vitest';
import { isPlainRefusal } from '../../../src/assess/index.ts';
import type { Row } from '../../audit/duck.ts';
import { type WrittenAudit, writtenAudit } from '../../audit/written.ts';

/** The ten recipes, as the README prints them. */
const text = readFileSync(fileURLToPath(new URL('../../audit/recipes.sql', import.meta.url)), 'utf8');
const recipes = text
  .split(/^-- \d+\. /m)
  .slice(1)
  .map(recipe => recipe.slice(recipe.indexOf('\n')).trim());

const written = writtenAudit(600);
let records: WrittenAudit['records'];
let summary: WrittenAudit['summary'];
let duck: WrittenAudit['duck'];
beforeAll(() => {
  ({ records, summary, duck } = written());
});

const ask = (recipe: number): Promise<readonly Row[]> => duck.ask(recipes[recipe - 1] ?? '');
const n = (key: string): number | undefined => summary.figures[key]?.all.n;

test('there are ten, and the README prints these and no others', () => {
  expect(recipes.length).toBe(10);
  const readme = readFileSync(fileURLToPath(new URL('../../../README.md', import.meta.url)), 'utf8');
  const printed = /### Ten questions in SQL[\s\S]*?```sql\n([\s\S]*?)```/.exec(readme)?.[1];
  expect(printed).toBe(text);
});

test('1 to 3: agents, as the summary counts them', async () => {
  expect(await ask(1)).toEqual([
    {
      closed: n('agent.GPTBot.named.root'),
      of_all: summary.denominators.all.of,
      of_reachable: summary.denominators.reachable.of,
      of_readable: summary.denominators.robots.of,
    },
  ]);
  const top = await ask(2);
  expect(top.length).toBe(10);
  for (const { agent, closed } of top) expect(closed).toBe(n(`agent.${agent}.named.root`));
  const ways = await ask(3);
  const sum = (extent: string): number =>
    ways.filter(row => row.extent === extent).reduce((total, row) => total + Number(row.domains), 0);
  for (const extent of ['whole', 'partly', 'not', 'unknown']) expect(sum(extent)).toBe(n(`agent.ClaudeBot.effective.${extent}`));
});

test('4: shares and intervals by country, as the summary has them', async () => {
  const rows = await ask(4);
  expect(rows.length).toBeGreaterThan(3);
  for (const { country, total, refuse, share, low } of rows) {
    const own = summary.strata.find(({ dimension, value }) => dimension === 'country' && value === country);
    const figure = own?.figures['verdict.standard.train-ai.disallow']?.all;
    expect([total, refuse]).toEqual([figure?.of, figure?.n]);
    expect(Number(share)).toBeCloseTo(figure?.share ?? -1, 2);
    expect(Number(low)).toBeCloseTo(figure?.low ?? -1, 2);
  }
});

test('5 and 6: refusals by one mechanism, and what is not known', async () => {
  const single = new Map<string, number>();
  for (const { signals } of records) {
    const by = new Set(
      signals
        .filter(({ says }) => says.some(one => one.about === 'train-ai' && isPlainRefusal(one)))
        .map(({ mechanism }) => mechanism),
    );
    const [only] = by;
    if (by.size === 1 && only !== undefined) single.set(only, (single.get(only) ?? 0) + 1);
  }
  expect(new Map((await ask(5)).map(({ mechanism, domains }) => [mechanism, domains]))).toEqual(single);
  const unknown = (await ask(6)).reduce((total, { domains }) => total + Number(domains), 0);
  const keys = ['unknown-unreadable', 'unknown-unreachable', 'unknown-not-attempted', 'not-judged'];
  expect(unknown).toBe(keys.reduce((total, key) => total + (n(`verdict.standard.train-ai.${key}`) ?? 0), 0));
});

test('7 and 8: the words that decide, and both sides of what contradicts itself', async () => {
  const [first] = records
    .filter(({ verdicts }) => (verdicts.strict?.['train-ai']?.evidence.length ?? 0) > 0)
    .sort((a, b) => (a.domain < b.domain ? -1 : 1));
  const own = first?.evidence[first.verdicts.strict?.['train-ai']?.evidence[0] ?? -1];
  expect((await ask(7))[0]).toMatchObject({ quote: own?.quote, url: own?.source.url, bytes: own?.source.digest });
  const sides = await ask(8);
  expect(sides.length).toBe(records.reduce((total, { contradictions }) => total + contradictions.length, 0));
  for (const { words } of sides) expect((words as string[]).every(quote => quote.length > 0)).toBe(true);
});

test('9 and 10: where policies part, and what refusals weigh', async () => {
  const parted = records.filter(
    ({ verdicts }) =>
      verdicts.rfc9309?.['train-ai']?.disposition === 'keep' && verdicts.strict?.['train-ai']?.disposition === 'withhold',
  );
  expect(await ask(9)).toEqual([{ domains: parted.length }]);
  const tokens = (list: typeof records): number => list.reduce((total, record) => total + (record.tokens ?? 0), 0);
  const rows = await ask(10);
  expect(rows.map(({ band }) => band)).toEqual(['not ranked', 'top 1k']);
  for (const { band, tokens_refused } of rows) {
    const own = records.filter(({ rank }) => (rank === undefined) === (band === 'not ranked'));
    const refused = own.filter(({ verdicts }) => verdicts.standard?.['train-ai']?.disposition === 'withhold');
    expect(Number(tokens_refused)).toBeCloseTo(tokens(refused) / tokens(own), 2);
  }
});

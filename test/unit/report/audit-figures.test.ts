import { beforeAll, describe, expect, test } from 'vitest';
import type { AuditRecord } from '../../../src/assess/index.ts';
import { type AuditFigure, type AuditSummary, auditOutputs } from '../../../src/report/index.ts';
import type { Duck, Row } from '../../audit/duck.ts';
import { header, policyIds, smallHeader } from '../../audit/records.ts';
import { writtenAudit } from '../../audit/written.ts';

const written = writtenAudit(500);
let records: readonly AuditRecord[];
let summary: AuditSummary;
let duck: Duck;
beforeAll(() => {
  ({ records, summary, duck } = written());
});

const under = ['all', 'reachable', 'robots'] as const;
type Under = (typeof under)[number];
type Sums = Readonly<Record<'domains' | 'documents' | 'tokens', Readonly<Record<Under, number>>>>;

/** Domains, documents and tokens of a line in one number: one sum counts all three, and what many sums cost is their planning. */
const lines = `CREATE TABLE lines AS SELECT *,
  1::HUGEINT + coalesce(documents, 0) * 1000000::HUGEINT + coalesce(tokens, 0) * 100000000000000::HUGEINT AS weight FROM audit`;

/** Planning grows faster than the query. */
const perQuery = 25;

async function counted(conditions: readonly string[], where = 'true'): Promise<readonly Sums[]> {
  const { reachable, robots } = summary.denominators;
  const columns = conditions.map((sql, index) => `coalesce(sum(weight) FILTER (WHERE (${sql})), 0)::VARCHAR AS w${index}`);
  const rows = await duck.ask(
    `SELECT coalesce((${reachable.sql}), false) AS reachable, coalesce((${robots.sql}), false) AS robots, ${columns.join(', ')}
     FROM lines WHERE ${where} GROUP BY ALL`,
  );
  return conditions.map((_, index) => {
    const sum = (list: readonly Row[]): bigint => list.reduce((total, row) => total + BigInt(String(row[`w${index}`])), 0n);
    const sums = {
      all: sum(rows),
      reachable: sum(rows.filter(row => row.reachable === true)),
      robots: sum(rows.filter(row => row.robots === true)),
    };
    const part = (read: (sum: bigint) => bigint): Readonly<Record<Under, number>> => ({
      all: Number(read(sums.all)),
      reachable: Number(read(sums.reachable)),
      robots: Number(read(sums.robots)),
    });
    return {
      domains: part(value => value % 1_000_000n),
      documents: part(value => (value / 1_000_000n) % 100_000_000n),
      tokens: part(value => value / 100_000_000_000_000n),
    };
  });
}

const claimed = (figure: AuditFigure): Sums => ({
  domains: { all: figure.all.n, reachable: figure.reachable.n, robots: figure.robots.n },
  documents: weighted(figure, 'documents'),
  tokens: weighted(figure, 'tokens'),
});
const weighted = ({ weighted: weights }: AuditFigure, kind: 'documents' | 'tokens'): Readonly<Record<Under, number>> => ({
  all: weights?.[kind]?.all.n ?? -1,
  reachable: weights?.[kind]?.reachable.n ?? -1,
  robots: weights?.[kind]?.robots.n ?? -1,
});

describe('the figures of an audit', () => {
  test('every one of them is what DuckDB counts over audit.jsonl by the figure’s own SQL condition', async () => {
    await duck.ask(lines);
    const figures = Object.values(summary.figures);
    expect(figures.length).toBeGreaterThan(1_200);
    for (let from = 0; from < figures.length; from += perQuery) {
      const some = figures.slice(from, from + perQuery);
      const sums = await counted(some.map(({ sql }) => sql));
      expect(some.map(figure => [figure.key, claimed(figure)])).toEqual(some.map(({ key }, index) => [key, sums[index]]));
    }
  });

  test('so is every figure of every stratum', async () => {
    expect(new Set(summary.strata.map(({ dimension }) => dimension))).toEqual(
      new Set(['rank', 'tld', 'country', 'language', 'hosting']),
    );
    for (const { dimension, value, sql, figures, of } of summary.strata) {
      const keys = Object.keys(figures);
      const [total, ...sums] = await counted(['true', ...keys.map(key => summary.figures[key]?.sql ?? 'error')], sql);
      expect([dimension, value, of]).toEqual([dimension, value, total?.domains]);
      const claims = keys.map(key => [
        key,
        { all: figures[key]?.all.n, reachable: figures[key]?.reachable.n, robots: figures[key]?.robots.n },
      ]);
      expect([dimension, value, claims]).toEqual([dimension, value, keys.map((key, index) => [key, sums[index]?.domains])]);
    }
  });

  test('denominators and Wilson’s intervals can be counted again with the words of audit.sql', async () => {
    const shares = Object.values(summary.figures).flatMap(figure => under.map(key => figure[key]));
    const values = shares.map(({ n, of }) => `(${n}::DOUBLE, ${of}::DOUBLE)`).join(', ');
    const rows = await duck.ask(
      `SELECT n / total AS share, wilson_low(n, total) AS low, wilson_high(n, total) AS high FROM (VALUES ${values}) AS t(n, total)`,
    );
    rows.forEach(({ share, low, high }, index) => {
      expect(shares[index]?.share).toBeCloseTo(Number(share), 5);
      expect(shares[index]?.low).toBeCloseTo(Number(low), 5);
      expect(shares[index]?.high).toBeCloseTo(Number(high), 5);
    });
    for (const { sql, of } of Object.values(summary.denominators))
      expect(await duck.ask(`SELECT count(*) AS of FROM audit WHERE ${sql}`)).toEqual([{ of }]);
  });

  test('the table of domains says the same as CSV and as Parquet, a row for each line', async () => {
    const difference = await duck.ask(
      `WITH csv AS (SELECT * FROM read_csv('domains.csv', all_varchar = true)), parquet AS (SELECT COLUMNS(*)::VARCHAR FROM 'domains.parquet')
       SELECT (SELECT count(*) FROM parquet) AS rows, (SELECT count(*) FROM (FROM csv EXCEPT FROM parquet)) AS other`,
    );
    expect(difference).toEqual([{ rows: records.length, other: 0 }]);
  });
});

const summaryOf = (list: readonly AuditRecord[], own = smallHeader): Promise<AuditSummary> =>
  auditOutputs(list, { header: own }, { text: () => () => {}, table: () => ({ add: () => {}, end: () => {} }) });

describe('what is not known', () => {
  const robotsOf = (robots: AuditRecord['robots']): AuditRecord => ({ ...records[0]!, robots });

  test.each<[string, AuditRecord['robots']]>([
    ['a server error', { class: 'server-error', status: 503, named: [] }],
    ['no answer', { class: 'network', cause: 'timeout', named: [] }],
    ['a refused file', { class: 'refused', status: 403, named: [] }],
    ['an HTML page in its place', { class: 'html', status: 200, named: [] }],
    ['octets that are no text', { class: 'unreadable', status: 200, named: [] }],
    ['a file that was not asked', { class: 'not-asked', named: [] }],
    ['a file that was cut before anything that binds everyone', { class: 'rules', status: 200, named: [] }],
  ])('%s closes nothing and opens nothing: it is `unknown`, never `not`', async (_, robots) => {
    const { figures } = await summaryOf([robotsOf(robots)]);
    const own = (what: string): number | undefined => figures[`agent.GPTBot.effective.${what}`]?.all.n;
    expect(['whole', 'partly', 'not', 'root', 'unknown'].map(own)).toEqual([0, 0, 0, 0, 1]);
  });

  test('a file that is not there closes nothing', async () => {
    const { figures } = await summaryOf([robotsOf({ class: 'absent', status: 404, named: [] })]);
    expect(figures['agent.GPTBot.effective.not']?.all.n).toBe(1);
  });

  test('every question of every policy has one answer for every domain, `not-judged` included', () => {
    for (const policy of policyIds) {
      for (const about of ['acquisition', 'train-ai', 'ai-use', 'search', 'tdm', 'archive']) {
        const sum = (...answers: string[]): number =>
          answers.reduce(
            (total, answer) => total + (summary.figures[`verdict.${policy}.${about}.${answer}`]?.all.n ?? Number.NaN),
            0,
          );
        expect(sum('keep', 'withhold', 'defer', 'not-judged')).toBe(records.length);
        const unknown = ['silent', 'unreadable', 'unreachable', 'not-attempted'].map(because => `unknown-${because}`);
        expect(sum('allow', 'disallow', ...unknown, 'not-judged')).toBe(records.length);
      }
    }
  });

  test('an audit of nothing has figures without shares', async () => {
    const { figures } = await summaryOf([]);
    expect(figures['optout.any']?.all).toEqual({ n: 0, of: 0 });
    expect(JSON.stringify(figures)).not.toMatch(/null|NaN/);
  });
});

test('the order of the list changes no figure', async () => {
  const { strata, figures } = await summaryOf([...records].reverse(), header);
  expect({ strata, figures }).toEqual({ strata: summary.strata, figures: summary.figures });
});

test('Wilson’s interval is that of the literature', async () => {
  const ten = records
    .slice(0, 100)
    .map((record, index): AuditRecord => ({ ...record, reach: index < 10 ? 'unreachable' : 'reachable' }));
  const { figures } = await summaryOf(ten);
  expect(figures['reach.unreachable']?.all).toEqual({ n: 10, of: 100, share: 0.1, low: 0.055229, high: 0.174366 });
});

/** How a figure is counted again with DuckDB: `audit.jsonl` as a table, and the few words that the figures' conditions use. */
import { impliedForms, plainForms } from '../../vocab/index.ts';

/** A string of SQL. */
export const text = (value: string): string => `'${value.replaceAll("'", "''")}'`;

/** Some element of a list is such that. */
export const some = (list: string, name: string, condition: string): string =>
  `len(list_filter(${list}, lambda ${name}: ${condition})) > 0`;

/** Of an element of `says`: what `isPlainRefusal` and `isImpliedRefusal` tell of it. */
export const plainRefusal = (name: string): string =>
  `${name}.preference = 'disallow' AND ${name}.form IN (${plainForms.map(text).join(', ')})`;
export const impliedRefusal = (name: string): string =>
  `${name}.preference = 'disallow' AND ${name}.form IN (${impliedForms.map(text).join(', ')})`;

const says = 'STRUCT(about VARCHAR, preference VARCHAR, form VARCHAR, agent VARCHAR, grants BOOLEAN, evidence INTEGER)[]';
const verdict = 'STRUCT(preference VARCHAR, because VARCHAR, disposition VARCHAR, evidence INTEGER[])';

/** Every field is named with its type, because one that no line has would otherwise be no column. */
const columns: Readonly<Record<string, string>> = {
  v: 'INTEGER',
  domain: 'VARCHAR',
  asked: 'VARCHAR',
  position: 'BIGINT',
  rank: 'BIGINT',
  documents: 'BIGINT',
  tokens: 'BIGINT',
  at: 'VARCHAR',
  origin: 'VARCHAR',
  reach: 'VARCHAR',
  why: 'VARCHAR',
  attempts: 'STRUCT(url VARCHAR, outcome VARCHAR, status INTEGER, cause VARCHAR, location VARCHAR)[]',
  moved_to: 'VARCHAR',
  tld: 'VARCHAR',
  country: 'VARCHAR',
  language: 'VARCHAR',
  hosting: 'VARCHAR[]',
  robots:
    'STRUCT(class VARCHAR, url VARCHAR, status INTEGER, cause VARCHAR, bytes BIGINT, digest VARCHAR, cut BOOLEAN, star STRUCT(extent VARCHAR, root BOOLEAN, evidence INTEGER), named STRUCT(agent VARCHAR, class VARCHAR, extent VARCHAR, root BOOLEAN, evidence INTEGER)[], lenient STRUCT(star STRUCT(extent VARCHAR, root BOOLEAN, evidence INTEGER), named STRUCT(agent VARCHAR, class VARCHAR, extent VARCHAR, root BOOLEAN, evidence INTEGER)[]))',
  page: 'STRUCT(url VARCHAR, outcome VARCHAR, status INTEGER, cause VARCHAR, media_type VARCHAR, bytes BIGINT, digest VARCHAR)',
  barriers: 'STRUCT(kind VARCHAR, url VARCHAR)[]',
  signals: `STRUCT(signal VARCHAR, mechanism VARCHAR, state VARCHAR, says ${says})[]`,
  partly: 'STRUCT(signal VARCHAR, mechanism VARCHAR, refuses VARCHAR[], evidence INTEGER[])[]',
  verdicts: `MAP(VARCHAR, MAP(VARCHAR, ${verdict}))`,
  complete: 'BOOLEAN',
  contradictions: 'STRUCT(kind VARCHAR, about VARCHAR, evidence INTEGER[])[]',
  anomalies: 'STRUCT(code VARCHAR, effect VARCHAR, signal VARCHAR, evidence INTEGER, detail VARCHAR)[]',
  evidence:
    'STRUCT(signal VARCHAR, source STRUCT(url VARCHAR, retrievedAt VARCHAR, digest VARCHAR), locator JSON, quote VARCHAR, spec VARCHAR, agent VARCHAR)[]',
};

/** Robots classes of a file that could be read. */
export const readableClasses: readonly string[] = ['rules', 'no-rules'];

const list = (values: readonly string[]): string => `(${values.map(text).join(', ')})`;

export const readableRobots: string = `robots.class IN ${list(readableClasses)}`;

/** What binds an agent without a group or `*`: a file that is not there closes nothing, and one that could not be read to its end is not known. */
const unnamed = "CASE WHEN robots.class = 'absent' THEN 'not' ELSE 'unknown' END";

/**
 * The script that makes `audit.jsonl` a table.
 * @param file as DuckDB is to find it
 */
export const auditSql = (file = 'audit.jsonl'): string => `-- duckdb -init audit.sql
CREATE OR REPLACE VIEW audit AS SELECT * FROM read_json(${text(file)}, format = 'newline_delimited', maximum_object_size = 67108864, columns = {
${Object.entries(columns)
  .map(([name, type]) => `  "${name}": ${text(type)}`)
  .join(',\n')}
});
-- How an agent is bound: by its own group, else by *.
CREATE OR REPLACE MACRO own_group(robots, token) AS list_filter(robots.named, lambda x: x.agent = token)[1];
CREATE OR REPLACE MACRO extent_for(robots, token) AS coalesce(own_group(robots, token).extent, robots.star.extent, ${unnamed});
CREATE OR REPLACE MACRO root_closed(robots, token) AS coalesce(own_group(robots, token).root, robots.star.root, false);
-- Wilson's 95 % interval.
CREATE OR REPLACE MACRO wilson_middle(n, total) AS (n / total + ${zz} / (2 * total)) / (1 + ${zz} / total);
CREATE OR REPLACE MACRO wilson_half(n, total) AS ${zText} * sqrt(n / total * (1 - n / total) / total + ${zz} / (4 * total * total)) / (1 + ${zz} / total);
CREATE OR REPLACE MACRO wilson_low(n, total) AS greatest(0, wilson_middle(n, total) - wilson_half(n, total));
CREATE OR REPLACE MACRO wilson_high(n, total) AS least(1, wilson_middle(n, total) + wilson_half(n, total));
`;

const zText = '1.959963984540054e0';
const zz = '3.841458820694124e0';

import type { AuditRecord } from '../../assess/index.ts';
import { conditions, type Family } from './family.ts';
import { some } from './sql.ts';

/** A barrier (401, 403, a challenge) refuses the page to whoever asks; it says nothing about training, and has figures of its own. */
const states = (record: AuditRecord, isIt: (says: AuditRecord['signals'][number]['says'][number]) => boolean): boolean =>
  record.signals.some(({ signal, says }) => signal !== 'http.status' && says.some(isIt));

const trains = (name: string): boolean => name === 'train' || name === 'control-only';
const trainsSql = "x.class IN ('train', 'control-only')";
const closesRoot = ({ robots }: AuditRecord): boolean => robots.named.some(entry => trains(entry.class) && entry.root);
const refuses = (record: AuditRecord): boolean =>
  states(record, ({ about, preference }) => about === 'train-ai' && preference === 'disallow');

const closesRootSql = some('robots.named', 'x', `${trainsSql} AND x.root`);
const isStatement = "s.signal <> 'http.status'";
const refusesSql = some(
  'signals',
  's',
  `${isStatement} AND ${some('s.says', 'y', "y.about = 'train-ai' AND y.preference = 'disallow'")}`,
);

/** The few figures that a headline may quote, each narrower or wider than the next. */
export const optoutFamily: Family = conditions('optout', 'Opt-outs', [
  {
    key: 'optout.closes-a-training-agent',
    definition: 'whose robots.txt closes `/`, by name, to at least one agent that trains or controls training',
    sql: closesRootSql,
    holds: closesRoot,
  },
  {
    key: 'optout.refuses-training',
    definition:
      'where any mechanism states a refusal of AI training, to everyone or to a named agent, in any form; a barrier such as 403 is none',
    sql: refusesSql,
    holds: refuses,
  },
  {
    key: 'optout.any',
    definition: 'where either of these holds: `/` is closed by name to a training agent, or a refusal of AI training is stated',
    sql: `(${closesRootSql}) OR (${refusesSql})`,
    holds: record => closesRoot(record) || refuses(record),
  },
  {
    key: 'optout.grants-training',
    definition: 'where any mechanism grants AI training expressly',
    sql: some(
      'signals',
      's',
      `${isStatement} AND ${some('s.says', 'y', "y.about = 'train-ai' AND y.preference = 'allow' AND y.grants")}`,
    ),
    holds: record => states(record, ({ about, preference, grants }) => about === 'train-ai' && preference === 'allow' && grants),
  },
]);

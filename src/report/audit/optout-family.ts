import { type AuditRecord, isImpliedRefusal, isPlainRefusal } from '../../assess/index.ts';
import { conditions, type Family } from './family.ts';
import { impliedRefusal, plainRefusal, some, text } from './sql.ts';

/** A barrier (401, 403, a challenge) refuses the page to whoever asks; it says nothing about training, and has figures of its own. */
const states = (record: AuditRecord, isIt: (says: AuditRecord['signals'][number]['says'][number]) => boolean): boolean =>
  record.signals.some(({ signal, says }) => signal !== 'http.status' && says.some(isIt));

const trains = (name: string): boolean => name === 'train' || name === 'control-only';
const trainsSql = "x.class IN ('train', 'control-only')";
const closesRoot = ({ robots }: AuditRecord): boolean => robots.named.some(entry => trains(entry.class) && entry.root);
const refuses = (record: AuditRecord): boolean => states(record, one => one.about === 'train-ai' && isPlainRefusal(one));
const implies = (record: AuditRecord): boolean =>
  states(record, one => one.about === 'train-ai' && isImpliedRefusal(one)) && !optsOut(record);
const optsOut = (record: AuditRecord): boolean => closesRoot(record) || refuses(record);

/** That everybody is closed out is all that is said. */
const onlyEverybody = (record: AuditRecord): boolean =>
  refuses(record) &&
  !closesRoot(record) &&
  !record.signals.some(
    ({ signal, says }) =>
      signal !== 'http.status' &&
      says.some(
        one => one.about === 'train-ai' && isPlainRefusal(one) && !(signal === 'robots.named-agent' && one.agent === '*'),
      ),
  );

const closesRootSql = some('robots.named', 'x', `${trainsSql} AND x.root`);
const isStatement = "s.signal <> 'http.status'";
const refusesSql = some(
  'signals',
  's',
  `${isStatement} AND ${some('s.says', 'y', `y.about = 'train-ai' AND ${plainRefusal('y')}`)}`,
);
const optsOutSql = `(${closesRootSql}) OR (${refusesSql})`;
const otherRefusalSql = some(
  'signals',
  's',
  `${isStatement} AND ${some('s.says', 'y', `y.about = 'train-ai' AND ${plainRefusal('y')} AND NOT (s.signal = 'robots.named-agent' AND coalesce(y.agent, '') = '*')`)}`,
);
const impliesSql = `${some(
  'signals',
  's',
  `${isStatement} AND ${some('s.says', 'y', `y.about = 'train-ai' AND ${impliedRefusal('y')}`)}`,
)} AND NOT (${optsOutSql})`;
const refusesPartsSql = some('partly', 'p', "list_contains(p.refuses, 'train-ai')");

/**
 * The few figures that a headline may quote, each narrower or wider than the next, and how they differ from what one policy finds:
 * `any` − `unheard` + `policy-only` is the policy's refusals.
 * @param policy whose verdicts stand for the audit
 */
export function optoutFamily(policy: string): Family {
  const finds = ({ verdicts }: AuditRecord): boolean => verdicts[policy]?.['train-ai']?.preference === 'disallow';
  // A domain that was not judged has no verdict: not NULL, but not found.
  const findsSql = `coalesce(verdicts[${text(policy)}]['train-ai'].preference = 'disallow', false)`;
  return conditions('optout', 'Opt-outs', [
    {
      key: 'optout.closes-a-training-agent',
      definition: 'whose robots.txt closes `/`, by name, to at least one agent that trains or controls training',
      sql: closesRootSql,
      holds: closesRoot,
    },
    {
      key: 'optout.refuses-training',
      definition:
        'where any mechanism states a refusal of AI training, to everyone or to a named agent, in the form of its specification or in another that means it plainly; a robots.txt that closes `/` to everybody through `*` is one, a barrier such as 403, `noindex` or a value without meaning is none',
      sql: refusesSql,
      holds: refuses,
    },
    {
      key: 'optout.any',
      definition:
        'where either of these holds: `/` is closed by name to a training agent, or a refusal of AI training is stated by any mechanism',
      sql: optsOutSql,
      holds: optsOut,
    },
    {
      key: 'optout.everybody-only',
      definition:
        'with such an opt-out only because robots.txt closes `/` to everybody through `*`: it closes it to no training agent by name, and nothing else is said of AI training',
      sql: `(${refusesSql}) AND NOT (${closesRootSql}) AND NOT (${otherRefusalSql})`,
      holds: onlyEverybody,
    },
    {
      key: 'optout.unheard',
      definition: `with an opt-out by any mechanism (\`optout.any\`) where policy ${policy} finds no refusal of AI training: it does not hear the mechanism, the form or the agent addressed, the mechanism lifts the refusal in another place, or something that is not known may lift it`,
      sql: `(${optsOutSql}) AND NOT ${findsSql}`,
      holds: record => optsOut(record) && !finds(record),
    },
    {
      key: 'optout.policy-only',
      definition: `where policy ${policy} finds AI training refused and nobody has said so of training: the site is closed to our crawler and not to everybody, its robots.txt or front page was refused, a barrier was met, or the policy takes something else for a refusal (\`optout.implied\`)`,
      sql: `${findsSql} AND NOT (${optsOutSql})`,
      holds: record => finds(record) && !optsOut(record),
    },
    {
      key: 'optout.partly',
      definition: 'without such an opt-out, where a refusal of AI training concerns other paths than the front page',
      sql: `${refusesPartsSql} AND NOT (${optsOutSql})`,
      holds: record => record.partly.some(part => part.refuses.includes('train-ai')) && !optsOut(record),
    },
    {
      key: 'optout.implied',
      definition:
        'without such an opt-out, where only the most cautious reading finds a refusal of AI training on the front page: in a value that its specification does not know, in a licence that cannot be had, or in a word on another matter (`noindex`, `noarchive`)',
      sql: impliesSql,
      holds: implies,
    },
    {
      key: 'optout.grants-training',
      definition: 'where any mechanism grants AI training expressly',
      sql: some(
        'signals',
        's',
        `${isStatement} AND ${some('s.says', 'y', "y.about = 'train-ai' AND y.preference = 'allow' AND y.grants")}`,
      ),
      holds: record =>
        states(record, ({ about, preference, grants }) => about === 'train-ai' && preference === 'allow' && grants),
    },
  ]);
}

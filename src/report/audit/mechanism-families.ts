import type { AuditRecord } from '../../assess/index.ts';
import { mechanisms, signalIds } from '../../signals/index.ts';
import { conditions, type Definition, type Family } from './family.ts';
import { some, text } from './sql.ts';

type Condition = Definition & { readonly holds: (record: AuditRecord) => boolean };
type Signal = AuditRecord['signals'][number];
type Part = AuditRecord['partly'][number];

/** The operator's own records say nothing about a site, and a status is an answer, not a declaration. */
export const declaringMechanisms: readonly { readonly id: string; readonly title: string }[] = mechanisms
  .filter(({ id }) => id !== 'operator-records' && id !== 'http-status')
  .map(({ id, title }) => ({ id, title }));

const states = ['read', 'unreadable', 'unread'] as const;
const stateWords = {
  read: 'was found and read, and speaks of the front page',
  unreadable: 'was found and could not be read, so that what it says is not known',
  unread: 'could not be looked at in one of its places at least, or was not asked, so that what it says is not known',
} as const;

/** Nothing was looked at. */
const isUnasked = ({ reach }: AuditRecord): boolean => reach === 'not-checked';
const unaskedSql = "reach = 'not-checked'";

function ofMechanism(id: string, title: string): readonly Condition[] {
  const own = ({ signals }: AuditRecord, isIt: (signal: Signal) => boolean): boolean =>
    signals.some(signal => signal.mechanism === id && isIt(signal));
  const condition = (inner: string): string => some('signals', 's', `s.mechanism = ${text(id)} AND ${inner}`);
  const saying = (inner: string): string => condition(some('s.says', 'y', inner));
  const part = ({ partly }: AuditRecord, isIt: (part: Part) => boolean = () => true): boolean =>
    partly.some(one => one.mechanism === id && isIt(one));
  const partSql = (inner = 'true'): string => some('partly', 'p', `p.mechanism = ${text(id)} AND ${inner}`);
  const isFound = (record: AuditRecord): boolean => own(record, ({ state }) => state === 'read') || part(record);
  const foundSql = `${condition("s.state = 'read'")} OR ${partSql()}`;
  const refuses = (record: AuditRecord): boolean =>
    own(record, ({ says }) => says.some(({ preference }) => preference === 'disallow'));
  const refusesSql = saying("y.preference = 'disallow'");
  const trains = (record: AuditRecord): boolean =>
    own(record, ({ says }) => says.some(({ preference, about }) => preference === 'disallow' && about === 'train-ai'));
  const trainsSql = saying("y.preference = 'disallow' AND y.about = 'train-ai'");
  return [
    ...states.map((state): Condition => {
      const isIt = condition(`s.state = ${text(state)}`);
      return {
        key: `mechanism.${id}.${state}`,
        definition: `where ${title} ${stateWords[state]}`,
        sql: state === 'unread' ? `${unaskedSql} OR ${isIt}` : isIt,
        holds: record => own(record, signal => signal.state === state) || (state === 'unread' && isUnasked(record)),
      };
    }),
    {
      key: `mechanism.${id}.found`,
      definition: `where ${title} was found and read, whether it speaks of the front page or of other paths only`,
      sql: foundSql,
      holds: isFound,
    },
    {
      key: `mechanism.${id}.not-known`,
      definition: `where ${title} was not found, and one of its places at least could not be looked at or read, or was not asked: no silence`,
      sql: `(${unaskedSql} OR ${condition("s.state <> 'read'")}) AND NOT (${foundSql})`,
      holds: record => (isUnasked(record) || own(record, ({ state }) => state !== 'read')) && !isFound(record),
    },
    {
      key: `mechanism.${id}.refuses`,
      definition: `where ${title} refuses fetching or any use of the front page, to everyone or to a named agent`,
      sql: refusesSql,
      holds: refuses,
    },
    {
      key: `mechanism.${id}.partly`,
      definition: `where ${title} refuses nothing of the front page, and fetching or any use of other paths`,
      sql: `${partSql()} AND NOT (${refusesSql})`,
      holds: record => part(record) && !refuses(record),
    },
    {
      key: `mechanism.${id}.refuses-training`,
      definition: `where ${title} refuses AI training on the front page, to everyone or to a named agent`,
      sql: trainsSql,
      holds: trains,
    },
    {
      key: `mechanism.${id}.partly-training`,
      definition: `where ${title} refuses AI training on other paths only, to everyone or to a named agent`,
      sql: `${partSql("list_contains(p.refuses, 'train-ai')")} AND NOT (${trainsSql})`,
      holds: record => part(record, ({ refuses: list }) => list.includes('train-ai')) && !trains(record),
    },
    {
      key: `mechanism.${id}.grants-training`,
      definition: `where ${title} grants AI training on the front page expressly`,
      sql: saying("y.preference = 'allow' AND y.grants AND y.about = 'train-ai'"),
      holds: record =>
        own(record, ({ says }) =>
          says.some(({ preference, grants, about }) => preference === 'allow' && grants && about === 'train-ai'),
        ),
    },
  ];
}

export const mechanismsFamily: Family = conditions(
  'mechanisms',
  'Mechanisms',
  declaringMechanisms.flatMap(({ id, title }) => ofMechanism(id, title)),
);

export const signalsFamily: Family = conditions(
  'signals',
  'Signals',
  signalIds
    .filter(id => !id.startsWith('operator.') && id !== 'http.status')
    .map(id => ({
      key: `signal.${id}`,
      definition: `where the signal \`${id}\` was found and read, and speaks of the front page`,
      sql: some('signals', 's', `s.signal = ${text(id)} AND s.state = 'read'`),
      holds: record => record.signals.some(({ signal, state }) => signal === id && state === 'read'),
    })),
);

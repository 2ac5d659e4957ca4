import type { AuditRecord } from '../../assess/index.ts';
import { mechanisms, signalIds } from '../../signals/index.ts';
import { conditions, type Definition, type Family } from './family.ts';
import { some, text } from './sql.ts';

type Condition = Definition & { readonly holds: (record: AuditRecord) => boolean };
type Signal = AuditRecord['signals'][number];

/** The operator's own records say nothing about a site, and a status is an answer, not a declaration. */
export const declaringMechanisms: readonly { readonly id: string; readonly title: string }[] = mechanisms
  .filter(({ id }) => id !== 'operator-records' && id !== 'http-status')
  .map(({ id, title }) => ({ id, title }));

const states = ['read', 'unreadable', 'unread'] as const;
const stateWords = {
  read: 'was found and read',
  unreadable: 'was found and could not be read, so that what it says is not known',
  unread: 'could not be looked at, so that what it says is not known',
} as const;

function ofMechanism(id: string, title: string): readonly Condition[] {
  const own = ({ signals }: AuditRecord, isIt: (signal: Signal) => boolean): boolean =>
    signals.some(signal => signal.mechanism === id && isIt(signal));
  const condition = (inner: string): string => some('signals', 's', `s.mechanism = ${text(id)} AND ${inner}`);
  const saying = (inner: string): string => condition(some('s.says', 'y', inner));
  return [
    ...states.map(
      (state): Condition => ({
        key: `mechanism.${id}.${state}`,
        definition: `where ${title} ${stateWords[state]}`,
        sql: condition(`s.state = ${text(state)}`),
        holds: record => own(record, signal => signal.state === state),
      }),
    ),
    {
      key: `mechanism.${id}.refuses`,
      definition: `where ${title} refuses fetching or any use, to everyone or to a named agent`,
      sql: saying("y.preference = 'disallow'"),
      holds: record => own(record, ({ says }) => says.some(({ preference }) => preference === 'disallow')),
    },
    {
      key: `mechanism.${id}.refuses-training`,
      definition: `where ${title} refuses AI training, to everyone or to a named agent`,
      sql: saying("y.preference = 'disallow' AND y.about = 'train-ai'"),
      holds: record =>
        own(record, ({ says }) => says.some(({ preference, about }) => preference === 'disallow' && about === 'train-ai')),
    },
    {
      key: `mechanism.${id}.grants-training`,
      definition: `where ${title} grants AI training expressly`,
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
      definition: `where the signal \`${id}\` was found and read`,
      sql: some('signals', 's', `s.signal = ${text(id)} AND s.state = 'read'`),
      holds: record => record.signals.some(({ signal, state }) => signal === id && state === 'read'),
    })),
);

import { type AuditRecord, isPlainRefusal } from '../../assess/index.ts';
import { mechanisms, signalIds } from '../../signals/index.ts';
import type { Definition, Family } from './family.ts';
import { plainRefusal, some, text } from './sql.ts';

/** The operator's own records say nothing about a site, and a status is an answer, not a declaration. */
export const declaringMechanisms: readonly { readonly id: string; readonly title: string }[] = mechanisms
  .filter(({ id }) => id !== 'operator-records' && id !== 'http-status')
  .map(({ id, title }) => ({ id, title }));

/** What one line has of one mechanism. */
interface Found {
  isUnasked: boolean;
  read: boolean;
  unreadable: boolean;
  unreachable: boolean;
  unread: boolean;
  refuses: boolean;
  trains: boolean;
  grants: boolean;
  part: boolean;
  partTrains: boolean;
}

const nothing: Readonly<Found> = {
  ...{ isUnasked: false, read: false, unreadable: false, unreachable: false, unread: false },
  ...{ refuses: false, trains: false, grants: false, part: false, partTrains: false },
};
const unasked: Readonly<Found> = { ...nothing, isUnasked: true };
const unaskedSql = "reach = 'not-checked'";

function foundIn({ signals, partly }: AuditRecord): ReadonlyMap<string, Readonly<Found>> {
  const all = new Map<string, Found>();
  const of = (mechanism: string): Found => {
    const known = all.get(mechanism) ?? { ...nothing };
    all.set(mechanism, known);
    return known;
  };
  for (const { mechanism, state, says } of signals) {
    const found = of(mechanism);
    found[state] = true;
    for (const one of says) {
      const isRefusal = isPlainRefusal(one);
      if (isRefusal) found.refuses = true;
      if (one.about !== 'train-ai') continue;
      if (isRefusal) found.trains = true;
      else if (one.grants) found.grants = true;
    }
  }
  for (const { mechanism, refuses } of partly) {
    const found = of(mechanism);
    found.part = true;
    if (refuses.includes('train-ai')) found.partTrains = true;
  }
  return all;
}

interface Condition extends Definition {
  readonly holds: (found: Readonly<Found>) => boolean;
}

/**
 * Whom a mechanism is heard to speak to. Of the two that one rule may be, `*` speaks to our crawler and to every AI agent that is not named; what stands in
 * another crawler's group is that crawler's.
 */
const ofOurGroup = 'in robots.txt: in everybody’s group or ours, not in that of another crawler';
const addressed: Readonly<Record<string, string>> = {
  robots: 'a rule for our crawler, or for everybody',
  'named-agents': 'closed out by name, or with everybody through `*`',
  'content-usage': ofOurGroup,
  'content-signal': ofOurGroup,
  'disallow-ai-training': ofOurGroup,
  rsl: ofOurGroup,
  tdmrep: 'in any of its places, also where a later one lifts it',
};

function ofMechanism(id: string, title: string): readonly Condition[] {
  const signal = (inner: string): string => some('signals', 's', `s.mechanism = ${text(id)} AND ${inner}`);
  const saying = (inner: string): string => signal(some('s.says', 'y', inner));
  const part = (inner = 'true'): string => some('partly', 'p', `p.mechanism = ${text(id)} AND ${inner}`);
  const readSql = signal("s.state = 'read'");
  const foundSql = `${readSql} OR ${part()}`;
  const refusesSql = saying(plainRefusal('y'));
  const trainsSql = saying(`${plainRefusal('y')} AND y.about = 'train-ai'`);
  const partTrainsSql = part("list_contains(p.refuses, 'train-ai')");
  const grantsSql = saying("y.preference = 'allow' AND y.grants AND y.about = 'train-ai'");
  const whom = addressed[id];
  const subject = whom === undefined ? title : `${title} (${whom})`;
  const condition = (what: string, words: string, sql: string, holds: Condition['holds']): Condition => ({
    ...{ key: `mechanism.${id}.${what}`, definition: `where ${subject} ${words}`, sql, holds },
  });
  return [
    condition(
      'found',
      'was found and read, whether it speaks of the front page or of other paths only',
      foundSql,
      f => f.read || f.part,
    ),
    condition('read', 'was found and read, and speaks of the front page', readSql, f => f.read),
    condition(
      'unreadable',
      'was found and could not be read, so that what it says is not known',
      signal("s.state = 'unreadable'"),
      f => f.unreadable,
    ),
    condition(
      'unread',
      'could not be looked at in one of its places at least, or was not asked, so that what it says is not known',
      `${unaskedSql} OR ${signal("s.state IN ('unread', 'unreachable')")}`,
      f => f.unread || f.unreachable || f.isUnasked,
    ),
    condition(
      'not-known',
      'was not found, and one of its places at least could not be looked at or read, or was not asked: no silence',
      `(${unaskedSql} OR ${signal("s.state <> 'read'")}) AND NOT (${foundSql})`,
      f => (f.isUnasked || f.unread || f.unreachable || f.unreadable) && !f.read && !f.part,
    ),
    condition(
      'refuses',
      'refuses fetching or any use of the front page, to everyone or to a named agent',
      refusesSql,
      f => f.refuses,
    ),
    condition(
      'partly',
      'refuses nothing of the front page, and fetching or any use of other paths',
      `${part()} AND NOT (${refusesSql})`,
      f => f.part && !f.refuses,
    ),
    condition(
      'refuses-training',
      'refuses AI training on the front page, to everyone or to a named agent',
      trainsSql,
      f => f.trains,
    ),
    condition(
      'partly-training',
      'refuses AI training on other paths only, to everyone or to a named agent',
      `${partTrainsSql} AND NOT (${trainsSql})`,
      f => f.partTrains && !f.trains,
    ),
    condition('grants-training', 'grants AI training on the front page expressly', grantsSql, f => f.grants),
    condition(
      'only-grants-training',
      'grants AI training on the front page expressly, and refuses it neither there nor on other paths',
      `${grantsSql} AND NOT (${trainsSql}) AND NOT (${partTrainsSql})`,
      f => f.grants && !f.trains && !f.partTrains,
    ),
  ];
}

const known = declaringMechanisms.map(({ id, title }) => ({ id, conditions: ofMechanism(id, title) }));
const byKey = new Map(known.flatMap(({ conditions }) => conditions.map(one => [one.key, one] as const)));

export const mechanismsFamily: Family = {
  id: 'mechanisms',
  title: 'Mechanisms',
  known: [...byKey.keys()],
  each(record, see) {
    const found = foundIn(record);
    const none = record.reach === 'not-checked' ? unasked : nothing;
    for (const { id, conditions } of known) {
      const own = found.get(id) ?? none;
      if (own !== nothing) for (const { key, holds } of conditions) if (holds(own)) see(key);
    }
  },
  define(key) {
    const { definition, sql } = byKey.get(key)!;
    return { key, definition, sql };
  },
};

const countedSignals = signalIds.filter(id => !id.startsWith('operator.') && id !== 'http.status');
const signalKeys: ReadonlyMap<string, string> = new Map(countedSignals.map(id => [id, `signal.${id}`]));

export const signalsFamily: Family = {
  id: 'signals',
  title: 'Signals',
  known: [...signalKeys.values()],
  each({ signals }, see) {
    for (const { signal, state } of signals) {
      const key = state === 'read' ? signalKeys.get(signal) : undefined;
      if (key !== undefined) see(key);
    }
  },
  define(key) {
    const id = key.slice('signal.'.length);
    return {
      ...{ key, definition: `where the signal \`${id}\` was found and read, and speaks of the front page` },
      sql: some('signals', 's', `s.signal = ${text(id)} AND s.state = 'read'`),
    };
  },
};

/** What became of the domains since earlier audits, as `summary.json` has it: a trend with its words, from which it can be read back. */
import { type Trend, topicName } from '../../assess/index.ts';
import { nameList } from '../name-list.ts';

const definitions = {
  refuses: 'numerator: domains of the audit that refuse',
  known: 'denominator: domains of the audit of which it is known whether they refuse',
  'points.panel': 'numerator: domains that refuse, of those only of which it is known at every audit',
  'topics.panel': 'denominator: domains of which it is known at every audit',
  both: 'denominator: domains that both audits of the step have',
  'opted-out': 'numerator: domains that did not refuse at the earlier audit, and do at the later',
  'came-back': 'numerator: domains that refused at the earlier audit, and do not at the later',
  changed: 'numerator: domains whose answer became another one that is neither',
  same: 'numerator: domains whose answer is the same',
  'not-comparable':
    'numerator: domains of which it is not known at one of both audits, or whose answers differ and are of two registrable domains; never a change of mind',
  'steps.moved': 'numerator: domains that answered both times, for which another registrable domain speaks than before',
  'not-asked': 'numerator: domains of which neither audit asked; nothing is said of them, and it is not the same as no change',
} as const;

/** Audits, the earliest first; this one is the last. */
export interface AuditTime extends Omit<Trend, 'topics'> {
  readonly definitions: Readonly<Record<keyof typeof definitions, string>>;
  /** `key`: as `heed diff --only` names it. */
  readonly topics: readonly (Trend['topics'][number] & { readonly key: string })[];
}

export const timeOf = ({ audits, steps, topics, uncompared }: Trend): AuditTime => ({
  definitions,
  audits,
  steps,
  topics: topics.map(topic => ({ key: topicName(topic.topic), ...topic })),
  ...(uncompared === undefined ? {} : { uncompared }),
});

const named = (what: string, names: readonly string[]): readonly string[] =>
  names.length === 0 ? [] : [`${what} (${nameList(names)})`];

/** As a sentence without its end. */
export const uncomparedWords = ({ agents, policies }: NonNullable<Trend['uncompared']>): string =>
  `not measured alike, and so not compared: ${[...named('agents that not every audit looked for', agents), ...named('policies that were not the same', policies)].join('; ')}`;

/** Undefined where a summary has none. @param time as it was parsed */
export function trendIn(time: unknown): Trend | undefined {
  if (typeof time !== 'object' || time === null) return undefined;
  const { audits, steps, topics, uncompared } = time as Partial<AuditTime>;
  if (![audits, steps, topics].every(Array.isArray) || !audits || !steps || !topics) return undefined;
  return {
    ...{ audits, steps, topics: topics.map(({ key: _, ...topic }) => topic) },
    ...(uncompared === undefined ? {} : { uncompared }),
  };
}

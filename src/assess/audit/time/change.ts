import { mechanisms } from '../../../signals/index.ts';
import type { AgentList, Category, MechanismId, SignalId } from '../../../vocab/index.ts';
import { categories } from '../../../vocab/index.ts';
import { comesWithPage } from '../of-page.ts';
import type { AuditState, Closed, Heard, Known, Topic } from './state.ts';

/**
 * What became of one answer between two audits. `opted-out`: no refusal, then one; `came-back`: the other way; `changed`: another answer that is neither;
 * `not-comparable`: at one end it is not known, or the answers differ and are of two registrable domains; `not-asked`: nobody asked, at either end, so that
 * there is nothing to tell, which is not `same`.
 */
export type ChangeKind = 'opted-out' | 'came-back' | 'changed' | 'same' | 'not-comparable' | 'not-asked';

export interface Change {
  readonly topic: Topic;
  readonly kind: Exclude<ChangeKind, 'same' | 'not-asked'>;
  readonly before: Answer;
  readonly after: Answer;
}

export type Answer = Closed | Heard | Known;

/** What one state answers to a topic, and whether that is a refusal. */
export interface Asked {
  readonly answer: Answer;
  readonly isKnown: boolean;
  readonly refuses: boolean;
}

/** One question that is asked of every state. */
export interface Question {
  readonly topic: Topic;
  ask(state: AuditState): Asked;
  compare(before: AuditState, after: AuditState): ChangeKind;
}

/** Another registrable domain speaks for it, or it speaks for itself again. */
export const hasMoved = (before: Speaker | undefined, after: Speaker | undefined): boolean =>
  before !== undefined && after !== undefined && before.moved_to !== after.moved_to;

type Speaker = Pick<AuditState, 'moved_to'>;

/** What others say in a domain's stead is no change of its mind. */
export function changeOf({ compare }: Question, before: AuditState, after: AuditState): ChangeKind {
  const kind = compare(before, after);
  return hasMoved(before, after) && kind !== 'same' && kind !== 'not-asked' ? 'not-comparable' : kind;
}

const isUnknown = (answer: Answer): boolean => answer === '?' || answer === 'not-asked';
const asked = (answer: Answer, refuses: boolean): Asked => ({ answer, isKnown: !isUnknown(answer), refuses });

/** The words are few: each pair of answer and refusal is made once. */
const closedAnswers: Readonly<Record<Closed, Asked>> = {
  whole: asked('whole', true),
  root: asked('root', true),
  partly: asked('partly', false),
  not: asked('not', false),
  '?': asked('?', false),
  'not-asked': asked('not-asked', false),
};
const heardAnswers: Readonly<Record<Heard, Asked>> = {
  refuses: asked('refuses', true),
  silent: asked('silent', false),
  '?': asked('?', false),
  'not-asked': asked('not-asked', false),
};
const knownAnswers: Readonly<Record<Known, Asked>> = {
  disallow: asked('disallow', true),
  barred: asked('barred', true),
  allow: asked('allow', false),
  silent: asked('silent', false),
  '?': asked('?', false),
  'not-asked': asked('not-asked', false),
};

function kindOf(before: Asked, after: Asked): ChangeKind {
  if (before.answer === 'not-asked' && after.answer === 'not-asked') return 'not-asked';
  if (!before.isKnown || !after.isKnown) return 'not-comparable';
  if (before.refuses !== after.refuses) return after.refuses ? 'opted-out' : 'came-back';
  return before.answer === after.answer ? 'same' : 'changed';
}

const plainly = (topic: Topic, ask: Question['ask']): Question => ({
  ...{ topic, ask },
  compare: (before, after) => kindOf(ask(before), ask(after)),
});

/** Everything two audits are compared by: `*` and the agents of a list, their classes, every mechanism that declares, every verdict. @param policies by their ids */
export function questionsOf({ agents }: AgentList, policies: readonly string[]): readonly Question[] {
  const byClass = Map.groupBy(agents, ({ class: of }) => of);
  return [
    plainly({ kind: 'agent', agent: '*' }, ({ star }) => closedAnswers[star]),
    ...agents.map(({ token }) =>
      plainly({ kind: 'agent', agent: token }, ({ named, star }) => closedAnswers[named[token] ?? star]),
    ),
    ...[...byClass].map(([of, members]) =>
      plainly({ kind: 'class', class: of }, state => {
        const answers = members.map(({ token }) => state.named[token] ?? state.star);
        if (answers.some(answer => closedAnswers[answer].refuses)) return heardAnswers.refuses;
        if (answers.includes('?')) return heardAnswers['?'];
        return heardAnswers[answers.includes('not-asked') ? 'not-asked' : 'silent'];
      }),
    ),
    ...mechanisms
      .filter(({ id }) => declares(id))
      .map(({ id, signals }) =>
        mechanismQuestion(
          id,
          signals.map(signal => signal.id),
        ),
      ),
    ...policies.flatMap(policy =>
      (['acquisition', ...categories] as const).map((about: 'acquisition' | Category) =>
        verdictQuestion({ kind: 'verdict', policy, about }, state => knownAnswers[verdictIn(state, `${policy} ${about}`)]),
      ),
    ),
  ];
}

/** A status is an answer, not a declaration, and the operator's own records say nothing about a site. */
const declares = (id: MechanismId): boolean => id !== 'http-status' && id !== 'operator-records';

/** Silence of a policy that could not see is its answer, and neither comes from a refusal nor becomes one. A barrier that comes or goes is no change of mind. */
const verdictQuestion = (topic: Topic, ask: Question['ask']): Question => ({
  ...{ topic, ask },
  compare(before, after) {
    const kind = kindOf(ask(before), ask(after));
    const isHidden = (state: AuditState): boolean =>
      ask(state).answer === 'barred' || (state.isBlind === true && ask(state).answer === 'silent');
    return kind !== 'same' && kind !== 'not-asked' && (isHidden(before) || isHidden(after)) ? 'not-comparable' : kind;
  },
});

/** A domain that was not asked has no verdict; that of a policy which the audit did not know is not known. */
const verdictIn = ({ reach, verdicts }: AuditState, key: string): Known =>
  verdicts[key] ?? (reach === 'not-checked' ? 'not-asked' : '?');

/** Signals that are read from robots.txt say nothing where there was none to read. */
const isOfRobots = (signal: SignalId): boolean => signal.startsWith('robots.');

function heardBy(state: AuditState, signal: SignalId): Heard {
  const heard = state.signals[signal];
  if (heard !== undefined) return heard;
  if (state.reach !== 'reachable') return state.reach === 'not-checked' ? 'not-asked' : '?';
  if (comesWithPage(signal) && state.page !== 'read') return state.page;
  if (isOfRobots(signal) && (state.robots === 'html' || state.robots === 'refused')) return '?';
  return 'silent';
}

/**
 * A mechanism has several carriers. Two audits are compared by those that both could look at; a refusal in one of the others makes what is left no answer, unless
 * the comparable ones differ by themselves.
 */
function mechanismQuestion(mechanism: MechanismId, signals: readonly SignalId[]): Question {
  const ask = (state: AuditState): Asked => {
    const heard = signals.map(signal => heardBy(state, signal));
    if (heard.includes('refuses')) return heardAnswers.refuses;
    if (heard.every(one => one === 'not-asked')) return heardAnswers['not-asked'];
    return heardAnswers[heard.some(isUnknown) ? '?' : 'silent'];
  };
  const compare = (before: AuditState, after: AuditState): ChangeKind => {
    const pairs = signals.map(signal => [heardBy(before, signal), heardBy(after, signal)] as const);
    if (pairs.every(pair => pair.every(heard => heard === 'not-asked'))) return 'not-asked';
    const known = pairs.filter(pair => !pair.some(isUnknown));
    const didRefuse = known.some(([was]) => was === 'refuses');
    const doesRefuse = known.some(([, is]) => is === 'refuses');
    const isBlurred = pairs.some(pair => pair.some(isUnknown) && pair.includes('refuses'));
    if (known.length === 0 || isBlurred) return 'not-comparable';
    return didRefuse === doesRefuse ? 'same' : doesRefuse ? 'opted-out' : 'came-back';
  };
  return { topic: { kind: 'mechanism', mechanism }, ask, compare };
}

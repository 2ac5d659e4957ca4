/**
 * Any number of audits side by side: what every question was answered with at each of them, and what became of it from one to the next. One pass over domains,
 * each with its states in the order of the audits; nothing is kept of a domain. Every count stands beside what it is a count of.
 */
import { type Change, type ChangeKind, changeOf, hasMoved, type Question } from './change.ts';
import type { AuditState, Topic } from './state.ts';

/** Of one audit. */
export interface AuditSize {
  readonly domains: number;
  readonly reachable: number;
  /** With a robots.txt that could be read. */
  readonly readable: number;
  /** Of the first and the last answer, where any has a time. */
  readonly from?: string;
  readonly until?: string;
}

/** What one question was answered with at one audit. `panel`: only domains of which it is known at every audit, so that points can be compared. */
export interface Point {
  readonly refuses: number;
  readonly known: number;
  readonly panel: number;
}

/** From one audit to the next. */
export interface Step extends Readonly<Record<Exclude<ChangeKind, 'not-comparable' | 'not-asked'>, number>> {
  /** Domains of both audits of which it is not known at one of them. */
  readonly 'not-comparable': number;
  /** Of which neither audit asked. */
  readonly 'not-asked': number;
  /** All domains of both audits: the sum of the others. */
  readonly both: number;
}

export interface TopicTrend {
  readonly topic: Topic;
  readonly points: readonly Point[];
  readonly steps: readonly Step[];
  /** Domains of which it is known at every audit. */
  readonly panel: number;
}

export interface Trend {
  readonly audits: readonly AuditSize[];
  /** From one audit to the next. */
  readonly steps: readonly {
    readonly both: number;
    /** Only in the later one, only in the earlier one. */
    readonly new: number;
    readonly gone: number;
    /** Answered both times. */
    readonly reachable: number;
    /** Domains of both with an answer that changed. */
    readonly changed: number;
    /** Of those reachable, for which another registrable domain speaks than before. */
    readonly moved: number;
  }[];
  readonly topics: readonly TopicTrend[];
  /** What not all of the audits were measured with: agents that some did not look for, policies that said something else then. */
  readonly uncompared?: { readonly agents: readonly string[]; readonly policies: readonly string[] };
}

/** What became of a domain from one audit to the next; only where something did. */
export interface DomainChange {
  readonly domain: string;
  /** From the audit of this index, from 0, to the next. */
  readonly step: number;
  readonly kind: 'new' | 'gone' | 'changed' | 'not-comparable';
  readonly before?: ChangeEnd;
  readonly after?: ChangeEnd;
  readonly changes: readonly Change[];
}

type ChangeEnd = Pick<AuditState, 'at' | 'reach' | 'robots' | 'digest' | 'moved_to'>;

export interface Trending {
  /** @param states of one domain, one for each audit; undefined where it is not in it @returns what became of it */
  add(states: readonly (AuditState | undefined)[]): readonly DomainChange[];
  trend(): Trend;
}

type Counts<T> = { -readonly [Key in keyof T]: T[Key] };

/** @param audits how many, two at least */
export function trending(audits: number, questions: readonly Question[]): Trending {
  const sizes = Array.from({ length: audits }, (): Counts<AuditSize> => ({ domains: 0, reachable: 0, readable: 0 }));
  const steps = Array.from({ length: audits - 1 }, () => ({ both: 0, new: 0, gone: 0, reachable: 0, changed: 0, moved: 0 }));
  const topics = questions.map(({ topic }) => ({
    topic,
    points: Array.from({ length: audits }, (): Counts<Point> => ({ refuses: 0, known: 0, panel: 0 })),
    steps: Array.from({ length: audits - 1 }, () => ({ ...noStep })),
    panel: 0,
  }));

  const addSize = (index: number, { at, reach, robots }: AuditState): void => {
    const size = sizes[index] as Counts<AuditSize>;
    size.domains++;
    if (reach === 'reachable') size.reachable++;
    if (robots === 'rules' || robots === 'no-rules') size.readable++;
    if (at === undefined) return;
    if (size.from === undefined || at < size.from) size.from = at;
    if (size.until === undefined || at > size.until) size.until = at;
  };

  const addPoints = (states: readonly (AuditState | undefined)[]): void => {
    const mayBreak = states.some(
      (state, at) => state?.isBlind === true || state?.isBarred === true || hasMoved(states[at - 1], state),
    );
    for (const [index, question] of questions.entries()) {
      const found = topics[index] as (typeof topics)[number];
      const answers = states.map(state => state && question.ask(state));
      const isKnownAlways =
        answers.every(answer => answer?.isKnown === true) &&
        !(mayBreak && states.some((_, at) => isBroken(states, at, question)));
      if (isKnownAlways) found.panel++;
      for (const [at, answer] of answers.entries()) {
        const point = found.points[at];
        if (!point || !answer?.isKnown) continue;
        point.known++;
        if (!answer.refuses) continue;
        point.refuses++;
        if (isKnownAlways) point.panel++;
      }
    }
  };

  const addStep = (step: number, before: AuditState | undefined, after: AuditState | undefined): DomainChange | undefined => {
    const total = steps[step];
    const domain = (before ?? after)?.domain;
    if (!total || domain === undefined) return undefined;
    const ends = { ...(before ? { before: endOf(before) } : {}), ...(after ? { after: endOf(after) } : {}) };
    if (!before || !after) {
      const kind = before ? 'gone' : 'new';
      total[kind]++;
      return { domain, step, kind, ...ends, changes: [] };
    }
    total.both++;
    if (before.reach === 'reachable' && after.reach === 'reachable') {
      total.reachable++;
      if (hasMoved(before, after)) total.moved++;
    }
    const changes: Change[] = [];
    for (const [index, question] of questions.entries()) {
      const { topic, ask } = question;
      const kind = changeOf(question, before, after);
      const counted = topics[index]?.steps[step];
      if (!counted) continue;
      counted.both++;
      counted[kind]++;
      if (kind !== 'same' && kind !== 'not-asked')
        changes.push({ topic, kind, before: ask(before).answer, after: ask(after).answer });
    }
    if (changes.length === 0) return undefined;
    const hasChanged = changes.some(({ kind }) => kind !== 'not-comparable');
    if (hasChanged) total.changed++;
    return { domain, step, kind: hasChanged ? 'changed' : 'not-comparable', ...ends, changes };
  };

  return {
    add(states) {
      for (const [index, state] of states.entries()) if (state) addSize(index, state);
      addPoints(states);
      const found: DomainChange[] = [];
      for (let step = 0; step + 1 < audits; step++) {
        const change = addStep(step, states[step], states[step + 1]);
        if (change) found.push(change);
      }
      return found;
    },
    trend: () => ({ audits: sizes, steps, topics }),
  };
}

/** What stands at an index cannot be compared with what stands before it. */
function isBroken(states: readonly (AuditState | undefined)[], at: number, question: Question): boolean {
  const [before, after] = [states[at - 1], states[at]];
  return before !== undefined && after !== undefined && changeOf(question, before, after) === 'not-comparable';
}

/**
 * Undefined where nothing is known, and where of some of the domains only refusals are: a refusal is known wherever it is met, silence only where everything was
 * looked at, so that the share would be whole whatever the others say.
 */
export const shareOfKnown = (refuses: number, known: number, domains: number): number | undefined =>
  known === 0 || (refuses === known && known < domains) ? undefined : refuses / known;

/** The same of the domains of which it is known at every audit, one for each audit. */
export function panelShares({ points, panel }: TopicTrend, audits: Trend['audits']): readonly (number | undefined)[] {
  const domains = Math.min(...audits.map(audit => audit.domains));
  const isWhole = points.every(point => point.panel === panel);
  return points.map(point => (isWhole ? shareOfKnown(panel, panel, domains) : point.panel / panel));
}

/** Steps, from 0, to an audit that was answered before the one it is held against: who opted out there came back, and the other way round. */
export const backwardSteps = (audits: Trend['audits']): readonly number[] =>
  audits.flatMap(({ from }, index) => {
    const next = audits[index + 1]?.from;
    return from !== undefined && next !== undefined && next < from ? [index] : [];
  });

const noStep: Step = {
  ...{ both: 0, 'opted-out': 0, 'came-back': 0, changed: 0, same: 0 },
  ...{ 'not-comparable': 0, 'not-asked': 0 },
};

const endOf = ({ at, reach, robots, digest, moved_to }: AuditState): ChangeEnd => ({
  ...(at === undefined ? {} : { at }),
  ...{ reach, robots },
  ...(digest === undefined ? {} : { digest }),
  ...(moved_to === undefined ? {} : { moved_to }),
});

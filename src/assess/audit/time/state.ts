/**
 * What of one domain two audits are compared by: a line of an audit, shortened to the answers that can change. Not knowing is an answer of its own
 * everywhere, so that it is never taken for a change of mind.
 */
import type { AgentClass, Category, Digest, Instant, MechanismId, SignalId } from '../../../vocab/index.ts';
import type { AuditReach, AuditRecord, AuditSignal, RobotsClass } from '../record.ts';
import { isPlainRefusal } from '../refusal.ts';
import { unseenCodes } from '../unseen.ts';

/**
 * How far an origin is closed: `whole`; `root`: `/` is, and something is opened; `partly`; `not`. `?`: robots.txt could not be read, or was not read to its
 * end; `not-asked`: nobody asked for it.
 */
export type Closed = 'whole' | 'root' | 'partly' | 'not' | '?' | 'not-asked';

/** `refuses`: somebody is told no, of fetching, mining, training or use by AI; `silent`: looked at, and not so; `?`: could not be looked at; `not-asked`: nobody tried. */
export type Heard = 'refuses' | 'silent' | '?' | 'not-asked';

/** A verdict's preference; `barred` where it refuses because we met a barrier or a refused robots.txt, and by no word; `?` where it rests on something that could not be looked at or read, `not-asked` where on something nobody asked for. */
export type Known = 'disallow' | 'barred' | 'allow' | 'silent' | '?' | 'not-asked';

export interface AuditState {
  readonly domain: string;
  readonly position: number;
  readonly at?: Instant;
  readonly reach: AuditRecord['reach'];
  readonly robots: RobotsClass;
  readonly digest?: Digest;
  /** Another registrable domain, which spoke for it. */
  readonly moved_to?: string;
  /** What binds everyone who is not named. */
  readonly star: Closed;
  readonly named: Readonly<Record<string, Closed>>;
  /** By signal, where it is not silent. */
  readonly signals: Readonly<Record<SignalId, Heard>>;
  /** Of the front page, and so of its own signals: whether it was read. */
  readonly page: 'read' | '?' | 'not-asked';
  /** What a verdict takes for silence may hide a declaration: its silence is no change from a refusal. */
  readonly isBlind?: true;
  /** It met us with a barrier, or refused robots.txt. */
  readonly isBarred?: true;
  /** By `policy category`. */
  readonly verdicts: Readonly<Record<string, Known>>;
}

/** What is compared: an agent (`*`: everyone), a class of agents (one of them is closed out), a mechanism, or a verdict. */
export type Topic =
  | { readonly kind: 'agent'; readonly agent: string }
  | { readonly kind: 'class'; readonly class: AgentClass }
  | { readonly kind: 'mechanism'; readonly mechanism: MechanismId }
  | { readonly kind: 'verdict'; readonly policy: string; readonly about: 'acquisition' | Category };

/** @param heard agents, in lower case, that count where not all do: what is said to others, and what follows from that alone, is not known */
export function stateOf(record: AuditRecord, heard?: ReadonlySet<string>): AuditState {
  const { domain, position, at, reach, robots, signals, verdicts, page, moved_to } = record;
  const barring = barringEvidence(record);
  const isHeard = ({ agent }: Pick<AuditStatement, 'agent'>): boolean =>
    heard === undefined || agent === undefined || agent === '*' || heard.has(agent.toLowerCase());
  const unheard = heard === undefined ? noPlaces : onlyFor(says => !isHeard(says), signals);
  const wasRead = robots.class === 'rules' || robots.class === 'no-rules';
  return {
    ...{ domain, position },
    ...(at === undefined ? {} : { at }),
    ...{ reach, robots: robots.class },
    ...(robots.digest === undefined ? {} : { digest: robots.digest }),
    ...(moved_to === undefined ? {} : { moved_to }),
    star: robots.star ? closedBy(robots.star, false) : (closedWithout[robots.class] ?? '?'),
    named: Object.fromEntries(wasRead ? robots.named.map(one => [one.agent, closedBy(one, robots.cut === true)]) : []),
    signals: Object.fromEntries(signals.map(({ signal, state, says }) => [signal, heardAs(state, says.filter(isHeard))])),
    page: pageOf(page),
    ...(isBlindIn(record) ? { isBlind: true } : {}),
    ...(barring.size > 0 ? { isBarred: true } : {}),
    verdicts: Object.fromEntries(
      Object.entries(verdicts).flatMap(([policy, about]) =>
        Object.entries(about).map(([category, verdict]) => [`${policy} ${category}`, knownOf(verdict, barring, unheard)]),
      ),
    ),
  };
}

type AuditStatement = AuditSignal['says'][number];
const noPlaces: ReadonlySet<number> = new Set();

/** Places of statements of one kind, and of no other. */
function onlyFor(isMeant: (says: AuditStatement) => boolean, signals: readonly AuditSignal[]): ReadonlySet<number> {
  const all = signals.flatMap(({ says }) => says);
  const others = new Set(all.filter(says => !isMeant(says)).map(({ evidence }) => evidence));
  return new Set(all.filter(isMeant).flatMap(({ evidence }) => (others.has(evidence) ? [] : [evidence])));
}

function closedBy({ extent, root }: AuditReach, isCut: boolean): Closed {
  if (extent === 'not') return isCut ? '?' : 'not';
  return extent === 'whole' ? 'whole' : root ? 'root' : 'partly';
}

/** Where there is no reach to tell. */
const closedWithout: Readonly<Partial<Record<RobotsClass, Closed>>> = { absent: 'not', 'not-asked': 'not-asked' };

function pageOf(page: AuditRecord['page']): AuditState['page'] {
  if (page === undefined || page.outcome === 'not-attempted') return 'not-asked';
  return page.outcome === 'successful' ? 'read' : '?';
}

/** An error and a word on another matter (an index, an archive) are no opt-outs, whatever a cautious policy makes of them. */
function heardAs(state: AuditSignal['state'], says: AuditSignal['says']): Heard {
  if (state !== 'read') return state === 'unread' ? 'not-asked' : '?';
  return says.some(one => isPlainRefusal(one) && one.about !== 'search' && one.about !== 'archive') ? 'refuses' : 'silent';
}

/**
 * A policy may take for silence what hides a declaration: a page or a refusal in the place of robots.txt, a file that robots.txt closes. A refusal that stood
 * behind it was not taken back. Nor was one in a licence that cannot be had any more.
 */
const isBlindIn = ({ robots, anomalies }: AuditRecord): boolean =>
  robots.class === 'html' || anomalies.some(({ code }) => unseenCodes.test(code) || code === 'rsl.unobtainable');

/** The places of what is no word: a status in the place of the page, a refusal in the place of robots.txt. */
const barringEvidence = ({ robots, barriers, signals }: AuditRecord): ReadonlySet<number> =>
  new Set(
    robots.class === 'refused' || barriers.length > 0
      ? signals.flatMap(({ signal, says }) =>
          says.flatMap(({ form, evidence }) => (signal === 'http.status' || form === 'access-refused' ? [evidence] : [])),
        )
      : [],
  );

function knownOf(
  { preference, because, evidence }: AuditRecord['verdicts'][string][Category] & object,
  barring: ReadonlySet<number>,
  unheard: ReadonlySet<number>,
): Known {
  if (evidence.length > 0 && evidence.every(index => unheard.has(index))) return '?';
  if (preference === 'disallow' && evidence.length > 0 && evidence.every(index => barring.has(index))) return 'barred';
  if (preference !== 'unknown') return preference;
  if (because === 'not-attempted') return 'not-asked';
  return because === 'silent' ? 'silent' : '?';
}

/** `agent:GPTBot`, `class:train`, `mechanism:tdmrep`, `verdict:standard:train-ai`. */
export function topicName(topic: Topic): string {
  switch (topic.kind) {
    case 'agent':
      return `agent:${topic.agent}`;
    case 'class':
      return `class:${topic.class}`;
    case 'mechanism':
      return `mechanism:${topic.mechanism}`;
    case 'verdict':
      return `verdict:${topic.policy}:${topic.about}`;
  }
}

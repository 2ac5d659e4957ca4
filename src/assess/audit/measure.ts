/**
 * One domain measured: everything an audit knows of it, from the answers that were made to it and nothing else. Pure: a live audit, its stored evidence
 * and bodies from anywhere give the same line. Every signal is read once for each question and judged under every policy.
 */
import { judge } from '../../policy/index.ts';
import { challengeOf, mechanisms } from '../../signals/index.ts';
import {
  type About,
  type Carriers,
  contentTypeOf,
  type Disposition,
  declaredType,
  type Exchange,
  type Facts,
  type Instant,
  type Mechanism,
  type OriginKey,
  type Policy,
  type Question,
  type Reading,
  type SignalId,
  type Verdict,
} from '../../vocab/index.ts';
import { readSignals } from '../assess.ts';
import { countryOf, tldOf } from './country.ts';
import { EvidenceList, type PlaceOf } from './evidence-list.ts';
import { hostingOf } from './hosting.ts';
import { type AuditAttempt, type AuditRecord, type AuditVerdict, auditRecordVersion } from './record.ts';
import { robotsOf } from './robots.ts';
import { anomaliesIn, contradictionsIn, questions, type Readings, saidToUnnamed, signalsOf } from './said.ts';

/** The list's entry: what is known before anything is asked. */
export type AuditEntry = Pick<AuditRecord, 'domain' | 'asked' | 'position' | 'rank' | 'documents' | 'tokens'>;

export interface DomainFacts {
  readonly entry: AuditEntry;
  /** In the order in which they were made. */
  readonly attempts: readonly AuditAttempt[];
  /** The answers of the origin that is reported, and `page` its front page, null where that was not asked; null where no origin was come to. */
  readonly carriers: Carriers | null;
  /** That of `carriers`. */
  readonly origin?: OriginKey;
  /** Why nothing was asked; then the domain is `not-checked`, whatever else is given. */
  readonly why?: string;
  readonly movedTo?: string;
  readonly language?: string;
  /** Where the bytes of what was answered are kept. */
  readonly placeOf?: PlaceOf;
}

/** With what every domain of an audit is measured. */
export interface Yardstick {
  /** The token we answer to in robots.txt. */
  readonly productToken: string;
  readonly policies: readonly Policy[];
  readonly facts: Facts;
}

const nowhere: PlaceOf = () => undefined;

export function measureDomain(domain: DomainFacts, yardstick: Yardstick): AuditRecord {
  const { entry, attempts, carriers, origin, why, movedTo, language } = domain;
  const evidence = new EvidenceList(domain.placeOf ?? nowhere);
  const tld = tldOf(entry.domain);
  const country = countryOf(tld);
  const all = carriers === null ? [] : exchangesOf(carriers);
  const isAsked = why === undefined && all.some(({ retrieval }) => retrieval.outcome !== 'not-attempted');
  const isReached = isAsked && carriers !== null && [carriers.robots, carriers.page].some(didAnswer);
  const at = isAsked ? lastOf(all) : undefined;
  const measured = carriers !== null && isAsked ? measureCarriers(carriers, at ?? null, yardstick, evidence) : unasked;
  const wasTried = isAsked || attempts.some(({ outcome }) => outcome !== 'not-attempted');
  const whyNot = why ?? (wasTried ? undefined : 'nothing was asked');
  return {
    v: auditRecordVersion,
    ...entry,
    ...(at === undefined ? {} : { at }),
    ...(origin !== undefined && isReached ? { origin } : {}),
    reach: isReached ? 'reachable' : whyNot === undefined ? 'unreachable' : 'not-checked',
    ...(whyNot === undefined ? {} : { why: whyNot }),
    attempts,
    ...(movedTo === undefined ? {} : { moved_to: movedTo }),
    tld,
    ...(country === undefined ? {} : { country }),
    ...(language === undefined ? {} : { language }),
    hosting: hostingOf(all),
    ...measured,
    ...(carriers?.page && isAsked ? { page: pageOf(carriers.page) } : {}),
    barriers: isAsked ? barriersOf(all) : [],
    evidence: evidence.list,
  };
}

type Measured = Pick<AuditRecord, 'robots' | 'signals' | 'verdicts' | 'complete' | 'contradictions' | 'anomalies'>;

/** A domain nobody asked has no verdict, which is another thing than a verdict of silence. */
const unasked: Measured = {
  ...{ robots: { class: 'not-asked', named: [] }, signals: [], verdicts: {}, complete: false, contradictions: [], anomalies: [] },
};

const everySignal = { signals: 'all' } as const;

function measureCarriers(carriers: Carriers, at: Instant | null, yardstick: Yardstick, evidence: EvidenceList): Measured {
  const { productToken, policies, facts } = yardstick;
  const [first] = policies;
  const read = (about: About, token: string): ReadonlyMap<SignalId, Reading> =>
    readSignals(carriers, { about, url: carriers.url, productToken: token, at }, everything(first), facts, 'body');
  const readings: Readings = new Map(questions.map(about => [about, read(about, productToken)]));
  const robots = robotsOf(carriers.robots, facts.agents, evidence);
  const signals = signalsOf(readings, evidence);
  const heard = new Map(
    [...readings].map(([about, found]): [About, Heard] => {
      const question: Question = { about, url: carriers.url, productToken, at };
      return [about, { question, readings: found, loud: loudIn(found) }];
    }),
  );
  const verdicts = Object.fromEntries(policies.map(policy => [policy.id, verdictsOf(policy, heard, evidence)]));
  const page = carriers.page?.retrieval;
  return {
    ...{ robots, signals, verdicts },
    complete: page !== undefined && page.outcome !== 'not-attempted',
    contradictions: contradictionsIn(carriers, readings, saidToUnnamed(carriers, productToken, read), evidence),
    anomalies: anomaliesIn(readings, evidence),
  };
}

const madeWhole = new WeakMap<Policy, Policy>();

/** A policy that reads every signal; made once, because what is chosen for a policy is remembered by its identity. */
function everything(policy: Policy | undefined): Policy {
  if (!policy) throw new Error('ERR_AUDIT_POLICY: an audit judges under one policy at least');
  const known = madeWhole.get(policy) ?? { ...policy, ...everySignal };
  madeWhole.set(policy, known);
  return known;
}

/** Silence needs no weighing, and its evidence would be that nothing was there: only mechanisms of which something was found are judged. */
const loudIn = (readings: ReadonlyMap<SignalId, Reading>): readonly Mechanism[] =>
  mechanisms.filter(({ signals }) =>
    signals.some(({ id }) => {
      const reading = readings.get(id);
      return reading !== undefined && (reading.state !== 'silent' || reading.anomalies.length > 0);
    }),
  );

interface Heard {
  readonly question: Question;
  readonly readings: ReadonlyMap<SignalId, Reading>;
  readonly loud: readonly Mechanism[];
}

function verdictsOf(policy: Policy, heard: ReadonlyMap<About, Heard>, evidence: EvidenceList): AuditRecord['verdicts'][string] {
  const verdicts: Partial<Record<About, AuditVerdict>> = {};
  let barred: AuditVerdict | undefined;
  for (const [about, { question, readings, loud }] of heard) {
    verdicts[about] = barred ?? auditVerdict(judge(question, heardBy(policy, readings, loud), policy, loud), evidence);
    if (about === 'acquisition' && verdicts[about]?.preference === 'disallow') barred = verdicts[about];
  }
  return verdicts;
}

function heardBy(
  { signals }: Policy,
  readings: ReadonlyMap<SignalId, Reading>,
  loud: readonly Mechanism[],
): ReadonlyMap<SignalId, Reading> {
  if (signals === 'all' || loud.length === 0) return readings;
  return new Map(signals.flatMap(id => (readings.has(id) ? [[id, readings.get(id) as Reading] as const] : [])));
}

function auditVerdict({ finding, disposition }: Verdict, evidence: EvidenceList): AuditVerdict {
  if (finding.preference !== 'unknown') {
    return { preference: finding.preference, disposition, evidence: evidence.indexes(finding.determining) };
  }
  const { because, looked } = finding;
  if (because === 'silent') return silence[disposition];
  return { preference: 'unknown', because, disposition, evidence: evidence.indexes(looked) };
}

/** Most verdicts of most domains. */
const silent = (disposition: Disposition): AuditVerdict => ({
  ...({ preference: 'unknown', because: 'silent', disposition, evidence: [] } as const),
});
const silence: Readonly<Record<Disposition, AuditVerdict>> = {
  keep: silent('keep'),
  defer: silent('defer'),
  withhold: silent('withhold'),
};

const exchangesOf = ({ robots, tdmrep, aiTxt, trustTxt, licenses, page }: Carriers): readonly Exchange[] => [
  ...[robots, tdmrep, aiTxt, trustTxt, ...licenses.values()],
  ...(page ? [page] : []),
];

/** With any HTTP status. */
const didAnswer = (exchange: Exchange | null): boolean =>
  exchange !== null && 'status' in exchange.retrieval && exchange.retrieval.status !== undefined;

function lastOf(exchanges: readonly Exchange[]): Instant | undefined {
  let last: Instant | undefined;
  for (const { retrievedAt } of exchanges)
    if (retrievedAt !== null && (last === undefined || retrievedAt > last)) last = retrievedAt;
  return last;
}

function pageOf({ url, digest, retrieval }: Exchange): NonNullable<AuditRecord['page']> {
  const type = 'fields' in retrieval && retrieval.fields ? declaredType(contentTypeOf(retrieval.fields)) : '';
  const bytes = retrieval.outcome === 'successful' && !retrieval.bodyNotRead ? retrieval.body.length : undefined;
  return {
    ...{ url, outcome: retrieval.outcome },
    ...('status' in retrieval && retrieval.status !== undefined ? { status: retrieval.status } : {}),
    ...('cause' in retrieval ? { cause: retrieval.cause } : {}),
    ...(type === '' ? {} : { media_type: type }),
    ...(bytes === undefined ? {} : { bytes }),
    ...(digest === null ? {} : { digest }),
  };
}

const barrierStatuses: ReadonlySet<number> = new Set([401, 402, 403, 407, 429, 451]);

/** Each kind once for each URL. */
function barriersOf(exchanges: readonly Exchange[]): AuditRecord['barriers'] {
  return exchanges.flatMap(exchange => {
    const { url, retrieval } = exchange;
    const status = 'status' in retrieval ? retrieval.status : undefined;
    return [
      ...(status !== undefined && barrierStatuses.has(status) ? [{ kind: String(status), url }] : []),
      ...(status !== undefined && challengeOf('http.status', exchange) ? [{ kind: 'challenge', url }] : []),
    ];
  });
}

/**
 * One domain measured: everything an audit knows of it, from the answers that were made to it and nothing else. Pure: a live audit, its stored evidence
 * and bodies from anywhere give the same line. Every signal is read once for each question and judged under every policy.
 */
import { challengeOf } from '../../signals/index.ts';
import {
  type Carriers,
  contentTypeOf,
  declaredType,
  type Exchange,
  type Facts,
  type Instant,
  type OriginKey,
  type Policy,
} from '../../vocab/index.ts';
import { countryOf, tldOf } from './country.ts';
import { EvidenceList, type PlaceOf } from './evidence-list.ts';
import { hostingOf } from './hosting.ts';
import { namesNoHost } from './no-host.ts';
import { partlyOf } from './partly.ts';
import { readerOf } from './readings.ts';
import { type AuditAttempt, type AuditRecord, auditRecordVersion } from './record.ts';
import { robotsOf } from './robots.ts';
import { anomaliesIn, contradictionsIn, questions, type Readings, saidToUnnamed, signalsOf } from './said.ts';
import { verdictsUnder } from './verdicts.ts';

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
  // What is no host lies under no top-level domain, whatever it ends with.
  const tld = namesNoHost(why) ? '' : tldOf(entry.domain);
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

type Measured = Pick<AuditRecord, 'robots' | 'signals' | 'partly' | 'verdicts' | 'complete' | 'contradictions' | 'anomalies'>;

/** A domain nobody asked has no verdict, which is another thing than a verdict of silence. */
const unasked: Measured = {
  ...{ robots: { class: 'not-asked', named: [] }, signals: [], partly: [], verdicts: {} },
  ...{ complete: false, contradictions: [], anomalies: [] },
};

function measureCarriers(carriers: Carriers, at: Instant | null, yardstick: Yardstick, evidence: EvidenceList): Measured {
  const { productToken, policies, facts } = yardstick;
  const question = { productToken, at };
  const read = readerOf(carriers, { at, facts });
  const readings: Readings = new Map(questions.map(about => [about, read(about, productToken)]));
  const robots = robotsOf(carriers.robots, facts.agents, evidence);
  const signals = signalsOf(readings, evidence, carriers.page);
  const partly = partlyOf(carriers, { readings, robots, question, facts }, evidence);
  const verdicts = verdictsUnder(policies, { readings, url: carriers.url, ...question }, evidence);
  const page = carriers.page?.retrieval;
  return {
    ...{ robots, signals, partly, verdicts },
    complete: page !== undefined && page.outcome !== 'not-attempted',
    contradictions: contradictionsIn(carriers, readings, saidToUnnamed(carriers, productToken, read), evidence),
    anomalies: anomaliesIn(readings, evidence),
  };
}

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

/**
 * One site as its publisher should see it: what every policy makes of each page, everything that was said and where, and what could not be
 * understood. Pure: from exchanges alone, whoever made them.
 */
import type {
  Carriers,
  Category,
  Exchange,
  Facts,
  Instant,
  Policy,
  Question,
  Reading,
  Statement,
  UnreachableCause,
} from '../vocab/index.ts';
import { toVerdictRecord, type VerdictRecord } from './answer.ts';
import { assess, assessRead, readSignals } from './assess.ts';
import { isOfPage } from './audit/of-page.ts';
import { readerOf } from './audit/readings.ts';
import { isHidden, isUnhad, isUnsaid, isUnseen } from './audit/said.ts';
import { isMalformed, isNoFile } from './audit/unseen.ts';
import { type Contradiction, contradictionsOf } from './contradictions.ts';
import {
  type AnomalyCheck,
  anomaliesOf,
  merged,
  type Read,
  type StatementCheck,
  saidOf,
  sight,
  statementsOf,
} from './sightings.ts';

/** What a page was judged from, and how it was come by. */
export interface PageFacts {
  readonly via: 'given' | 'redirect' | 'link';
  /** `page` is null where the page was not asked: its origin does not let us, or it is a redirect. */
  readonly carriers: Carriers;
  /** Where it redirects to; the target is a page of its own. */
  readonly redirect?: string;
}

export interface SiteQuestion {
  /** As given. */
  readonly url: string;
  readonly at: Instant;
  readonly productToken: string;
  readonly categories: readonly Category[];
  /** The policy that `findings` are counted by; one of `policies`. */
  readonly policy: Policy;
  readonly policies: readonly Policy[];
  readonly facts: Facts;
}

export interface FileCheck {
  readonly url: string;
  readonly outcome: Exchange['retrieval']['outcome'];
  readonly status?: number;
  readonly cause?: UnreachableCause;
  readonly why?: string;
  readonly bytes?: number;
}

export interface PageCheck {
  readonly url: string;
  readonly via: PageFacts['via'];
  readonly asked: boolean;
  readonly status?: number;
  readonly cause?: UnreachableCause;
  readonly redirect?: string;
  /** By policy, then by question. */
  readonly verdicts: Readonly<Record<string, Readonly<Record<string, VerdictRecord>>>>;
  /** What each signal yielded for the asked categories; `unread` also where a refusal or a test stood in the place of its carrier. */
  readonly readings: Readonly<Record<string, Reading['state']>>;
}

/** What a check can be told to fail on. */
export type FindingKind = 'malformed' | 'no-file' | 'contradiction' | 'refused' | 'kept' | 'granted' | 'unreachable';
export const findingKinds: readonly FindingKind[] = [
  'malformed',
  'no-file',
  'contradiction',
  'refused',
  'kept',
  'granted',
  'unreachable',
];

export interface SiteCheck {
  readonly url: string;
  readonly at: Instant;
  readonly agent: string;
  readonly categories: readonly Category[];
  readonly policy: string;
  readonly policies: readonly Policy['id'][];
  readonly files: readonly FileCheck[];
  readonly pages: readonly PageCheck[];
  readonly statements: readonly StatementCheck[];
  readonly contradictions: readonly Contradiction[];
  readonly anomalies: readonly AnomalyCheck[];
  /** `malformed`, `no-file`, `contradiction`: how many; the others: of how many pages (`unreachable`: files too), under `policy`. */
  readonly findings: Readonly<Record<FindingKind, number>>;
}

export function checkSite(pages: readonly PageFacts[], asked: SiteQuestion): SiteCheck {
  const { url, at, productToken, categories, policy, policies } = asked;
  const read = pages.map(page => ({ page, readings: readingsOf(page, asked) }));
  const found = read.map(({ page, readings }) => ({ url: page.carriers.url, readings }));
  const files = filesOf(pages);
  const checked = read.map(({ page, readings }) => pageCheck(page, readings, asked));
  const anomalies = anomaliesOf(found);
  const contradictions = merged(
    read.flatMap(({ page, readings }) => contradictionsOf(page.carriers.url, saidOf(readings), unnamed(page, asked))),
    ({ kind, about, allow, disallow }, page) => [
      kind,
      about,
      allow.map(one => sight(one, page)),
      disallow.map(one => sight(one, page)),
    ],
  );
  return {
    ...{ url, at, agent: productToken, categories, policy: policy.id, policies: policies.map(({ id }) => id) },
    ...{ files, pages: checked, statements: statementsOf(found), contradictions, anomalies },
    findings: {
      malformed: anomalies.filter(anomaly => isMalformed(anomaly) || (anomaly.unreadable && !isNoFile(anomaly.code))).length,
      'no-file': anomalies.filter(({ code }) => isNoFile(code)).length,
      contradiction: contradictions.length,
      ...pageFindings(checked, asked),
      unreachable: [...files, ...checked].filter(({ cause }) => cause !== undefined).length,
    },
  };
}

const everything = (policy: Policy): Policy => ({ ...policy, signals: 'all' });

/** Every reading that bears on one of the questions, whatever the policies make of it; of a page that nobody asked each is unread. */
function readingsOf({ carriers }: PageFacts, { productToken, at, categories, facts }: SiteQuestion): readonly Read[] {
  const read = readerOf(carriers, { at, facts });
  return (['acquisition', ...categories] as const).flatMap(about =>
    [...read(about, productToken)].map(([signal, reading]) => ({ about, signal, reading })),
  );
}

/** What robots.txt says to a crawler that it does not name. */
function unnamed({ carriers }: PageFacts, { at, policy, facts }: SiteQuestion): readonly Statement[] {
  const question: Question = { about: 'acquisition', url: carriers.url, productToken: 'a-crawler-without-a-name', at };
  const readings = readSignals({ ...carriers, page: null }, question, everything(policy), facts, 'origin');
  return [...readings.values()].flatMap(reading => (reading.state === 'read' ? reading.statements : []));
}

/** What was read speaks, whichever of the uses it was read for; of several kinds of not knowing, the one that came closest to the carrier. */
const states: readonly Reading['state'][] = ['silent', 'no-asset', 'unread', 'unreadable', 'read'];

function statesOf(readings: readonly Read[], page: Exchange | null): PageCheck['readings'] {
  const hidden = isHidden(page);
  const found: Record<string, Reading['state']> = {};
  for (const { signal, reading } of readings) {
    const state = stateOf(reading, hidden && isOfPage(signal));
    if (states.indexOf(state) >= states.indexOf(found[signal] ?? 'silent')) found[signal] = state;
  }
  return found;
}

/** What nobody could look into is unread, whatever a policy may take it for; what is only concluded was not read there. */
function stateOf(reading: Reading, isBehind: boolean): Reading['state'] {
  if (reading.state === 'silent') return isBehind || isUnseen(reading) ? 'unread' : 'silent';
  if (reading.state !== 'read') return reading.state;
  const told = reading.statements.filter(statement => !isUnsaid(statement));
  if (told.length === 0) return 'silent';
  return told.every(statement => isUnhad(statement, reading)) ? 'unread' : 'read';
}

function filesOf(pages: readonly PageFacts[]): readonly FileCheck[] {
  const files = new Map<string, FileCheck>();
  for (const { carriers } of pages) {
    const { robots, tdmrep, aiTxt, trustTxt, licenses } = carriers;
    for (const { url, retrieval } of [robots, tdmrep, aiTxt, trustTxt, ...licenses.values()]) {
      files.set(url, {
        ...{ url, outcome: retrieval.outcome },
        ...outcomeOf(retrieval),
        ...('why' in retrieval ? { why: retrieval.why } : {}),
        ...('body' in retrieval && retrieval.body ? { bytes: retrieval.body.length } : {}),
      });
    }
  }
  return [...files.values()];
}

const outcomeOf = (retrieval: Exchange['retrieval']): { status?: number; cause?: UnreachableCause } => ({
  ...('status' in retrieval && retrieval.status !== undefined ? { status: retrieval.status } : {}),
  ...('cause' in retrieval ? { cause: retrieval.cause } : {}),
});

function pageCheck({ via, carriers, redirect }: PageFacts, readings: readonly Read[], asked: SiteQuestion): PageCheck {
  const { productToken, at, categories, policies, facts } = asked;
  const isAsked = carriers.page !== null;
  const read = readerOf(carriers, { at, facts });
  const verdicts = policies.map(policy => {
    const asker = { productToken, at, policy, facts };
    // Another policy than the one that asked may let us fetch it: what the page would say then is not known, and no silence.
    const assessment =
      isAsked || redirect !== undefined
        ? assess(carriers, categories, asker)
        : assessRead(about => read(about, productToken), carriers.url, categories, asker);
    const records = [...assessment].map(([about, verdict]) => [
      about,
      toVerdictRecord(verdict, isAsked || about === 'acquisition' || verdict.finding.preference === 'disallow'),
    ]);
    return [policy.id, Object.fromEntries(records) as Record<string, VerdictRecord>] as const;
  });
  return {
    ...{ url: carriers.url, via, asked: isAsked || redirect !== undefined },
    ...(carriers.page ? outcomeOf(carriers.page.retrieval) : {}),
    ...(redirect === undefined ? {} : { redirect }),
    verdicts: Object.fromEntries(verdicts),
    readings: statesOf(readings, carriers.page),
  };
}

function pageFindings(
  pages: readonly PageCheck[],
  { policy, categories }: SiteQuestion,
): Record<'refused' | 'kept' | 'granted', number> {
  const count = (isOne: (verdicts: readonly VerdictRecord[], usages: readonly VerdictRecord[]) => boolean): number =>
    pages.filter(({ verdicts, redirect }) => {
      const own = verdicts[policy.id] ?? {};
      const usages = categories.flatMap(category => own[category] ?? []);
      return redirect === undefined && isOne(Object.values(own), usages);
    }).length;
  return {
    refused: count(verdicts => verdicts.some(({ preference }) => preference === 'disallow')),
    kept: count(verdicts => verdicts.every(({ disposition }) => disposition === 'keep')),
    granted: count((_, usages) => usages.some(({ preference }) => preference === 'allow')),
  };
}

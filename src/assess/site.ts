/**
 * One site as its publisher should see it: what every policy makes of each page, everything that was said and where, and what could not be
 * understood. Pure: from exchanges alone, whoever made them.
 */
import type {
  About,
  Anomaly,
  Carriers,
  Category,
  Exchange,
  Facts,
  Form,
  Instant,
  Policy,
  Preference,
  Question,
  Reading,
  SignalId,
  Statement,
  UnreachableCause,
} from '../vocab/index.ts';
import {
  type AnomalyRecord,
  type EvidenceRecord,
  toAnomalyRecord,
  toEvidenceRecord,
  toVerdictRecord,
  type VerdictRecord,
} from './answer.ts';
import { assess, readSignals } from './assess.ts';
import { isMalformed, isNoFile } from './audit/unseen.ts';
import { type Contradiction, contradictionsOf, type Said } from './contradictions.ts';
import { mechanismOf } from './mechanism-of.ts';

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
  /** What each signal yielded for the asked categories: `read`, `silent`, `unreadable`, `unread`, `no-asset`. */
  readonly readings: Readonly<Record<string, Reading['state']>>;
}

export interface StatementCheck {
  readonly about: About;
  readonly preference: Preference;
  readonly form: Form;
  readonly grants: boolean;
  readonly mechanism: string;
  readonly evidence: EvidenceRecord;
  /** URLs of the pages it was read for. */
  readonly pages: readonly string[];
}

export interface AnomalyCheck extends AnomalyRecord {
  /** Its carrier could not be read at all. */
  readonly unreadable: boolean;
  readonly pages: readonly string[];
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
  const files = filesOf(pages);
  const checked = read.map(({ page, readings }) => pageCheck(page, readings, asked));
  const anomalies = anomaliesOf(read);
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
    ...{ files, pages: checked, statements: statementsOf(read), contradictions, anomalies },
    findings: {
      malformed: anomalies.filter(anomaly => isMalformed(anomaly) || (anomaly.unreadable && !isNoFile(anomaly.code))).length,
      'no-file': anomalies.filter(({ code }) => isNoFile(code)).length,
      contradiction: contradictions.length,
      ...pageFindings(checked, asked),
      unreachable: [...files, ...checked].filter(({ cause }) => cause !== undefined).length,
    },
  };
}

interface Read {
  readonly about: About;
  readonly signal: SignalId;
  readonly reading: Reading;
}

const everything = (policy: Policy): Policy => ({ ...policy, signals: 'all' });

/** Every reading that bears on one of the questions, whatever the policies make of it. */
function readingsOf({ carriers }: PageFacts, { productToken, at, categories, policy, facts }: SiteQuestion): readonly Read[] {
  return (['acquisition', ...categories] as const).flatMap(about => {
    const question: Question = { about, url: carriers.url, productToken, at };
    return [...readSignals(carriers, question, everything(policy), facts, 'body')].map(([signal, reading]) => ({
      ...{ about, signal, reading },
    }));
  });
}

const saidOf = (readings: readonly Read[]): readonly Said[] =>
  readings.flatMap(({ signal, reading }) =>
    reading.state === 'read'
      ? reading.statements.map(statement => ({ mechanism: mechanismOf.get(signal) ?? signal, signal, statement }))
      : [],
  );

/** What robots.txt says to a crawler that it does not name. */
function unnamed({ carriers }: PageFacts, { at, policy, facts }: SiteQuestion): readonly Statement[] {
  const question: Question = { about: 'acquisition', url: carriers.url, productToken: 'a-crawler-without-a-name', at };
  const readings = readSignals({ ...carriers, page: null }, question, everything(policy), facts, 'origin');
  return [...readings.values()].flatMap(reading => (reading.state === 'read' ? reading.statements : []));
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
  const verdicts = policies.map(policy => {
    const assessment = assess(carriers, categories, { productToken, at, policy, facts }, isAsked ? 'body' : 'origin');
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
    readings: Object.fromEntries(readings.map(({ signal, reading }) => [signal, reading.state])),
  };
}

function statementsOf(
  read: readonly { readonly page: PageFacts; readonly readings: readonly Read[] }[],
): readonly StatementCheck[] {
  const found = read.flatMap(({ page, readings }) =>
    saidOf(readings).map(({ mechanism, statement: { about, preference, form, grants, evidence } }) => ({
      ...{ about, preference, form, grants, mechanism, evidence: toEvidenceRecord(evidence) },
      pages: [page.carriers.url],
    })),
  );
  return merged(found, ({ about, preference, form, evidence }, page) => [about, preference, form, sight(evidence, page)]);
}

function anomaliesOf(read: readonly { readonly page: PageFacts; readonly readings: readonly Read[] }[]): readonly AnomalyCheck[] {
  const found = read.flatMap(({ page, readings }) =>
    readings.flatMap(({ reading }) =>
      (reading.anomalies ?? []).map((anomaly: Anomaly) => ({
        ...toAnomalyRecord(anomaly),
        unreadable: reading.state === 'unreadable',
        pages: [page.carriers.url],
      })),
    ),
  );
  return merged(found, ({ code, detail, evidence }, page) => [
    code,
    detail,
    sight({ ...evidence, signal: 'operator.any' }, page),
  ]);
}

/** What makes two sightings one: the same words at the same place of a file, or in the same field or tag of several pages. */
function sight({ signal, source, locator, quote, agent }: EvidenceRecord, page: string): unknown {
  const place = locator.kind === 'absence' ? locator.looked : 'line' in locator ? locator.line : locator.kind;
  return [signal, source.url === page ? 'page' : source.url, place, quote, agent];
}

/** @param keyOf equal for what is one finding, of the page it was found for */
function merged<T extends { readonly pages: readonly string[] }>(
  found: readonly T[],
  keyOf: (item: T, page: string) => readonly unknown[],
): readonly T[] {
  const byKey = new Map<string, T>();
  for (const item of found) {
    const key = JSON.stringify(keyOf(item, item.pages[0] ?? ''));
    const known = byKey.get(key);
    byKey.set(key, known ? { ...known, pages: [...new Set([...known.pages, ...item.pages])] } : item);
  }
  return [...byKey.values()];
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

/**
 * What becomes of a document whose page was asked again. A page that says no, or is gone, takes its document with it; one that could not be reached
 * leaves it standing for a while. The row says the same as the tombstone wherever it can.
 */
import type { StandingDocument } from '../../store/index.ts';
import type { Evidence, Finding, Policy, Reason, SignalId, Verdict } from '../../vocab/index.ts';
import type { PageResult } from '../page.ts';

type Withdrawn = Extract<Reason, `withdrawn.${string}` | 'superseded'>;

export interface Fate {
  /** Of the row. */
  readonly reason: Reason;
  /** Why the document is withdrawn; undefined where it stays. */
  readonly withdrawn?: Withdrawn;
  readonly detail?: string;
}

/** Failures after which nobody knows what the page is now, as if it could not be reached. */
const unknownAfter: Readonly<Record<string, Reason>> = {
  'failed.timeout': 'deferred.page.timeout',
  'failed.reset': 'deferred.page.reset',
  'failed.protocol': 'deferred.page.protocol',
  'failed.tls': 'deferred.page.tls',
  'failed.dns': 'deferred.page.dns',
  'failed.too-large': 'deferred.page.too-large',
  'failed.encoding': 'deferred.page.encoding',
  // It was read, and heed could make no text of it.
  'failed.parse': 'deferred.page.not-attempted',
  'refused.address': 'deferred.page.address',
};

const dayMs = 24 * 3_600_000;

/**
 * How long a document stands whose page or declarations cannot be reached, in ms: as configured; for ever where the policy keeps what it cannot
 * reach; a day at most where it keeps only what every probe confirms.
 */
export function standsForMs({ onUnknown, silenceMustBeClean }: Policy, configuredMs: number): number {
  if (onUnknown.usage.unreachable === 'keep' && onUnknown.acquisition.unreachable === 'keep') return Number.POSITIVE_INFINITY;
  return silenceMustBeClean ? Math.min(configuredMs, dayMs) : configuredMs;
}

/**
 * A page that could not be reached or read. The time counts from the first time it was asked in vain: before that nobody looked.
 * @param nowMs wall time
 */
export function standing(
  reason: Reason,
  { failingSinceMs, judgedAtMs }: StandingDocument,
  nowMs: number,
  standsMs: number,
): Fate {
  const judged = `last judged at ${new Date(judgedAtMs).toISOString()}`;
  if (nowMs - (failingSinceMs ?? nowMs) <= standsMs) return { reason, detail: `the document stands, ${judged}` };
  const since = new Date(failingSinceMs ?? nowMs).toISOString();
  return { reason: 'withdrawn.unreachable', withdrawn: 'withdrawn.unreachable', detail: `${reason} since ${since}, ${judged}` };
}

/** The fate of a document whose page is not kept any more. */
export function fateOf(result: PageResult, earlier: StandingDocument, nowMs: number, standsMs: number): Fate {
  const { reason } = result;
  const unknown = reason.startsWith('deferred.') ? reason : unknownAfter[reason];
  if (unknown !== undefined) return standing(unknown, earlier, nowMs, standsMs);
  if (reason.startsWith('gone.')) return both('withdrawn.gone');
  if (reason.startsWith('barrier.')) return both('withdrawn.barrier');
  if (reason === 'refused.suppressed') return { reason, withdrawn: 'withdrawn.revoked' };
  if (reason.startsWith('withheld.')) return both(`withdrawn.${refusingSignal(result.assessment.values())}`);
  // The page is somewhere else, or nothing that is a text: the row says which, and its old text is not published there any more.
  if (reason === 'redirected') return { reason, withdrawn: 'withdrawn.gone' };
  if (reason === 'empty' || reason === 'failed.media-type' || reason === 'duplicate.exact')
    return { reason, withdrawn: 'superseded' };
  return both('withdrawn.gone');
}

const both = (reason: Withdrawn): Fate => ({ reason, withdrawn: reason });

/** The signal that decided: that refuses, or that could not be read where it had to be. */
export function refusingSignal(verdicts: Iterable<Verdict>): SignalId {
  const all = [...verdicts];
  const withheld =
    all.find(({ disposition }) => disposition === 'withhold') ?? all.find(({ disposition }) => disposition === 'defer');
  const evidence = withheld && decisive(withheld.finding);
  return evidence?.[0]?.signal ?? 'http.status';
}

const decisive = (finding: Finding): readonly Evidence[] =>
  finding.preference === 'unknown' ? finding.looked : finding.determining;

import { strictest } from '../policy/index.ts';
import type {
  About,
  Anomaly,
  Because,
  Digest,
  Disposition,
  Evidence,
  Instant,
  Preference,
  Reading,
  SignalId,
  Verdict,
} from '../vocab/index.ts';
import type { Assessment } from './assess.ts';

/** Evidence as it is printed and stored: what is not known is absent, never null. */
export interface EvidenceRecord extends Omit<Evidence, 'source'> {
  readonly source: { readonly url: string; readonly retrievedAt?: Instant; readonly digest?: Digest };
}

export interface AnomalyRecord extends Omit<Anomaly, 'evidence'> {
  readonly evidence: EvidenceRecord;
}

/** A verdict as it is printed and stored: the same keys in `heed decide`, in provenance records and in `--json` output. */
export interface VerdictRecord {
  readonly preference: Preference | 'unknown';
  /** Present when the preference is unknown. */
  readonly because?: Because;
  readonly disposition: Disposition;
  /** False when the page itself was not part of the case: only the origin's declarations were judged. */
  readonly complete?: false;
  readonly determining?: readonly EvidenceRecord[];
  /** Where we looked, when something other than silence was not known. */
  readonly looked?: readonly EvidenceRecord[];
  readonly overridden?: readonly EvidenceRecord[];
  /** Read and valid, but not heard by this policy. */
  readonly unheard?: readonly EvidenceRecord[];
  /** Every signal that was read, by what it yielded. Where silence decided there is nothing to quote: this says who looked. */
  readonly readings: Readonly<Partial<Record<Reading['state'], readonly SignalId[]>>>;
}

export interface Answer {
  readonly disposition: Disposition;
  readonly verdicts: Readonly<Partial<Record<About, VerdictRecord>>>;
  readonly anomalies: readonly AnomalyRecord[];
  readonly policy: Verdict['policy'];
}

export function toEvidenceRecord({
  signal,
  source: { url, retrievedAt, digest },
  locator,
  quote,
  spec,
  agent,
}: Evidence): EvidenceRecord {
  const source = { url, ...(retrievedAt === null ? {} : { retrievedAt }), ...(digest === null ? {} : { digest }) };
  return { signal, source, locator, quote, spec, ...(agent === undefined ? {} : { agent }) };
}

export const toAnomalyRecord = (found: Anomaly): AnomalyRecord => ({ ...found, evidence: toEvidenceRecord(found.evidence) });

export function toVerdictRecord({ finding, disposition, unheard, readings }: Verdict, isComplete = true): VerdictRecord {
  const isUnknown = finding.preference === 'unknown';
  const determining = isUnknown ? [] : finding.determining;
  const looked = isUnknown && finding.because !== 'silent' ? finding.looked : [];
  return {
    preference: finding.preference,
    ...(isUnknown ? { because: finding.because } : {}),
    disposition,
    ...(isComplete ? {} : { complete: false }),
    ...(determining.length > 0 ? { determining: determining.map(toEvidenceRecord) } : {}),
    ...(looked.length > 0 ? { looked: looked.map(toEvidenceRecord) } : {}),
    ...(finding.overridden.length > 0 ? { overridden: finding.overridden.map(toEvidenceRecord) } : {}),
    ...(unheard.length > 0 ? { unheard: unheard.map(toEvidenceRecord) } : {}),
    readings: byState(readings),
  };
}

function byState(readings: Verdict['readings']): VerdictRecord['readings'] {
  const states: Partial<Record<Reading['state'], SignalId[]>> = {};
  let last: Reading['state'] | undefined;
  let ids: SignalId[] = [];
  readings.forEach(({ state }, id) => {
    if (state !== last) {
      last = state;
      states[state] ??= [];
      ids = states[state];
    }
    ids.push(id);
  });
  return states;
}

/** @param isComplete false when no response was part of the case */
export function answer(assessment: Assessment, isComplete: boolean): Answer {
  const verdicts: Partial<Record<About, VerdictRecord>> = {};
  const anomalies = new Map<string, Anomaly>();
  for (const [about, verdict] of assessment) {
    verdicts[about] = toVerdictRecord(verdict, isComplete || about === 'acquisition');
    for (const anomaly of verdict.anomalies) anomalies.set(anomalyKey(anomaly), anomaly);
  }
  const [first] = assessment.values();
  if (!first) throw new Error('ERR_ASSESS_EMPTY: an assessment always holds the acquisition verdict');
  return {
    disposition: strictest([...assessment.values()].map(verdict => verdict.disposition)),
    verdicts,
    anomalies: [...anomalies.values()].map(toAnomalyRecord),
    policy: first.policy,
  };
}

const anomalyKey = ({ code, evidence: { signal, source, locator, agent } }: Anomaly): string =>
  `${code} ${signal} ${source.url} ${agent ?? ''} ${JSON.stringify(locator)}`;

import { strictest } from '../policy/index.ts';
import type { About, Anomaly, Because, Disposition, Evidence, Preference, Verdict } from '../vocab/index.ts';
import type { Assessment } from './assess.ts';

/** A verdict as it is printed and stored: the same keys in `heed decide`, in provenance records and in `--json` output. */
export interface VerdictRecord {
  readonly preference: Preference | 'unknown';
  readonly because?: Because;
  readonly disposition: Disposition;
  /** False when the page itself was not part of the case: only the origin's declarations were judged. */
  readonly complete?: false;
  readonly determining?: readonly Evidence[];
  /** Where we looked, when nothing determined. */
  readonly looked?: readonly Evidence[];
  readonly overridden?: readonly Evidence[];
  /** Read and valid, but not heard by this policy. */
  readonly unheard?: readonly Evidence[];
}

export interface Answer {
  readonly disposition: Disposition;
  readonly verdicts: Readonly<Partial<Record<About, VerdictRecord>>>;
  readonly anomalies: readonly Anomaly[];
  readonly policy: Verdict['policy'];
}

const unlessEmpty = <K extends string>(key: K, list: readonly Evidence[]): Partial<Record<K, readonly Evidence[]>> =>
  list.length > 0 ? ({ [key]: list } as Record<K, readonly Evidence[]>) : {};

export function verdictRecord({ finding, disposition, unheard }: Verdict, isComplete = true): VerdictRecord {
  const complete = isComplete ? {} : { complete: false as const };
  const rest = { ...unlessEmpty('overridden', finding.overridden), ...unlessEmpty('unheard', unheard) };
  return finding.preference === 'unknown'
    ? { preference: 'unknown', because: finding.because, disposition, ...complete, looked: finding.looked, ...rest }
    : { preference: finding.preference, disposition, ...complete, determining: finding.determining, ...rest };
}

/** @param isComplete false when no response was part of the case */
export function answer(assessment: Assessment, isComplete: boolean): Answer {
  const verdicts: Partial<Record<About, VerdictRecord>> = {};
  const anomalies = new Map<string, Anomaly>();
  for (const [about, verdict] of assessment) {
    verdicts[about] = verdictRecord(verdict, isComplete || about === 'acquisition');
    for (const anomaly of verdict.anomalies) anomalies.set(anomalyKey(anomaly), anomaly);
  }
  const [first] = assessment.values();
  if (!first) throw new Error('ERR_ASSESS_EMPTY: an assessment always holds the acquisition verdict');
  return {
    disposition: strictest([...assessment.values()].map(verdict => verdict.disposition)),
    verdicts,
    anomalies: [...anomalies.values()],
    policy: first.policy,
  };
}

const anomalyKey = ({ code, evidence: { signal, source, locator, agent } }: Anomaly): string =>
  `${code} ${signal} ${source.url} ${agent ?? ''} ${JSON.stringify(locator)}`;

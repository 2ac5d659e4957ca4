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
  /** Where we looked, when nothing determined. */
  readonly looked?: readonly EvidenceRecord[];
  readonly overridden?: readonly EvidenceRecord[];
  /** Read and valid, but not heard by this policy. */
  readonly unheard?: readonly EvidenceRecord[];
}

export interface Answer {
  readonly disposition: Disposition;
  readonly verdicts: Readonly<Partial<Record<About, VerdictRecord>>>;
  readonly anomalies: readonly AnomalyRecord[];
  readonly policy: Verdict['policy'];
}

export function toEvidenceRecord({ source: { url, retrievedAt, digest }, ...rest }: Evidence): EvidenceRecord {
  const source = { url, ...(retrievedAt === null ? {} : { retrievedAt }), ...(digest === null ? {} : { digest }) };
  return { signal: rest.signal, source, locator: rest.locator, quote: rest.quote, spec: rest.spec, ...agentOf(rest) };
}

const agentOf = ({ agent }: Pick<Evidence, 'agent'>): { agent?: string } => (agent === undefined ? {} : { agent });

export const toAnomalyRecord = (found: Anomaly): AnomalyRecord => ({ ...found, evidence: toEvidenceRecord(found.evidence) });

const listed = <K extends string>(key: K, list: readonly Evidence[]): Partial<Record<K, readonly EvidenceRecord[]>> =>
  list.length > 0 ? ({ [key]: list.map(toEvidenceRecord) } as unknown as Record<K, readonly EvidenceRecord[]>) : {};

export function toVerdictRecord({ finding, disposition, unheard }: Verdict, isComplete = true): VerdictRecord {
  const complete = isComplete ? {} : { complete: false as const };
  const rest = { ...listed('overridden', finding.overridden), ...listed('unheard', unheard) };
  return finding.preference === 'unknown'
    ? { preference: 'unknown', because: finding.because, disposition, ...complete, ...listed('looked', finding.looked), ...rest }
    : { preference: finding.preference, disposition, ...complete, ...listed('determining', finding.determining), ...rest };
}

/** A verdict as a row of a dataset holds it. */
export interface RowVerdict extends VerdictRecord {
  /** Every signal that was read, by what it yielded. */
  readonly readings: Readonly<Partial<Record<Reading['state'], readonly SignalId[]>>>;
}

/**
 * Where silence decided there is nothing to quote: `readings` names the signals that looked, and where they looked is the row's page proof and the
 * declarations record, each written once.
 */
export function toRowVerdict(verdict: Verdict): RowVerdict {
  const { looked, ...rest } = toVerdictRecord(verdict);
  const readings: Partial<Record<Reading['state'], SignalId[]>> = {};
  for (const [id, state] of verdict.readings) {
    readings[state] ??= [];
    readings[state].push(id);
  }
  return { ...rest, ...(looked === undefined || rest.because === 'silent' ? {} : { looked }), readings };
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

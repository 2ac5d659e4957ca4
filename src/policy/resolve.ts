import type { Anomaly, Because, Evidence, Mechanism, NonEmpty, Policy, Reading, SignalId, Statement } from '../vocab/index.ts';
import { becauses, isNonEmpty } from '../vocab/index.ts';

/** What one mechanism says once its own precedence and the policy's hearing are applied. */
export interface Resolution {
  readonly mechanism: string;
  readonly outcome:
    | { readonly preference: 'allow' | 'disallow'; readonly determining: NonEmpty<Evidence> }
    | { readonly preference: 'unknown'; readonly because: Because };
  /** Where each reading looked, with the kind of unknown it ended in; empty when every reading was read. */
  readonly unknowns: readonly { readonly because: Because; readonly looked: Evidence }[];
  readonly overridden: readonly Evidence[];
  readonly unheard: readonly Evidence[];
  readonly anomalies: readonly Anomaly[];
  /** Every probe answered, superseded ones too, and nothing was amiss: no anomaly has an effect. */
  readonly isClean: boolean;
  /** Something was there that could not be taken for a statement: a silence that a strict policy does not trust. */
  readonly isMuffled: boolean;
  /** Set when a reading found no asset at all. */
  readonly noAsset: 'withhold' | 'defer' | null;
}

/** The worst kind of unknown among these; `silent` where there is none. */
export function worst(unknowns: readonly { readonly because: Because }[]): Because {
  let found = becauses.length - 1;
  for (const { because } of unknowns) found = Math.min(found, becauses.indexOf(because));
  return becauses[found] ?? 'unreadable';
}

/** Does this policy hear this statement? Form and addressee both have to be on its list. */
export function isHeard(statement: Statement, policy: Policy): boolean {
  if (!policy.hears.includes(statement.form)) return false;
  const { addressee } = statement;
  if (addressee.to === 'us') return true;
  if (policy.namedAgents === 'ignore') return false;
  return 'classes' in policy.namedAgents
    ? policy.namedAgents.classes.includes(addressee.class)
    : policy.namedAgents.tokens.includes(addressee.token);
}

/** Most lists are empty, and this is all of them. */
export const nothing: readonly never[] = [];

/** One list after the other; most are empty, and what is only one list is not copied. */
export function joined<T>(one: readonly T[], other: readonly T[]): readonly T[] {
  if (other.length === 0) return one;
  return one.length === 0 ? other : [...one, ...other];
}

/** Evidence of statements, with what belongs to each. */
function evidenceOf(statements: readonly Statement[]): readonly Evidence[] {
  if (statements.length === 0) return nothing;
  const [first] = statements;
  if (statements.length === 1 && first?.also === undefined) return [first!.evidence];
  const found: Evidence[] = [];
  for (const { evidence, also } of statements) {
    found.push(evidence);
    if (also) found.push(...also);
  }
  return found;
}

const hasAny = ({ length }: readonly Statement[]): boolean => length > 0;

/**
 * The statements that decide within one mechanism.
 * `reader-decides` and `most-restrictive`: any heard disallow wins (a reader that decides has already applied its own standard, and emits a
 * disallow beside an allow only for a reading that restricts). `later-signal-supersedes`: only the last signal that spoke is asked.
 * @param heard of each signal that was read, in order
 */
function settle(
  mechanism: Mechanism,
  heard: readonly (readonly Statement[])[],
): { readonly winners: readonly Statement[]; readonly losers: readonly Statement[]; readonly lastSpoke: number } {
  const lastSpoke = heard.findLastIndex(hasAny);
  const superseding = mechanism.precedence === 'later-signal-supersedes';
  const candidates = superseding || lastSpoke === 0 ? (heard[lastSpoke] ?? nothing) : heard.flat();
  const superseded = superseding ? heard.slice(0, lastSpoke).flat() : nothing;
  if (isOneVoice(candidates)) return { winners: candidates, losers: superseded, lastSpoke };
  const refusals = candidates.filter(s => s.preference === 'disallow');
  return { winners: refusals, losers: [...superseded, ...candidates.filter(s => s.preference !== 'disallow')], lastSpoke };
}

/** As most sites speak. */
function isOneVoice(statements: readonly Statement[]): boolean {
  for (const { preference } of statements) if (preference !== statements[0]?.preference) return false;
  return true;
}

interface Unknown {
  readonly because: Because;
  readonly looked: Evidence;
  /** How many signals of the mechanism were read before it. */
  readonly index: number;
}

/** The same list where all are heard. */
function heardOf(statements: NonEmpty<Statement>, policy: Policy): readonly Statement[] {
  for (const statement of statements) if (!isHeard(statement, policy)) return statements.filter(one => isHeard(one, policy));
  return statements;
}

const decides = (statement: Statement): boolean => statement.preference === 'disallow' || statement.grants;
const isSilence = ({ because }: Unknown): boolean => because === 'silent';

export function resolve(mechanism: Mechanism, readings: ReadonlyMap<SignalId, Reading>, policy: Policy): Resolution {
  let heard: readonly (readonly Statement[])[] = nothing;
  let unknowns: readonly Unknown[] = nothing;
  let anomalies: readonly Anomaly[] = nothing;
  let overridden: readonly Evidence[] = nothing;
  let unheard: readonly Evidence[] = nothing;
  let noAsset: 'withhold' | 'defer' | null = null;
  let isMuffled = false;
  for (const { id } of mechanism.signals) {
    const reading = readings.get(id);
    if (reading === undefined) continue;
    const index = heard.length;
    if (reading.anomalies) anomalies = joined(anomalies, reading.anomalies);
    if (reading.state === 'read') {
      const { statements } = reading;
      const own = heardOf(statements, policy);
      if (own !== statements) unheard = joined(unheard, evidenceOf(statements.filter(s => !isHeard(s, policy))));
      if (reading.overridden) overridden = joined(overridden, reading.overridden);
      heard = joined(heard, [own]);
      continue;
    }
    isMuffled ||= reading.state === 'silent' && !reading.anomalies.every(isHarmless);
    if (reading.state === 'no-asset') {
      noAsset = noAsset === 'withhold' ? noAsset : reading.disposition;
      unknowns = joined(unknowns, [{ because: reading.because, looked: reading.looked, index }]);
    } else {
      const because = reading.state === 'unread' ? reading.why : reading.state;
      unknowns = joined(unknowns, [{ because, looked: reading.looked, index }]);
    }
  }
  const { winners, losers, lastSpoke } = settle(mechanism, heard);
  const granting = winners.every(decides) ? winners : winners.filter(decides);
  const decided = evidenceOf(granting);
  // A later carrier that could not be read might have lifted a refusal: the refusal stands. An earlier one is superseded either way.
  const open = mechanism.precedence === 'later-signal-supersedes' ? unknowns.filter(u => u.index > lastSpoke) : unknowns;
  overridden = joined(overridden, evidenceOf(losers));
  if (granting.length === 0) overridden = joined(overridden, evidenceOf(winners));
  return {
    mechanism: mechanism.id,
    outcome: isNonEmpty(decided)
      ? { preference: winners[0]?.preference ?? 'disallow', determining: decided }
      : { preference: 'unknown', because: worst(open) },
    unknowns: open,
    overridden,
    unheard,
    anomalies,
    isClean: unknowns.every(isSilence) && anomalies.every(isHarmless),
    isMuffled,
    noAsset,
  };
}

const isHarmless = ({ effect }: Anomaly): boolean => effect === 'none';

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
  /** Set when a reading found no asset at all. */
  readonly noAsset: 'withhold' | 'defer' | null;
}

const rank = (because: Because): number => becauses.indexOf(because);
export const worst = (list: NonEmpty<Because>): Because => list.reduce((a, b) => (rank(b) < rank(a) ? b : a));

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

interface Heard {
  readonly signal: SignalId;
  readonly statements: readonly Statement[];
}

const evidenceOf = (statements: readonly Statement[]): Evidence[] => statements.flatMap(s => [s.evidence, ...(s.also ?? [])]);

/**
 * The statements that decide within one mechanism.
 * `reader-decides` and `most-restrictive`: any heard disallow wins (a reader that decides has already applied its own standard, and emits a
 * disallow beside an allow only for a reading that restricts). `later-signal-supersedes`: only the last signal that spoke is asked.
 */
function settle(mechanism: Mechanism, heard: readonly Heard[]): { winners: Statement[]; losers: Statement[]; lastSpoke: number } {
  const lastSpoke = heard.findLastIndex(h => h.statements.length > 0);
  const superseding = mechanism.precedence === 'later-signal-supersedes' && lastSpoke >= 0;
  const candidates = superseding ? (heard[lastSpoke]?.statements ?? []) : heard.flatMap(h => h.statements);
  const superseded = superseding ? heard.slice(0, lastSpoke).flatMap(h => h.statements) : [];
  const refusals = candidates.filter(s => s.preference === 'disallow');
  const winners = refusals.length > 0 ? refusals : candidates;
  return { winners: [...winners], losers: [...superseded, ...candidates.filter(s => !winners.includes(s))], lastSpoke };
}

export function resolve(mechanism: Mechanism, readings: ReadonlyMap<SignalId, Reading>, policy: Policy): Resolution | null {
  const heard: Heard[] = [];
  const unknowns: { because: Because; looked: Evidence; index: number }[] = [];
  const anomalies: Anomaly[] = [];
  const overridden: Evidence[] = [];
  const unheard: Evidence[] = [];
  let noAsset: 'withhold' | 'defer' | null = null;
  for (const { id } of mechanism.signals) {
    const reading = readings.get(id);
    if (!reading) continue;
    const index = heard.length;
    anomalies.push(...(reading.anomalies ?? []));
    if (reading.state === 'read') {
      const statements = reading.statements.filter(s => isHeard(s, policy));
      unheard.push(...evidenceOf(reading.statements.filter(s => !statements.includes(s))));
      overridden.push(...(reading.overridden ?? []));
      heard.push({ signal: id, statements });
      continue;
    }
    heard.push({ signal: id, statements: [] });
    if (reading.state === 'no-asset') {
      noAsset = noAsset === 'withhold' ? noAsset : reading.disposition;
      unknowns.push({ because: reading.because, looked: reading.looked, index });
    } else {
      unknowns.push({ because: reading.state === 'unread' ? reading.why : reading.state, looked: reading.looked, index });
    }
  }
  if (heard.length === 0) return null;
  const { winners, losers, lastSpoke } = settle(mechanism, heard);
  const granting = winners.filter(s => s.preference === 'disallow' || s.grants);
  const decided = evidenceOf(granting);
  // A later carrier that could not be read might have lifted a refusal: the refusal stands. An earlier one is superseded either way.
  const open =
    mechanism.precedence === 'later-signal-supersedes' && lastSpoke >= 0 ? unknowns.filter(u => u.index > lastSpoke) : unknowns;
  const because = open.map(u => u.because);
  return {
    mechanism: mechanism.id,
    outcome: isNonEmpty(decided)
      ? { preference: winners[0]?.preference ?? 'disallow', determining: decided }
      : { preference: 'unknown', because: isNonEmpty(because) ? worst(because) : 'silent' },
    unknowns: open.map(({ because, looked }) => ({ because, looked })),
    overridden: [...overridden, ...evidenceOf(losers), ...(granting.length === 0 ? evidenceOf(winners) : [])],
    unheard,
    anomalies,
    noAsset,
  };
}

import type { Anomaly, Evidence, Finding, NonEmpty, Policy } from '../vocab/index.ts';
import { isNonEmpty } from '../vocab/index.ts';
import type { Resolution } from './resolve.ts';
import { joined, nothing, worst } from './resolve.ts';

/**
 * Across mechanisms: any disallow, else any allow, else unknown with the worst reason why (AIPREF vocab-08 §5.1: the most restrictive wins).
 * An allow beside a reading that could not be made is suspect; the policy says whether it stands.
 * @param resolutions of the mechanisms of which anything was found
 * @param silences where nothing was found, of every mechanism in order
 */
export function combine(resolutions: readonly Resolution[], silences: readonly Evidence[], policy: Policy): Finding {
  let refusing: readonly Evidence[] = nothing;
  let allowing: readonly Evidence[] = nothing;
  let overridden: readonly Evidence[] = nothing;
  let unknowns: Resolution['unknowns'] = nothing;
  for (const { outcome, overridden: lost, unknowns: unknown } of resolutions) {
    if (outcome.preference === 'disallow') refusing = joined(refusing, outcome.determining);
    if (outcome.preference === 'allow') allowing = joined(allowing, outcome.determining);
    overridden = joined(overridden, lost);
    unknowns = joined(unknowns, unknown);
  }
  if (isNonEmpty(refusing)) return { preference: 'disallow', determining: refusing, overridden: joined(overridden, allowing) };
  const because = worst(unknowns);
  const isSuspect =
    (because !== 'silent' && policy.allowBesideUnknown !== 'allow') || isDistrusted(allowing, resolutions, policy);
  if (isNonEmpty(allowing) && !isSuspect) return { preference: 'allow', determining: allowing, overridden };
  const looked =
    because === 'silent' ? silences : unknowns.filter(unknown => unknown.because === because).map(unknown => unknown.looked);
  return {
    preference: 'unknown',
    because,
    looked: isNonEmpty(looked) ? looked : lookedNowhere(resolutions, allowing),
    overridden: joined(overridden, allowing),
  };
}

/**
 * Policies that want silence clean want it clean beside an allow, too: a file that was there and could not be taken for a statement may have refused. An
 * allow that rests on nothing having been found is itself such a silence.
 */
function isDistrusted(allowing: readonly Evidence[], resolutions: readonly Resolution[], policy: Policy): boolean {
  if (!policy.silenceMustBeClean) return false;
  const isFromAbsence = allowing.every(({ locator }) => locator.kind === 'absence');
  const isUnread = ({ effect }: Anomaly): boolean => effect === 'ignored';
  return resolutions.some(({ isMuffled, anomalies }) => isMuffled || (isFromAbsence && anomalies.some(isUnread)));
}

/** Silence of a mechanism whose statements were all unheard or merely lifting, or a permission that does not stand: those are where we looked. */
function lookedNowhere(resolutions: readonly Resolution[], allowing: readonly Evidence[]): NonEmpty<Evidence> {
  const said = [...resolutions.flatMap(r => [...r.overridden, ...r.unheard]), ...allowing];
  if (isNonEmpty(said)) return said;
  return [
    {
      signal: 'operator.policy',
      source: { url: '', retrievedAt: null, digest: null },
      locator: { kind: 'absence', looked: 'the policy reads no signal that bears on this question' },
      quote: '',
      spec: 'ours',
    },
  ];
}

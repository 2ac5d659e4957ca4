import type { Evidence, Finding, NonEmpty, Policy } from '../vocab/index.ts';
import { isNonEmpty } from '../vocab/index.ts';
import type { Resolution } from './resolve.ts';
import { worst } from './resolve.ts';

/**
 * Across mechanisms: any disallow, else any allow, else unknown with the worst reason why (AIPREF vocab-08 §5.1: the most restrictive wins).
 * An allow beside a reading that could not be made is suspect; the policy says whether it stands.
 */
export function combine(resolutions: readonly Resolution[], policy: Policy): Finding {
  const overridden = resolutions.flatMap(r => r.overridden);
  const refused = resolutions.filter(r => r.outcome.preference === 'disallow');
  const allowed = resolutions.filter(r => r.outcome.preference === 'allow');
  const refusing = determining(refused);
  if (isNonEmpty(refusing)) {
    return { preference: 'disallow', determining: refusing, overridden: [...overridden, ...determining(allowed)] };
  }
  const unknowns = resolutions.flatMap(r => r.unknowns);
  const suspect = unknowns.filter(u => u.because !== 'silent');
  const allowing = determining(allowed);
  if (isNonEmpty(allowing) && (suspect.length === 0 || policy.allowBesideUnknown === 'allow')) {
    return { preference: 'allow', determining: allowing, overridden };
  }
  const worstBecause = worst(unknowns);
  const looked = unknowns.filter(u => u.because === worstBecause).map(u => u.looked);
  return {
    preference: 'unknown',
    because: worstBecause,
    looked: isNonEmpty(looked) ? looked : lookedNowhere(resolutions),
    overridden: [...overridden, ...allowing],
  };
}

const determining = (resolutions: readonly Resolution[]): Evidence[] =>
  resolutions.flatMap(r => (r.outcome.preference === 'unknown' ? [] : [...r.outcome.determining]));

/** Silence of a mechanism whose statements were all unheard or merely lifting: those statements are where we looked. */
function lookedNowhere(resolutions: readonly Resolution[]): NonEmpty<Evidence> {
  const said = resolutions.flatMap(r => [...r.overridden, ...r.unheard]);
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

import type { Disposition, Finding, Mechanism, Policy, Question, Reading, SignalId, Verdict } from '../vocab/index.ts';
import { dispositions } from '../vocab/index.ts';
import { combine } from './combine.ts';
import type { Resolution } from './resolve.ts';
import { resolve } from './resolve.ts';

/** Withhold before defer before keep. */
export const strictest = (list: readonly Disposition[]): Disposition => dispositions.find(d => list.includes(d)) ?? 'withhold';

/** Finding (theirs) and disposition (ours) for one question, from readings alone. Pure; order of the readings does not matter. */
export function judge(
  question: Question,
  readings: ReadonlyMap<SignalId, Reading>,
  policy: Policy,
  mechanisms: readonly Mechanism[],
): Verdict {
  const resolutions = mechanisms.map(m => resolve(m, readings, policy)).filter(r => r !== null);
  const finding = combine(resolutions, policy);
  return {
    question,
    finding,
    disposition: dispose(question, finding, resolutions, policy),
    anomalies: resolutions.flatMap(r => r.anomalies),
    unheard: resolutions.flatMap(r => r.unheard),
    readings,
    policy: { id: policy.id, digest: policy.digest },
  };
}

function dispose(question: Question, finding: Finding, resolutions: readonly Resolution[], policy: Policy): Disposition {
  const bars = resolutions.flatMap(r => r.noAsset ?? []);
  if (finding.preference !== 'unknown') return finding.preference === 'disallow' ? 'withhold' : strictest(['keep', ...bars]);
  const { because } = finding;
  const unknowns = question.about === 'acquisition' ? policy.onUnknown.acquisition : policy.onUnknown.usage;
  // Two ways of not knowing may meet (a 503 beside a broken file): the stricter act wins, whichever is called the worse reason.
  const others = resolutions.flatMap(r => r.unknowns.filter(u => u.because !== 'silent').map(u => unknowns[u.because]));
  const isClean = resolutions.every(
    r => r.anomalies.every(a => a.effect === 'none') && r.unknowns.every(u => u.because === 'silent'),
  );
  const unclean: Disposition[] = policy.silenceMustBeClean && because === 'silent' && !isClean ? ['withhold'] : [];
  return strictest([unknowns[because], ...others, ...bars, ...unclean]);
}

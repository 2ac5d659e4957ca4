import type { Disposition, Evidence, Finding, Mechanism, Policy, Question, Reading, SignalId, Verdict } from '../vocab/index.ts';
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
  const resolutions: Resolution[] = [];
  const silences: Evidence[] = [];
  for (const mechanism of mechanisms) {
    // The usual case: there is nothing to weigh.
    if (areSilent(mechanism, readings, silences)) continue;
    const resolution = resolve(mechanism, readings, policy);
    for (const { because, looked } of resolution.unknowns) if (because === 'silent') silences.push(looked);
    resolutions.push(resolution);
  }
  const finding = combine(resolutions, silences, policy);
  return {
    question,
    finding,
    disposition: dispose(question, finding, resolutions, policy),
    anomalies: resolutions.some(r => r.anomalies.length > 0) ? resolutions.flatMap(r => r.anomalies) : [],
    unheard: resolutions.some(r => r.unheard.length > 0) ? resolutions.flatMap(r => r.unheard) : [],
    readings,
    policy: { id: policy.id, digest: policy.digest },
  };
}

/** Whether every signal of the mechanism that was read found nothing, and nothing amiss: then where they looked is added. */
function areSilent({ signals }: Mechanism, readings: ReadonlyMap<SignalId, Reading>, silences: Evidence[]): boolean {
  const before = silences.length;
  for (const { id } of signals) {
    const reading = readings.get(id);
    if (reading === undefined) continue;
    if (reading.state !== 'silent' || reading.anomalies.length > 0) {
      silences.length = before;
      return false;
    }
    silences.push(reading.looked);
  }
  return true;
}

function dispose(question: Question, finding: Finding, resolutions: readonly Resolution[], policy: Policy): Disposition {
  const bars = resolutions.flatMap(r => r.noAsset ?? []);
  if (finding.preference !== 'unknown') return finding.preference === 'disallow' ? 'withhold' : strictest(['keep', ...bars]);
  const { because } = finding;
  const act = question.about === 'acquisition' ? policy.onUnknown.acquisition : policy.onUnknown.usage;
  // Two ways of not knowing may meet (a 503 beside a broken file): the stricter act wins, whichever is called the worse reason.
  const acts: Disposition[] = [act[because], ...bars];
  for (const { unknowns } of resolutions) {
    for (const unknown of unknowns) if (unknown.because !== 'silent') acts.push(act[unknown.because]);
  }
  if (policy.silenceMustBeClean && because === 'silent' && !resolutions.every(({ isClean }) => isClean)) acts.push('withhold');
  return strictest(acts);
}

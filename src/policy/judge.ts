import type {
  Anomaly,
  Disposition,
  Evidence,
  Finding,
  Mechanism,
  Policy,
  Question,
  Reading,
  SignalId,
  Verdict,
} from '../vocab/index.ts';
import { dispositions } from '../vocab/index.ts';
import { combine } from './combine.ts';
import type { Resolution } from './resolve.ts';
import { joined, nothing, resolve } from './resolve.ts';

/** Withhold before defer before keep. */
export const strictest = (list: readonly Disposition[]): Disposition => dispositions.find(d => list.includes(d)) ?? 'withhold';

/** What is none of the three, as in a policy that nobody checked, is no permission. */
const stricter = (one: Disposition, other: Disposition): Disposition =>
  dispositions[Math.min(dispositions.indexOf(one), dispositions.indexOf(other))] ?? 'withhold';

/** Finding (theirs) and disposition (ours) for one question, from readings alone. Pure; order of the readings does not matter. */
export function judge(
  question: Question,
  readings: ReadonlyMap<SignalId, Reading>,
  policy: Policy,
  mechanisms: readonly Mechanism[],
): Verdict {
  let resolutions: readonly Resolution[] = nothing;
  const silences: Evidence[] = [];
  for (const mechanism of mechanisms) {
    // The usual case: there is nothing to weigh.
    if (areSilent(mechanism, readings, silences)) continue;
    const resolution = resolve(mechanism, readings, policy);
    for (const { because, looked } of resolution.unknowns) if (because === 'silent') silences.push(looked);
    resolutions = joined(resolutions, [resolution]);
  }
  const finding = combine(resolutions, silences, policy);
  return {
    question,
    finding,
    disposition: dispose(question, finding, resolutions, policy),
    anomalies: allOf(resolutions, anomaliesOf),
    unheard: allOf(resolutions, unheardOf),
    readings,
    policy: { id: policy.id, digest: policy.digest },
  };
}

const anomaliesOf = ({ anomalies }: Resolution): readonly Anomaly[] => anomalies;
const unheardOf = ({ unheard }: Resolution): readonly Evidence[] => unheard;

const allOf = <T>(resolutions: readonly Resolution[], listOf: (resolution: Resolution) => readonly T[]): readonly T[] => {
  let all: readonly T[] = nothing;
  for (const resolution of resolutions) all = joined(all, listOf(resolution));
  return all;
};

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
  // What no asset leaves us to do holds whatever was found.
  let found: Disposition = 'keep';
  for (const { noAsset } of resolutions) if (noAsset !== null) found = stricter(found, noAsset);
  if (finding.preference !== 'unknown') return finding.preference === 'disallow' ? 'withhold' : found;
  const { because } = finding;
  const act = question.about === 'acquisition' ? policy.onUnknown.acquisition : policy.onUnknown.usage;
  // Two ways of not knowing may meet (a 503 beside a broken file): the stricter act wins, whichever is called the worse reason.
  found = stricter(found, act[because]);
  for (const { unknowns } of resolutions) {
    for (const unknown of unknowns) if (unknown.because !== 'silent') found = stricter(found, act[unknown.because]);
  }
  const isClean = !policy.silenceMustBeClean || because !== 'silent' || resolutions.every(resolution => resolution.isClean);
  return isClean ? found : 'withhold';
}

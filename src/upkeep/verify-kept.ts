import type { VerdictRecord } from '../assess/index.ts';
import { signals } from '../signals/index.ts';
import type { Manifest, ProvenanceRecord } from '../store/index.ts';
import type { About, Policy } from '../vocab/index.ts';
import type { Fail } from './verify-failure.ts';

/** The name every run of heed asks as: a row that was judged for another says nothing of us. */
const productToken = 'heed';

/**
 * A row that keeps rests on something: a verdict to keep for the request and for each use its run asks about. What was erased rests on nothing any more,
 * and has no document either.
 */
export function checkKept(record: ProvenanceRecord, manifest: Manifest, where: string, fail: Fail): void {
  const { url, verdicts, disposition, reason, agent, policy, erased } = record;
  if ((disposition === 'keep') !== (reason === 'kept' || reason === 'unchanged'))
    fail('disposition', where, `${url} ended as ${reason}, and is said to ${disposition}`);
  if (agent !== productToken) fail('agent', where, `${url} was judged for ${agent}, and we are ${productToken}`);
  if (policy !== manifest.policy.digest) fail('policy', where, `${url} was judged under another policy than its run`);
  if (disposition !== 'keep' || erased) return;
  for (const about of questionsOf(manifest)) {
    const verdict = verdicts[about];
    if (verdict === undefined) fail('verdict-for-every-use', where, `${url} was kept without a verdict for ${about}`);
  }
  for (const [about, verdict] of Object.entries(verdicts))
    if (verdict.disposition !== 'keep') fail('verdict-keeps', where, `${url} was kept, and its verdict for ${about} does not`);
}

function questionsOf({ config }: Manifest): readonly About[] {
  const uses = Array.isArray(config.category) ? (config.category as About[]) : [];
  return ['acquisition', ...uses];
}

/** A kept page was looked at by every signal its policy reads. */
export function checkReadings({ url, verdicts }: ProvenanceRecord, where: string, policy: Policy, fail: Fail): void {
  for (const [about, { readings }] of Object.entries(verdicts)) {
    const read = new Set(Object.values(readings).flat());
    for (const { id, bearsOn } of signals) {
      if (!bearsOn.includes(about as About) || (policy.signals !== 'all' && !policy.signals.includes(id))) continue;
      if (!read.has(id)) fail('evidence-for-every-signal', where, `${url} was kept for ${about} without a reading of ${id}`);
    }
  }
}

/** What decided a verdict is cited by the row, where the stored bytes are named that it can be checked against. */
export function checkCited({ url, verdicts, evidence }: ProvenanceRecord, where: string, fail: Fail): void {
  const cited = new Set(evidence.map(({ digest: _digest, warc: _warc, ...rest }) => JSON.stringify(rest)));
  for (const [about, verdict] of Object.entries(verdicts))
    if (decisive(verdict).some(one => !cited.has(JSON.stringify(one))))
      fail('evidence-cited', where, `${url} has a verdict for ${about} without the evidence that decided it`);
}

const decisive = ({ determining = [], looked = [], overridden = [] }: VerdictRecord): readonly unknown[] => [
  ...determining,
  ...looked,
  ...overridden,
];

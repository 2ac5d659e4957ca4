import type { Asker } from '../assess/index.ts';
import { readOperatorRecords } from '../settings/index.ts';
import { type RunSettings, StoreError } from '../store/index.ts';
import { type AgentList, type OperatorRecords, onceEach, type Policy, type SignalId } from '../vocab/index.ts';

/**
 * The policy, the agent list and the operator's own records a run judged with. All are written into its manifest in full, so that it can be
 * judged again when the files they came from have long changed.
 */
export function askerOf({
  policy,
  agents,
  software,
  operator,
}: Pick<RunSettings, 'policy' | 'agents' | 'software' | 'operator'>): Omit<Asker, 'at' | 'productToken'> {
  const own = policy.document as Omit<Policy, 'digest'> | undefined;
  const list = agents.agents as AgentList['agents'] | undefined;
  if (own === undefined || list === undefined) {
    throw new StoreError(
      'ERR_RECORD_INVALID',
      'the manifest does not hold the policy and agents it judged with; it was not written by heed',
    );
  }
  return {
    policy: { ...own, signals: signalsRead(own, software), digest: policy.digest },
    facts: {
      agents: { version: agents.version, agents: list },
      ...(operator === undefined ? {} : { operator: recordsOf(operator) }),
    },
  };
}

/** `all` is what the software knew then: signals that came later were not read. */
const signalsRead = ({ signals }: Pick<Policy, 'signals'>, software: RunSettings['software']): Policy['signals'] =>
  signals === 'all' && Array.isArray(software.signals) ? (software.signals as SignalId[]) : signals;

/** Read once per manifest: a dataset has one of it and millions of rows. */
const recordsOf: (source: NonNullable<RunSettings['operator']>) => OperatorRecords = onceEach(source =>
  readOperatorRecords(source),
);

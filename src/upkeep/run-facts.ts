import type { Asker } from '../assess/index.ts';
import { type RunSettings, StoreError } from '../store/index.ts';
import type { AgentList, Policy } from '../vocab/index.ts';

/**
 * The policy and the agent list a run judged with. Both are written into its manifest in full, so that it can be judged again when the files
 * they came from have long changed.
 */
export function askerOf({ policy, agents }: Pick<RunSettings, 'policy' | 'agents'>): Omit<Asker, 'at' | 'productToken'> {
  const own = policy.document as Omit<Policy, 'digest'> | undefined;
  const list = agents.agents as AgentList['agents'] | undefined;
  if (own === undefined || list === undefined) {
    throw new StoreError(
      'ERR_RECORD_INVALID',
      'the manifest does not hold the policy and agents it judged with; it was not written by heed',
    );
  }
  return { policy: { ...own, digest: policy.digest }, facts: { agents: { version: agents.version, agents: list } } };
}

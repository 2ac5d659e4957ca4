import type { Instant } from '../../vocab/index.ts';
import { StoreError } from '../disk/errors.ts';
import { provenanceId } from '../disk/hash.ts';
import type { ProvenanceRecord, Tombstone } from '../records/index.ts';
import type { Run } from '../state/runs.ts';
import type { Doomed, DoomedGroup, Withdrawal, Withdrawals } from '../withdraw/withdraw.ts';
import { addRecord, type Batch } from './batch.ts';

/** The withdrawals of one commit. */
export interface WithdrawalPlan {
  readonly tombstones: readonly Tombstone[];
  /** Inside the commit's transaction, before its documents are recorded: the text of a withdrawn document may come back from elsewhere. */
  record(): void;
}

/**
 * Finds what a batch withdraws, adds its provenance rows, and gives the lines that say so. Nothing else commits meanwhile, so what is found is what
 * will be withdrawn.
 * @param isFirstRun nothing can be superseded
 */
export function planWithdrawals(
  withdrawals: Withdrawals,
  batch: Batch,
  { run, at, isFirstRun }: { readonly run: Run; readonly at: Instant; readonly isFirstRun: boolean },
): WithdrawalPlan {
  const seen = new Map<string, Doomed>();
  const groups: { readonly group: DoomedGroup['group']; readonly withdrawal: Withdrawal }[] = [];
  const tombstones: Tombstone[] = [];

  const doom = (found: readonly DoomedGroup[], withdrawal: Withdrawal, each: (document: Doomed) => void = () => {}): number => {
    let count = 0;
    for (const { group, documents } of found) {
      groups.push({ group, withdrawal });
      for (const document of documents) {
        const key = `${document.origin} ${document.document_id}`;
        if (seen.has(key)) continue;
        seen.set(key, document);
        tombstones.push(tombstoneOf(document, withdrawal, run, at));
        each(document);
        count++;
      }
    }
    return count;
  };

  if (batch.demands.length > 0) withdrawals.forget();
  for (const demand of batch.demands) {
    const { selection, withdrawal, isRowed } = demand;
    const found = withdrawals.find(selection);
    const documents = doom(found, withdrawal, document => {
      if (isRowed) addRecord(batch, document.origin, recordOf(document, withdrawal, run, at));
    });
    demand.withdrawn = { documents, origins: new Set(found.map(({ group }) => group.origin)).size };
  }
  if (!isFirstRun)
    for (const [origin, { staged }] of batch.origins)
      doom(withdrawals.superseded(origin, staged), { reason: 'superseded', sightedAt: at });

  return {
    tombstones,
    record() {
      let changed = 0;
      for (const { group, withdrawal } of groups) changed += withdrawals.record(group, withdrawal, at, run.id);
      if (changed !== seen.size)
        throw new StoreError('ERR_STORAGE', `${seen.size} documents were to be withdrawn and ${changed} were; report this`);
      withdrawals.mark(seen.values());
    },
  };
}

const tombstoneOf = (
  { url, document_id, origin, shard }: Doomed,
  { reason, evidence = [], sightedAt, ticket, redact }: Withdrawal,
  run: Run,
  at: Instant,
): Tombstone => ({
  url: redact?.(url) ?? url,
  document_id,
  origin,
  shard,
  reason,
  evidence,
  sighted_at: sightedAt,
  withdrawn_at: at,
  run: run.name,
  ...(ticket === undefined ? {} : { ticket }),
});

/** The row of a URL that nobody asked again: it says why its document is gone. */
const recordOf = (
  { url }: Doomed,
  { reason, evidence = [], detail, redact }: Withdrawal,
  run: Run,
  at: Instant,
): ProvenanceRecord => ({
  id: provenanceId(run.name, url),
  url: redact?.(url) ?? url,
  hops: [],
  depth: 0,
  run: run.name,
  at,
  agent: 'heed',
  disposition: 'withhold',
  reason,
  verdicts: {},
  evidence,
  ...(detail === undefined ? {} : { detail }),
  policy: run.settings.policy.digest,
});

import type { ProvenanceRecord, StandingDocument } from '../../store/index.ts';
import type { Reason } from '../../vocab/index.ts';
import { type Fate, standing } from './fate.ts';

export interface Unjudged {
  readonly reason: Reason;
  readonly outcome: {
    readonly provenance: ProvenanceRecord;
    readonly withdraws?: { readonly reason: NonNullable<Fate['withdrawn']>; readonly sightedAt: ProvenanceRecord['at'] };
  };
}

/**
 * A URL that heed itself failed at, or did not ask because of that: nobody knows what it says now, so that a document it had stands for a while and no longer.
 * @param row of the URL as one that never had a document @param nowMs wall time
 */
export function unjudged(
  row: ProvenanceRecord,
  earlier: StandingDocument | undefined,
  nowMs: number,
  standsMs: number,
): Unjudged {
  const fate = earlier && standing('deferred.page.not-attempted', earlier, nowMs, standsMs);
  const { reason = row.reason, withdrawn } = fate ?? {};
  const detail = [row.detail, fate?.detail].filter(said => said !== undefined).join('; ');
  const disposition = reason.startsWith('deferred.') ? 'defer' : 'withhold';
  return {
    reason,
    outcome: {
      provenance: { ...row, reason, disposition, ...(detail === '' ? {} : { detail }) },
      ...(withdrawn ? { withdraws: { reason: withdrawn, sightedAt: row.at } } : {}),
    },
  };
}

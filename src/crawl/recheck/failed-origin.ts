import type { Cursor } from '../../store/index.ts';
import type { Digest, OriginKey } from '../../vocab/index.ts';
import { faultRecord } from '../watch/fault.ts';
import { type OriginContext, taskOf } from './check-origin.ts';

/** Documents withdrawn between two commits. */
const slice = 200;
/** Of what nobody has ever declared. */
const nothing = '' as Digest;

/**
 * An origin whose declarations heed itself failed at. Nobody knows what it says now, as if it could not be reached: its documents stand for `--stands` from the
 * first time on, and fall then.
 * @returns how many fell
 */
export async function failOrigin(origin: OriginKey, error: unknown, context: OriginContext): Promise<number> {
  const { dataset, recrawl, record, wallClock } = context;
  const { standings, standsMs } = recrawl;
  const nowMs = wallClock();
  const { sinceMs, said } = standings.silenceOf(origin) ?? { sinceMs: nowMs, said: nothing };
  standings.setSilence(origin, { sinceMs, said });
  if (nowMs - sinceMs <= standsMs) return 0;
  let withdrawn = 0;
  for (let after: Cursor | undefined, isFirst = true; isFirst || after; isFirst = false) {
    const documents = standings.judgedOtherwise(origin, nothing, slice, after);
    after = documents.length === slice ? documents.at(-1)?.cursor : undefined;
    for (const document of documents) {
      const row = faultRecord(taskOf(document, origin, context), error, record, nowMs);
      const detail = `heed has failed at what its origin declares since ${new Date(sinceMs).toISOString()}`;
      dataset.stage({
        origin,
        provenance: { ...row, reason: 'withdrawn.unreachable', detail },
        withdraws: { reason: 'withdrawn.unreachable', sightedAt: row.at },
      });
    }
    withdrawn += documents.length;
    await dataset.flush();
  }
  return withdrawn;
}

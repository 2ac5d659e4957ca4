import type { Offer } from '../frontier/index.ts';
import type { ProvenanceRecord } from '../store/index.ts';
import type { Instant, Reason } from '../vocab/index.ts';
import { provenanceId, type RecordContext, skewOf } from './record.ts';

/** The row of a URL that is not asked: out of scope, over budget, a forbidden port. Nothing was judged, so there is no evidence. */
export function refusalRecord(
  offer: Offer,
  reason: Reason,
  context: RecordContext,
  atMs: number,
  detail?: string,
): ProvenanceRecord {
  const { run, productToken, policyDigest } = context;
  return {
    id: provenanceId(run, offer.url),
    url: offer.url,
    hops: offer.hops ?? [],
    ...(offer.via === undefined ? {} : { via: offer.via }),
    depth: offer.depth,
    run,
    at: new Date(atMs).toISOString() as Instant,
    ...skewOf(context),
    agent: productToken,
    disposition: 'withhold',
    reason,
    verdicts: {},
    evidence: [],
    ...(detail === undefined ? {} : { detail }),
    policy: policyDigest,
  };
}

/**
 * A new run on an old dataset asks again what was deferred or left over by a limit, and sitemaps, which may list more by now; what ended otherwise
 * begins like one of these.
 */
export const endedForGood: readonly string[] = [
  'kept',
  'unchanged',
  'redirected',
  'withheld.',
  'barrier.',
  'gone.',
  'trap.',
  'failed.',
  'duplicate.',
  'empty',
  'superseded',
  'withdrawn.',
  ...['out-of-scope', 'depth', 'scheme', 'port', 'address', 'url', 'denylist', 'nofollow', 'suppressed'].map(
    why => `refused.${why}`,
  ),
];

import type { AnomalyRecord } from '../../assess/index.ts';
import type { Task } from '../../frontier/index.ts';
import type { ProvenanceRecord } from '../../store/index.ts';
import type { Reason } from '../../vocab/index.ts';
import { provenanceId, type RecordContext, skewOf } from '../record.ts';

/** A page that heed itself failed at fails closed: nothing of it is kept, and its row says so. */
export const faultReason: Reason = 'failed.parse';

/**
 * Does it concern more than one page? Errors for the operator do (storage, lock, network: they carry an exit code), and so do failed system calls and
 * the database's own. What is left is a bug met by one page's bytes.
 */
export function endsTheRun(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  const { exitCode, code, errno, syscall } = error as Partial<Record<'exitCode' | 'code' | 'errno' | 'syscall', unknown>>;
  return (
    typeof exitCode === 'number' || code === 'ERR_SQLITE_ERROR' || (typeof errno === 'number' && typeof syscall === 'string')
  );
}

/** One line of printable ASCII: a message may quote the page. */
export const faultText = (error: unknown): string =>
  `${error instanceof Error ? `${error.name}: ${error.message}` : String(error)}`.replace(/[^\x20-\x7e]+/g, ' ').slice(0, 200);

/** The row of such a page. Nothing was judged, so it holds no verdict; the anomaly names the fault. */
export function faultRecord(
  { url, hops, via, depth }: Task,
  error: unknown,
  context: RecordContext,
  atMs: number,
): ProvenanceRecord {
  const { run, productToken, policyDigest } = context;
  const signal = 'http.status';
  const anomaly: AnomalyRecord = {
    code: 'page.fault',
    effect: 'restricts',
    signal,
    evidence: { signal, source: { url }, locator: { kind: 'absence', looked: 'not judged' }, quote: '', spec: 'heed' },
    detail: faultText(error),
  };
  return {
    id: provenanceId(run, url),
    url,
    hops,
    ...(via === undefined ? {} : { via }),
    depth,
    run,
    at: new Date(atMs).toISOString() as ProvenanceRecord['at'],
    ...skewOf(context),
    agent: productToken,
    disposition: 'withhold',
    reason: faultReason,
    verdicts: {},
    anomalies: [anomaly],
    evidence: [],
    policy: policyDigest,
  };
}

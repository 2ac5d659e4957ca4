/** What a stored verdict tells of its signals, before people: "found nothing" is said of places that somebody could look into only. */
import type { SignalId } from '../vocab/index.ts';
import type { AnomalyRecord, VerdictRecord } from './answer.ts';
import { isOfPage } from './audit/of-page.ts';
import { unseenCodes } from './audit/unseen.ts';

/** @param anomalies of the row: a file that was refused, or that robots.txt closes, is silent to a policy, and was read by nobody */
export function toldReadings(
  { readings, determining = [] }: VerdictRecord,
  anomalies: readonly AnomalyRecord[],
): VerdictRecord['readings'] {
  const unseen = new Set(anomalies.filter(({ code }) => unseenCodes.test(code)).map(({ evidence }) => evidence.signal));
  // A barrier, or no page at all, stood in the place of the page.
  const isPageless =
    determining.some(({ signal }) => signal === 'http.status') || (readings['no-asset'] ?? []).includes('http.status');
  const isHidden = (id: SignalId): boolean => isPageless && isOfPage(id);
  const silent = readings.silent ?? [];
  return withoutEmpty({
    ...readings,
    silent: silent.filter(id => !unseen.has(id) && !isHidden(id)),
    unread: [...(readings.unread ?? []), ...silent.filter(id => unseen.has(id) && !isHidden(id))],
    'no-asset': [...(readings['no-asset'] ?? []), ...silent.filter(isHidden)],
  });
}

const withoutEmpty = (readings: VerdictRecord['readings']): VerdictRecord['readings'] =>
  Object.fromEntries(Object.entries(readings).filter(([, ids]) => ids.length > 0));

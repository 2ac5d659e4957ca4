import type { Anomaly, Evidence, NonEmpty, Reading } from '../vocab/index.ts';

/** A reading of a carrier of which something was not read: a refusal that was read stands; anything else may have been refused in the rest. */
export function settleUnseen(reading: Reading, looked: Evidence, missing: NonEmpty<Anomaly>): Reading {
  const anomalies: NonEmpty<Anomaly> = [...missing, ...(reading.anomalies ?? [])];
  const isRefused =
    reading.state === 'read' &&
    reading.statements.some(
      ({ preference, form, addressee }) =>
        preference === 'disallow' && addressee.to === 'us' && (form === 'conformant' || form === 'lenient'),
    );
  return isRefused ? { ...reading, anomalies } : { state: 'unreadable', looked, anomalies };
}

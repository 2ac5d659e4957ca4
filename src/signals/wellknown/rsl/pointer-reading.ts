import type { About, Anomaly, Evidence, Reading } from '../../../vocab/index.ts';
import { isNonEmpty } from '../../../vocab/index.ts';
import { anomaly } from '../../cite.ts';
import { refusal } from '../../refusal.ts';
import type { LicensePointer } from './pointer.ts';

/**
 * What a carrier of pointers reads: silence, with the first pointer as the place where we looked; a reference that is not as its grammar wants it
 * is a wrong value (RSL 1.0 §4: a declared licence that cannot be obtained licenses nothing), and an inherited one stays inherited.
 * @param absence where we looked when there is no pointer at all
 */
export function readPointers(
  pointers: readonly LicensePointer[],
  about: About,
  absence: Evidence,
  others: readonly Anomaly[] = [],
): Reading {
  const flawed = pointers.filter(({ url, flaw }) => url === null || flaw !== undefined);
  const anomalies = [
    ...flawed.map(({ url, evidence }) =>
      url === null
        ? anomaly('rsl.unusable-pointer', 'ignored', evidence)
        : anomaly('rsl.relative-pointer', 'restricts', evidence, url),
    ),
    ...others,
  ];
  const statements = flawed.map(({ form, evidence }) =>
    refusal(about, form === 'inherited' ? 'inherited' : 'wrong-value', evidence),
  );
  return isNonEmpty(statements)
    ? { state: 'read', statements, anomalies }
    : { state: 'silent', looked: pointers[0]?.evidence ?? absence, anomalies };
}

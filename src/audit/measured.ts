import { type AuditRecord, type DomainFacts, measureDomain, type Yardstick } from '../assess/index.ts';

/** Told of a domain that heed itself failed to measure. */
export type OnFault = (domain: string, error: unknown) => void;

/** A fault of ours at one domain is no fault of the others: its line says that nothing was found out about it, which is no silence. */
export function measuredOr(
  measure: () => AuditRecord,
  { entry, attempts }: Pick<DomainFacts, 'entry' | 'attempts'>,
  yardstick: Yardstick,
  onFault: OnFault,
): AuditRecord {
  try {
    return measure();
  } catch (error) {
    onFault(entry.domain, error);
    return measureDomain({ entry, attempts, carriers: null, why: 'fault' }, yardstick);
  }
}

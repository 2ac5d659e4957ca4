import { mechanisms } from '../signals/index.ts';
import type { SignalId } from '../vocab/index.ts';

/** The mechanism that each signal belongs to, in the order of the catalog. */
export const mechanismOf: ReadonlyMap<SignalId, string> = new Map(
  mechanisms.flatMap(({ id, signals }) => signals.map(signal => [signal.id, id] as const)),
);

/**
 * Who is to be told of an abort. The signals of a run have hundreds of listeners at a time, and an EventTarget looks through all of them whenever one is
 * added or taken away: here one listener tells everybody.
 */
export interface Hearer {
  /** Called once; must not throw. */
  onAbort(): void;
}

const hearersOf = new WeakMap<AbortSignal, Set<Hearer>>();

/** Nothing is told of a signal that has aborted already: ask it first. */
export function hear(signal: AbortSignal, hearer: Hearer): void {
  const known = hearersOf.get(signal);
  if (known) {
    known.add(hearer);
    return;
  }
  const hearers = new Set([hearer]);
  hearersOf.set(signal, hearers);
  const tell = (): void => {
    const all = [...hearers];
    hearers.clear();
    for (const each of all) each.onAbort();
  };
  signal.addEventListener('abort', tell, { once: true });
}

export const unhear = (signal: AbortSignal, hearer: Hearer): void => void hearersOf.get(signal)?.delete(hearer);

const joinedOf = new WeakMap<AbortSignal, WeakMap<AbortSignal, AbortSignal>>();

/** Aborts with the first of both. The same two give the same signal. */
export function joined(one: AbortSignal, other: AbortSignal): AbortSignal {
  const known = joinedOf.get(one) ?? new WeakMap<AbortSignal, AbortSignal>();
  joinedOf.set(one, known);
  const made = known.get(other) ?? AbortSignal.any([one, other]);
  known.set(other, made);
  return made;
}

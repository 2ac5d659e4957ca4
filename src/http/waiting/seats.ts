import { type Hearer, hear, unhear } from '../abort.ts';

/** How many may be under way at once in each group: a registrable domain, a remote address. Counts only; knows no clock and no network. */
export interface Seats {
  /** The first of these groups in which no seat is free. */
  full(groups: readonly string[]): string | undefined;
  /** Takes a seat in each, free or not: ask `full` first. */
  take(groups: readonly string[]): void;
  /** Takes a seat in each as soon as all have one; in order of coming. Rejects with the signal's reason when it aborts. */
  enter(groups: readonly string[], signal: AbortSignal): Promise<void>;
  leave(groups: readonly string[]): void;
}

export interface SeatsOptions {
  readonly limitOf: (group: string) => number;
  /** A seat is free and nobody waits for it in `enter`. */
  readonly onFree?: (group: string) => void;
}

interface Waiter {
  readonly groups: readonly string[];
  readonly admit: () => void;
  /** Where it waits now. */
  at: string;
}

export function createSeats({ limitOf, onFree }: SeatsOptions): Seats {
  const taken = new Map<string, number>();
  const waiting = new Map<string, Set<Waiter>>();

  const full = (groups: readonly string[]): string | undefined => groups.find(group => (taken.get(group) ?? 0) >= limitOf(group));
  const take = (groups: readonly string[]): void => {
    for (const group of groups) taken.set(group, (taken.get(group) ?? 0) + 1);
  };
  const stand = (waiter: Waiter): void => {
    const line = waiting.get(waiter.at);
    if (line) line.add(waiter);
    else waiting.set(waiter.at, new Set([waiter]));
  };
  const withdraw = (waiter: Waiter): void => {
    const line = waiting.get(waiter.at);
    if (line?.delete(waiter) && line.size === 0) waiting.delete(waiter.at);
  };
  /** Whoever waits first and finds a seat everywhere goes in; who lacks one elsewhere waits there instead. */
  const fill = (group: string): void => {
    const line = waiting.get(group);
    // The usual case: nobody waits, and nobody wants to know.
    if (line === undefined && onFree === undefined) return;
    for (const waiter of line ?? []) {
      if (full([group]) !== undefined) return;
      withdraw(waiter);
      const elsewhere = full(waiter.groups);
      if (elsewhere === undefined) {
        take(waiter.groups);
        waiter.admit();
      } else {
        waiter.at = elsewhere;
        stand(waiter);
      }
    }
    if (full([group]) === undefined) onFree?.(group);
  };

  return {
    full,
    take,
    async enter(groups, signal) {
      signal.throwIfAborted();
      const at = full(groups);
      if (at === undefined) return take(groups);
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const waiter: Waiter & Hearer = {
        groups,
        at,
        admit: () => {
          unhear(signal, waiter);
          resolve();
        },
        onAbort: () => {
          withdraw(waiter);
          reject(signal.reason);
        },
      };
      hear(signal, waiter);
      stand(waiter);
      return promise;
    },
    leave(groups) {
      for (const group of groups) {
        const left = (taken.get(group) ?? 0) - 1;
        if (left > 0) taken.set(group, left);
        else taken.delete(group);
      }
      for (const group of groups) fill(group);
    },
  };
}

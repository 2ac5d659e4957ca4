import { joined } from '../abort.ts';
import type { AddressBook } from '../place/address-book.ts';
import type { Seats } from './seats.ts';
import { sleepUntil } from './sleep.ts';

export interface AdmissionOptions {
  readonly seats: Seats;
  readonly book: AddressBook;
  /** Where a request needs a seat. @param machine that of its host, undefined where it is not spared or not known */
  readonly groupsOf: (url: URL, machine: string | undefined) => readonly string[];
  /** Until when nothing is asked of a host, in ms on `now`'s clock; undefined: it may be asked. */
  readonly quietUntilMs: (host: string) => number | undefined;
  /** Monotonic, ms. */
  readonly now: () => number;
  /** Ends every wait here, whatever becomes of requests that are under way. */
  readonly stop: AbortSignal;
}

/** The last door before a request: waits until it may go out. What it returns is called when the request is over. */
export type Admission = (url: URL, signal: AbortSignal) => Promise<() => void>;

export const domainGroup = (domain: string): string => `domain ${domain}`;
export const addressGroup = (machine: string): string => `address ${machine}`;

export function createAdmission({ seats, book, groupsOf, quietUntilMs, now, stop }: AdmissionOptions): Admission {
  return async (url, signal) => {
    const { hostname } = url;
    for (;;) {
      signal.throwIfAborted();
      stop.throwIfAborted();
      const quiet = quietUntilMs(hostname);
      if (quiet !== undefined) {
        await sleepUntil(quiet, now, joined(signal, stop));
        continue;
      }
      const groups = groupsOf(url, await book.machineOf(hostname));
      if (seats.full(groups) === undefined) seats.take(groups);
      else await seats.enter(groups, joined(signal, stop));
      // The night may have begun, or all be over, while we waited for a name and a seat: an aborted signal is heard by no request.
      const isOver = signal.aborted || stop.aborted;
      if (!isOver && quietUntilMs(hostname) === undefined) return () => seats.leave(groups);
      seats.leave(groups);
    }
  };
}

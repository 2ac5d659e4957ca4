/**
 * Faults of our own at pages, counted where they happen. Whatever an origin sends, it closes nobody but itself: so many faults in a row at its pages,
 * and none of them is asked again in this process. Only where so many different sites fail in a row, with no page judged in between, is it no site's
 * doing, and the run ends.
 */
import type { Task } from '../../frontier/index.ts';
import type { OriginKey } from '../../vocab/index.ts';
import { domainOf } from '../find/scope.ts';
import { faultText } from './fault.ts';
import type { CrawlEvent } from './progress.ts';

/** Of one origin, in a row, until it is closed. */
export const maxFaultsOfOrigin = 10;
/** Registrable domains, in a row, until the run ends: hosts are for the asking, names have to be bought. */
export const maxSitesThatFail = 20;
/** Origins whose faults are remembered; beyond it the first is forgotten, and begins anew. */
const maxRemembered = 10_000;

export interface FaultWatch {
  /** Pages that a fault of ours kept from being judged. */
  readonly count: number;
  failed(at: Pick<Task, 'url' | 'origin'>, error: unknown): void;
  /** A page of it was judged, and its row made. */
  judged(origin: OriginKey): void;
  /** No more is asked of it. */
  isClosed(origin: OriginKey): boolean;
}

export interface FaultWatchOptions {
  readonly onEvent: (event: CrawlEvent) => void;
  readonly endRun: (error: unknown) => void;
}

export function createFaultWatch({ onEvent, endRun }: FaultWatchOptions): FaultWatch {
  const inARow = new Map<OriginKey, number>();
  const sites = new Set<string>();
  const isClosed = (origin: OriginKey): boolean => (inARow.get(origin) ?? 0) >= maxFaultsOfOrigin;
  let count = 0;

  return {
    get count() {
      return count;
    },
    failed({ url, origin }, error) {
      count++;
      onEvent({ event: 'page.fault', url, error: faultText(error) });
      const faults = (inARow.get(origin) ?? 0) + 1;
      const [first] = inARow.keys();
      if (inARow.size >= maxRemembered && first !== undefined && !inARow.has(origin)) inARow.delete(first);
      inARow.set(origin, faults);
      if (faults === maxFaultsOfOrigin) onEvent({ event: 'origin.closed', origin, faults });
      sites.add(domainOf(new URL(origin)));
      if (sites.size >= maxSitesThatFail) endRun(error);
    },
    judged(origin) {
      if (inARow.size > 0 && !isClosed(origin)) inARow.delete(origin);
      sites.clear();
    },
    isClosed,
  };
}

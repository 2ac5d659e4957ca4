import type { OriginKey } from '../vocab/index.ts';
import { baseOf } from './address.ts';
import type { Due } from './heap.ts';
import type { PendingRow } from './rows.ts';

/** A retried or returned task of one origin, waiting in memory. */
export interface Parked {
  readonly row: PendingRow;
  readonly notBeforeMs: number;
}

/** Why an origin whose own pause is over must wait all the same. */
export type Hindrance =
  /** Nothing is asked of it before then. */
  | { readonly why: 'quiet'; readonly untilMs: number }
  /** As many as may be are under way in a group it belongs to; `wake` of that group lets the next one try. */
  | { readonly why: 'domain-concurrency' | 'address-concurrency' | 'max-pages-per-domain'; readonly group: string };

/** An origin's place in the queue of those that come due. */
export interface Entry extends Due {
  readonly state: OriginState;
}

/** One origin's queue and pace. Only origins with something to do, or whose last request is not long ago, are in memory. */
export interface OriginState {
  /** Row id; 0 until the origin has a row. */
  id: number;
  readonly key: OriginKey;
  readonly base: string;
  /** Pending rows that were not read from the table yet. */
  stored: number;
  /** Pending rows from this `seq` on were not read yet, those before it were. */
  nextSeq: number;
  buffer: PendingRow[];
  /** `seq` of those that were popped and have not ended, retried ones included, in order. */
  open: number[];
  /** Sorted by `notBeforeMs`. */
  parked: Parked[];
  /** Tasks that were popped and neither finished nor given back. */
  inFlight: number;
  /** One request at a time. */
  isBusy: boolean;
  /** When the delay since the last request is over. */
  dueMs: number;
  /** What the delay is, where it is more than the configured one. */
  delayWhy: 'delay' | 'adaptive-delay';
  heldUntilMs: number;
  holdWhy: 'retry-after' | 'backoff';
  crawlDelayMs: number;
  /** What its gate said last, while it waits for that. */
  hindrance: Hindrance | undefined;
  /** The group whose free place it was given to try. */
  wokenBy: string | undefined;
  entry: Entry | undefined;
}

export const newState = (key: OriginKey, id: number): OriginState => ({
  id,
  key,
  base: baseOf(key),
  stored: 0,
  nextSeq: 0,
  buffer: [],
  open: [],
  parked: [],
  inFlight: 0,
  isBusy: false,
  dueMs: Number.NEGATIVE_INFINITY,
  delayWhy: 'delay',
  heldUntilMs: Number.NEGATIVE_INFINITY,
  holdWhy: 'retry-after',
  crawlDelayMs: 0,
  hindrance: undefined,
  wokenBy: undefined,
  entry: undefined,
});

/** Takes one that ends out of those that are open. @returns a `seq` that no pending row of the origin is before, from then on */
export function endOf(state: OriginState, seq: number): number {
  const at = state.open.indexOf(seq);
  if (at >= 0) state.open.splice(at, 1);
  return state.open[0] ?? state.buffer[0]?.seq ?? state.nextSeq;
}

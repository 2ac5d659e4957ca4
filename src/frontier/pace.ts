import type { OriginKey } from '../vocab/index.ts';
import { createHeap, type Due, type Heap } from './heap.ts';
import type { PendingRow } from './rows.ts';

/** A retried or returned task of one origin, waiting in memory. */
export interface Parked {
  readonly row: PendingRow;
  readonly notBeforeMs: number;
}

/** One origin's queue and pace. Only origins with something to do, or whose last request is not long ago, are in memory. */
export interface OriginState {
  /** Row id; 0 until the origin has a row. */
  id: number;
  readonly key: OriginKey;
  readonly base: string;
  /** Pending rows that were not read from the table yet. */
  stored: number;
  /** `seq` of the last row read. */
  lastSeq: number;
  buffer: PendingRow[];
  /** Sorted by `notBeforeMs`. */
  parked: Parked[];
  /** Tasks that were popped and neither finished nor given back. */
  inFlight: number;
  /** One request at a time. */
  isBusy: boolean;
  /** When the delay since the last request is over. */
  dueMs: number;
  heldUntilMs: number;
  crawlDelayMs: number;
  entry: Entry | undefined;
}

interface Entry extends Due {
  readonly state: OriginState;
}

/** More retried tasks than this and the origin gets no new ones: what waits in memory stays bounded. */
export const maxParked = 64;

export interface Pace {
  /** Puts an origin that has something to do at its place in the queue, or moves it there. */
  schedule(state: OriginState): void;
  /** The origin whose turn has come, taken out of the queue. */
  takeDue(nowMs: number): OriginState | undefined;
  isAnyDue(nowMs: number): boolean;
  /** When the next origin comes due; in the past when one is due. */
  nextDueMs(): number | undefined;
}

const never = Number.POSITIVE_INFINITY;

/** When an origin has a task, whatever its pace; Infinity when it has none. */
export function workAtMs(state: OriginState): number {
  const [first] = state.parked;
  if (state.parked.length < maxParked && state.buffer.length + state.stored > 0) return 0;
  return first?.notBeforeMs ?? never;
}

/** When it may be asked again. */
export const freeAtMs = (state: OriginState): number => Math.max(state.dueMs, state.heldUntilMs);

/** Fair between origins: whose delay ended first is served first. `drop` is told of origins that have nothing to do any more. */
export function createPace(drop: (state: OriginState) => void): Pace {
  const heap: Heap<Entry> = createHeap();
  let order = 0;

  function enter(state: OriginState, dueMs: number): void {
    state.entry = { dueMs, order: order++, state };
    heap.push(state.entry);
  }

  /** An origin without work stays in the queue until its delay is over: only then it may be forgotten. */
  const turnOf = (state: OriginState): number => {
    const work = workAtMs(state);
    return Math.max(freeAtMs(state), work === never ? 0 : work);
  };

  function schedule(state: OriginState): void {
    if (state.isBusy) return;
    const turn = turnOf(state);
    if (state.entry === undefined || state.entry.dueMs > turn) enter(state, turn);
  }

  /** The first entry that holds, moved to the top; entries that were replaced or come due later than they say are put right. */
  function head(nowMs: number): Entry | undefined {
    for (let top = heap.peek(); top !== undefined && top.dueMs <= nowMs; top = heap.peek()) {
      const { state } = top;
      if (state.entry === top && !state.isBusy) {
        const turn = turnOf(state);
        const hasWork = workAtMs(state) !== never;
        if (hasWork && turn <= nowMs) return top;
        heap.pop();
        state.entry = undefined;
        if (hasWork || turn > nowMs) enter(state, turn);
        else drop(state);
      } else {
        heap.pop();
        if (state.entry === top) state.entry = undefined;
      }
    }
    return undefined;
  }

  return {
    schedule,
    takeDue(nowMs) {
      const top = head(nowMs);
      if (top === undefined) return undefined;
      heap.pop();
      top.state.entry = undefined;
      return top.state;
    },
    isAnyDue: nowMs => head(nowMs) !== undefined,
    nextDueMs: () => heap.peek()?.dueMs,
  };
}

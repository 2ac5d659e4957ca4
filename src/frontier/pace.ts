import type { OriginKey } from '../vocab/index.ts';
import { createHeap, type Heap } from './heap.ts';
import type { Entry, Hindrance, OriginState } from './origin-state.ts';

/** Asked when an origin's turn has come; undefined lets it go. */
export type Gate = (origin: OriginKey) => Hindrance | undefined;

/** More retried tasks than this and the origin gets no new ones: what waits in memory stays bounded. */
export const maxParked = 64;

export interface Pace {
  /** Puts an origin that has something to do at its place in the queue, or moves it there. */
  schedule(state: OriginState): void;
  /** The origin whose turn has come, taken out of the queue. */
  takeDue(nowMs: number): OriginState | undefined;
  isAnyDue(nowMs: number): boolean;
  /** A place is free in a group: the next origin that waits for one tries again; or all do. */
  wake(group: string, nowMs: number, all?: boolean): void;
  /** When the next origin comes due; in the past when one is due. */
  nextDueMs(): number | undefined;
}

const never = Number.POSITIVE_INFINITY;
const sweepEveryMs = 1_000;

/** When an origin has a task, whatever its pace; Infinity when it has none. */
export function workAtMs(state: OriginState): number {
  const [first] = state.parked;
  if (state.parked.length < maxParked && state.buffer.length + state.stored > 0) return 0;
  return first?.notBeforeMs ?? never;
}

/** When it may be asked again. */
export const freeAtMs = (state: OriginState): number => Math.max(state.dueMs, state.heldUntilMs);

/** Fair between origins: whose delay ended first is served first. `drop` is told of origins that have nothing to do any more. */
export function createPace(drop: (state: OriginState) => void, gate: Gate = () => undefined): Pace {
  const heap: Heap<Entry> = createHeap();
  /** Who waits for a place in a group, in order of coming. */
  const aside = new Map<string, Set<OriginState>>();
  let order = 0;
  let sweepAtMs = 0;

  function enter(state: OriginState, dueMs: number): void {
    state.entry = { dueMs, order: order++, state };
    heap.push(state.entry);
  }

  /** An origin without work stays in the queue until its delay is over: only then it may be forgotten. */
  const turnOf = (state: OriginState): number => {
    const work = workAtMs(state);
    return Math.max(freeAtMs(state), work === never ? 0 : work);
  };

  /** It no longer waits for what hindered it; a place it was offered and does not take is offered to the next. */
  function clear(state: OriginState, isTaken: boolean, nowMs: number): void {
    const { hindrance, wokenBy } = state;
    state.hindrance = undefined;
    state.wokenBy = undefined;
    if (hindrance !== undefined && 'group' in hindrance) {
      const line = aside.get(hindrance.group);
      if (line?.delete(state) && line.size === 0) aside.delete(hindrance.group);
    }
    if (wokenBy !== undefined && !isTaken) wake(wokenBy, nowMs);
  }

  function setAside(state: OriginState, hindrance: Hindrance, nowMs: number): void {
    clear(state, 'group' in hindrance && hindrance.group === state.wokenBy, nowMs);
    state.hindrance = hindrance;
    if ('untilMs' in hindrance) {
      enter(state, hindrance.untilMs);
      return;
    }
    const line = aside.get(hindrance.group);
    if (line) line.add(state);
    else aside.set(hindrance.group, new Set([state]));
  }

  function wake(group: string, nowMs: number, all = false): void {
    for (const state of aside.get(group) ?? []) {
      clear(state, true, nowMs);
      schedule(state);
      // One that was told to wait meanwhile has no use for the place.
      if (all || state.isBusy || turnOf(state) > nowMs) continue;
      state.wokenBy = group;
      return;
    }
  }

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
        const hindrance = hasWork && turn <= nowMs ? gate(state.key) : undefined;
        if (hasWork && turn <= nowMs && hindrance === undefined) return top;
        heap.pop();
        state.entry = undefined;
        if (hindrance !== undefined) setAside(state, hindrance, nowMs);
        else if (hasWork || turn > nowMs) enter(state, turn);
        else {
          clear(state, false, nowMs);
          drop(state);
        }
      } else {
        heap.pop();
        if (state.entry === top) state.entry = undefined;
      }
    }
    return aside.size > 0 && nowMs >= sweepAtMs ? sweep(nowMs) : undefined;
  }

  /** A free place that nobody was told of costs a moment, never the run. */
  function sweep(nowMs: number): Entry | undefined {
    sweepAtMs = nowMs + sweepEveryMs;
    for (const [group, [first]] of [...aside]) {
      const hindrance = first && gate(first.key);
      // Who is woken in vain goes to the end of the line.
      if (hindrance === undefined || !('group' in hindrance) || hindrance.group !== group) wake(group, nowMs);
    }
    return head(nowMs);
  }

  return {
    schedule,
    takeDue(nowMs) {
      const top = head(nowMs);
      if (top === undefined) return undefined;
      heap.pop();
      top.state.entry = undefined;
      clear(top.state, true, nowMs);
      return top.state;
    },
    wake,
    isAnyDue: nowMs => head(nowMs) !== undefined,
    nextDueMs: () => heap.peek()?.dueMs,
  };
}

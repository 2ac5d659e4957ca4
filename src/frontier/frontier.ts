import type { DatabaseSync } from 'node:sqlite';
import type { OriginKey, Reason } from '../vocab/index.ts';
import { baseOf } from './address.ts';
import { FrontierError } from './errors.ts';
import { endOf, newState, type OriginState } from './origin-state.ts';
import { createPace, type Gate } from './pace.ts';
import type { Reopen } from './reopen.ts';
import { type Found, type Haste, openRows, type PendingRow } from './rows.ts';
import { createSeenLately } from './seen-lately.ts';
import type { Offer, Offered, Revisit, Task } from './task.ts';
import { inTransaction } from './transaction.ts';
import { createWaiting, type WaitingCounts, type WaitingOrigin } from './waiting.ts';

export interface FrontierOptions {
  /** Between the end of a request to an origin and the next one to it, in ms; 0 allowed. */
  readonly delayMs: number;
  /** Longest Crawl-delay and Retry-After that is honoured, in ms, so that a bounded run ends. Default 60 000. */
  readonly maxDelayMs?: number;
  /** What else may make an origin wait whose pause is over. */
  readonly gate?: Gate;
  /** Rows of one era of the index that finds them (`eras.ts`); 1,048,576 unless a test says otherwise. */
  readonly urlsPerEra?: number;
  /** Monotonic clock in ms, 0 or later. Every `…Ms` argument and result below is on it, except where it says wall time. */
  readonly now: () => number;
}

export interface FrontierCounts {
  /** To be popped, retried ones included. */
  readonly pending: number;
  /** Popped, not finished yet. */
  readonly inFlight: number;
  readonly finished: number;
  /** Finished ones, over all runs. */
  readonly byReason: Readonly<Record<string, number>>;
}

/**
 * What to fetch next and when. One request per origin at a time: `next` makes an origin busy, `release` frees it and starts its delay,
 * whether or not the outcome is committed. Numbers in memory follow what is applied; a transaction that fails ends the run, so they are
 * never wrong for longer.
 */
export interface Frontier {
  /** @param refuse asked once about each URL that nobody offered before: a reason not to fetch it that depends on what was offered so far */
  /** True for a URL that was certainly offered before; false where it would have to be looked up. To be asked before anything is made of a link. */
  isKnown(url: string): boolean;
  offer(list: readonly Offer[], refuse?: (fresh: Offer) => Reason | null): Offered;
  /** The next URL whose origin is free and due. */
  next(): Task | undefined;
  /**
   * Frees an origin. `endedAtMs` is the end of its last request; left out, no request was made and no delay starts. `pause`: a longer
   * delay than the configured one, this time.
   */
  release(origin: OriginKey, endedAtMs?: number, pause?: { readonly ms: number; readonly why: OriginState['delayWhy'] }): void;
  /**
   * Ends a URL; inside the transaction that records it. Without `revisit` it does not come due again by itself.
   * @throws ERR_FRONTIER_TASK when it is not in flight: a URL ends once.
   */
  finish(task: Task, reason: Reason, revisit?: Revisit): void;
  /** Ends one that was finished before and is not asked now: it keeps its reason, and is due from `dueAtMs` on (wall time). */
  postpone(task: Task, dueAtMs: number): void;
  /** Asks finished URLs earlier than they would come due: those that were changed, so somebody says, after they were visited. Wall times in ms. */
  hasten(list: readonly { readonly origin: OriginKey; readonly url: string; readonly lastmodMs: number }[], haste: Haste): void;
  /** Queues a task again, counting a try. Its origin stays busy until `release`; so too with `putBack`. */
  retry(task: Task, notBeforeMs: number): void;
  /** Queues a task again as if it had not been popped; not to be popped before then, where that is said. */
  putBack(task: Task, notBeforeMs?: number): void;
  /** The origin's own Crawl-delay in ms; clamped. The longer of it and `delayMs` holds. */
  setCrawlDelay(origin: OriginKey, delayMs: number): void;
  /** Holds a whole origin (Retry-After, back-off); clamped. */
  hold(origin: OriginKey, untilMs: number, why?: OriginState['holdWhy']): void;
  /** A place is free in a group that the gate named: the next origin that waits for one tries again; or all do. */
  wake(group: string, all?: boolean): void;
  counts(): FrontierCounts;
  /** URLs that were offered without a page that linked to them, in any run. */
  seeds(): Iterable<string>;
  /** Origins that have something to do and wait for their time, soonest first. Of many origins the answer may be some time old: 1 s of 20 000. */
  waiting(limit?: number): readonly WaitingOrigin[];
  /** How many origins wait, by what they wait for; as old as the answer of `waiting`. */
  waitingCounts(): WaitingCounts;
  /** Origins held in memory: those with something to do, with a pause that is not over, or with a Crawl-delay of their own. */
  heldOrigins(): number;
  nextDueMs(): number | undefined;
  /** Nothing is due now. */
  isEmpty(): boolean;
  /** Nothing pending that could be popped at any time; what is offered and not yet stored does not count. */
  isIdle(): boolean;
  /** Nothing pending, nothing in flight, nothing offered and not yet stored. */
  isFinished(): boolean;
  /** Makes finished URLs pending for a recrawl. Before the first `next`. Returns how many. @throws ERR_FRONTIER_STARTED */
  reopen(which: Reopen): number;
}

/** Rows read ahead per origin save statements; those of all origins together are bounded, as far as the least per origin lets them. */
const readAhead = { most: 16, least: 4, ofAll: 65_536 };

/** Opens the frontier on the dataset's state database; pending URLs of an earlier process are pending again. */
export function openFrontier(db: DatabaseSync, options: FrontierOptions): Frontier {
  const { delayMs, maxDelayMs = 60_000, gate, now } = options;
  const rows = openRows(db, options.urlsPerEra);
  const origins = new Map<OriginKey, OriginState>();
  const inFlight = new Map<string, { readonly state: OriginState; readonly row: PendingRow }>();
  const reserved = new Set<string>();
  const lately = createSeenLately();
  let byReason = new Map<string, number>();
  let lastSeq = 0;
  let pending = 0;
  let hasStarted = false;
  const waiting = createWaiting(origins, delayMs, now);

  const drop = (state: OriginState): void => {
    // A longer delay of its own must outlast the queue: forgetting it would make us faster than asked.
    if (state.inFlight === 0 && state.crawlDelayMs <= delayMs) origins.delete(state.key);
  };
  const pace = createPace(drop, gate);

  function stateOf(key: OriginKey): OriginState {
    let state = origins.get(key);
    if (state === undefined) {
      state = newState(key, rows.originId(key) ?? 0);
      origins.set(key, state);
    }
    return state;
  }

  function load(): void {
    ({ byReason, lastSeq } = rows.load());
    pending = 0;
    for (const { id, key, urls, fromSeq } of rows.pendingByOrigin()) {
      const state = origins.get(key) ?? newState(key, id);
      origins.set(key, state);
      Object.assign(state, { stored: urls, nextSeq: fromSeq, buffer: [] });
      pending += urls;
      pace.schedule(state);
    }
  }

  function addStored(state: OriginState, seq: number): void {
    // Everything before it is read: what was finished or refused meanwhile need not be walked over.
    if (state.stored === 0) state.nextSeq = seq;
    state.stored++;
    pending++;
  }

  const count = (reason: string): void => void byReason.set(reason, (byReason.get(reason) ?? 0) + 1);

  function store(offers: readonly Offer[], places: readonly (Found | undefined)[]): void {
    const refused = new Map<string, number>();
    const added = new Map<number, number[]>();
    for (const [at, offer] of offers.entries()) storeOne(offer, places[at], refused, added);
    if (offers.length > 0) rows.settle({ lastSeq, refused, pending: added });
  }

  function storeOne(offer: Offer, free: Found | undefined, refused: Map<string, number>, added: Map<number, number[]>): void {
    const state = stateOf(offer.origin);
    if (state.id === 0) state.id = rows.insertOrigin(offer.origin);
    if (!rows.insert(state.id, offer, state.base, ++lastSeq, free)) return;
    if (offer.refusal !== undefined) {
      count(offer.refusal);
      refused.set(offer.refusal, (refused.get(offer.refusal) ?? 0) + 1);
    } else {
      addStored(state, lastSeq);
      const seqs = added.get(state.id);
      if (seqs) seqs.push(lastSeq);
      else added.set(state.id, [lastSeq]);
    }
    pace.schedule(state);
  }

  /** A retried task whose time has come, else the next in order of offering. */
  function pick(state: OriginState, nowMs: number): PendingRow | undefined {
    const [first] = state.parked;
    if (first !== undefined && first.notBeforeMs <= nowMs) return state.parked.shift()?.row;
    if (state.buffer.length === 0) {
      const share = Math.floor(readAhead.ofAll / origins.size);
      const limit = Math.min(Math.max(share, readAhead.least), readAhead.most);
      const { found, walkedTo } = rows.take(state.id, state.nextSeq, limit, state.base);
      state.buffer = found;
      const last = found.at(-1);
      if (last !== undefined) state.nextSeq = last.seq + 1;
      else if (walkedTo !== undefined) state.nextSeq = walkedTo;
      // An empty table answers for itself: whatever was counted and is not there does not exist.
      const isEnd = last === undefined && walkedTo === undefined;
      if (isEnd) pending -= state.stored;
      state.stored = isEnd ? 0 : Math.max(0, state.stored - found.length);
    }
    const row = state.buffer.shift();
    if (row !== undefined) state.open.push(row.seq);
    return row;
  }

  function land(task: Task): { readonly state: OriginState; readonly row: PendingRow } {
    const flying = inFlight.get(task.key);
    if (flying === undefined)
      throw new FrontierError('ERR_FRONTIER_TASK', `\`${task.url}\` is not in flight, so it cannot end; report this`);
    inFlight.delete(task.key);
    flying.state.inFlight--;
    return flying;
  }

  function park(task: Task, notBeforeMs: number, tries: number): void {
    const { state, row } = land(task);
    const parked = { row: { ...row, task: { ...row.task, tries } }, notBeforeMs };
    const after = state.parked.findIndex(other => other.notBeforeMs > notBeforeMs);
    state.parked.splice(after < 0 ? state.parked.length : after, 0, parked);
    pending++;
    pace.schedule(state);
  }

  load();

  const isKnown = (url: string): boolean => reserved.has(url) || lately.has(url);

  return {
    isKnown,
    offer(list, refuse = () => null) {
      const fresh: Offer[] = [];
      const places: (Found | undefined)[] = [];
      for (const offer of list) {
        const { url, origin } = offer;
        if (isKnown(url)) continue;
        const state = origins.get(origin);
        const id = state?.id ?? rows.originId(origin) ?? 0;
        const found = id === 0 ? undefined : rows.find(id, url, state?.base ?? baseOf(origin));
        if (found?.seq !== undefined) {
          lately.add(url);
          continue;
        }
        reserved.add(url);
        const refusal = offer.refusal ?? refuse(offer);
        fresh.push(refusal === null ? offer : { ...offer, refusal });
        places.push(found);
      }
      const forget = (): void => {
        for (const { url } of fresh) reserved.delete(url);
      };
      return {
        fresh,
        seenCount: list.length - fresh.length,
        forget,
        apply() {
          inTransaction(db, () => store(fresh, places));
          for (const { url } of fresh) lately.add(url);
          forget();
        },
      };
    },
    next() {
      hasStarted = true;
      const nowMs = now();
      for (let state = pace.takeDue(nowMs); state !== undefined; state = pace.takeDue(nowMs)) {
        const row = pick(state, nowMs);
        if (row === undefined) {
          // What is pending lies further on than one look goes: the others have their turn first.
          if (state.stored > 0) state.dueMs = Math.max(state.dueMs, nowMs + 1);
          pace.schedule(state);
          continue;
        }
        state.isBusy = true;
        state.inFlight++;
        pending--;
        const key = `${state.id}:${row.seq}`;
        inFlight.set(key, { state, row });
        return { key, origin: state.key, ...row.task };
      }
      return undefined;
    },
    release(origin, endedAtMs, pause = { ms: 0, why: 'delay' }) {
      const state = stateOf(origin);
      state.isBusy = false;
      if (endedAtMs !== undefined) {
        const ownMs = Math.max(delayMs, state.crawlDelayMs);
        state.dueMs = Math.max(state.dueMs, endedAtMs + Math.max(ownMs, pause.ms));
        state.delayWhy = pause.ms > ownMs ? pause.why : 'delay';
      }
      pace.schedule(state);
    },
    finish(task, reason, revisit) {
      const { state, row } = land(task);
      if (!rows.finish([state.id, row.seq], endOf(state, row.seq), reason, revisit))
        throw new FrontierError('ERR_FRONTIER_TASK', `\`${task.url}\` is finished already; report this`);
      count(reason);
      pace.schedule(state);
    },
    postpone(task, dueAtMs) {
      const { state, row } = land(task);
      if (!rows.postpone([state.id, row.seq], endOf(state, row.seq), dueAtMs))
        throw new FrontierError('ERR_FRONTIER_TASK', `\`${task.url}\` was never finished; report this`);
      count(task.before?.reason ?? '');
      pace.schedule(state);
    },
    hasten: (list, haste) =>
      inTransaction(db, () => {
        for (const { origin, url, lastmodMs } of list) {
          const state = stateOf(origin);
          const { seq } = rows.find(state.id, url, state.base);
          const reason = seq === undefined ? undefined : rows.hasten([state.id, seq], lastSeq + 1, lastmodMs, haste);
          if (reason !== undefined) {
            lastSeq++;
            byReason.set(reason, (byReason.get(reason) ?? 1) - 1);
            addStored(state, lastSeq);
          }
          pace.schedule(state);
        }
      }),
    retry(task, notBeforeMs) {
      park(task, notBeforeMs, task.tries + 1);
      const [originId, seq] = task.key.split(':').map(Number);
      rows.addTry([originId ?? 0, seq ?? 0]);
    },
    putBack: (task, notBeforeMs = 0) => park(task, notBeforeMs, task.tries),
    setCrawlDelay(origin, ms) {
      const state = stateOf(origin);
      state.crawlDelayMs = Math.min(Math.max(ms, 0), maxDelayMs);
      pace.schedule(state);
    },
    hold(origin, untilMs, why = 'retry-after') {
      const state = stateOf(origin);
      const clampedMs = Math.min(untilMs, now() + maxDelayMs);
      if (clampedMs > state.heldUntilMs) Object.assign(state, { heldUntilMs: clampedMs, holdWhy: why });
      pace.schedule(state);
    },
    wake: (group, all) => pace.wake(group, now(), all),
    counts() {
      let finished = 0;
      for (const n of byReason.values()) finished += n;
      return { pending, inFlight: inFlight.size, finished, byReason: Object.fromEntries(byReason) };
    },
    seeds: () => rows.seeds(),
    waiting: (limit = 10) => waiting(limit).list.slice(0, limit),
    waitingCounts: () => waiting().counts,
    heldOrigins: () => origins.size,
    nextDueMs: () => pace.nextDueMs(),
    isEmpty: () => !pace.isAnyDue(now()),
    isIdle: () => pending === 0,
    isFinished: () => pending === 0 && inFlight.size === 0 && reserved.size === 0,
    reopen(which) {
      if (hasStarted) throw new FrontierError('ERR_FRONTIER_STARTED', 'URLs were popped already; reopen before the first `next`');
      const reopened = rows.reopen(which);
      load();
      return reopened;
    },
  };
}

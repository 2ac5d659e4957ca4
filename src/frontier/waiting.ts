import type { OriginKey } from '../vocab/index.ts';
import type { Hindrance, OriginState } from './origin-state.ts';
import { freeAtMs, workAtMs } from './pace.ts';

export interface WaitingOrigin {
  readonly origin: OriginKey;
  /** When it may be asked; where it waits for a place, nobody knows: now. */
  readonly dueMs: number;
  readonly why: 'delay' | 'adaptive-delay' | 'crawl-delay' | 'retry-after' | 'backoff' | 'retry' | Hindrance['why'];
}

export type WaitingCounts = Readonly<Record<WaitingOrigin['why'], number>>;

const noneWait: WaitingCounts = {
  ...{ delay: 0, 'adaptive-delay': 0, 'crawl-delay': 0, 'retry-after': 0, backoff: 0, retry: 0, quiet: 0 },
  ...{ 'domain-concurrency': 0, 'address-concurrency': 0, 'max-pages-per-domain': 0 },
};

interface Walk {
  readonly atMs: number;
  readonly limit: number;
  readonly list: readonly WaitingOrigin[];
  readonly counts: WaitingCounts;
}

/** Who waits and for what, by a walk over every origin: the more there are, the longer its answer holds, so that asking costs a small share of the time at most. */
export function createWaiting(
  origins: ReadonlyMap<OriginKey, OriginState>,
  delayMs: number,
  now: () => number,
): (limit?: number) => Walk {
  let walk: Walk = { atMs: Number.NEGATIVE_INFINITY, limit: 0, list: [], counts: noneWait };

  function whyOf(state: OriginState, work: number): WaitingOrigin['why'] {
    if (work > freeAtMs(state)) return 'retry';
    if (state.heldUntilMs >= state.dueMs) return state.holdWhy;
    if (state.delayWhy !== 'delay') return state.delayWhy;
    return state.crawlDelayMs > delayMs ? 'crawl-delay' : 'delay';
  }

  return (limit = walk.limit) => {
    const nowMs = now();
    const holdsMs = Math.floor(origins.size / 1_000) * 50;
    if (walk.limit >= limit && nowMs - walk.atMs < holdsMs) return walk;
    const list: WaitingOrigin[] = [];
    const counts = { ...noneWait };
    for (const state of origins.values()) {
      const work = workAtMs(state);
      const { hindrance } = state;
      const quietUntilMs = hindrance !== undefined && 'untilMs' in hindrance ? hindrance.untilMs : 0;
      const dueMs = Math.max(freeAtMs(state), work, quietUntilMs);
      if (state.isBusy || !Number.isFinite(dueMs) || (dueMs <= nowMs && hindrance === undefined)) continue;
      const why = hindrance?.why ?? whyOf(state, work);
      counts[why]++;
      if (list.length === limit && dueMs >= (list.at(-1)?.dueMs ?? 0)) continue;
      list.splice(list.findLastIndex(other => other.dueMs <= dueMs) + 1, 0, { origin: state.key, dueMs, why });
      if (list.length > limit) list.pop();
    }
    walk = { atMs: nowMs, limit, list, counts };
    return walk;
  };
}

import type { OriginKey, Reason } from '../vocab/index.ts';
import type { PageResult } from './page.ts';
import { isWorthRetrying } from './reason.ts';

export interface DeferralOptions {
  /** From the first failure on; ms. */
  readonly limitMs: number;
  /** Monotonic, ms. */
  readonly now: () => number;
  /** When the last request to an origin ended, on the same clock: what it waited since then counts. */
  readonly endedMs?: (origin: OriginKey) => number | undefined;
  /** In the place of `maxTries`. */
  readonly tries?: number;
  /** May trying again within this run change the answer? Default: where it was deferred. */
  readonly isWorth?: (reason: Reason) => boolean;
}

/** What to do with a URL that could not be judged or fetched yet. */
export type Deferral =
  | { readonly act: 'end' }
  /** This URL is asked again at this time. */
  | { readonly act: 'retry'; readonly notBeforeMs: number }
  /** The whole origin waits, and what it could not answer is asked again then. */
  | { readonly act: 'hold'; readonly untilMs: number };

/** Each URL, and each origin's declarations, are asked this often in a run. */
export const maxTries = 3;
/** Of what fails at the same time; the longest known is forgotten first, which gives it its tries anew. */
const maxRemembered = 100_000;

interface Failing {
  tries: number;
  /** When the newest set that failed was made. */
  at: string;
  readonly since: number;
}

/**
 * Tries over time: an early second look, a later third one, all within the limit. What still does not answer ends as `deferred.*`: never kept,
 * never silently dropped. An origin counts as one for its declarations, so that a thousand URLs behind a broken robots.txt cost three requests.
 */
export function createDeferrals(options: DeferralOptions): (result: PageResult) => Deferral {
  const { limitMs, now, endedMs = () => undefined, tries = maxTries, isWorth = isWorthRetrying } = options;
  const origins = new Map<OriginKey, Failing>();
  const pages = new Map<string, number>();
  const backoff = (attempt: number): number => (attempt <= 1 ? limitMs / 60 : limitMs / 6);

  const ofOrigin = ({ origin }: PageResult): Deferral => {
    const askedMs = Math.min(now(), endedMs(origin.origin) ?? now());
    const state = origins.get(origin.origin) ?? { tries: 0, at: '', since: askedMs };
    remember(origins, origin.origin, state);
    // A set asked again has a later time, even when the answer is the same; an older one was in use by pages that took longer.
    const isNew = origin.record.at > state.at;
    if (isNew) {
      state.tries++;
      state.at = origin.record.at;
    }
    if (state.tries >= tries || now() - state.since > limitMs) return { act: 'end' };
    if (!isNew) return { act: 'hold', untilMs: now() };
    const waitMs = Math.max(origin.retryAfterMs ?? 0, backoff(state.tries));
    const untilMs = askedMs + waitMs;
    return untilMs > state.since + limitMs ? { act: 'end' } : { act: 'hold', untilMs };
  };

  const ofPage = ({ task, retryAfterMs }: PageResult): Deferral => {
    const since = pages.get(task.url) ?? now();
    remember(pages, task.url, since);
    const notBeforeMs = now() + Math.max(retryAfterMs ?? 0, backoff(task.tries + 1));
    if (task.tries + 1 < tries && notBeforeMs <= since + limitMs) return { act: 'retry', notBeforeMs };
    pages.delete(task.url);
    return { act: 'end' };
  };

  return result => {
    if (!isWorth(result.reason)) {
      pages.delete(result.task.url);
      return { act: 'end' };
    }
    return isAboutOrigin(result.reason) ? ofOrigin(result) : ofPage(result);
  };
}

const isAboutOrigin = (reason: Reason): boolean =>
  reason.startsWith('deferred.robots.') || reason.startsWith('deferred.declaration.');

function remember<K, V>(map: Map<K, V>, key: K, value: V): void {
  if (map.size >= maxRemembered && !map.has(key)) map.delete(map.keys().next().value as K);
  map.set(key, value);
}

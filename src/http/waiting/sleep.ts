import { hear, unhear } from '../abort.ts';

/** A longer timer fires at once. */
const maxTimerMs = 2 ** 31 - 1;

/** Sleeps until the clock says so, and not a moment less; rejects with the signal's reason when it aborts. */
export async function sleepUntil(dueMs: number, now: () => number, signal: AbortSignal): Promise<void> {
  // A timer may fire a fraction early; a gap shorter than asked would break a promise.
  for (let left = dueMs - now(); left > 0; left = dueMs - now()) await sleep(Math.min(Math.ceil(left), maxTimerMs), signal);
  signal.throwIfAborted();
}

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const sleeper = {
      onAbort: () => {
        clearTimeout(timer);
        reject(signal.reason);
      },
    };
    const timer = setTimeout(() => {
      unhear(signal, sleeper);
      resolve();
    }, ms);
    hear(signal, sleeper);
  });
}

/**
 * How long this process was deaf: a page that takes a second to read keeps every socket waiting, and what the far side said meanwhile lies
 * unread. A deadline that counted that second would call a prompt site slow because of its neighbour.
 */
export interface StallClock {
  /** Ms of deafness since the clock was made. */
  readonly stalledMs: number;
  /** It ticks while anybody waits for something. */
  enter(): void;
  leave(): void;
}

const tickMs = 50;

/** @param now monotonic, ms */
export function createStallClock(now: () => number = () => performance.now()): StallClock {
  let total = 0;
  let waiting = 0;
  let lastAtMs = 0;
  let timer: NodeJS.Timeout | undefined;
  /** A tick that comes later than two of them should was kept from coming. */
  const look = (): void => {
    if (timer === undefined) return;
    const at = now();
    const lateMs = at - lastAtMs - tickMs;
    if (lateMs > tickMs) total += lateMs;
    lastAtMs = at;
  };
  return {
    get stalledMs() {
      look();
      return total;
    },
    enter() {
      if (waiting++ > 0) return;
      lastAtMs = now();
      timer = setInterval(look, tickMs).unref();
    },
    leave() {
      if (--waiting > 0) return;
      clearInterval(timer);
      timer = undefined;
    },
  };
}

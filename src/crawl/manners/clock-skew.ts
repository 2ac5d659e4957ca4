/** Smaller departures are a clock that is being set right. */
const noticedMs = 10_000;

/**
 * How far the wall clock has jumped since the process began, in ms, against the monotonic clock; undefined while it has not. A computer that slept
 * looks the same: its monotonic clock stood still.
 */
export function clockSkew(wallClock: () => number, now: () => number): () => number | undefined {
  const offset = wallClock() - now();
  return () => {
    const skew = Math.round(wallClock() - now() - offset);
    return Math.abs(skew) < noticedMs ? undefined : skew;
  };
}

/**
 * Decoded pages in memory, from the last octet received to the page's end. Where they fill the room, what has been received stays as it was sent
 * (compressed) until others are done: memory is bounded by this number and not by what the sites send.
 */
export interface BodyRoom {
  /** Undefined where there is room now. */
  wait(): Promise<void> | undefined;
  /** 0 by who takes nothing after all: the next one goes on in its place. */
  hold(bytes: number): void;
  free(bytes: number): void;
}

export function createBodyRoom(maxBytes: number): BodyRoom {
  const waiting: (() => void)[] = [];
  let held = 0;
  return {
    wait: () => (held < maxBytes && waiting.length === 0 ? undefined : new Promise(resolve => waiting.push(resolve))),
    // One at a time: what the next one takes is known when it has decoded, and then it holds.
    hold: bytes => {
      held += bytes;
      if (held < maxBytes) waiting.shift()?.();
    },
    free: bytes => {
      held -= bytes;
      if (held < maxBytes) waiting.shift()?.();
    },
  };
}

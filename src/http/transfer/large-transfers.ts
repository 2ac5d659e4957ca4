/** What may go on receiving beyond `freeBytes`: so many at a time. The others are not read from meanwhile, and the network holds their senders back. */
export interface LargeTransfers {
  /** Asked once by each transfer that has grown large: may it go on now? If not, it is told later by `resume`. */
  enter(transfer: Pausable): boolean;
  /** By each transfer that asked, when it is over. */
  leave(transfer: Pausable): void;
}

export interface Pausable {
  resume(): void;
}

/** Received octets below which nobody waits: most pages. */
export const freeBytes: number = 1024 * 1024;

export function createLargeTransfers(most: number): LargeTransfers {
  const going = new Set<Pausable>();
  const waiting = new Set<Pausable>();
  return {
    enter(transfer) {
      const mayGo = going.size < most;
      (mayGo ? going : waiting).add(transfer);
      return mayGo;
    },
    leave(transfer) {
      waiting.delete(transfer);
      if (!going.delete(transfer)) return;
      const [next] = waiting;
      if (next === undefined) return;
      waiting.delete(next);
      going.add(next);
      next.resume();
    },
  };
}

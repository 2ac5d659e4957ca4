import { readFileSync } from 'node:fs';

/** How many files this process may have open; undefined where the system does not say so in `/proc`. */
export function descriptorLimit(): number | undefined {
  try {
    const [, soft] = /^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8')) ?? [];
    return soft === undefined ? undefined : Number(soft);
  } catch {
    return undefined;
  }
}

/** Node, the state database, the shards of a run and a name lookup for each thread of the pool. */
const ownDescriptors = 44;

export interface Affordable {
  readonly concurrency: number;
  readonly maxConnections: number;
}

/** Connections that are kept for each socket that may be in use: an origin keeps its own while it waits for its turn, and a while after. */
const keptPerSocket = 2;
const leastKept = 256;

/**
 * What a low `ulimit -n` leaves room for: fewer requests at a time instead of sites that seem not to answer.
 * @param perRequest sockets that one slot of concurrency may have open at the same time
 */
export function affordable(limit: number | undefined, concurrency: number, perRequest: number): Affordable {
  const maxConnections = Math.max(leastKept, keptPerSocket * perRequest * concurrency);
  if (limit === undefined) return { concurrency, maxConnections };
  const left = Math.max(limit - ownDescriptors, 0);
  const most = Math.max(1, Math.floor(left / 2 / perRequest));
  return {
    concurrency: Math.min(concurrency, most),
    maxConnections: Math.min(maxConnections, Math.max(1, Math.floor(left / 2))),
  };
}

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export interface PoliteWeb {
  /** Of each host, its home page included. */
  readonly pages?: number;
  /** From the request to its answer. */
  readonly workMs?: number;
  /** More links of a page, by `host/path`. */
  readonly links?: Readonly<Record<string, readonly string[]>>;
  /** What is answered so many times in place of a page or file, by `host/path`. */
  readonly failing?: Readonly<Record<string, { readonly status: number; readonly times: number; readonly retryAfter?: string }>>;
  /** Seconds, in every robots.txt. */
  readonly crawlDelay?: number;
}

/** One request in the server's own log; times in ms since epoch, by the monotonic clock of the server's process. */
export interface Seen {
  readonly host: string;
  readonly path: string;
  readonly status: number;
  readonly startedMs: number;
  readonly endedMs: number;
}

export interface Witness {
  readonly flags: readonly string[];
  /** Ends the server. */
  log(): Promise<readonly Seen[]>;
}

export async function startPoliteWeb(web: PoliteWeb): Promise<Witness> {
  const script = fileURLToPath(new URL('polite-server.ts', import.meta.url));
  const child = spawn(process.execPath, [script, JSON.stringify(web)], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout });
  const [first] = (await once(lines, 'line')) as [string];
  const { port } = JSON.parse(first) as { port: number };
  return {
    flags: [
      ...['--resolve', `*.test=127.0.0.1:${port}`, '--allow-private-network', '--content-threads', '0'],
      ...['--operator', 'test', '--contact', 'https://heed.test/bot', '--scope', 'any', '--quiet', '--json'],
    ],
    log: async () => {
      const last = once(lines, 'line');
      child.stdin.end();
      return JSON.parse((await last)[0] as string) as readonly Seen[];
    },
  };
}

/** The log by host, each host's requests in order of coming. */
export function byHost(log: readonly Seen[]): ReadonlyMap<string, readonly Seen[]> {
  const hosts = new Map<string, Seen[]>();
  for (const entry of log.toSorted((a, b) => a.startedMs - b.startedMs))
    hosts.set(entry.host, [...(hosts.get(entry.host) ?? []), entry]);
  return hosts;
}

/** From the end of each request of a host to the start of its next. */
export const gapsOf = (requests: readonly Seen[]): readonly number[] =>
  requests.slice(1).map(({ startedMs }, index) => startedMs - (requests[index]?.endedMs ?? 0));

/** How many were under way at once, at most, in each group. */
export function mostAtOnce(log: readonly Seen[], groupOf: (host: string) => string): ReadonlyMap<string, number> {
  const most = new Map<string, number>();
  for (const { host, startedMs } of log) {
    const group = groupOf(host);
    const now = log.filter(other => groupOf(other.host) === group && other.startedMs <= startedMs && other.endedMs > startedMs);
    most.set(group, Math.max(most.get(group) ?? 0, now.length));
  }
  return most;
}

/** A deterministic web on loopback, with varied words, links and refusals: for benchmarks and for tests that need many pages. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { createWeb, type WebShape } from './web-pages.ts';

export interface RunningWeb {
  readonly port: number;
  /** The home page of every host, without a port: reached with `--resolve '*.test=127.0.0.1:<port>'`. */
  readonly seeds: readonly string[];
  close(): Promise<void>;
}

export async function startWeb(shape: WebShape): Promise<RunningWeb> {
  const script = fileURLToPath(new URL('web-server.ts', import.meta.url));
  const child = spawn(process.execPath, [script, JSON.stringify(shape)], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout });
  const [first] = (await once(lines, 'line')) as [string];
  const { port } = JSON.parse(first) as { port: number };
  return {
    port,
    seeds: createWeb(shape).hosts.map(host => `http://${host}/`),
    close: async () => {
      const ended = once(child, 'exit');
      child.stdin.end();
      await ended;
    },
  };
}

/** Flags of a crawl of this web: loopback, no pause, one second of patience. */
export const webFlags = (port: number): readonly string[] => [
  ...['--resolve', `*.test=127.0.0.1:${port}`, '--allow-private-network'],
  ...['--delay', '0', '--defer-limit', '1s', '--operator', 'bench', '--contact', 'https://heed.test/bot'],
];

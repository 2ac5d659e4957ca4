import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

export const root: string = fileURLToPath(new URL('../../', import.meta.url));
/** Node 24 as the project brings it, whatever runs the tests. */
export const node: string = join(root, 'node_modules/.bin/node');
/** `npm test` has just compiled it, as it is shipped; by hand the sources run. */
export const bin: string = join(root, process.env.npm_lifecycle_event === 'test' ? 'dist/cli/bin.js' : 'src/cli/bin.ts');

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly input?: string | Buffer;
  readonly env?: Record<string, string>;
  readonly cwd?: string;
  /** Flags of Node itself. */
  readonly node?: readonly string[];
  readonly uid?: number;
}

/** What every process of heed is given. Its code is compiled once for all of them: half the time of a start. */
export const environment = (): Record<string, string> => ({
  PATH: process.env.PATH ?? '',
  HOME: process.env.HOME ?? '',
  NO_COLOR: '1',
  NODE_COMPILE_CACHE: join(root, 'node_modules/.cache/heed-tests'),
});

/** The real command line in a process of its own. */
export function heed(args: readonly string[], options: RunOptions = {}): Promise<Ended> {
  return ended(startHeed(args, options), options.input);
}

export const startHeed = (
  args: readonly string[],
  { env = {}, cwd = root, node: flags = [], uid }: RunOptions = {},
): ChildProcess =>
  spawn(node, [...flags, bin, ...args], {
    cwd,
    ...(uid === undefined ? {} : { uid, gid: uid }),
    env: { ...environment(), ...env },
  });

export function ended(child: ChildProcess, input?: string | Buffer): Promise<Ended> {
  let stdout = '';
  let stderr = '';
  child.stdout?.setEncoding('utf8').on('data', chunk => {
    stdout += chunk;
  });
  child.stderr?.setEncoding('utf8').on('data', chunk => {
    stderr += chunk;
  });
  child.stdin?.on('error', () => {});
  child.stdin?.end(input ?? '');
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', code => resolve({ code, stdout, stderr }));
  });
}

/** A folder of the test's own, removed afterwards. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'heed-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

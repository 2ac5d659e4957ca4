import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { type Ended, ended, type RunOptions, root, startHeed } from '../e2e/run-heed.ts';

/** Environment of a process that starts in half the time: it finds what Node compiled for the ones before it. */
export const compiledBefore: Readonly<Record<string, string>> = {
  NODE_COMPILE_CACHE: join(root, 'node_modules/.cache/heed-faults'),
};

/** The real command line, as `startHeed` starts it. */
export const startQuickHeed = (args: readonly string[], { env = {}, ...options }: RunOptions = {}): ChildProcess =>
  startHeed(args, { ...options, env: { ...compiledBefore, ...env } });

export const quickHeed = (args: readonly string[], options: RunOptions = {}): Promise<Ended> =>
  ended(startQuickHeed(args, options));

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';
import { bin, type Ended, environment, node, type RunOptions, root } from './run-heed.ts';

/** One command line for the process that runs many. */
export interface Asked {
  readonly id: number;
  readonly args: readonly string[];
  readonly cwd?: string | undefined;
  readonly env?: Readonly<Record<string, string>> | undefined;
  readonly input?: string | undefined;
}

type Answer = Ended & { readonly id: number; readonly failed?: string };

/** Of all files that this worker runs, one after the other: what a command is made of is loaded once for them. */
let kept: Promise<ChildProcess> | undefined;

/**
 * `heed` for the tests of one file, all in one process: for what a command says and leaves, not for how a process begins, is interrupted or ends.
 * Commands run side by side; one that is given a folder, an environment or input of its own runs alone.
 */
export function heedInOneProcess(): (
  args: readonly string[],
  options?: Pick<RunOptions, 'cwd' | 'env'> & { readonly input?: string },
) => Promise<Ended> {
  let alone: Promise<unknown> = Promise.resolve();
  const running = new Set<Promise<unknown>>();
  // Where a command of this file still runs, the next file has a process of its own.
  afterAll(async () => {
    const child = running.size === 0 ? undefined : await kept;
    if (child === undefined) return;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  });

  const ask = async (asked: Asked): Promise<Ended> => {
    kept ??= start();
    const child = await kept;
    const { failed, code, stdout, stderr } = await new Promise<Answer>((resolve, reject) => {
      const gone = (): void => reject(new Error(`the process of these commands is gone: ${asked.args.join(' ')}`));
      const heard = (answer: Answer): void => {
        if (answer.id !== asked.id) return;
        child.off('message', heard).off('exit', gone);
        resolve(answer);
      };
      child.on('message', heard).on('exit', gone);
      child.send(asked);
    });
    if (failed !== undefined) throw new Error(`${asked.args.join(' ')}: ${failed}`);
    return { code, stdout, stderr };
  };

  return (args, options = {}) => {
    const asked = { id: last++, args, ...options };
    const isAlone = Object.keys(options).length > 0;
    const answer = (isAlone ? Promise.allSettled([alone, ...running]) : alone).then(() => ask(asked));
    const settled = answer.catch(() => {});
    if (isAlone) alone = settled;
    running.add(settled);
    void settled.then(() => running.delete(settled));
    return answer;
  };
}

let last = 0;

/** It ends with this worker: no handle of it keeps that from ending, and its own channel is closed then. */
async function start(): Promise<ChildProcess> {
  const script = fileURLToPath(new URL('many-commands.ts', import.meta.url));
  const main = join(dirname(bin), bin.endsWith('.js') ? 'main.js' : 'main.ts');
  const child = spawn(node, [script, main], { cwd: root, env: environment(), stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
  child.stdout?.resume();
  child.setMaxListeners(0);
  child.once('exit', () => {
    kept = undefined;
  });
  await once(child, 'message');
  for (const handle of [child, child.channel, child.stdout as Socket | null]) handle?.unref();
  return child;
}

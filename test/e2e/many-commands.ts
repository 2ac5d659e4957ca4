// One process that runs many command lines, each as `bin.ts` does: what a command says and its exit code go back to the test that asked. Starting
// a process for each costs more time than most of them take.
//   node test/e2e/many-commands.ts .../cli/main.js    (with a channel to the test)
import { AsyncLocalStorage } from 'node:async_hooks';
import { Readable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import type { Asked } from './one-process.ts';

class Left extends Error {
  readonly code: number;
  constructor(code: number) {
    super(`left with ${code}`);
    this.code = code;
  }
}

interface Said {
  stdout: string;
  stderr: string;
}

const { run } = (await import(pathToFileURL(process.argv[2] ?? '').href)) as { run: (argv: readonly string[]) => Promise<never> };
const saying = new AsyncLocalStorage<Said>();
const environment = { ...process.env };
const folder = process.cwd();

for (const name of ['stdout', 'stderr'] as const) {
  const stream = process[name];
  const really = stream.write.bind(stream);
  // As a pipe that is always emptied.
  stream.write = ((text: string, done?: () => void): boolean => {
    const said = saying.getStore();
    if (!said) return really(text);
    said[name] += text;
    if (typeof done === 'function') queueMicrotask(done);
    return true;
  }) as typeof stream.write;
  stream.setMaxListeners(0);
}
process.setMaxListeners(0);
process.exit = code => {
  throw new Left(Number(code ?? 0));
};
// `leave` would put another process in the place of this one.
Reflect.deleteProperty(process, 'execve');

async function answer({ id, args, cwd = folder, env, input }: Asked): Promise<void> {
  process.chdir(cwd);
  process.env = { ...environment, ...env };
  if (input !== undefined)
    Object.defineProperty(process, 'stdin', { value: Readable.from([Buffer.from(input)]), configurable: true });
  const said: Said = { stdout: '', stderr: '' };
  try {
    await saying.run(said, () => run(args));
  } catch (error) {
    process.send?.({ id, ...said, ...(error instanceof Left ? { code: error.code } : { failed: String(error) }) });
  }
}

// A command may go on for ever; without the test nobody would end it.
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
process.on('message', (asked: Asked) => void answer(asked));
process.send?.('ready');

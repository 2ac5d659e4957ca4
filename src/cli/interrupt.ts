import { exitCodes } from '../vocab/index.ts';
import type { Terminal } from './terminal.ts';

/** The first SIGINT or SIGTERM stops softly (commit, exit 11, resumable), the second at once (exit 12). */
export function interruptible({ talk, isJson }: Terminal): { readonly signal: AbortSignal; done(): void } {
  const controller = new AbortController();
  const onSignal = (name: NodeJS.Signals): void => {
    if (controller.signal.aborted) process.exit(exitCodes.interruptedHard);
    const text = `${name}: finishing what is in flight; run the same command again to go on (a second ${name} stops at once)`;
    talk(isJson ? `${JSON.stringify({ level: 'warn', event: 'run.interrupted', signal: name })}\n` : `\n${text}\n`);
    controller.abort(new Error(`interrupted by ${name}`));
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  return {
    signal: controller.signal,
    done: () => {
      process.off('SIGINT', onSignal);
      process.off('SIGTERM', onSignal);
    },
  };
}

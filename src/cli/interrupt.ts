import { exitCodes } from '../vocab/index.ts';
import { leave } from './leave.ts';
import { eventLog, type LoggedEvent } from './talk/event-log.ts';
import type { Terminal } from './talk/terminal.ts';

export interface Interruptible {
  /** Nothing new is begun. */
  readonly stop: AbortSignal;
  /** What is still in flight is given up. */
  readonly abandon: AbortSignal;
  done(): void;
}

/** A terminal that is closed, an orchestrator and a person all mean the same. */
const stopping = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** Of the grace: the rest is for writing down what was judged. */
const shareForRequests = 0.8;

/**
 * The first signal stops softly: nothing new is begun, what is in flight has most of the grace to end, everything judged is committed (exit 11,
 * resumable). The second one, or the end of the grace, stops at once (exit 12): what was committed is safe all the same.
 * @param beforeLeaving for what would outlive this process
 */
export function interruptible(terminal: Terminal, graceMs: number, beforeLeaving: () => void = () => {}): Interruptible {
  const stop = new AbortController();
  const abandon = new AbortController();
  const timers: NodeJS.Timeout[] = [];
  const say = (event: LoggedEvent, text: string): void => {
    if (terminal.isJson) eventLog(terminal)(event);
    else terminal.talk(`\n${text}\n`);
  };
  const onSignal = (name: NodeJS.Signals): void => {
    if (stop.signal.aborted) {
      beforeLeaving();
      leave(exitCodes.interruptedHard);
    }
    const text = `${name}: finishing what is in flight; run the same command again to go on (a second ${name} stops at once)`;
    say({ event: 'run.interrupted', signal: name }, text);
    stop.abort(new Error(`interrupted by ${name}`));
    const later = (ms: number, act: () => void): void => void timers.push(setTimeout(act, ms).unref());
    later(graceMs * shareForRequests, () => abandon.abort(stop.signal.reason));
    later(graceMs, () => {
      say({ event: 'run.abandoned', grace: graceMs }, `not done within ${graceMs} ms: stopping at once`);
      beforeLeaving();
      leave(exitCodes.interruptedHard);
    });
  };
  // Node would open its debugger on SIGUSR1.
  const ignore = (): void => {};
  for (const name of stopping) process.on(name, onSignal);
  process.on('SIGUSR1', ignore);
  return {
    stop: stop.signal,
    abandon: abandon.signal,
    done: () => {
      for (const name of stopping) process.off(name, onSignal);
      process.off('SIGUSR1', ignore);
      for (const timer of timers) clearTimeout(timer);
    },
  };
}

/** The first process of a container is spared every signal it does not handle, and would have to be killed. */
export function heedSignals(): void {
  for (const name of stopping)
    process.on(name, () => {
      if (process.listenerCount(name) === 1) leave(exitCodes.interruptedHard);
    });
}

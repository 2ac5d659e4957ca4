import { rmSync } from 'node:fs';

const standing = new Set<string>();
/** The first process of a container is not ended by a signal of its own accord: whoever ends it there does so by an `exit`. */
const ending: readonly NodeJS.Signals[] = process.pid === 1 ? [] : ['SIGINT', 'SIGTERM', 'SIGHUP'];

function removeAll(): void {
  for (const path of standing) rmSync(path, { recursive: true, force: true });
  standing.clear();
  unwatch();
}

function removeAndEnd(signal: NodeJS.Signals): void {
  // Whoever else listens ends the process in their own way, or goes on.
  if (process.listenerCount(signal) > 1) return;
  removeAll();
  process.kill(process.pid, signal);
}

function watch(): void {
  process.on('exit', removeAll);
  for (const signal of ending) process.on(signal, removeAndEnd);
}

function unwatch(): void {
  process.off('exit', removeAll);
  for (const signal of ending) process.off(signal, removeAndEnd);
}

/**
 * A file or folder that means nothing once the process is over: it is removed when that ends, also by Ctrl-C in the middle (by kill -9 it stays).
 * @returns to be called when it is gone, or has become something
 */
export function temporary(path: string): () => void {
  if (standing.size === 0) watch();
  standing.add(path);
  return () => {
    if (standing.delete(path) && standing.size === 0) unwatch();
  };
}

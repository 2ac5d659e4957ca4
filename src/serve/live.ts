/** Server-sent events: every reader is told the same, at most every two seconds, and only what has changed. */
import type { ServerResponse } from 'node:http';

export interface Live {
  /** False where there are too many readers already. */
  add(response: ServerResponse): boolean;
  readonly readers: number;
  close(): void;
}

const everyMs = 2_000;
const maxReaders = 16;
/** Of a reader that does not read: it is let go, and comes back by itself when it can. */
const maxHeldBytes = 512 * 1_024;
/** A proxy between us takes a silent connection for a dead one. */
const heartbeatMs = 15_000;
/** Whoever reads on must show again that it may. */
const longestMs = 3_600_000;

/** @param read what there is to say now, on one line */
export function createLive(read: () => Promise<string>): Live {
  const readers = new Map<ServerResponse, { last: string; readonly sinceMs: number; saidMs: number }>();
  let timer: NodeJS.Timeout | undefined;
  let isReading = false;

  const tell = async (): Promise<void> => {
    if (isReading || readers.size === 0) return;
    isReading = true;
    try {
      const now = await read();
      for (const reader of readers.keys()) say(reader, now);
    } catch {
      // Nothing is said then: the page that was sent stands until there is something to say again.
    } finally {
      isReading = false;
    }
  };

  function say(response: ServerResponse, now: string): void {
    const reader = readers.get(response);
    if (!reader) return;
    const nowMs = performance.now();
    if (response.writableLength > maxHeldBytes) return void response.destroy();
    if (nowMs - reader.sinceMs > longestMs) return void response.end();
    if (reader.last !== now) response.write(`data: ${now}\n\n`);
    else if (nowMs - reader.saidMs > heartbeatMs) response.write(':\n\n');
    else return;
    readers.set(response, { ...reader, last: now, saidMs: nowMs });
  }

  return {
    get readers() {
      return readers.size;
    },
    add: response => {
      if (readers.size >= maxReaders) return false;
      const nowMs = performance.now();
      readers.set(response, { last: '', sinceMs: nowMs, saidMs: nowMs });
      response.on('close', () => {
        readers.delete(response);
        if (readers.size > 0) return;
        clearInterval(timer);
        timer = undefined;
      });
      response.write('retry: 3000\n\n');
      timer ??= setInterval(() => void tell(), everyMs).unref();
      void tell();
      return true;
    },
    close: () => {
      clearInterval(timer);
      for (const reader of readers.keys()) reader.end();
    },
  };
}

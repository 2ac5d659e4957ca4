import { clearScreenDown, moveCursor } from 'node:readline';
import type { Terminal } from './terminal.ts';

/** How far something is whose total is known: one line on a terminal, a line each half minute without one, nothing with --json or --quiet. */
export interface Bar {
  at(done: number, total: number): void;
  /** Takes the line away. */
  end(): void;
}

const paintEveryMs = 200;
const lineEveryMs = 30_000;

export function bar(terminal: Terminal, what: string, now: () => number = () => performance.now()): Bar {
  if (terminal.isQuiet || terminal.isJson) return { at: () => {}, end: () => {} };
  const everyMs = terminal.isInteractive ? paintEveryMs : lineEveryMs;
  const startedAtMs = now();
  let lastMs = startedAtMs;
  let isPainted = false;
  const erase = (): void => {
    if (isPainted) {
      moveCursor(process.stderr, 0, -1);
      clearScreenDown(process.stderr);
    }
    isPainted = false;
  };
  return {
    at(done, total) {
      const nowMs = now();
      if (nowMs - lastMs < everyMs) return;
      lastMs = nowMs;
      erase();
      const rate = (done * 1_000) / Math.max(1, nowMs - startedAtMs);
      terminal.talk(`${what} ${barText(done, total, rate)}\n`);
      isPainted = terminal.isInteractive;
    },
    end: erase,
  };
}

const cells = 24;

/** `[######------------------] 1200 of 5000 (24.0 %), 51.2/s, 1 min 14 s left`. @param rate a second; undefined where it is too early to say */
export function barText(done: number, total: number, rate: number | undefined): string {
  const share = total === 0 ? 1 : Math.min(1, done / total);
  const filled = Math.floor(share * cells);
  const speed = rate === undefined ? '' : `, ${rate.toFixed(1)}/s`;
  const left = rate === undefined || rate <= 0 || done >= total ? '' : `, ${duration((total - done) / rate)} left`;
  return `[${'#'.repeat(filled)}${'-'.repeat(cells - filled)}] ${done} of ${total} (${(share * 100).toFixed(1)} %)${speed}${left}`;
}

function duration(seconds: number): string {
  const s = Math.ceil(seconds);
  if (s < 60) return `${s} s`;
  if (s < 3_600) return `${Math.floor(s / 60)} min ${s % 60} s`;
  return `${Math.floor(s / 3_600)} h ${Math.floor((s % 3_600) / 60)} min`;
}

import { spawn } from 'node:child_process';
import { extname } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { JobEnd, RunningJob } from '../../serve/index.ts';
import { lifelineEnvironment } from '../lifeline.ts';

/** One line that a job says with `--json`; what each event has besides is in `src/OBSERVABILITY.md`. */
export interface JobLine {
  readonly event: string;
  readonly [field: string]: unknown;
}

export interface JobProcessOptions {
  readonly args: readonly string[];
  /** From the first request to end softly: how long until it is killed, ms. */
  readonly graceMs: number;
  readonly onLine: (line: JobLine) => void;
}

const bin = fileURLToPath(new URL(`../bin${extname(import.meta.url)}`, import.meta.url));
const maxSummaryBytes = 2 ** 20;
const maxLineBytes = 2 ** 20;

/**
 * A job in a process of its own: what it took of memory goes back with it, and what fails there fails there only. It leads a group of its own, so
 * that a Ctrl-C of the terminal reaches it once and through us.
 */
export function startJob({ args, graceMs, onLine }: JobProcessOptions): RunningJob {
  const child = spawn(process.execPath, [...process.execArgv, bin, ...args], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: lifelineEnvironment(),
    detached: true,
  });
  // Its end is heard of with that of the process.
  child.stdin?.on('error', () => {});
  let error: string | undefined;
  let run: string | undefined;
  let summary = '';
  let stops = 0;
  let timer: NodeJS.Timeout | undefined;
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    if (summary.length < maxSummaryBytes) summary += text;
  });
  if (child.stderr) {
    createInterface({ input: child.stderr, crlfDelay: Number.POSITIVE_INFINITY }).on('line', text => {
      const line = lineOf(text);
      if (line === undefined) return;
      if (line.event === 'run.started' && typeof line.run === 'string') run = line.run;
      const said = line.event === 'error' ? `${String(line.code)}: ${String(line.message)}` : errorIn(line.text);
      if (said !== undefined) error = said.slice(0, 500);
      onLine(line);
    });
  }
  const ended = new Promise<JobEnd>(resolve => {
    child.on('error', cause => resolve({ code: null, error: `ERR_JOB_START: ${cause.message}` }));
    // `close`: what it said last has been heard.
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      run ??= runOf(summary);
      resolve({
        code,
        ...(signal === null ? {} : { signal }),
        ...(run === undefined ? {} : { run }),
        ...(error === undefined ? {} : { error }),
      });
    });
  });
  return {
    ended,
    stop: () => {
      stops++;
      if (stops > 2) return void child.kill('SIGKILL');
      child.kill('SIGTERM');
      clearTimeout(timer);
      timer = setTimeout(() => child.kill('SIGKILL'), stops === 1 ? graceMs : 1_000);
    },
  };
}

function lineOf(text: string): JobLine | undefined {
  if (text === '') return undefined;
  // What Node itself says, and what is no line of ours.
  const other: JobLine = { event: 'job.said', text: text.slice(0, 2_000) };
  if (!text.startsWith('{') || text.length > maxLineBytes) return other;
  try {
    const line = JSON.parse(text) as JobLine;
    return typeof line.event === 'string' ? line : other;
  } catch {
    return other;
  }
}

/** What a command without --json says of its error. */
const errorIn = (text: unknown): string | undefined =>
  typeof text === 'string' ? /^error (ERR_\w+: .*)$/.exec(text)?.[1] : undefined;

/** Of the summary that commands print; a command that makes no run prints none. */
function runOf(summary: string): string | undefined {
  try {
    const { run } = JSON.parse(summary) as { run?: unknown };
    return typeof run === 'string' ? run : undefined;
  } catch {
    return undefined;
  }
}

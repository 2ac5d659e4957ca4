/**
 * What the frontier costs at scale: the crawl's own calls on a state database on disk, without any network.
 *   node test/bench/frontier.ts [--urls 10000000] [--origins 20000] [--dir DIR] [--json]
 * Each size runs in a process of its own: a tenth of the URLs, all of them, and the tenth again, since a machine is not as fast in every minute.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type Frontier, openFrontier, type Task } from '../../src/frontier/index.ts';
import { openDatabase } from '../../src/store/state/database.ts';
import { anyPage, type LoadShape, numberOf, offersOf, pagesOf } from './frontier-load.ts';

const phases = ['insert', 'duplicate', 'pop+finish'] as const;
type Phase = (typeof phases)[number];

interface Figures {
  readonly urls: number;
  /** Of the whole process, user and system, per URL of the phase. */
  readonly cpuMicros: Readonly<Record<Phase, number>>;
  /** Opening it with every URL pending. */
  readonly start: { readonly cpuMs: number; readonly addedMb: number };
  readonly reopen: { readonly cpuMs: number; readonly wallMs: number };
  /** One call, with every origin known, in µs: all due, all waiting. */
  readonly waitingMicros: readonly [due: number, waiting: number];
  readonly countsMicros: number;
  readonly fileMb: number;
  /** Largest write-ahead log seen. */
  readonly walMb: number;
  readonly peakMb: number;
}

const bounds = { ratio: 1.3, peakMb: 600 };

/** Outcomes in one commit, as in the writer's limits. */
const rowsPerCommit = 128;
const delayMs = 1_000;
const mb = (bytes: number): number => bytes / 2 ** 20;

async function measure(shape: LoadShape, dir: string): Promise<Figures> {
  const clock = { ms: 1 };
  const file = join(dir, 'state', 'heed.sqlite');
  mkdirSync(join(dir, 'state'));
  let db = openDatabase(dir);
  let walBytes = 0;
  let commits = 0;
  const open = (): Frontier => openFrontier(db, { delayMs, now: () => clock.ms });
  const cpuMs = (): number => (process.cpuUsage().user + process.cpuUsage().system) / 1_000;
  const cost = (work: () => void): number => {
    const before = cpuMs();
    work();
    return cpuMs() - before;
  };
  const commit = (applies: readonly (() => void)[]): void => {
    db.exec('BEGIN IMMEDIATE');
    for (const apply of applies) apply();
    db.exec('COMMIT');
    if (commits++ % 64 === 0) walBytes = Math.max(walBytes, statSync(`${file}-wal`).size);
  };
  const inCommits = <T>(items: Iterable<T>, work: (item: T) => () => void): void => {
    let applies: (() => void)[] = [];
    for (const item of items) {
      applies.push(work(item));
      if (applies.length < rowsPerCommit) continue;
      commit(applies);
      applies = [];
    }
    commit(applies);
  };
  const restart = (): void => {
    db.close();
    db = openDatabase(dir);
  };
  const say = (phase: string): void =>
    console.error(
      `  ${shape.urls} ${phase.padEnd(10)} ${mb(process.memoryUsage.rss()).toFixed(0)} MB, ${(cpuMs() / 1_000).toFixed(0)} CPU s so far`,
    );

  // Making the offers is no part of what is measured.
  const samples = Math.ceil(pagesOf(shape) / 5);
  let made = 0;
  const making = cost(() => {
    for (let i = 0; i < samples; i++) made += offersOf(anyPage(i, shape), shape).length;
  });

  let frontier = open();
  const insert = cost(() => inCommits(Array(pagesOf(shape)).keys(), page => frontier.offer(offersOf(page, shape)).apply));
  say('insert');

  let seen = 0;
  const duplicate = cost(() => {
    for (let i = 0; i < samples; i++) {
      const offered = frontier.offer(offersOf(anyPage(i, shape), shape));
      if (offered.fresh.length > 0) throw new Error('a stored URL was taken for a new one');
      seen += offered.seenCount;
    }
  });
  say('duplicate');

  restart();
  const mbBefore = mb(process.memoryUsage.rss());
  const start = cost(() => {
    frontier = open();
  });
  const startMb = mb(process.memoryUsage.rss()) - mbBefore;
  if (frontier.counts().pending !== shape.urls) throw new Error(`${frontier.counts().pending} pending of ${shape.urls}`);
  const micros = (work: () => void): number => {
    work();
    const before = performance.now();
    for (let i = 0; i < 50; i++) work();
    return ((performance.now() - before) * 1_000) / 50;
  };
  const whenDue = micros(() => frontier.waiting(3));

  const popped = new Uint8Array(shape.urls);
  function* tasks(): Iterable<Task> {
    for (;;) {
      const task = frontier.next();
      if (task !== undefined) {
        const n = numberOf(task.url);
        if (popped[n] === 1) throw new Error(`${task.url} came twice`);
        popped[n] = 1;
        frontier.release(task.origin, clock.ms);
        yield task;
      } else if (frontier.nextDueMs() === undefined) return;
      else clock.ms = Math.max(clock.ms, frontier.nextDueMs() ?? 0);
    }
  }
  let pops = 0;
  const pop = cost(() =>
    inCommits(tasks(), task => {
      pops++;
      return () => frontier.finish(task, 'kept');
    }),
  );
  if (pops !== shape.urls) throw new Error(`${pops} popped of ${shape.urls}`);
  say('pop+finish');

  restart();
  frontier = open();
  const started = performance.now();
  const reopen = cost(() => {
    if (frontier.reopen({ except: [] }) !== shape.urls) throw new Error('not every URL is pending again');
  });
  const reopenWallMs = performance.now() - started;
  walBytes = Math.max(walBytes, statSync(`${file}-wal`).size);
  say('reopen');
  clock.ms += 1e6;
  // One pop of every origin: afterwards all of them wait.
  for (let task = frontier.next(); task !== undefined; task = frontier.next()) frontier.release(task.origin, clock.ms);
  const whenWaiting = micros(() => frontier.waiting(3));
  const countsMicros = micros(() => frontier.counts());
  db.close();
  return {
    urls: shape.urls,
    cpuMicros: {
      insert: (insert / shape.urls - making / made) * 1_000,
      duplicate: (duplicate / seen - making / made) * 1_000,
      'pop+finish': (pop / shape.urls) * 1_000,
    },
    start: { cpuMs: start, addedMb: startMb },
    reopen: { cpuMs: reopen, wallMs: reopenWallMs },
    waitingMicros: [whenDue, whenWaiting],
    countsMicros,
    fileMb: mb(statSync(file).size),
    walMb: mb(walBytes),
    peakMb: process.resourceUsage().maxRSS / 1_024,
  };
}

async function inOwnProcess(shape: LoadShape, root: string): Promise<Figures> {
  const dir = mkdtempSync(join(root, 'bench-frontier-'));
  try {
    const child = spawn(process.execPath, [fileURLToPath(import.meta.url), '--only', JSON.stringify({ shape, dir })], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [said, [code]] = await Promise.all([text(child.stdout), once(child, 'exit')]);
    if (code !== 0) throw new Error(`the measurement ended with ${code}`);
    return JSON.parse(said) as Figures;
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

const line = ({ urls, cpuMicros, start, reopen, waitingMicros, countsMicros, fileMb, walMb, peakMb }: Figures): string =>
  `${String(urls).padStart(9)} URLs  ${phases.map(phase => `${phase} ${cpuMicros[phase].toFixed(1)} µs`).join('  ')}  ` +
  `start ${(start.cpuMs / 1_000).toFixed(2)} s +${start.addedMb.toFixed(0)} MB  reopen ${(reopen.cpuMs / 1_000).toFixed(1)} s (${(reopen.wallMs / 1_000).toFixed(1)} wall)  ` +
  `waiting ${waitingMicros.map(n => n.toFixed(0)).join('/')} µs  counts ${countsMicros.toFixed(1)} µs  ` +
  `file ${fileMb.toFixed(0)} MB  WAL ${walMb.toFixed(0)} MB  peak ${peakMb.toFixed(0)} MB`;

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      urls: { type: 'string', default: '10000000' },
      origins: { type: 'string', default: '20000' },
      dir: { type: 'string', default: tmpdir() },
      json: { type: 'boolean', default: false },
      only: { type: 'string' },
    },
  });
  if (values.only !== undefined) {
    const { shape, dir } = JSON.parse(values.only) as { shape: LoadShape; dir: string };
    console.log(JSON.stringify(await measure(shape, dir)));
  } else {
    const origins = Number(values.origins);
    const large = { urls: Number(values.urls), origins };
    const small = { urls: Math.round(large.urls / 10), origins };
    const runs: Figures[] = [];
    for (const shape of [small, large, small]) {
      const figures = await inOwnProcess(shape, values.dir);
      runs.push(figures);
      if (!values.json) console.log(line(figures));
    }
    const [before, at, after] = runs as [Figures, Figures, Figures];
    const ratio = (cost: (figures: Figures) => number): number => (2 * cost(at)) / (cost(before) + cost(after));
    const ratios = Object.fromEntries(phases.map(phase => [phase, ratio(({ cpuMicros }) => cpuMicros[phase])]));
    // A URL's whole way: stored, met once more, popped and finished. A phase alone is told beside it.
    const whole = ratio(({ cpuMicros }) => phases.reduce((sum, phase) => sum + cpuMicros[phase], 0));
    const isWithin = at.peakMb <= bounds.peakMb && whole <= bounds.ratio;
    if (values.json) console.log(JSON.stringify({ runs, ratios, whole, bounds, isWithin }));
    else {
      for (const [phase, times] of Object.entries({ ...ratios, 'a URL in all': whole }))
        console.log(`${phase}: ${times.toFixed(2)} of what it costs at a tenth of the size`);
      console.log(`bounds: ${bounds.ratio} times and ${bounds.peakMb} MB: ${isWithin ? 'kept' : 'EXCEEDED'}`);
    }
    process.exitCode = isWithin ? 0 : 1;
  }
}

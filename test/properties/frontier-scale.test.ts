import { mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { expect, onTestFinished, test } from 'vitest';
import { type Frontier, openFrontier, type Task } from '../../src/frontier/index.ts';
import { openDatabase } from '../../src/store/state/database.ts';
import type { OriginKey } from '../../src/vocab/index.ts';
import { anyPage, type LoadShape, linksPerPage, numberOf, offersOf, pagesOf } from '../bench/frontier-load.ts';

/** A small sister of `test/bench/frontier.ts`, which does the same with ten million. */
const shape: LoadShape = { urls: 100_000, origins: 1_000 };
const delayMs = 100;
const rowsPerCommit = 128;

/** User and system time of this process in ms: what other processes do at the same time costs little here. */
const cpuMs = (): number => (process.cpuUsage().user + process.cpuUsage().system) / 1_000;

test('100 000 URLs of 1 000 origins: each popped once, in order, at a flat cost, and none lost when the file is opened again', () => {
  const dir = mkdtempSync(join(tmpdir(), 'heed-frontier-'));
  mkdirSync(join(dir, 'state'));
  const openState = (): DatabaseSync => {
    const state = openDatabase(dir);
    state.exec('PRAGMA wal_autocheckpoint = 0');
    return state;
  };
  let db = openState();
  onTestFinished(() => {
    db.close();
    rmSync(dir, { recursive: true, force: true });
  });
  const clock = { ms: 1 };
  const open = (): Frontier => openFrontier(db, { delayMs, now: () => clock.ms });
  const commit = (applies: readonly (() => void)[]): void => {
    db.exec('BEGIN IMMEDIATE');
    for (const apply of applies) apply();
    db.exec('COMMIT');
  };
  /** Pages of the database written per 1,000 URLs since it was asked last: the same number on every machine. */
  const pagesWritten = (urls: number): number => {
    const frames = statSync(join(dir, 'state', 'heed.sqlite-wal')).size / (4_096 + 24);
    db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    return (frames / urls) * 1_000;
  };
  let frontier = open();
  pagesWritten(1);

  const pages = pagesOf(shape);
  const insertMs: number[] = [];
  const insertPages: number[] = [];
  const finishPages: number[] = [];
  for (let page = 0; page < pages; ) {
    const before = cpuMs();
    for (const end = page + pages / 10; page < end; page += rowsPerCommit)
      commit(Array.from({ length: rowsPerCommit }, (_, i) => frontier.offer(offersOf(page + i, shape)).apply));
    insertMs.push(cpuMs() - before);
    insertPages.push(pagesWritten(shape.urls / 10));
  }
  for (let i = 0; i < 200; i++) expect(frontier.offer(offersOf(anyPage(i, shape), shape)).seenCount).toBe(linksPerPage);
  expect(frontier.counts().pending).toBe(shape.urls);

  const popped = new Uint8Array(shape.urls);
  const lastOf = new Map<OriginKey, { number: number; endedAtMs: number }>();
  let lastDueMs = 0;
  let pops = 0;
  /** Every pop is checked against what the frontier promises of it. */
  const pop = (): Task | undefined => {
    let task = frontier.next();
    if (task === undefined) {
      const dueMs = frontier.nextDueMs();
      if (dueMs === undefined) return undefined;
      clock.ms = Math.max(clock.ms, dueMs);
      task = frontier.next();
      if (task === undefined) return pop();
    }
    const number = numberOf(task.url);
    const last = lastOf.get(task.origin);
    if (popped[number] !== 0) throw new Error(`${task.url} came twice`);
    if (last && number <= last.number) throw new Error(`${task.url} came after a URL that was offered later`);
    if (last && clock.ms < last.endedAtMs + delayMs) throw new Error(`${task.origin} was asked too early`);
    const dueMs = last ? last.endedAtMs + delayMs : 0;
    if (dueMs < lastDueMs) throw new Error(`${task.origin} came due before the one served before it`);
    lastDueMs = dueMs;
    popped[number] = 1;
    pops++;
    lastOf.set(task.origin, { number, endedAtMs: clock.ms });
    frontier.release(task.origin, clock.ms);
    return task;
  };
  /** Returns CPU ms per tenth. */
  const popAll = (until: number): number[] => {
    const tenths: number[] = [];
    for (let isMore = true; isMore && pops < until; ) {
      const before = cpuMs();
      const end = Math.min(pops + shape.urls / 10, until);
      while (isMore && pops < end) {
        const tasks: Task[] = [];
        for (let task = pop(); ; task = pop()) {
          isMore = task !== undefined;
          if (task) tasks.push(task);
          if (!isMore || tasks.length === rowsPerCommit || pops === end) break;
        }
        commit(tasks.map(task => () => frontier.finish(task, 'kept')));
      }
      tenths.push(cpuMs() - before);
      finishPages.push(pagesWritten(shape.urls / 10));
    }
    return tenths;
  };

  const first = popAll(shape.urls / 2);
  // Some are popped and not finished when the process ends: they are offered again, and only they.
  for (let i = 0; i < 50; i++) popped[numberOf(pop()?.url ?? '')] = 0;
  db.close();
  db = openState();
  const before = cpuMs();
  frontier = open();
  expect(cpuMs() - before).toBeLessThan(1_000);
  expect(frontier.counts()).toMatchObject({ pending: shape.urls / 2, finished: shape.urls / 2 });
  pops -= 50;
  lastOf.clear();
  lastDueMs = 0;
  const second = popAll(shape.urls);
  expect(pop()).toBeUndefined();
  expect(popped.includes(0)).toBe(false);
  expect(frontier.isFinished()).toBe(true);
  expect(frontier.counts()).toEqual({ pending: 0, inFlight: 0, finished: shape.urls, byReason: { kept: shape.urls } });

  const mean = (list: readonly number[]): number => list.reduce((sum, ms) => sum + ms, 0) / list.length;
  // Where rows lay in the order of a hash it was 714 in the last tenth, 1,276 on average to finish them, and 900 for the last.
  expect(insertPages.at(-1)).toBeLessThan(500);
  expect(mean(finishPages)).toBeLessThan(800);
  expect(finishPages.at(-1)).toBeLessThan(200);

  // Loosely: a cost that grew with the number of URLs would be many times as high at the end.
  expect(mean(insertMs.slice(-3)) / mean(insertMs.slice(0, 3))).toBeLessThan(3);
  expect(mean(second.slice(-3)) / mean(first.slice(0, 3))).toBeLessThan(3);
});

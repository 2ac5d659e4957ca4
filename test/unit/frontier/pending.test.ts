import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { eraseUrls, type Frontier, type Offer, openFrontier, openKnownUrls, type Task } from '../../../src/frontier/index.ts';
import type { OriginKey } from '../../../src/vocab/index.ts';

const originOf = (name: string): OriginKey => `https://${name}.example:443` as OriginKey;
const offer = (name: string, path: string, rest: Partial<Offer> = {}): Offer => ({
  url: `https://${name}.example/${path}`,
  origin: originOf(name),
  depth: 0,
  ...rest,
});

function setUp(db = new DatabaseSync(':memory:')) {
  const clock = { ms: 1_000 };
  return { db, clock, frontier: openFrontier(db, { delayMs: 0, now: () => clock.ms }) };
}

function pop(frontier: Frontier, clock: { ms: number }): Task | undefined {
  const task = frontier.next();
  if (task !== undefined) frontier.release(task.origin, clock.ms);
  return task;
}

/** What is kept of each origin beside what the rows themselves say; `isBefore` where no pending row is overlooked. */
const kept = (db: DatabaseSync) =>
  db
    .prepare(
      `SELECT origin_id, urls, (SELECT count(*) FROM url WHERE url.origin_id = url_pending.origin_id AND status = 0) AS truly,
         from_seq <= coalesce((SELECT min(seq) FROM url WHERE url.origin_id = url_pending.origin_id AND status = 0), from_seq) AS isBefore
       FROM url_pending`,
    )
    .all();

/** Rows that were finished long ago; one of `every` is due. */
const addFinished = (db: DatabaseSync, count: number, every: number): void =>
  db.exec(`WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${count})
    INSERT INTO url (origin_id, seq, status, era, h, path, depth, tries, reason, due_at, visited_at)
      SELECT 1, 100 + i, 1, 0, i, '/old-' || i, 0, 0, 'kept', iif(i % ${every} = 0, 50, 1e9), 1 FROM n;
    UPDATE url_queue SET last_seq = 100 + ${count}; UPDATE url_finished SET urls = urls + ${count};`);

describe('what is kept of the pending rows of an origin', () => {
  it('is what the rows say, whatever is done to them in whatever order', () => {
    const { db, clock, frontier } = setUp();
    let random = 7;
    const upTo = (n: number): number => {
      random = (random * 48_271) % 2_147_483_647;
      return random % n;
    };
    const flying: Task[] = [];
    let running = frontier;
    for (let step = 0; step < 1_500; step++) {
      clock.ms += 10;
      const name = 'abc'[upTo(3)] ?? 'a';
      const task = flying.length > 0 ? flying[upTo(flying.length)] : undefined;
      const what = upTo(12);
      if (what < 4)
        running.offer([1, 2, 3].map(n => offer(name, `${step}-${n}`, n === upTo(4) ? { refusal: 'refused.depth' } : {}))).apply();
      else if (what < 8) flying.push(...[pop(running, clock)].flatMap(next => next ?? []));
      else if (what === 11 && step % 5 === 0) {
        // Another process: what was under way is pending.
        running = setUp(db).frontier;
        flying.length = 0;
        if (step % 2 === 0) running.reopen({ dueByMs: clock.ms });
      } else if (task !== undefined) {
        flying.splice(flying.indexOf(task), 1);
        if (what === 8) running.retry(task, clock.ms + upTo(100));
        else if (what === 9 && task.before !== undefined) running.postpone(task, clock.ms + 500);
        else running.finish(task, 'kept', { visitedAtMs: clock.ms, intervalMs: 200 });
        const hint = { origin: task.origin, url: task.url, lastmodMs: clock.ms + 1 };
        if (what === 10) running.hasten([hint], { beforeMs: clock.ms + 1, nowMs: clock.ms + 1_000, minMs: 0 });
      }
      if (step % 10 === 0)
        for (const row of kept(db)) expect(row, `step ${step}`).toMatchObject({ truly: row.urls, isBefore: 1 });
    }
    // Whoever starts now is offered every pending row, and each once.
    const { pending } = setUp(db).frontier.counts();
    const later = setUp(db);
    const urls = new Set<string>();
    for (let task = pop(later.frontier, later.clock); task !== undefined; task = pop(later.frontier, later.clock)) {
      urls.add(task.url);
      later.frontier.finish(task, 'kept');
    }
    expect(pending).toBeGreaterThan(50);
    expect(urls.size).toBe(pending);
    expect(later.frontier.isFinished()).toBe(true);
    expect(kept(db)).toEqual(kept(db).map(row => ({ ...row, urls: 0, truly: 0 })));
  });

  it('moves on with what is finished, so that nobody walks over it again', () => {
    const { db, clock, frontier } = setUp();
    frontier.offer([offer('a', '1'), offer('a', '2'), offer('a', '3')]).apply();
    const [first, second, third] = [pop(frontier, clock), pop(frontier, clock), pop(frontier, clock)] as [Task, Task, Task];
    const from = () => db.prepare('SELECT from_seq FROM url_pending').get()?.from_seq;
    frontier.retry(first, clock.ms);
    frontier.finish(second, 'kept');
    // The first is asked again: whoever starts now must find it.
    expect(from()).toBe(1);
    frontier.finish(pop(frontier, clock) as Task, 'kept');
    expect(from()).toBe(3);
    frontier.finish(third, 'kept');
    expect(from()).toBe(4);
    addFinished(db, 20_000, 1e9);
    // What is offered after all these is found at the first look, in this process and in the next.
    const later = setUp(db);
    later.frontier.offer([offer('a', '4')]).apply();
    expect(pop(later.frontier, clock)?.url).toBe('https://a.example/4');
    expect(pop(setUp(db).frontier, clock)?.url).toBe('https://a.example/4');
  });

  it('finds the few of many that are due again, and lets other origins have their turn meanwhile', () => {
    const { db, clock, frontier } = setUp();
    frontier.offer([offer('a', '1')]).apply();
    frontier.finish(pop(frontier, clock) as Task, 'kept');
    addFinished(db, 20_000, 9_500);
    const later = setUp(db);
    expect(later.frontier.reopen({ dueByMs: 60 })).toBe(2);
    later.frontier.offer([offer('b', '1')]).apply();
    const order: string[] = [];
    const startedMs = later.clock.ms;
    while (!later.frontier.isFinished()) {
      const task = pop(later.frontier, later.clock);
      if (task === undefined) later.clock.ms = later.frontier.nextDueMs() ?? Number.NaN;
      else later.frontier.finish(task, 'kept');
      if (task !== undefined) order.push(task.url.slice(8));
    }
    expect(order).toEqual(['a.example/old-9500', 'b.example/1', 'a.example/old-19000']);
    // Not one look over 9,500 rows, in which nothing else could happen, but three of 4,000; the first was found where the table said.
    expect(later.clock.ms - startedMs).toBe(2);
    expect(later.frontier.counts()).toMatchObject({ pending: 0, finished: 20_002 });
  });

  it('is counted anew when an erasure makes one row of two', () => {
    const { db, frontier } = setUp();
    frontier.offer([offer('a', 'u/ann@x.example'), offer('a', 'u/bob@x.example'), offer('a', 'other')]).apply();
    eraseUrls(db, text => (/\w+@x\.example/.test(text) ? text.replace(/\w+@x\.example/, 'ERASED') : undefined));
    const later = setUp(db);
    expect(later.frontier.counts()).toMatchObject({ pending: 2 });
    expect(kept(db)).toEqual([{ origin_id: 1, urls: 2, truly: 2, isBefore: 1 }]);
    // It is found under what it is called now.
    expect(later.frontier.offer([offer('a', 'u/ERASED')]).fresh).toEqual([]);
    expect(openKnownUrls(db).task(originOf('a'), 'https://a.example/u/ERASED')).toBeDefined();
    expect([...openKnownUrls(db).pendingOrigins()]).toEqual([originOf('a')]);
  });
});

import { DatabaseSync } from 'node:sqlite';
import { describe, expect, test } from 'vitest';
import { type Frontier, type Hindrance, openFrontier, type Task } from '../../../src/frontier/index.ts';
import type { OriginKey } from '../../../src/vocab/index.ts';

const origin = (name: string): OriginKey => `https://${name}.example:443` as OriginKey;

/** A domain for every letter and a machine for every digit: `a1` and `a2` are neighbours by domain, `a1` and `b1` by address. */
function setUp(limits: Readonly<Record<string, number>>) {
  const clock = { ms: 1_000 };
  const taken = new Map<string, number>();
  const groupsOf = (key: OriginKey): readonly string[] => [key.slice(8, 9), key.slice(9, 10)];
  const gate = (key: OriginKey): Hindrance | undefined => {
    const group = groupsOf(key).find(name => (taken.get(name) ?? 0) >= (limits[name] ?? 99));
    return group === undefined ? undefined : { why: 'domain-concurrency', group };
  };
  const frontier = openFrontier(new DatabaseSync(':memory:'), { delayMs: 100, now: () => clock.ms, gate });
  const add = (...names: string[]): void =>
    frontier.offer(names.map((name, i) => ({ url: `https://${name}.example/${i}`, origin: origin(name), depth: 0 }))).apply();
  const begin = (): Task | undefined => {
    const task = frontier.next();
    for (const group of task ? groupsOf(task.origin) : []) taken.set(group, (taken.get(group) ?? 0) + 1);
    return task;
  };
  const end = (task: Task): void => {
    frontier.release(task.origin, clock.ms);
    frontier.finish(task, 'kept');
    for (const group of groupsOf(task.origin)) {
      taken.set(group, (taken.get(group) ?? 1) - 1);
      frontier.wake(group);
    }
  };
  const beginAll = (): readonly Task[] => {
    const tasks: Task[] = [];
    for (let task = begin(); task !== undefined; task = begin()) tasks.push(task);
    return tasks;
  };
  return { clock, taken, frontier, add, begin, end, beginAll };
}

const names = (tasks: readonly Task[]): string => tasks.map(task => task.origin.slice(8, 10)).join(' ');

describe('a gate', () => {
  test('lets no more of a domain out than may be, and the others pass', () => {
    const { frontier, add, beginAll, end } = setUp({ a: 2 });
    add('a1', 'a2', 'a3', 'a4', 'b5');
    const tasks = beginAll();
    expect(names(tasks)).toBe('a1 a2 b5');
    expect(frontier.isEmpty()).toBe(true);
    expect(frontier.isFinished()).toBe(false);
    expect(frontier.waiting().map(({ origin: key, why }) => `${key.slice(8, 10)} ${why}`)).toEqual([
      'a3 domain-concurrency',
      'a4 domain-concurrency',
    ]);
    end(tasks[0] as Task);
    expect(frontier.isEmpty()).toBe(false);
    expect(names(beginAll())).toBe('a3');
  });

  test('a place that an origin cannot use, because it lacks another, goes to the next', () => {
    const { add, begin, beginAll, end } = setUp({ a: 1, 1: 1 });
    add('a9', 'a1', 'a2', 'b1');
    const a9 = begin() as Task;
    const b1 = beginAll();
    expect(names(b1)).toBe('b1');
    end(a9);
    // a1 comes first and lacks the machine that b1 has.
    const a2 = beginAll();
    expect(names(a2)).toBe('a2');
    end(b1[0] as Task);
    expect(names(beginAll())).toBe('');
    end(a2[0] as Task);
    expect(names(beginAll())).toBe('a1');
  });

  test('a place that nobody was told of is found after a moment: a wake that is lost costs no run', () => {
    const { clock, taken, add, beginAll, frontier } = setUp({ a: 1 });
    add('a1', 'a2');
    const [a1] = beginAll();
    clock.ms += 10;
    frontier.release((a1 as Task).origin, clock.ms);
    frontier.finish(a1 as Task, 'kept');
    taken.set('a', 0);
    expect(names(beginAll())).toBe('');
    clock.ms += 1_000;
    expect(names(beginAll())).toBe('a2');
  });

  test('one of two thousand subdomains is woken, not all: a place costs the same however many wait', () => {
    let asked = 0;
    const busy = new Set<OriginKey>();
    const frontier: Frontier = openFrontier(new DatabaseSync(':memory:'), {
      delayMs: 0,
      now: () => 1_000,
      gate: () => {
        asked++;
        return busy.size >= 1 ? { why: 'domain-concurrency', group: 'd' } : undefined;
      },
    });
    frontier
      .offer(Array.from({ length: 2_000 }, (_, i) => ({ url: `https://s${i}.example/`, origin: origin(`s${i}`), depth: 0 })))
      .apply();
    let done = 0;
    for (let task = frontier.next(); task !== undefined; task = frontier.next()) {
      busy.add(task.origin);
      expect(frontier.next()).toBeUndefined();
      frontier.release(task.origin, 1_000);
      frontier.finish(task, 'kept');
      busy.delete(task.origin);
      frontier.wake('d');
      done++;
    }
    expect(done).toBe(2_000);
    expect(asked).toBeLessThan(12_000);
  });

  test('all are woken where nobody need wait any more', () => {
    const limits = { a: 1 };
    const { add, beginAll, frontier } = setUp(limits);
    add('a1', 'a2', 'a3');
    beginAll();
    limits.a = 9;
    frontier.wake('a', true);
    expect(names(beginAll())).toBe('a2 a3');
  });

  test('an hour of quiet is waited out and said', () => {
    const clock = { ms: 1_000 };
    const frontier = openFrontier(new DatabaseSync(':memory:'), {
      delayMs: 100,
      now: () => clock.ms,
      gate: () => (clock.ms < 60_000 ? { why: 'quiet', untilMs: 60_000 } : undefined),
    });
    frontier.offer([{ url: 'https://a1.example/', origin: origin('a1'), depth: 0 }]).apply();
    expect(frontier.next()).toBeUndefined();
    expect(frontier.waiting()).toEqual([{ origin: origin('a1'), dueMs: 60_000, why: 'quiet' }]);
    // Something else is offered there meanwhile.
    frontier.offer([{ url: 'https://a1.example/2', origin: origin('a1'), depth: 0 }]).apply();
    clock.ms = 59_999;
    expect(frontier.next()).toBeUndefined();
    clock.ms = 60_000;
    expect(frontier.next()?.url).toBe('https://a1.example/');
  });

  test('a pause longer than the configured one is kept, and said why', () => {
    const { clock, frontier, add, begin } = setUp({});
    add('a1', 'a1');
    frontier.offer([{ url: 'https://a1.example/2', origin: origin('a1'), depth: 0 }]).apply();
    const task = begin() as Task;
    frontier.release(task.origin, clock.ms, { ms: 900, why: 'adaptive-delay' });
    frontier.finish(task, 'kept');
    expect(frontier.waiting()).toEqual([{ origin: origin('a1'), dueMs: clock.ms + 900, why: 'adaptive-delay' }]);
    frontier.hold(origin('a1'), clock.ms + 5_000, 'backoff');
    expect(frontier.waiting()).toEqual([{ origin: origin('a1'), dueMs: clock.ms + 5_000, why: 'backoff' }]);
  });
});

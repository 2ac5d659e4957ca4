import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { type Frontier, type FrontierOptions, type Offer, openFrontier } from '../../../src/frontier/index.ts';
import type { OriginKey, Reason } from '../../../src/vocab/index.ts';

const offer = (url: string, rest: Partial<Offer> = {}): Offer => {
  const { protocol, hostname, port } = new URL(url);
  return {
    url,
    origin: `${protocol}//${hostname}:${port || (protocol === 'https:' ? 443 : 80)}` as OriginKey,
    depth: 0,
    ...rest,
  };
};
const a = 'https://a.example:443' as OriginKey;
const b = 'https://b.example:443' as OriginKey;

function setUp(options: Partial<FrontierOptions> = {}, db = new DatabaseSync(':memory:')) {
  const clock = { ms: 1000 };
  const frontier = openFrontier(db, { delayMs: 100, now: () => clock.ms, ...options });
  const add = (...urls: string[]) => frontier.offer(urls.map(url => offer(url))).apply();
  return { db, clock, frontier, add };
}

/** Pops what is due now and asks it for 10 ms. */
function crawl(frontier: Frontier, clock: { ms: number }, reason: Reason = 'kept'): string | undefined {
  const task = frontier.next();
  if (task === undefined) return undefined;
  clock.ms += 10;
  frontier.release(task.origin, clock.ms);
  frontier.finish(task, reason);
  return task.url;
}

describe('offering URLs', () => {
  it('takes each URL once, however often it is offered', () => {
    const { frontier } = setUp();
    const first = frontier.offer([offer('https://a.example/1'), offer('https://a.example/2'), offer('https://a.example/1')]);
    expect(first.fresh.map(({ url }) => url)).toEqual(['https://a.example/1', 'https://a.example/2']);
    expect(first.seenCount).toBe(1);
    // Reserved though not stored yet: another page that links there in the same commit does not record it again.
    expect(frontier.offer([offer('https://a.example/1')]).fresh).toEqual([]);
    first.apply();
    expect(frontier.offer([offer('https://a.example/2'), offer('https://a.example/3')]).fresh).toHaveLength(1);
    expect(frontier.counts()).toMatchObject({ pending: 2, inFlight: 0, finished: 0 });
  });

  it('lets nothing be popped before it is stored', () => {
    const { frontier } = setUp();
    const offered = frontier.offer([offer('https://a.example/1')]);
    expect(frontier.next()).toBeUndefined();
    expect(frontier.isFinished()).toBe(false);
    offered.apply();
    expect(frontier.next()?.url).toBe('https://a.example/1');
  });

  it('can be taken back when the page they came from is not recorded', () => {
    const { frontier } = setUp();
    frontier.offer([offer('https://a.example/1')]).forget();
    expect(frontier.isFinished()).toBe(true);
    expect(frontier.offer([offer('https://a.example/1')]).fresh).toHaveLength(1);
  });

  it('counts a refused URL once and never pops it', () => {
    const { frontier } = setUp();
    const refused = [offer('https://x.example/1', { refusal: 'refused.out-of-scope' })];
    const offered = frontier.offer(refused);
    expect(offered.fresh).toHaveLength(1);
    offered.apply();
    expect(frontier.offer(refused).fresh).toEqual([]);
    expect(frontier.counts()).toEqual({ pending: 0, inFlight: 0, finished: 1, byReason: { 'refused.out-of-scope': 1 } });
    expect(frontier.next()).toBeUndefined();
    expect(frontier.isFinished()).toBe(true);
  });

  it('keeps what a URL came with, whatever its scheme and port', () => {
    const { frontier } = setUp();
    const offers: Offer[] = [
      offer('http://c.example:8080/p?q=1', { depth: 3, via: 'https://a.example/', hops: ['https://a.example/r'] }),
      offer('https://a.example/next', { depth: 1, via: 'https://a.example/' }),
      { url: 'https://user@a.example/odd', origin: a, depth: 0 },
    ];
    frontier.offer(offers).apply();
    const tasks = [frontier.next(), frontier.next()];
    frontier.release(a);
    tasks.push(frontier.next());
    expect(tasks.map(task => ({ ...task, key: undefined }))).toEqual(
      offers.map(entry => ({ hops: [], tries: 0, ...entry, key: undefined })),
    );
  });

  it('is undone with the transaction it was part of', () => {
    const { db, frontier } = setUp();
    db.exec('BEGIN');
    frontier.offer([offer('https://a.example/1')]).apply();
    db.exec('ROLLBACK');
    expect(frontier.next()).toBeUndefined();
    expect(frontier.isFinished()).toBe(true);
  });

  it('tells two URLs apart whose hashes meet', () => {
    const { db, frontier, add } = setUp();
    add('https://a.example/1');
    // The row says another path under the number that /1 has.
    db.exec("UPDATE url SET path = '/other'");
    // Opened anew: the other one remembers what it stored itself.
    const reopened = openFrontier(db, { delayMs: 0, now: () => 0 });
    expect(frontier.offer([offer('https://a.example/1')]).fresh).toHaveLength(0);
    const again = reopened.offer([offer('https://a.example/1')]);
    expect(again.fresh).toHaveLength(1);
    again.apply();
    expect(reopened.offer([offer('https://a.example/1'), offer('https://a.example/other')]).fresh).toHaveLength(1);
    const paths = db.prepare('SELECT path FROM url ORDER BY path').all();
    expect(paths.map(row => row.path)).toEqual(['/1', '/other']);
  });
});

describe('an honest guest', () => {
  it('has one request at an origin at a time', () => {
    const { frontier, clock, add } = setUp({ delayMs: 0 });
    add('https://a.example/1', 'https://a.example/2');
    const task = frontier.next();
    clock.ms += 10_000;
    expect(frontier.next()).toBeUndefined();
    expect(frontier.isEmpty()).toBe(true);
    expect(frontier.isFinished()).toBe(false);
    frontier.release(a, clock.ms);
    expect(frontier.next()?.url).not.toBe(task?.url);
  });

  it('waits between the end of a request and the next one', () => {
    const { frontier, clock, add } = setUp();
    add('https://a.example/1', 'https://a.example/2');
    crawl(frontier, clock);
    const endedMs = clock.ms;
    expect(frontier.nextDueMs()).toBe(endedMs + 100);
    expect(frontier.waiting()).toEqual([{ origin: a, dueMs: endedMs + 100, why: 'delay' }]);
    clock.ms = endedMs + 99;
    expect(frontier.next()).toBeUndefined();
    clock.ms = endedMs + 100;
    expect(frontier.isEmpty()).toBe(false);
    expect(crawl(frontier, clock)).toBe('https://a.example/2');
    expect(frontier.isFinished()).toBe(true);
  });

  it('still waits for an origin that had nothing to do in between', () => {
    const { frontier, clock, add } = setUp();
    add('https://a.example/1');
    crawl(frontier, clock);
    expect(frontier.next()).toBeUndefined();
    add('https://a.example/2');
    expect(frontier.next()).toBeUndefined();
    clock.ms += 100;
    expect(frontier.next()?.url).toBe('https://a.example/2');
  });

  it('obeys a longer Crawl-delay, up to a limit, also after a pause', () => {
    const { frontier, clock, add } = setUp({ maxDelayMs: 5000 });
    add('https://a.example/1', 'https://b.example/1');
    frontier.setCrawlDelay(a, 3000);
    frontier.setCrawlDelay(b, 3_600_000);
    crawl(frontier, clock);
    crawl(frontier, clock);
    expect(frontier.next()).toBeUndefined();
    clock.ms += 100_000;
    expect(frontier.next()).toBeUndefined();
    add('https://a.example/2', 'https://a.example/3', 'https://b.example/2', 'https://b.example/3');
    crawl(frontier, clock);
    crawl(frontier, clock);
    expect(frontier.waiting().map(({ why, dueMs }) => [why, dueMs - clock.ms])).toEqual([
      ['crawl-delay', 2990],
      ['crawl-delay', 5000],
    ]);
  });

  it('holds a whole origin for Retry-After, up to a limit', () => {
    const { frontier, clock, add } = setUp();
    add('https://a.example/1', 'https://a.example/2');
    crawl(frontier, clock);
    frontier.hold(a, clock.ms + 3_600_000);
    clock.ms += 100;
    expect(frontier.next()).toBeUndefined();
    expect(frontier.waiting()[0]?.why).toBe('retry-after');
    clock.ms += 59_900;
    expect(frontier.next()?.url).toBe('https://a.example/2');
  });

  it('serves origins in turns', () => {
    const { frontier, clock, add } = setUp({ delayMs: 0 });
    add(...['a', 'b', 'c'].flatMap(name => [1, 2, 3].map(page => `https://${name}.example/${page}`)));
    const order: (string | undefined)[] = [];
    for (let i = 0; i < 9; i++) order.push(crawl(frontier, clock)?.slice(8, 9));
    expect(order.join('')).toBe('abcabcabc');
  });
});

describe('trying again', () => {
  it('counts tries, waits as told, and goes on with the origin’s other pages meanwhile', () => {
    const { db, frontier, clock, add } = setUp({ delayMs: 0 });
    add('https://a.example/1', 'https://a.example/2');
    const task = frontier.next();
    if (task === undefined) throw new Error('nothing due');
    frontier.release(a, clock.ms);
    frontier.retry(task, clock.ms + 500);
    expect(crawl(frontier, clock)).toBe('https://a.example/2');
    expect(frontier.next()).toBeUndefined();
    expect(frontier.isFinished()).toBe(false);
    expect(frontier.waiting()).toEqual([{ origin: a, dueMs: 1500, why: 'retry' }]);
    clock.ms = 1500;
    expect(frontier.next()).toMatchObject({ url: 'https://a.example/1', tries: 1 });
    // After a crash it is pending with its tries.
    const later = setUp({}, db);
    expect(later.frontier.next()).toMatchObject({ url: 'https://a.example/1', tries: 1 });
  });

  it('puts a task back as if it had not been popped', () => {
    const { frontier, clock, add } = setUp({ delayMs: 0 });
    add('https://a.example/1', 'https://a.example/2');
    const task = frontier.next();
    if (task === undefined) throw new Error('nothing due');
    frontier.putBack(task);
    frontier.release(a);
    expect(frontier.counts()).toMatchObject({ pending: 2, inFlight: 0 });
    expect(crawl(frontier, clock)).toBe('https://a.example/1');
    expect(crawl(frontier, clock)).toBe('https://a.example/2');
    expect(frontier.isFinished()).toBe(true);
  });

  it('puts a task back until a time, which counts no try', () => {
    const { frontier, clock, add } = setUp({ delayMs: 0 });
    add('https://a.example/1');
    const task = frontier.next();
    if (task === undefined) throw new Error('nothing due');
    frontier.putBack(task, clock.ms + 500);
    frontier.release(a);
    expect(frontier.next()).toBeUndefined();
    clock.ms += 500;
    expect(frontier.next()).toMatchObject({ url: 'https://a.example/1', tries: 0 });
  });

  it('does not pile up retried pages of one origin in memory', () => {
    const { frontier, clock } = setUp({ delayMs: 0 });
    frontier.offer(Array.from({ length: 200 }, (_, i) => offer(`https://a.example/${i}`))).apply();
    let popped = 0;
    for (let task = frontier.next(); task !== undefined; task = frontier.next()) {
      frontier.release(a, clock.ms);
      frontier.retry(task, clock.ms + 1000);
      popped++;
    }
    expect(popped).toBe(64);
    for (let i = 0; i < 2000 && !frontier.isFinished(); i++) {
      clock.ms += 1000;
      while (crawl(frontier, clock) !== undefined);
    }
    expect(frontier.counts()).toMatchObject({ pending: 0, finished: 200 });
  });

  it('ends a URL once', () => {
    const { frontier, add } = setUp();
    add('https://a.example/1');
    const task = frontier.next();
    if (task === undefined) throw new Error('nothing due');
    frontier.finish(task, 'kept');
    expect(() => frontier.finish(task, 'kept')).toThrow(expect.objectContaining({ code: 'ERR_FRONTIER_TASK' }));
  });
});

describe('a later process', () => {
  it('is offered again what was popped and not finished, and nothing that was', () => {
    const { db, frontier, clock, add } = setUp({ delayMs: 0 });
    add(...Array.from({ length: 50 }, (_, i) => `https://a.example/${i}`), 'https://b.example/1');
    for (let i = 0; i < 20; i++) crawl(frontier, clock);
    frontier.next();
    const later = setUp({ delayMs: 0 }, db);
    expect(later.frontier.counts()).toEqual({ pending: 31, inFlight: 0, finished: 20, byReason: { kept: 20 } });
    const urls = new Set<string>();
    for (let url = crawl(later.frontier, later.clock); url !== undefined; url = crawl(later.frontier, later.clock)) urls.add(url);
    expect(urls.size).toBe(31);
    expect(later.frontier.isFinished()).toBe(true);
  });

  it('recrawls what is due, with what the site said about its versions', () => {
    const { db, frontier, clock, add } = setUp({ delayMs: 0 });
    add('https://a.example/1', 'https://a.example/2', 'https://a.example/3');
    frontier.offer([offer('https://x.example/', { refusal: 'refused.out-of-scope' })]).apply();
    for (const intervalMs of [4000, 8000, undefined]) {
      const task = frontier.next();
      if (task === undefined) throw new Error('nothing due');
      frontier.release(a, clock.ms);
      frontier.finish(task, 'kept', intervalMs ? { visitedAtMs: 1000, intervalMs, validators: { etag: '"1"' } } : undefined);
    }
    const due = setUp({ delayMs: 0 }, db);
    expect(due.frontier.reopen({ dueByMs: 5000 })).toBe(1);
    expect(due.frontier.next()).toMatchObject({ url: 'https://a.example/1', validators: { etag: '"1"' } });
    expect(() => due.frontier.reopen({ dueByMs: 9000 })).toThrow(expect.objectContaining({ code: 'ERR_FRONTIER_STARTED' }));
    const all = setUp({ delayMs: 0 }, db);
    expect(all.frontier.reopen({ except: ['refused.'] })).toBe(2);
    expect(all.frontier.counts()).toEqual({ pending: 3, inFlight: 0, finished: 1, byReason: { 'refused.out-of-scope': 1 } });
  });
});

describe('a hint that a page was changed', () => {
  const day = 24 * 3_600_000;
  interface Said {
    readonly lastmodMs: number;
    readonly nowMs: number;
    readonly minMs?: number;
    readonly beforeMs?: number;
  }
  it.each<[string, Said, boolean]>([
    ['brings it back after a quarter of its interval', { lastmodMs: 3 * day, nowMs: 4 * day }, true],
    ['not sooner', { lastmodMs: 3 * day, nowMs: 3.9 * day - 1 }, false],
    ['not where it was visited since', { lastmodMs: 1.9 * day, nowMs: 10 * day }, false],
    ['not within the least time between two visits', { lastmodMs: 3 * day, nowMs: 4 * day, minMs: 3 * day }, false],
    ['not where it was visited in this run', { lastmodMs: 3 * day, nowMs: 4 * day, beforeMs: 2 * day }, false],
  ])('%s', (_, { lastmodMs, ...haste }, isBack) => {
    const { db, frontier, clock, add } = setUp({ delayMs: 0 });
    add('https://a.example/1', 'https://a.example/2');
    for (const intervalMs of [7.6 * day, undefined]) {
      const task = frontier.next();
      if (task === undefined) throw new Error('nothing due');
      frontier.release(a, clock.ms);
      frontier.finish(task, 'kept', intervalMs ? { visitedAtMs: 2 * day, intervalMs } : undefined);
    }
    const list = ['1', '2', 'never-offered'].map(name => ({ origin: a, url: `https://a.example/${name}`, lastmodMs }));
    frontier.hasten(list, { beforeMs: haste.beforeMs ?? 3.5 * day, nowMs: haste.nowMs, minMs: haste.minMs ?? 0 });
    const expected = { pending: isBack ? 1 : 0, byReason: { kept: isBack ? 1 : 2 } };
    expect(frontier.counts()).toMatchObject(expected);
    expect(setUp({}, db).frontier.counts()).toMatchObject(expected);
    clock.ms += 1;
    const task = frontier.next();
    expect(task).toEqual(
      isBack
        ? expect.objectContaining({
            url: 'https://a.example/1',
            before: { reason: 'kept', visitedAtMs: 2 * day, intervalMs: 7.6 * day },
            lastmodMs,
          })
        : undefined,
    );
    if (task === undefined) return;
    // It was the reason of that visit, and is none of a later one.
    frontier.finish(task, 'kept', { visitedAtMs: 4 * day, intervalMs: day });
    const later = setUp({}, db).frontier;
    later.reopen({ dueByMs: Number.POSITIVE_INFINITY });
    expect(later.next()).not.toHaveProperty('lastmodMs');
  });
});

it('what is not asked now keeps what it ended with, and is due', () => {
  const { db, frontier, clock, add } = setUp({ delayMs: 0 });
  add('https://a.example/1');
  const visit = { visitedAtMs: 1_000, intervalMs: 1_000, validators: { etag: '"1"' } };
  const first = frontier.next();
  if (first === undefined) throw new Error('nothing due');
  frontier.release(a, clock.ms);
  frontier.finish(first, 'kept', visit);
  const later = setUp({ delayMs: 0 }, db);
  expect(later.frontier.reopen({ dueByMs: 2_000, occasion: 'r1' })).toBe(1);
  const again = later.frontier.next();
  if (again === undefined) throw new Error('nothing due');
  later.frontier.postpone(again, 3_000);
  expect(later.frontier.counts()).toEqual({ pending: 0, inFlight: 0, finished: 1, byReason: { kept: 1 } });
  const last = setUp({ delayMs: 0 }, db);
  // What one run was to ask again is made pending once.
  expect(last.frontier.reopen({ dueByMs: 9_000, occasion: 'r1' })).toBe(0);
  expect(last.frontier.reopen({ dueByMs: 2_999, occasion: 'r2' })).toBe(0);
  expect(last.frontier.reopen({ dueByMs: 3_000, occasion: 'r3' })).toBe(1);
  expect(last.frontier.next()).toMatchObject({ validators: { etag: '"1"' }, before: { reason: 'kept', intervalMs: 1_000 } });
});

describe('what a start needs to know', () => {
  /** What the table itself says. */
  const truth = (db: DatabaseSync) => {
    const all = db.prepare('SELECT status, reason, count(*) AS n FROM url GROUP BY status, reason').all();
    return {
      pending: all.filter(row => row.status === 0).reduce((sum, row) => sum + Number(row.n), 0),
      byReason: Object.fromEntries(all.filter(row => row.status === 1).map(row => [String(row.reason), Number(row.n)])),
    };
  };

  it('is kept as URLs come and go, so that no start counts what is finished', () => {
    const { db, frontier, clock, add } = setUp({ delayMs: 0 });
    add(...Array.from({ length: 60 }, (_, i) => `https://${'abc'[i % 3]}.example/${i}`));
    frontier.offer([offer('https://x.example/1', { refusal: 'refused.depth' }), offer('https://a.example/0')]).apply();
    for (let i = 0; i < 40; i++) crawl(frontier, clock, i % 3 === 0 ? 'gone.404' : 'kept');
    expect(setUp({}, db).frontier.counts()).toMatchObject(truth(db));
    expect(setUp({}, db).frontier.reopen({ except: ['refused.', 'gone.'] })).toBe(26);
    const later = setUp({ delayMs: 0 }, db);
    expect(later.frontier.counts()).toMatchObject({ ...truth(db), pending: 46 });
    // Offering goes on after the highest number in use: what is new comes last.
    later.add('https://a.example/new');
    const order: (string | undefined)[] = [];
    while (!later.frontier.isFinished()) order.push(crawl(later.frontier, later.clock));
    expect(order.filter(url => url?.startsWith('https://a.')).at(-1)).toBe('https://a.example/new');
    expect(setUp({}, db).frontier.counts()).toMatchObject(truth(db));
  });

  it('is counted once for a database that was made before it was kept', () => {
    const { db, frontier, clock, add } = setUp({ delayMs: 0 });
    add('https://a.example/1', 'https://a.example/2', 'https://a.example/3');
    crawl(frontier, clock);
    db.exec('DROP TABLE url_finished; DROP TABLE url_queue; DROP TABLE url_pending;');
    const later = setUp({ delayMs: 0 }, db);
    expect(later.frontier.counts()).toMatchObject({ pending: 2, byReason: { kept: 1 } });
    later.add('https://a.example/4');
    expect(db.prepare('SELECT last_seq FROM url_queue').get()?.last_seq).toBe(4);
  });

  it('finds the seeds without reading what they led to', () => {
    const { db, frontier } = setUp();
    frontier.offer([offer('https://a.example/'), offer('https://a.example/1', { via: 'https://a.example/' })]).apply();
    expect([...frontier.seeds()]).toEqual(['https://a.example/']);
    const plan = db.prepare('EXPLAIN QUERY PLAN SELECT path FROM url WHERE via IS NULL').all();
    expect(plan.map(row => row.detail)).toEqual([expect.stringContaining('url_seed')]);
  });

  it('a recrawl that was killed while it made URLs pending has them all pending after the next start', () => {
    const { db, add } = setUp({ delayMs: 0 });
    add('https://a.example/', 'https://b.example/');
    db.exec(`DELETE FROM url; DELETE FROM url_pending; DELETE FROM url_queue;
      WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 44999)
      INSERT INTO url (origin_id, seq, status, era, h, path, depth, tries, reason)
        SELECT 1 + i % 2, i + 1, 1, 0, i, '/' || i, 0, 0, iif(i % 10 = 7, 'refused.depth', 'refused.budget') FROM n`);
    // The last row in order of storage fails: two slices are stored, the third is not.
    db.exec(`CREATE TRIGGER killed BEFORE UPDATE ON url
      WHEN (NEW.origin_id, NEW.seq) = (SELECT origin_id, seq FROM url ORDER BY origin_id DESC, seq DESC LIMIT 1) AND NEW.status = 0
      BEGIN SELECT RAISE(ABORT, 'killed'); END`);
    const again = setUp({ delayMs: 0 }, db);
    expect(() => again.frontier.reopen({ except: ['refused.depth'] })).toThrow('killed');
    expect(truth(db).byReason['refused.budget']).toBeGreaterThan(0);
    expect(truth(db).pending).toBeGreaterThan(20_000);
    db.exec('DROP TRIGGER killed');
    const later = setUp({ delayMs: 0 }, db);
    expect(later.frontier.counts()).toEqual({
      pending: 40_500,
      inFlight: 0,
      finished: 4_500,
      byReason: { 'refused.depth': 4_500 },
    });
    expect(later.frontier.counts()).toMatchObject(truth(db));
    expect(db.prepare('SELECT reopening FROM url_queue').get()?.reopening).toBeNull();
  });
});

describe('who waits', () => {
  it('is told soonest first, of many origins too', () => {
    const { frontier, clock } = setUp();
    frontier.offer(Array.from({ length: 5_000 }, (_, i) => [1, 2].map(n => offer(`https://o${i}.example/${n}`))).flat()).apply();
    for (let task = frontier.next(); task !== undefined; task = frontier.next())
      frontier.release(task.origin, clock.ms + ((Number(task.origin.slice(9, -12)) * 7919) % 5_000));
    const soonest = Array.from({ length: 20 }, (_, i) => clock.ms + 100 + i);
    expect(frontier.waiting(3).map(({ dueMs }) => dueMs)).toEqual(soonest.slice(0, 3));
    expect(frontier.waiting(20).map(({ dueMs }) => dueMs)).toEqual(soonest);
    // The answer holds for a while, and no longer.
    frontier.hold('https://o0.example:443' as OriginKey, clock.ms + 50_000);
    expect(frontier.waiting(1).map(({ dueMs }) => dueMs)).toEqual(soonest.slice(0, 1));
    clock.ms += 250;
    expect(frontier.waiting(1)[0]?.dueMs).toBeGreaterThan(clock.ms);
  });
});

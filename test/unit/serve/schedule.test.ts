import { describe, expect, test } from 'vitest';
import {
  createSchedule,
  type JobEnd,
  parseTimetable,
  type Schedule,
  type ScheduleEvent,
  type ScheduleState,
} from '../../../src/serve/index.ts';

const at = (time: string): number => Date.parse(`2026-11-27T${time}Z`);
const minuteMs = 60_000;

interface Set {
  readonly crawl?: string;
  readonly recheck?: string;
  readonly left?: ScheduleState | undefined | 'damaged';
  readonly from?: string;
  readonly jitterMs?: number;
  readonly save?: (state: ScheduleState) => void;
  /** Of the crawl. */
  readonly yieldsTo?: readonly string[];
}

/** A schedule on a clock that stands still until it is set; jobs end when the test says so. */
function set({ crawl, recheck, left, from = '00:00', jitterMs = 0, save, yieldsTo = [] }: Set) {
  let nowMs = at(from);
  let saved: ScheduleState | undefined;
  const events: ScheduleEvent[] = [];
  const started: string[] = [];
  const stops: string[] = [];
  let end: ((end: JobEnd) => void) | undefined;
  const jobs = Object.entries({ recheck, crawl }).flatMap(([name, text]) =>
    text === undefined ? [] : [{ name, timetable: parseTimetable(name, text), ...(name === 'crawl' ? { yieldsTo } : {}) }],
  );
  const schedule: Schedule = createSchedule({
    jobs,
    jitterMs,
    left,
    wallClock: () => nowMs,
    random: () => 0.5,
    save:
      save ??
      (state => {
        saved = structuredClone(state);
      }),
    onEvent: event => events.push(event),
    start: name => {
      started.push(name);
      return { ended: new Promise(resolve => (end = resolve)), stop: () => void stops.push(name) };
    },
  });
  return {
    schedule,
    events,
    started,
    stops,
    saved: () => saved!,
    job: (name: string) => schedule.state.jobs[name]!,
    /** Sets the clock and looks at it. */
    look: (time: string | number) => {
      nowMs = typeof time === 'number' ? nowMs + time : at(time);
      schedule.look();
    },
    ends: async (how: number | Partial<JobEnd>) => {
      end?.({ code: null, ...(typeof how === 'number' ? { code: how } : how) });
      await new Promise(resolve => setImmediate(resolve));
    },
  };
}

describe('one job at a time', () => {
  test('what is due runs, and what is due meanwhile waits for its end', async () => {
    const { look, started, ends, job } = set({ crawl: '0 1 * * *', recheck: '5 1 * * *' });
    look('00:59');
    expect(started).toEqual([]);
    look('01:00');
    expect(started).toEqual(['crawl']);
    look('01:06');
    expect(started).toEqual(['crawl']);
    expect(job('recheck').waiting).toEqual({ since: '2026-11-27T01:05:00.000Z', why: 'due' });
    await ends(0);
    look('01:07');
    expect(started).toEqual(['crawl', 'recheck']);
  });

  test('of two that are due together the recheck comes first, of two that wait the one that has waited longer', async () => {
    const together = set({ crawl: '0 1 * * *', recheck: '0 1 * * *' });
    together.look('01:00');
    expect(together.started).toEqual(['recheck']);
    const apart = set({ crawl: '0 1 * * *', recheck: '10 * * * *' });
    apart.look('00:10');
    apart.look('01:20');
    await apart.ends(0);
    apart.look('01:21');
    expect(apart.started).toEqual(['recheck', 'crawl']);
  });

  test('a time that comes while the job runs, or waits, is skipped and counted, never queued', async () => {
    const { look, started, ends, job } = set({ crawl: '0 * * * *', recheck: '30 * * * *', from: '00:45' });
    look('01:00');
    for (const time of ['01:30', '02:00', '02:30', '03:00', '03:30']) look(time);
    expect(job('crawl').skipped).toBe(2);
    expect(job('recheck').skipped).toBe(2);
    await ends(0);
    look('03:31');
    await ends(0);
    look('03:32');
    expect(started).toEqual(['crawl', 'recheck']);
  });

  test('of the many times that passed while the machine slept one is made up for', async () => {
    const { look, started, ends, job } = set({ crawl: '0 * * * *' });
    look('09:20');
    await ends(0);
    look('09:21');
    expect(started).toEqual(['crawl']);
    expect(job('crawl').due).toBe('2026-11-27T10:00:00.000Z');
  });
});

describe('a crawl that yields to a recheck', () => {
  const yielding = { crawl: '0 1 * * *', recheck: '5 * * * *', from: '00:10', yieldsTo: ['recheck'] };

  test('ends softly when the recheck is due, which is no failure, and goes on after it', async () => {
    const { look, started, stops, ends, job, events } = set(yielding);
    look('01:00');
    look('01:05');
    look('01:06');
    expect(stops).toEqual(['crawl']);
    expect(events).toContainEqual({ event: 'job.yields', job: 'crawl', to: 'recheck' });
    await ends(11);
    expect(job('crawl')).toMatchObject({ failures: 0, failed: 0, waiting: { why: 'resume' }, last: { outcome: 'interrupted' } });
    look('01:07');
    expect(started).toEqual(['crawl', 'recheck']);
    await ends(0);
    look('01:08');
    expect(started).toEqual(['crawl', 'recheck', 'crawl']);
  });

  test('which ends by itself meanwhile is simply done', async () => {
    const { look, started, ends, job } = set(yielding);
    look('01:00');
    look('01:05');
    await ends(0);
    expect(job('crawl')).toMatchObject({ failures: 0, last: { outcome: 'done' } });
    expect(job('crawl').waiting).toBeUndefined();
    look('01:06');
    expect(started).toEqual(['crawl', 'recheck']);
  });

  test('is not asked a second time by a stop, but is by another one: that means at once', async () => {
    const { look, stops, schedule } = set(yielding);
    look('01:00');
    look('01:05');
    void schedule.stop();
    expect(stops).toEqual(['crawl']);
    void schedule.stop();
    expect(stops).toEqual(['crawl', 'crawl']);
  });

  test('does not go on before it after a restart either, but does while a recheck that failed is put off', async () => {
    const before = set(yielding);
    before.look('01:00');
    const { look, started, ends } = set({ ...yielding, left: before.saved(), from: '01:10' });
    look('01:10');
    expect(started).toEqual(['recheck']);
    await ends(1);
    look(1_000);
    expect(started).toEqual(['recheck', 'crawl']);
  });

  test('a recheck yields to nobody', () => {
    const { look, started, stops } = set({ ...yielding, crawl: '6 1 * * *' });
    look('01:05');
    look('01:06');
    expect([started, stops]).toEqual([['recheck'], []]);
  });
});

describe('over a restart', () => {
  const once = (): ScheduleState => set({ crawl: '0 1 * * *', recheck: '0 6 * * *' }).saved();

  test('a job that nobody knew has missed nothing', () => {
    const { look, started } = set({ crawl: '0 1 * * *', from: '12:00' });
    look('12:01');
    expect(started).toEqual([]);
  });

  test('one run makes up for all that was missed, and only where something was', async () => {
    const { look, started, ends, events } = set({ crawl: '0 1 * * *', recheck: '0 6 * * *', left: once(), from: '05:00' });
    look('05:00');
    expect(events).toContainEqual({ event: 'job.started', job: 'crawl', why: 'missed' });
    await ends(0);
    look('05:01');
    expect(started).toEqual(['crawl']);
  });

  test('what was running when everything went down goes on first thing, once', async () => {
    const before = set({ crawl: '0 1 * * *', recheck: '0 1 * * *' });
    before.look('01:00');
    const { look, started, ends, events, job } = set({
      crawl: '0 1 * * *',
      recheck: '0 1 * * *',
      left: before.saved(),
      from: '01:30',
    });
    expect(job('recheck').last).toMatchObject({ outcome: 'interrupted', code: null });
    look('01:30');
    expect(events).toContainEqual({ event: 'job.started', job: 'recheck', why: 'resume' });
    await ends(0);
    look('01:31');
    expect(started).toEqual(['recheck', 'crawl']);
  });

  test('a job that goes down with us again and again is put off like one that fails', () => {
    let left: ScheduleState | undefined;
    for (const [time, count] of [
      ['01:00', 1],
      ['01:10', 1],
      ['01:11', 0],
    ] as const) {
      const again = set({ crawl: '0 1 * * *', left, from: left ? time : '00:59' });
      again.look(time);
      expect([time, again.started.length]).toEqual([time, count]);
      left = again.saved();
    }
  });

  test.each<[string, Partial<JobEnd>]>([
    ['the job ends softly', { code: 11 }],
    ['the job, which had hardly begun, ends', { signal: 'SIGTERM' }],
  ])('a stop is no failure: asked to end, %s and goes on after the restart', async (_how, end) => {
    const before = set({ crawl: '0 1 * * *' });
    before.schedule.run();
    before.look('01:00');
    const stopped = before.schedule.stop();
    expect(before.stops).toEqual(['crawl']);
    await before.ends(end);
    expect(await stopped).toMatchObject(end);
    expect(before.saved().jobs.crawl).toMatchObject({ failures: 0, waiting: { why: 'resume' } });
    expect(before.saved().running).toBeUndefined();
    const after = set({ crawl: '0 1 * * *', left: before.saved(), from: '01:02' });
    after.look('01:02');
    expect(after.started).toEqual(['crawl']);
  });

  test('nothing begins after a stop', async () => {
    const { schedule, look, started } = set({ crawl: '0 1 * * *' });
    expect(await schedule.stop()).toBeUndefined();
    look('01:00');
    expect(started).toEqual([]);
  });

  test('with another timetable nothing was missed', () => {
    const { look, started, job } = set({ crawl: '30 * * * *', left: once(), from: '05:00' });
    look('05:00');
    expect(started).toEqual([]);
    expect(job('crawl').due).toBe('2026-11-27T05:30:00.000Z');
  });

  test('a state that cannot be read could have held a missed time: every job runs once', async () => {
    const { look, started, ends } = set({ crawl: '0 1 * * *', recheck: '0 6 * * *', left: 'damaged', from: '05:00' });
    look('05:00');
    await ends(0);
    look('05:01');
    await ends(0);
    look('05:02');
    expect(started).toEqual(['recheck', 'crawl']);
  });
});

describe('what fails', () => {
  test('is tried again after one minute, two, four, and its timetable does not start it earlier', async () => {
    const { look, started, ends, job } = set({ crawl: '*/5 * * * *' });
    look('00:05');
    for (const pause of [1, 2, 4, 8, 16]) {
      await ends(1);
      const before = started.length;
      look(pause * minuteMs - 1);
      expect(started.length).toBe(before);
      look(1);
      expect(started.length).toBe(before + 1);
    }
    expect(job('crawl')).toMatchObject({ failures: 5, failed: 5, runs: 6 });
    await ends(0);
    expect(job('crawl')).toMatchObject({ failures: 0, failed: 5, last: { outcome: 'done' } });
    expect(job('crawl').notBefore).toBeUndefined();
  });

  test('waits six hours at most', async () => {
    const { look, ends, job } = set({ crawl: '0 1 * * *' });
    look('01:00');
    for (let n = 0; n < 12; n++) {
      await ends({ signal: 'SIGKILL' });
      look(6 * 60 * minuteMs);
    }
    await ends(9);
    const { notBefore, last } = job('crawl');
    expect(Date.parse(notBefore!) - Date.parse(last!.ended)).toBe(6 * 60 * minuteMs);
  });

  test.each([2, 3, 7, 14])('and would fail again (exit code %i) waits for its next time', async code => {
    const { look, started, ends, job } = set({ crawl: '0 * * * *' });
    look('01:00');
    await ends(code);
    look('01:59');
    expect(started).toHaveLength(1);
    expect(job('crawl')).toMatchObject({ failures: 1, last: { outcome: 'refused' } });
    look('02:00');
    expect(started).toHaveLength(2);
  });

  test.each([
    ['ERR_RUN_UNFINISHED: run `x` is not finished; resume it before another one begins', 2],
    ['ERR_RUN_KIND: run `x` is not finished, and is a crawl', 2],
    ['ERR_RUN_KIND: `out` holds an audit', 1],
  ])(
    'because of a run that is in the way heals by itself where that run ends, although it is an error of usage: %s',
    async (error, starts) => {
      const { look, started, ends } = set({ recheck: '0 1 * * *' });
      look('01:00');
      await ends({ code: 2, error });
      look('01:01');
      expect(started).toHaveLength(starts);
    },
  );

  test.each([0, 5, 6])('is not what ends with exit code %i', async code => {
    const { look, ends, job } = set({ crawl: '0 1 * * *' });
    look('01:00');
    await ends(code);
    expect(job('crawl')).toMatchObject({ failures: 0, lastSuccess: '2026-11-27T01:00:00.000Z' });
  });
});

describe('the clock', () => {
  test('each time is put off by a random part of the jitter', () => {
    const { job } = set({ crawl: '0 1 * * *', jitterMs: 10 * minuteMs });
    expect(job('crawl').due).toBe('2026-11-27T01:05:00.000Z');
  });

  test('put back by hours, it makes nothing wait for hours more', () => {
    const { look, job } = set({ crawl: '0 * * * *', from: '12:30' });
    look('12:31');
    look('06:10');
    expect(job('crawl').due).toBe('2026-11-27T07:00:00.000Z');
  });

  test('a state from a clock that ran ahead is worked out anew', () => {
    const ahead = set({ crawl: '0 * * * *', from: '22:00' }).saved();
    expect(set({ crawl: '0 * * * *', from: '06:10', left: ahead }).job('crawl').due).toBe('2026-11-27T07:00:00.000Z');
  });
});

test('a state that cannot be kept is told once, and does not stop the work', async () => {
  let isFull = true;
  const { look, started, events, schedule, ends } = set({
    crawl: '0 * * * *',
    save: () => {
      if (isFull) throw new Error('no space left');
    },
  });
  look('01:00');
  expect(started).toEqual(['crawl']);
  expect(schedule.isSaved).toBe(false);
  await ends(0);
  expect(events.filter(({ event }) => event === 'schedule.unsaved')).toHaveLength(1);
  isFull = false;
  look('02:00');
  expect(schedule.isSaved).toBe(true);
});

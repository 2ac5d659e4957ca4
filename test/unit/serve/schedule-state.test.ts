import { expect, test } from 'vitest';
import { createSchedule, parseTimetable, readScheduleState, type ScheduleState } from '../../../src/serve/index.ts';

function whole(): ScheduleState {
  let nowMs = Date.UTC(2026, 10, 27);
  const schedule = createSchedule({
    jobs: [{ name: 'crawl', timetable: parseTimetable('crawl', '0 1 * * *') }],
    ...{ jitterMs: 0, wallClock: () => nowMs, random: () => 0, left: undefined, save: () => {} },
    start: () => ({ ended: new Promise(() => {}), stop: () => {} }),
  });
  nowMs += 3_600_000;
  schedule.look();
  return schedule.state;
}

test('what was kept is read back as it was', () => {
  const state = whole();
  expect(state.running).toBeDefined();
  expect(readScheduleState(JSON.stringify(state))).toEqual(state);
});

/** With one part of its text replaced. */
const altered = (part: string | RegExp, other: string): string => {
  const text = JSON.stringify(whole());
  const changed = text.replace(part, other);
  expect(changed).not.toBe(text);
  return changed;
};

test.each<[string, () => string]>([
  ['empty', () => ''],
  ['cut off', () => JSON.stringify(whole()).slice(0, -1)],
  ['null', () => 'null'],
  ['a list', () => '[]'],
  ['of another version', () => altered('"version":1', '"version":2')],
  ['without jobs', () => altered('"jobs"', '"works"')],
  ['with a job that is a word', () => altered(/"crawl":\{.*?\}/, '"crawl":"x"')],
  ['with a sound job beside one that is none', () => altered('"jobs":{', '"jobs":{"recheck":{},')],
  ['with a job without a timetable', () => altered('"timetable"', '"times"')],
  [
    'with a result that has no beginning',
    () => altered('"failures"', '"last":{"ended":"2026-11-27T00:00:00.000Z","outcome":"done","code":0},"failures"'),
  ],
  ['without a due time', () => altered('"due"', '"dew"')],
  ['with a due time that is none', () => altered(/"due":"[^"]+"/, '"due":"soon"')],
  ['with fewer than no failures', () => altered('"failures":0', '"failures":-1')],
  ['with an end that is none', () => altered('"failures"', '"last":{"outcome":"fine"},"failures"')],
  ['with something running that has no name', () => altered('"job":"crawl"', '"job":1')],
])('%s, it is damaged', (_how, text) => {
  expect(readScheduleState(text())).toBeUndefined();
});

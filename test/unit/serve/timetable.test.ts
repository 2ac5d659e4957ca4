import { describe, expect, test } from 'vitest';
import { parseTimetable } from '../../../src/serve/index.ts';

const minuteMs = 60_000;

/** The times after one instant, as text. */
function times(text: string, after: string, count: number): string[] {
  const { nextAfter } = parseTimetable('crawl', text);
  const found: string[] = [];
  for (let atMs = Date.parse(after); found.length < count; ) {
    atMs = nextAfter(atMs);
    found.push(new Date(atMs).toISOString().slice(0, 16));
  }
  return found;
}

describe('a timetable', () => {
  test.each([
    ['0 3 * * *', 'in UTC where no zone is named', ['2026-11-27T03:00', '2026-11-28T03:00']],
    ['0 3 * * * Europe/Zurich', 'on the clock of a zone', ['2026-11-27T02:00', '2026-11-28T02:00']],
    ['  0   3 *  * * Asia/Kathmandu ', 'whose offset may be of quarters', ['2026-11-27T21:15', '2026-11-28T21:15']],
    ['@daily America/New_York', 'by its nickname', ['2026-11-27T05:00', '2026-11-28T05:00']],
    ['30 4 * * mon', 'on a weekday', ['2026-11-30T04:30', '2026-12-07T04:30']],
    ['0 0 L * *', 'on the last of a month', ['2026-11-30T00:00', '2026-12-31T00:00']],
    ['0 0 29 2 *', 'in leap years', ['2028-02-29T00:00', '2032-02-29T00:00']],
  ])('`%s` is due %s', (text, _what, expected) => {
    expect(times(text, '2026-11-27T00:00:00Z', 2)).toEqual(expected);
  });

  test('a time is due after an instant, never at it', () => {
    expect(times('0 3 * * *', '2026-11-27T03:00:00Z', 1)).toEqual(['2026-11-28T03:00']);
    expect(times('0 3 * * *', '2026-11-27T02:59:59.999Z', 1)).toEqual(['2026-11-27T03:00']);
  });

  test.each([
    ['0 3 * * * Mars/Olympus', 'names no time zone'],
    ['0 3 * *', 'has 4 parts'],
    ['0 0 3 * * * UTC', 'has 7 parts'],
    ['0 0 3 * * *', 'names no time zone: `*`'],
    ['@daily UTC now', 'has 3 parts'],
    ['@reboot', 'cannot be read'],
    ['60 3 * * *', 'cannot be read'],
    ['every night', 'has 2 parts'],
    ['0 0 30 2 *', 'never comes'],
    ['? 3 * * *', 'depends'],
    ['', 'has 1 parts'],
  ])('`%s` is refused before anything begins: it %s', (text, problem) => {
    expect(() => parseTimetable('crawl', text)).toThrow(expect.objectContaining({ code: 'ERR_SCHEDULE', exitCode: 3 }));
    expect(() => parseTimetable('crawl', text)).toThrow(problem);
  });
});

describe('where summer time begins and ends (Europe/Zurich, 28 March and 31 October 2027)', () => {
  test.each([
    [
      '30 2 * * *',
      'begins',
      '2027-03-27T12:00Z',
      ['2027-03-28T01:00', '2027-03-29T00:30'],
      'is due when the clock has jumped over it',
    ],
    [
      '30 2,14 * * *',
      'begins',
      '2027-03-27T20:00Z',
      ['2027-03-28T01:00', '2027-03-28T12:30'],
      'is due when the clock has jumped over it, of a list too',
    ],
    [
      '*/20 2 * * *',
      'begins',
      '2027-03-27T12:00Z',
      ['2027-03-29T00:00', '2027-03-29T00:20'],
      'follows the clock: that hour was none',
    ],
    [
      '30 2 * * *',
      'ends',
      '2027-10-30T12:00Z',
      ['2027-10-31T00:30', '2027-11-01T01:30'],
      'is due once although the clock shows it twice',
    ],
    [
      '30 * * * *',
      'ends',
      '2027-10-30T23:45Z',
      ['2027-10-31T00:30', '2027-10-31T01:30', '2027-10-31T02:30'],
      'is due every hour, in both of them',
    ],
  ])('`%s` where it %s, after %s', (text, _when, after, expected) => {
    expect(times(`${text} Europe/Zurich`, after, expected.length)).toEqual(expected);
  });

  test('from whatever instant one looks, the next time is the same one and later', () => {
    for (const text of ['30 2 * * *', '15 2,3 * * *', '*/20 * * * *', '0 1-3 * * *']) {
      const { nextAfter } = parseTimetable('crawl', `${text} Europe/Zurich`);
      for (const day of ['2027-03-28', '2027-10-31']) {
        const fromMs = Date.parse(`${day}T00:00Z`) - 3 * 60 * minuteMs;
        let nextMs = nextAfter(fromMs);
        for (let atMs = fromMs; atMs < fromMs + 8 * 60 * minuteMs; atMs += 5 * minuteMs) {
          if (atMs >= nextMs) nextMs = nextAfter(nextMs);
          expect([text, atMs, nextAfter(atMs)]).toEqual([text, atMs, nextMs]);
          expect(nextMs).toBeGreaterThan(atMs);
        }
      }
    }
  });
});

import { describe, expect, test } from 'vitest';
import { parseQuietWindow, quietOf, readSettings } from '../../../src/settings/index.ts';

const until = (windows: readonly string[], at: string, host = 'a.example'): string | undefined => {
  const ms = quietOf(windows.map(parseQuietWindow))(host, Date.parse(at));
  return ms === undefined ? undefined : new Date(ms).toISOString().replace(':00.000Z', 'Z');
};

describe('quiet hours', () => {
  const night = '22:00-06:00 Europe/Zurich';
  test.each<[string, string, string, string | undefined]>([
    ['in the evening it is not quiet yet', night, '2026-11-26T20:59:59Z', undefined],
    ['at the stroke of ten it is', night, '2026-11-26T21:00:00Z', '2026-11-27T05:00Z'],
    ['over midnight', night, '2026-11-27T01:23:45Z', '2026-11-27T05:00Z'],
    ['until the last second', night, '2026-11-27T04:59:59.999Z', '2026-11-27T05:00Z'],
    ['and at six no more', night, '2026-11-27T05:00:00Z', undefined],
    ['in summer the same clock is an hour ahead', night, '2026-07-01T20:00:00Z', '2026-07-02T04:00Z'],
    ['the night in which the clock is put forward is an hour shorter', night, '2026-03-28T21:00:00Z', '2026-03-29T04:00Z'],
    ['also from just before the gap', night, '2026-03-29T00:59:00Z', '2026-03-29T04:00Z'],
    ['the night in which it is put back is an hour longer', night, '2026-10-24T20:00:00Z', '2026-10-25T05:00Z'],
    ['also in the hour that comes twice, the first time', night, '2026-10-25T00:30:00Z', '2026-10-25T05:00Z'],
    ['and the second', night, '2026-10-25T01:30:00Z', '2026-10-25T05:00Z'],
    [
      'an end that the clock leaps over: never earlier than it',
      '01:00-02:30 Europe/Zurich',
      '2026-03-29T00:10:00Z',
      '2026-03-29T01:30Z',
    ],
    [
      'an hour that comes twice is quiet twice, the first time',
      '02:00-03:00 Europe/Zurich',
      '2026-10-25T00:30:00Z',
      '2026-10-25T02:00Z',
    ],
    ['and the second', '02:00-03:00 Europe/Zurich', '2026-10-25T01:30:00Z', '2026-10-25T02:00Z'],
    ['by day', '08:00-18:00 America/New_York', '2026-11-26T14:00:00Z', '2026-11-26T23:00Z'],
    ['to the end of the day', '20:00-24:00 UTC', '2026-11-26T23:59:30Z', '2026-11-27T00:00Z'],
    ['zones of half and quarter hours', '22:00-06:00 Asia/Kathmandu', '2026-11-26T16:15:00Z', '2026-11-27T00:15Z'],
  ])('%s', (_, window, at, expected) => {
    expect(until([window], at)).toBe(expected);
  });

  test.each<[string, string, boolean]>([
    ['*.example.org', 'www.example.org', true],
    ['*.example.org', 'a.b.EXAMPLE.org', true],
    ['*.example.org', 'example.org', false],
    ['example.org', 'example.org', true],
    ['*', 'anything.test', true],
  ])('those of %s at %s: %s', (pattern, host, isQuiet) => {
    expect(until([`${pattern} 00:00-12:00 UTC`], '2026-11-26T01:00:00Z', host) !== undefined).toBe(isQuiet);
  });

  test('of several windows the longest counts', () => {
    expect(until(['00:00-02:00 UTC', '*.example 00:00-04:00 UTC'], '2026-11-26T01:00:00Z')).toBe('2026-11-26T04:00Z');
  });

  test('from flag, environment or file', () => {
    const { config } = readSettings({
      flags: {},
      environment: { HEED_QUIET_HOURS: '22:00-06:00 UTC, *.org 01:00-02:00 Asia/Tokyo' },
    });
    expect(config['quiet-hours']).toEqual(['22:00-06:00 UTC', '*.org 01:00-02:00 Asia/Tokyo']);
  });

  test.each([
    '22-6 UTC',
    '22:00-06:00',
    '22:00-25:00 UTC',
    '22:60-23:00 UTC',
    '24:30-06:00 UTC',
    '22:00-24:30 UTC',
    '22:00-06:75 UTC',
    '06:00-06:00 UTC',
    '00:00-24:00 UTC',
    '22:00-06:00 Europe/Zurigo',
    '',
  ])('`%s` is refused, not passed over: a window that does not hold would ask by night', text => {
    expect(() => readSettings({ flags: { 'quiet-hours': [text] }, environment: {} })).toThrow(
      expect.objectContaining({ code: 'ERR_CONFIG_VALUE' }),
    );
  });

  test.each([
    [['06:00-22:00 UTC', '22:00-06:00 UTC'], 'two windows that are a whole day'],
    [['shop.test 00:00-12:00 UTC', 'shop.test 12:00-24:00 UTC'], 'two windows of one host'],
    [['00:00-13:00 UTC', 'shop.test 12:00-24:00 UTC'], 'what is quiet for everybody counts for one host too'],
    [['00:00-12:00 UTC', '00:00-12:00 America/Los_Angeles', '01:30-05:30 Asia/Kolkata'], 'clocks of several zones, added up'],
  ])('%j is refused: nobody could ever be asked (%s)', texts => {
    expect(() => readSettings({ flags: { 'quiet-hours': texts }, environment: {} })).toThrow(
      expect.objectContaining({ message: expect.stringContaining('no minute of the day') }),
    );
  });

  test.each([[['06:00-22:00 UTC', '22:00-05:59 UTC']], [['a.test 00:00-12:00 UTC', 'b.test 12:00-24:00 UTC']]])(
    '%j leaves a minute, or two hosts their own',
    texts => {
      expect(readSettings({ flags: { 'quiet-hours': texts }, environment: {} }).config['quiet-hours']).toEqual(texts);
    },
  );
});

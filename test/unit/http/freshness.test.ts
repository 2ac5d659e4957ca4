import { describe, expect, test } from 'vitest';
import { freshForMs } from '../../../src/http/index.ts';
import type { Exchange, FieldLine, Instant, Retrieval } from '../../../src/vocab/index.ts';

const minute = 60_000;
const day = 24 * 60 * minute;
const exchange = (retrieval: Retrieval): Exchange => ({
  url: 'http://a.example/robots.txt',
  retrievedAt: '2026-11-23T10:00:00.000Z' as Instant,
  digest: null,
  retrieval,
});
const found = (...fields: FieldLine[]): Exchange =>
  exchange({ outcome: 'successful', status: 200, fields, body: new Uint8Array(), truncated: false, hops: [] });
const cacheControl = (...values: string[]): Exchange => found(...values.map(value => ['Cache-Control', value] as const));

describe('how long a declaration may be used (RFC 9309 §2.4, RFC 9111)', () => {
  test.each([
    ['nothing said: a day', found(), day],
    ['a shorter life is honoured', cacheControl('public, max-age=3600'), 60 * minute],
    ['another directive that ends alike says nothing', cacheControl('x-max-age=60'), day],
    ['a longer one is not', cacheControl('max-age=31536000'), day],
    ['the shorter of two', cacheControl('max-age=7200', 's-maxage=3600'), 60 * minute],
    ['time spent in caches counts', found(['Cache-Control', 'max-age=7200'], ['Age', '3600']), 60 * minute],
    ['no-store: minutes, since one visit asks thousands of pages', cacheControl('no-store, max-age=3600'), 5 * minute],
    ['no-cache', cacheControl('No-Cache'), 5 * minute],
    ['zero', cacheControl('max-age=0'), 5 * minute],
    ['a life that cannot be read is none', cacheControl('max-age=soon'), 5 * minute],
    ['a negative life is none', cacheControl('max-age=-1'), 5 * minute],
    ['digits without end', cacheControl(`max-age=${'9'.repeat(400)}`), day],
    ['Expires', found(['Date', 'Mon, 23 Nov 2026 10:00:00 GMT'], ['Expires', 'Mon, 23 Nov 2026 11:00:00 GMT']), 60 * minute],
    ['Expires without Date', found(['Expires', 'Mon, 23 Nov 2026 12:00:00 GMT']), 120 * minute],
    ['Expires that is no date', found(['Expires', '0']), 5 * minute],
    ['max-age beats Expires', found(['Expires', '0'], ['Cache-Control', 'max-age=3600']), 60 * minute],
    ['a missing file is missing for a day', exchange({ outcome: 'unavailable', status: 404, fields: [] }), day],
    ['a failure is asked about again in minutes', exchange({ outcome: 'unreachable', cause: 'timeout' }), 2 * minute],
    [
      'a failure cannot prolong itself',
      exchange({ outcome: 'unreachable', cause: 'status', status: 503, fields: [['Cache-Control', 'max-age=86400']] }),
      2 * minute,
    ],
    ['what was not asked is not known', exchange({ outcome: 'not-attempted', why: 'omitted' }), 0],
  ])('%s', (_what, given, expected) => {
    expect(freshForMs(given)).toBe(expected);
  });
});

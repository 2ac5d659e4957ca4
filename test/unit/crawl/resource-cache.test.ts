import { describe, expect, test } from 'vitest';
import { createResourceCache } from '../../../src/crawl/render/resource-cache.ts';
import type { FieldLine, Instant } from '../../../src/vocab/index.ts';

const at = Date.parse('2026-11-23T10:00:00.000Z');
const retrievedAt = new Date(at).toISOString() as Instant;
const minute = 60_000;
const answer = (fields: readonly FieldLine[], size = 10, status = 200) => ({ status, fields, body: new Uint8Array(size) });

describe('what several pages of a run ask for', () => {
  test.each<[name: string, fields: FieldLine[], isScript: boolean, lifeMs: number]>([
    ['a script of which nothing is said lives for a while', [], true, 10 * minute],
    ['data of which nothing is said is asked again', [], false, 0],
    ['a stated life is honoured', [['Cache-Control', 'public, max-age=120']], false, 2 * minute],
    [
      'time spent in caches counts',
      [
        ['Cache-Control', 'max-age=120'],
        ['Age', '60'],
      ],
      true,
      minute,
    ],
    ['no-store', [['Cache-Control', 'no-store']], true, 0],
    ['no-cache', [['Cache-Control', 'no-cache']], true, 0],
    ['a life that cannot be read is none', [['Cache-Control', 'max-age=soon']], true, 0],
    [
      'an answer that varies with everything',
      [
        ['Cache-Control', 'max-age=120'],
        ['Vary', 'Accept, *'],
      ],
      true,
      0,
    ],
  ])('%s', (_name, fields, isScript, lifeMs) => {
    let now = at;
    const cache = createResourceCache(() => now);
    cache.put('a', answer(fields), retrievedAt, isScript);
    expect(cache.get('a') !== undefined).toBe(lifeMs > 0);
    now = at + lifeMs - 1;
    expect(cache.get('a') !== undefined).toBe(lifeMs > 0);
    now = at + lifeMs;
    expect(cache.get('a')).toBeUndefined();
  });

  test('only whole answers are kept', () => {
    const cache = createResourceCache(() => at);
    for (const status of [204, 206, 301, 404, 503]) cache.put(String(status), answer([], 10, status), retrievedAt, true);
    for (const status of [204, 206, 301, 404, 503]) expect(cache.get(String(status))).toBeUndefined();
  });

  test('the least recently used go first, and nothing is kept that is larger than all of it', () => {
    const cache = createResourceCache(() => at, 100);
    for (const key of ['a', 'b', 'c']) cache.put(key, answer([], 30), retrievedAt, true);
    cache.get('a');
    cache.put('d', answer([], 30), retrievedAt, true);
    cache.put('huge', answer([], 101), retrievedAt, true);
    expect(['a', 'b', 'c', 'd', 'huge'].filter(key => cache.get(key) !== undefined)).toEqual(['a', 'c', 'd']);
    cache.put('a', answer([], 90), retrievedAt, true);
    expect(['a', 'c', 'd'].filter(key => cache.get(key) !== undefined)).toEqual(['a']);
  });
});

import { deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { sitemapOctets } from '../../../src/crawl/find/sitemap-octets.ts';

const MiB = 2 ** 20;
const readAll = async (body: Uint8Array) => {
  const octets = sitemapOctets(body);
  let length = 0;
  let longest = 0;
  for await (const chunk of octets.chunks()) {
    length += chunk.length;
    longest = Math.max(longest, chunk.length);
  }
  return { length, longest, cut: octets.cut };
};
/** Prose compresses to a few per cent; zeros to a thousandth. */
const noise = (octets: number): Buffer => {
  const body = Buffer.alloc(octets);
  for (let i = 0; i < octets; i++) body[i] = 32 + ((Math.imul(i, 0x9e3779b1) >>> 13) & 63);
  return body;
};

describe('the octets of a sitemap', () => {
  test.each<[name: string, body: Uint8Array, length: number, cut: string | null]>([
    ['plain', noise(200_000), 200_000, null],
    ['empty', new Uint8Array(), 0, null],
    ['a gzip file', gzipSync(noise(3 * MiB)), 3 * MiB, null],
    ['two members of one gzip file', Buffer.concat([gzipSync('a'.repeat(10)), gzipSync('b'.repeat(20))]), 30, null],
    ['a small file of blanks, below the ratio', gzipSync(Buffer.alloc(MiB, 32)), MiB, null],
    ['a gzip file cut off', gzipSync(noise(300_000)).subarray(0, -2_000), -1, 'encoding'],
    ['what only begins like gzip', Buffer.of(0x1f, 0x8b, 8, 0, 9, 9, 9), 0, 'encoding'],
    ['zlib, which nobody promised', deflateSync('abc'), 11, null],
  ])('%s', async (_name, body, length, cut) => {
    const given = await readAll(body);
    expect(given.cut).toBe(cut);
    if (length >= 0) expect(given.length).toBe(length);
    expect(given.longest).toBeLessThanOrEqual(65_536);
  });

  test('a bomb ends at two hundred times what was sent', async () => {
    const bomb = gzipSync(Buffer.alloc(60 * MiB));
    const { length, cut } = await readAll(bomb);
    expect(cut).toBe('too-large');
    expect(length).toBeLessThanOrEqual(200 * bomb.length);
  });

  test('and a large file at 50 MiB', async () => {
    const { length, cut } = await readAll(Buffer.alloc(51 * MiB, 32));
    expect([length, cut]).toEqual([50 * MiB, 'too-large']);
  });
});

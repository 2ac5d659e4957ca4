import { gzipSync } from 'node:zlib';

/** One gzip member of lines as `lineOctets` gives them. */
export function octetsToMember(lines: readonly Buffer[]): Buffer {
  const [first = Buffer.alloc(1), ...more] = lines.map(line => line.subarray(1));
  return compressed(more.length === 0 ? first : Buffer.concat([first, ...more]));
}

/** One gzip member. */
export const toMember = (lines: readonly string[]): Buffer => compressed(Buffer.from(`${lines.join('\n')}\n`));

/**
 * Synchronous on purpose: handing 3 kB to the thread pool and back costs twenty times the processor time of
 * compressing it here. Level 1: 0.6 of the time of level 3 and 4 % more octets, a third of the time of level 6 and 12 % more, for prose.
 */
function compressed(text: Buffer): Buffer {
  // zlib allocates whole chunks: ten thousand links to as many origins would hold 160 MiB for rows of half a kilobyte.
  return gzipSync(text, {
    level: 1,
    chunkSize: Math.min(Math.max(text.length, 1_024), 16_384),
    // Of a few lines a window of their length sees as much, and is made in two thirds of the time.
    ...(text.length < 4_096 ? { windowBits: 12, memLevel: 5 } : {}),
  });
}

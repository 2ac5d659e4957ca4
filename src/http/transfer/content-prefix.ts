import { Readable } from 'node:stream';
import { type Coding, type Decoded, decoderOf } from './content-coding.ts';

/**
 * The first `maxBytes` of the decoded content, and no more: whatever follows is neither decoded nor checked. Fails where the codings are
 * damaged before that, or the encoded bytes end first. zlib streams ignore their own output limit, so the count is ours.
 */
export async function decodePrefix(wire: Buffer, applied: readonly Coding[], maxBytes: number): Promise<Decoded> {
  const parts: Buffer[] = [];
  let length = 0;
  let stream: Readable = Readable.from([wire]);
  const streams: Readable[] = [stream];
  for (const coding of applied.toReversed()) {
    // Only the outermost layer's bytes are at hand; an inner `deflate` is taken to be what the standard says.
    const decoder = decoderOf(coding, streams.length === 1 ? wire : zlibHeader);
    stream.on('error', error => decoder.destroy(error));
    stream = stream.pipe(decoder);
    streams.push(stream);
  }
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      parts.push(chunk);
      length += chunk.length;
      if (length >= maxBytes) break;
    }
  } catch {
    return { ok: false, cause: 'encoding' };
  } finally {
    for (const each of streams) each.on('error', ignore).destroy();
  }
  return length >= maxBytes ? { ok: true, body: Buffer.concat(parts, maxBytes) } : { ok: false, cause: 'encoding' };
}

const zlibHeader = Buffer.of(0x78, 0x9c);
const ignore = (): void => undefined;

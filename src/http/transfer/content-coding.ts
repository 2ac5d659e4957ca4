import {
  brotliDecompressSync,
  constants,
  createBrotliDecompress,
  createGunzip,
  createInflate,
  createInflateRaw,
  createZstdDecompress,
  gunzipSync,
  inflateRawSync,
  inflateSync,
  type ZlibOptions,
  zstdDecompressSync,
} from 'node:zlib';
import type { FieldLine } from '../../vocab/index.ts';

/** Content codings we undo (RFC 9110 §8.4.1, RFC 7932, RFC 9659). */
export type Coding = 'gzip' | 'br' | 'zstd' | 'deflate';

const codings: Readonly<Record<string, Coding | 'none'>> = {
  gzip: 'gzip',
  'x-gzip': 'gzip',
  br: 'br',
  zstd: 'zstd',
  deflate: 'deflate',
  identity: 'none',
};

/** The codings of a response in the order they were applied; null where one is unknown or there are too many. */
export function codingsOf(fields: readonly FieldLine[], maxEncodings: number): readonly Coding[] | null {
  const found: Coding[] = [];
  for (const [name, value] of fields) {
    if (name.length !== 16 || name.toLowerCase() !== 'content-encoding') continue;
    for (const item of value.split(',')) {
      const token = item.trim().toLowerCase();
      if (token === '') continue;
      const coding = Object.hasOwn(codings, token) ? codings[token] : undefined;
      if (coding === undefined || found.length > maxEncodings) return null;
      if (coding !== 'none') found.push(coding);
    }
  }
  return found.length > maxEncodings ? null : found;
}

export type Decoded =
  | { readonly ok: true; readonly body: Buffer }
  | { readonly ok: false; readonly cause: 'encoding' | 'too-large' };

// One output buffer for most pages; the default of 16 KiB costs twice the time.
const chunkSize = 64 * 1024;
// A window of 8 MiB is the most a web server may use (RFC 9659 §3).
const zstdParams = { [constants.ZSTD_d_windowLogMax]: 23 };

/**
 * Undoes all codings at once, in memory: cheaper than streams, and the one way in which zlib keeps an output limit.
 * @param maxBytes bound for what any layer may yield
 */
export function decode(wire: Buffer, applied: readonly Coding[], maxBytes: number): Decoded {
  let body = wire;
  try {
    for (let layer = applied.length - 1; layer >= 0; layer--) {
      const decoded = undo(body, applied[layer]!, { chunkSize, maxOutputLength: maxBytes, info: true } as ZlibOptions);
      // Decoders stop at the end of their first stream and keep silent about the rest; what was not read could hold anything.
      if (decoded.engine.bytesWritten !== body.length) return { ok: false, cause: 'encoding' };
      body = decoded.buffer;
    }
  } catch (error) {
    const isTooLarge = error instanceof RangeError && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE';
    return { ok: false, cause: isTooLarge ? 'too-large' : 'encoding' };
  }
  return { ok: true, body };
}

interface WithInfo {
  readonly buffer: Buffer;
  readonly engine: { readonly bytesWritten: number };
}

function undo(bytes: Buffer, coding: Coding, options: ZlibOptions): WithInfo {
  // @types/node does not know that `info: true` yields the engine too.
  const undone: unknown =
    coding === 'gzip'
      ? gunzipSync(bytes, options)
      : coding === 'br'
        ? brotliDecompressSync(bytes, options as object)
        : coding === 'zstd'
          ? zstdDecompressSync(bytes, { ...options, params: zstdParams } as object)
          : hasZlibHeader(bytes)
            ? inflateSync(bytes, options)
            : inflateRawSync(bytes, options);
  return undone as WithInfo;
}

/** `deflate` means the zlib format (RFC 9110 §8.4.1.2); some servers send the bare stream. RFC 1950 §2.2 tells them apart. */
const hasZlibHeader = (bytes: Buffer): boolean =>
  bytes.length >= 2 && (bytes[0]! & 0x0f) === 8 && bytes.readUInt16BE(0) % 31 === 0;

/** A decoder as a stream, for the rare case that only the beginning is wanted. `first` is the encoded content's start. */
export function decoderOf(coding: Coding, first: Buffer): ReturnType<typeof createGunzip | typeof createZstdDecompress> {
  if (coding === 'gzip') return createGunzip();
  if (coding === 'br') return createBrotliDecompress();
  if (coding === 'zstd') return createZstdDecompress({ params: zstdParams });
  return hasZlibHeader(first) ? createInflate() : createInflateRaw();
}

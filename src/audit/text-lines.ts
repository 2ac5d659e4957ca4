import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';

export interface TextLine {
  /** Null where the line is longer than the limit: it was passed over, never held. */
  readonly text: string | null;
  /** Counts from 1. */
  readonly number: number;
  /** The last one, where no line end follows it: perhaps the rest of it is missing. */
  readonly isUnended?: boolean;
}

/** A page with its body in base64 fits. */
export const maxLineOctets: number = 64 * 2 ** 20;

/** Lines of a file, plain or gzip as its first octets say, as a stream; those of one read at a time. @throws the system's error */
export async function* linesOfFile(file: string): AsyncGenerator<readonly TextLine[], void, undefined> {
  const source = createReadStream(file, { highWaterMark: 256 * 1024 });
  try {
    yield* linesOfStream(source);
  } finally {
    source.destroy();
  }
}

export async function* linesOfStream(source: Readable): AsyncGenerator<readonly TextLine[], void, undefined> {
  let held: Uint8Array[] = [];
  let octets = 0;
  let number = 0;
  const hold = (part: Uint8Array): void => {
    octets += part.length;
    if (octets <= maxLineOctets) held.push(part);
    else held = [];
  };
  const take = (): TextLine => {
    number++;
    const text = octets > maxLineOctets ? null : Buffer.concat(held).toString('utf8');
    held = [];
    octets = 0;
    return { text: number === 1 && text !== null ? text.replace(/^\ufeff/, '') : text, number };
  };
  for await (const chunk of plain(source)) {
    const lines: TextLine[] = [];
    let from = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, from)) {
      hold(chunk.subarray(from, end));
      lines.push(take());
      from = end + 1;
    }
    if (from < chunk.length) hold(chunk.subarray(from));
    yield lines;
  }
  if (octets > 0) yield [{ ...take(), isUnended: true }];
}

/** The octets of a stream, uncompressed where they begin as gzip does. */
async function* plain(source: Readable): AsyncGenerator<Buffer, void, undefined> {
  const chunks = source[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  let head = Buffer.alloc(0);
  let next = await chunks.next();
  for (; !next.done && head.length < 2; next = await chunks.next()) head = Buffer.concat([head, next.value]);
  const all = async function* (): AsyncGenerator<Buffer> {
    yield head;
    for (; !next.done; next = await chunks.next()) yield next.value;
  };
  if (head[0] !== 0x1f || head[1] !== 0x8b) return yield* all();
  const gunzip = createGunzip({ chunkSize: 256 * 1024 });
  const feeding = (async () => {
    for await (const chunk of all()) if (!gunzip.write(chunk)) await new Promise(done => gunzip.once('drain', done));
    gunzip.end();
  })();
  feeding.catch(error => gunzip.destroy(error as Error));
  yield* gunzip as AsyncIterable<Buffer>;
}

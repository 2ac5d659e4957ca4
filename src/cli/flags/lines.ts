import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { CodedError, exitCodes } from '../../vocab/index.ts';

export interface Line {
  /** Null when the line is longer than the cap; it was skipped. */
  readonly text: string | null;
  /** Counts from 1. */
  readonly number: number;
}

export interface NamedFile {
  /** `-` for standard input. */
  readonly file: string;
  readonly maxBytes: number;
  /** Of the error where it cannot be read, and what that calls it. */
  readonly code: `ERR_${string}`;
  readonly what: string;
}

/** Lines of a file that the operator names. @throws CodedError */
export async function* linesOfFile({ file, maxBytes, code, what }: NamedFile): AsyncGenerator<Line> {
  try {
    yield* linesOf(file === '-' ? process.stdin : createReadStream(file), maxBytes);
  } catch (cause) {
    throw new CodedError(code, exitCodes.usage, `cannot read ${what}`, { next: 'check the path', cause });
  }
}

const newline = 0x0a;

/** Lines of a byte stream, decoded as UTF-8, each yielded before more is read. A line over the cap is skipped, never held. */
export async function* linesOf(stream: Readable, maxBytes: number): AsyncGenerator<Line> {
  const decoder = new TextDecoder();
  let held: Uint8Array[] = [];
  let heldBytes = 0;
  let number = 0;
  const take = (): Line => {
    number++;
    const isTooLong = heldBytes > maxBytes;
    const text = isTooLong ? null : decoder.decode(held.length === 1 ? held[0] : Buffer.concat(held));
    held = [];
    heldBytes = 0;
    return { text, number };
  };
  const hold = (chunk: Uint8Array): void => {
    heldBytes += chunk.length;
    if (heldBytes <= maxBytes) held.push(chunk);
    else held = [];
  };
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    let start = 0;
    for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, start)) {
      hold(chunk.subarray(start, end));
      start = end + 1;
      yield take();
    }
    if (start < chunk.length) hold(chunk.subarray(start));
  }
  if (heldBytes > 0) yield take();
}

/**
 * The list of an audit: what was named on the command line, and files or standard input of any form in which lists of domains and corpora come. The
 * form is known by the first octets, not by the name. Read as a stream: a list may have a million entries, a corpus more.
 */
import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import type { AuditEntry } from '../../store/index.ts';
import { CodedError, exitCodes } from '../../vocab/index.ts';
import { linesOfStream } from '../text-lines.ts';
import { rowReader, type TokensFrom } from './columns.ts';
import { entryOf } from './entry.ts';
import { entriesOfParquet } from './parquet.ts';
import { entriesOfJson, entriesOfText, type OnBadLine } from './rows.ts';
import { inUtf8, otherThanAList } from './sniff.ts';

export interface AuditSources {
  readonly named: readonly string[];
  /** Paths; `-` is standard input. */
  readonly files: readonly string[];
  readonly standardInput: Readable;
  /** A line that cannot be read as one: it is an entry that is no host. */
  readonly onBad?: (file: string, line: number, what: string) => void;
}

export interface AuditListReader {
  readonly entries: AsyncIterable<AuditEntry>;
  /** After reading: what the tokens of a corpus were taken from. */
  readonly tokensFrom: TokensFrom | undefined;
  /** After reading: weights that are no whole numbers, and count for nothing. */
  readonly badWeights: number;
}

/** @throws CodedError ERR_AUDIT_LIST (exit 2) while it is read */
export function readAuditList({ named, files, standardInput, onBad = () => {} }: AuditSources): AuditListReader {
  const rows = rowReader();
  const entries = async function* (): AsyncGenerator<AuditEntry> {
    for (const text of named) yield entryOf(text);
    for (const file of files) {
      let count = 0;
      let hosts = 0;
      const unplaced = rows.unplaced;
      try {
        for await (const entry of entriesOfFile(file, standardInput, rows, (line, what) => onBad(file, line, what))) {
          count++;
          if (entry.domain !== undefined) hosts++;
          yield entry;
        }
      } catch (cause) {
        if (cause instanceof CodedError) throw cause;
        throw unreadable(file, (cause as Error).message.split('\n', 1)[0]?.slice(0, 200) ?? '', cause);
      }
      count += rows.unplaced - unplaced;
      if (count > 0 && hosts === 0) throw unreadable(file, `none of its ${count} lines names a host`);
    }
    const rest = rows.rest();
    if (rest) yield rest;
  };
  return {
    entries: { [Symbol.asyncIterator]: entries },
    get tokensFrom() {
      return rows.tokensFrom;
    },
    get badWeights() {
      return rows.badWeights;
    },
  };
}

const unreadable = (file: string, what: string, cause?: unknown): CodedError =>
  new CodedError('ERR_AUDIT_LIST', exitCodes.usage, `cannot read the list \`${file}\`: ${what}`, {
    next: 'a list is lines, CSV, JSON Lines (both also as .gz or .zst) or Parquet; its columns are known by name: domain, host, origin, site, url, …',
    cause,
  });

async function* entriesOfFile(
  file: string,
  standardInput: Readable,
  rows: ReturnType<typeof rowReader>,
  onBad: OnBadLine,
): AsyncGenerator<AuditEntry> {
  if (file !== '-' && (await beginsWith(file, 'PAR1'))) return yield* entriesOfParquet(file, rows);
  const octets = chunksOf(file === '-' ? standardInput : createReadStream(file));
  const { first, stream } = await peeked(await plain(await peeked(octets)));
  if (first.subarray(0, 4).toString('latin1') === 'PAR1')
    throw new CodedError(
      'ERR_AUDIT_LIST',
      exitCodes.usage,
      'Parquet cannot be read from standard input: its index is at its end',
      {
        next: 'write it to a file and pass --domains FILE',
      },
    );
  const what = otherThanAList(first);
  if (what !== undefined) throw new Error(what);
  const lines = linesOfStream(Readable.from(inUtf8(first, stream)));
  const isJson = /^(?:\xef\xbb\xbf)?\s*\{/.test(first.subarray(0, 64).toString('latin1'));
  if (isJson) yield* entriesOfJson(lines, rows, onBad);
  else yield* entriesOfText(lines, rows, onBad);
}

async function beginsWith(file: string, magic: string): Promise<boolean> {
  // What is no plain file cannot be opened twice: who writes into it would be gone.
  if (!(await stat(file)).isFile()) return false;
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(magic.length), 0, magic.length, 0);
    return buffer.subarray(0, bytesRead).toString('latin1') === magic;
  } finally {
    await handle.close();
  }
}

interface Peeked {
  /** The first octets; fewer than 4 only where there are no more. */
  readonly first: Buffer;
  /** All of them. */
  readonly stream: AsyncIterable<Buffer>;
}

async function* chunksOf(stream: Readable): AsyncGenerator<Buffer> {
  for await (const chunk of stream) yield Buffer.isBuffer(chunk) ? chunk : Buffer.from(chunk as string);
}

async function peeked(source: AsyncIterable<Buffer>): Promise<Peeked> {
  const iterator = source[Symbol.asyncIterator]();
  let first: Buffer = Buffer.alloc(0);
  while (first.length < 64) {
    const next = await iterator.next();
    if (next.done) break;
    first = Buffer.concat([first, next.value]);
  }
  const stream = (async function* (): AsyncGenerator<Buffer> {
    yield first;
    for (let next = await iterator.next(); !next.done; next = await iterator.next()) yield next.value;
  })();
  return { first, stream };
}

/** Uncompressed, where it is gzip or zstd. */
async function plain({ first, stream }: Peeked): Promise<AsyncIterable<Buffer>> {
  const magic = first.subarray(0, 4).toString('hex');
  const decompress = magic.startsWith('1f8b') ? createGunzip() : magic === '28b52ffd' ? createZstdDecompress() : undefined;
  if (decompress === undefined) return stream;
  const source = Readable.from(stream);
  source.once('error', error => decompress.destroy(error));
  return chunksOf(source.pipe(decompress));
}

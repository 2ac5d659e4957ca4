import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { createGunzip } from 'node:zlib';
import type { z } from 'zod';
import { StoreError } from '../disk/errors.ts';
import { openFlags } from '../disk/files.ts';
import { parseSegmentPath, type SegmentKind } from '../disk/layout.ts';
import {
  type DeclarationsRecord,
  type DocumentRow,
  declarationsRecord,
  documentRow,
  type PolitenessRecord,
  type ProvenanceRecord,
  politenessRecord,
  provenanceRecord,
  type Receipt,
  receipt,
  type Tombstone,
  tombstone,
  type VisitRecord,
  visitRecord,
} from '../records/index.ts';
import { openDatabaseToRead } from '../state/database.ts';
import { newestManifest } from './manifests.ts';

/** A record with where it lies; `line` counts from 1 over the whole file. */
export interface Located<T> {
  readonly record: T;
  readonly file: string;
  readonly line: number;
}

export interface ReadOptions {
  /** Only files of this run. */
  readonly run?: string;
  /** Also what a run without a manifest has committed so far. Default false: no manifest, no dataset. */
  readonly unfinished?: boolean;
  /** A longer line is an error, in bytes. Default 64 MiB. */
  readonly maxLineBytes?: number;
  /** Lines without this text are passed over unparsed and unchecked: a quick way to one record. */
  readonly mustContain?: string;
}

/** A file and how many of its bytes are part of the dataset. */
export interface Slice {
  readonly path: string;
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
  /** Lines of the file before `start`. */
  readonly linesBefore: number;
}

async function slices(out: string, kind: SegmentKind, options: ReadOptions): Promise<readonly Slice[]> {
  const db = options.unfinished === true ? openDatabaseToRead(out) : undefined;
  const found: { path: string; run: string; bytes: number }[] = [];
  if (db !== undefined) {
    const rows = db.prepare(
      `SELECT path, bytes, name AS run FROM segment JOIN run ON run.id = run_id
       WHERE segment.kind = ? AND segment.state IN ('open', 'sealed') ORDER BY path`,
    );
    for (const row of rows.all(kind)) found.push({ path: String(row.path), run: String(row.run), bytes: Number(row.bytes) });
    db.close();
  } else {
    const { manifest } = await newestManifest(out);
    found.push(...manifest.resources.filter(resource => resource.kind === kind));
  }
  return found
    .filter(({ run }) => options.run === undefined || run === options.run)
    .map(({ path, bytes }) => ({ path, start: 0, end: bytes, linesBefore: 0 }));
}

const defaultMaxLineBytes = 64 * 1024 * 1024;

/** Lines of a slice with their numbers. Node's gunzip reads all members of a file, one after the other. */
async function* lines(out: string, slice: Slice, maxLineBytes: number): AsyncGenerator<{ text: string; line: number }> {
  if (slice.end <= slice.start) return;
  if (parseSegmentPath(slice.path) === undefined)
    throw new StoreError('ERR_DATA_DAMAGED', `\`${slice.path}\` is no file of a dataset; check the manifest`);
  const source = createReadStream(join(out, slice.path), {
    start: slice.start,
    end: slice.end - 1,
    flags: openFlags.read as never,
  });
  const isPlain = slice.path.endsWith('.jsonl');
  const stream = isPlain ? source : source.pipe(createGunzip());
  // `pipe` does not pass errors on; a file that cannot be read must not look like one that ends early.
  if (stream !== source) source.once('error', error => stream.destroy(error));
  let line = slice.linesBefore;
  let rest: Buffer[] = [];
  let restBytes = 0;
  const grow = (piece: Buffer): void => {
    rest.push(piece);
    restBytes += piece.length;
    if (restBytes <= maxLineBytes) return;
    const at = `\`${slice.path}\` line ${line + 1}`;
    throw new StoreError('ERR_RECORD_TOO_LONG', `${at} is longer than ${maxLineBytes} bytes; raise the limit or check the file`);
  };
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      let from = 0;
      for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, from)) {
        grow(chunk.subarray(from, end));
        line++;
        yield { text: Buffer.concat(rest).toString('utf8'), line };
        rest = [];
        restBytes = 0;
        from = end + 1;
      }
      grow(chunk.subarray(from));
    }
  } catch (error) {
    if (error instanceof StoreError) throw error;
    const { message } = error as Error;
    throw new StoreError(
      'ERR_DATA_DAMAGED',
      `\`${slice.path}\` after line ${line}: ${message}; restore the file from a copy`,
      error,
    );
  } finally {
    source.destroy();
  }
  if (restBytes > 0)
    throw new StoreError('ERR_DATA_DAMAGED', `\`${slice.path}\` ends within line ${line + 1}; restore the file from a copy`);
}

/** Schema-checked records of slices, in order. */
export async function* readSlices<T>(
  out: string,
  list: readonly Slice[],
  schema: z.ZodType<T>,
  options: Pick<ReadOptions, 'maxLineBytes' | 'mustContain'> = {},
): AsyncGenerator<Located<T>, void, undefined> {
  for (const slice of list) {
    for await (const { text, line } of lines(out, slice, options.maxLineBytes ?? defaultMaxLineBytes)) {
      if (options.mustContain !== undefined && !text.includes(options.mustContain)) continue;
      yield { record: parse(text, schema, `\`${slice.path}\` line ${line}`), file: slice.path, line };
    }
  }
}

function parse<T>(text: string, schema: z.ZodType<T>, at: string): T {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new StoreError('ERR_RECORD_INVALID', `${at} is not JSON; restore the file from a copy`, error);
  }
  const parsed = schema.safeParse(value);
  // As written: a schema would put the keys into its own order.
  if (parsed.success) return value as T;
  const issue = parsed.error.issues[0];
  const where = issue === undefined ? '' : ` at \`${issue.path.join('.')}\`: ${issue.message}`;
  throw new StoreError('ERR_RECORD_INVALID', `${at} does not fit its schema${where}; restore the file from a copy`, parsed.error);
}

async function* read<T>(
  out: string,
  kind: SegmentKind,
  schema: z.ZodType<T>,
  options: ReadOptions,
): AsyncGenerator<Located<T>, void, undefined> {
  yield* readSlices(out, await slices(out, kind, options), schema, options);
}

/**
 * When each document was withdrawn last. A line of a shard is dead where it was fetched no later: the same bytes, fetched anew after that, are a
 * document again. The withdrawn text lies in its shard until that is compacted.
 */
export async function readWithdrawn(
  out: string,
  options: Pick<ReadOptions, 'unfinished'> = {},
): Promise<ReadonlyMap<string, string>> {
  const withdrawn = new Map<string, string>();
  for await (const { record } of readTombstones(out, options)) {
    const before = withdrawn.get(record.document_id);
    if (before === undefined || before < record.withdrawn_at) withdrawn.set(record.document_id, record.withdrawn_at);
  }
  return withdrawn;
}

export const isWithdrawn = (withdrawn: ReadonlyMap<string, string>, { id, date }: Pick<DocumentRow, 'id' | 'date'>): boolean => {
  const at = withdrawn.get(id);
  return at !== undefined && Date.parse(date) <= Date.parse(at);
};

/** Live documents of the newest manifest, file by file; streams, whatever the size. What is withdrawn and not compacted yet is left out. */
export async function* readDocuments(
  out: string,
  options: ReadOptions = {},
): AsyncGenerator<Located<DocumentRow>, void, undefined> {
  const { unfinished } = options;
  const withdrawn = await readWithdrawn(out, unfinished === undefined ? {} : { unfinished });
  for await (const located of readDocumentLines(out, options)) if (!isWithdrawn(withdrawn, located.record)) yield located;
}

/** Every line of every shard, withdrawn or not. */
export const readDocumentLines = (
  out: string,
  options: ReadOptions = {},
): AsyncGenerator<Located<DocumentRow>, void, undefined> => read(out, 'documents', documentRow, options);

export const readProvenance = (
  out: string,
  options: ReadOptions = {},
): AsyncGenerator<Located<ProvenanceRecord>, void, undefined> => read(out, 'provenance', provenanceRecord, options);

export const readDeclarations = (
  out: string,
  options: ReadOptions = {},
): AsyncGenerator<Located<DeclarationsRecord>, void, undefined> => read(out, 'declarations', declarationsRecord, options);

export const readTombstones = (out: string, options: ReadOptions = {}): AsyncGenerator<Located<Tombstone>, void, undefined> =>
  read(out, 'tombstones', tombstone, options);

/** What an audit asked for each domain of its list, in the list's order. */
export const readVisits = (out: string, options: ReadOptions = {}): AsyncGenerator<Located<VisitRecord>, void, undefined> =>
  read(out, 'visits', visitRecord, options);

/** How each origin was treated, one record per origin and run. */
export const readPoliteness = (
  out: string,
  options: ReadOptions = {},
): AsyncGenerator<Located<PolitenessRecord>, void, undefined> => read(out, 'politeness', politenessRecord, options);

/** What left its file, one record per document. */
export const readReceipts = (out: string, options: ReadOptions = {}): AsyncGenerator<Located<Receipt>, void, undefined> =>
  read(out, 'receipts', receipt, options);

import type { Readable } from 'node:stream';
// csv-parse: quotes, line ends, comments and byte order marks as people write them, in a stream; maintained with the csv project, no dependencies.
import { parse } from 'csv-parse';
import type { AuditEntry } from '../../store/index.ts';
import { isHeader, type Row, type RowReader } from './columns.ts';
import { entryOf } from './entry.ts';

/** A document of a corpus with its text; a longer line is no entry of a list. */
export const maxLineBytes: number = 64 * 1024 * 1024;

/**
 * Lines of text, with commas or tabs or without: a domain a line, `rank,domain` (Tranco, Umbrella), or named columns where the first line names them.
 * @throws csv-parse's error where a quote is not closed
 */
export async function* entriesOfText(stream: Readable, rows: RowReader): AsyncGenerator<AuditEntry> {
  const records = stream.pipe(
    parse({
      ...{ bom: true, comment: '#', comment_no_infix: true, delimiter: [',', '\t'], trim: true },
      ...{ relax_column_count: true, relax_quotes: true, skip_empty_lines: true, max_record_size: maxLineBytes },
    }),
  );
  stream.once('error', error => records.destroy(error));
  let names: readonly string[] | undefined;
  let isFirst = true;
  for await (const fields of records as AsyncIterable<readonly string[]>) {
    const entry = names === undefined ? bare(fields) : rows.entry(named(names, fields));
    if (isFirst && isHeader(fields)) names = fields.map(field => field.toLowerCase());
    else if (entry) yield entry;
    isFirst = false;
  }
}

function bare([first = '', second]: readonly string[]): AuditEntry {
  if (second === undefined || !/^\d+$/.test(first)) return entryOf(first);
  const rank = Number(first);
  return { ...entryOf(second), ...(Number.isSafeInteger(rank) ? { rank } : {}) };
}

const named = (names: readonly string[], fields: readonly string[]): Row =>
  Object.fromEntries(names.map((name, at) => [name, fields[at]]));

/** JSON Lines: one object a line. A line that is none is an entry that is no host. */
export async function* entriesOfJson(lines: AsyncIterable<string | null>, rows: RowReader): AsyncGenerator<AuditEntry> {
  for await (const line of lines) {
    if (line?.trim() === '') continue;
    const value = line === null ? undefined : parsed(line);
    const isRow = typeof value === 'object' && value !== null && !Array.isArray(value);
    const entry = isRow
      ? rows.entry(lowerCased(value as Row))
      : { asked: (line ?? 'a line that is too long').slice(0, 512), why: 'no-host' };
    if (entry) yield entry;
  }
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

export const lowerCased = (row: Row): Row => {
  for (const name of Object.keys(row)) {
    if (name !== name.toLowerCase())
      return Object.fromEntries(Object.entries(row).map(([key, value]) => [key.toLowerCase(), value]));
  }
  return row;
};

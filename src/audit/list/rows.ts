import { badLine } from '../../assess/index.ts';
import type { AuditEntry } from '../../store/index.ts';
import type { TextLine } from '../text-lines.ts';
import { isHeader, isOtherHeader, type Row, type RowReader } from './columns.ts';
import { entryOf, maxAskedCharacters } from './entry.ts';
import { CutOffError, type TableRecord, tableReader } from './records.ts';

type Lines = AsyncIterable<readonly TextLine[]>;

/** @param text of the line @param what is wrong with it */
export type OnBadLine = (line: number, what: string) => void;

/**
 * Lines of text, with commas, tabs or semicolons or without: a domain a line, `rank,domain` (Tranco, Umbrella), or named columns where the first line names them; of these
 * alone a quoted field may go on over line ends. A line that cannot be read is an entry that is no host, with its number.
 * @throws CutOffError where it ends within quotes, and an error where the first line names columns that are not known
 */
export async function* entriesOfText(lines: Lines, rows: RowReader, onBad: OnBadLine): AsyncGenerator<AuditEntry> {
  const table = tableReader();
  let names: readonly string[] | undefined;
  let isFirst = true;
  const entries = function* (records: readonly TableRecord[]): Generator<AuditEntry> {
    for (const { line, text, bad, fields } of records) {
      const wasFirst = isFirst;
      isFirst = false;
      if (fields === undefined) yield unusable(line, text, bad ?? '', onBad);
      else if (wasFirst && isHeader(fields)) {
        names = fields.map(field => field.toLowerCase());
        table.allowLineEnds();
      } else if (wasFirst && isOtherHeader(fields)) throw new Error('its first line names columns, and none that is known here');
      else {
        const entry = names === undefined ? bare(fields) : rows.entry(named(names, fields));
        if (entry) yield entry;
      }
    }
  };
  for await (const some of lines) {
    for (const line of some.flatMap(splitAtReturns)) {
      table.read(line);
      if (isFirst) yield* entries(table.take());
    }
    yield* entries(table.take());
  }
  table.end();
  yield* entries(table.take());
}

/** Line ends of every kind; a list that has only the oldest is one line to everybody else. */
function splitAtReturns(line: TextLine): readonly TextLine[] {
  const { text } = line;
  if (text?.includes('\r') !== true) return [line];
  const parts = text.replace(/\r$/, '').split('\r');
  const { number, isUnended = false } = line;
  return parts.map((part, at) => ({
    ...{ text: part, number: number + at },
    ...(isUnended && at === parts.length - 1 ? { isUnended } : {}),
  }));
}

function unusable(line: number, text: string, what: string, onBad: OnBadLine): AuditEntry {
  onBad(line, what);
  return { asked: text.trim().slice(0, maxAskedCharacters), why: badLine(line, what) };
}

function bare([first = '', second]: readonly string[]): AuditEntry {
  if (second === undefined || !/^\d+$/.test(first)) return entryOf(first);
  const rank = Number(first);
  return { ...entryOf(second), ...(Number.isSafeInteger(rank) ? { rank } : {}) };
}

const named = (names: readonly string[], fields: readonly string[]): Row =>
  Object.fromEntries(names.map((name, at) => [name, fields[at]]));

/**
 * JSON Lines: one object a line. A line that is none is an entry that is no host, with its number.
 * @throws CutOffError where the last line is none and has no end
 */
export async function* entriesOfJson(lines: Lines, rows: RowReader, onBad: OnBadLine): AsyncGenerator<AuditEntry> {
  for await (const some of lines) {
    for (const { text, number, isUnended } of some) {
      if (text?.trim() === '') continue;
      const value = text === null ? undefined : parsed(text);
      const isRow = typeof value === 'object' && value !== null && !Array.isArray(value);
      if (value === undefined && text !== null && isUnended) throw new CutOffError(`it ends within line ${number}`);
      const entry = isRow
        ? rows.entry(lowerCased(value as Row))
        : unusable(number, text ?? 'a line that is too long', text === null ? 'it is too long' : 'it is no JSON object', onBad);
      if (entry) yield entry;
    }
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

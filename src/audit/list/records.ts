/**
 * Lines of text as the records of a table. csv-parse reads quotes, delimiters and white space as people write them; but it ends with the first record that it
 * cannot read, or takes everything up to the next quote for one field. So it is given lines of which it is known that each is a record, and a line that is
 * none stands for itself.
 */
import { parse } from 'csv-parse/sync';
import { maxLineOctets, type TextLine } from '../text-lines.ts';

export interface TableRecord {
  /** Of its first line. */
  readonly line: number;
  readonly text: string;
  /** What is wrong with the line, where no fields could be read. */
  readonly bad?: string;
  readonly fields?: readonly string[];
}

export interface TableReader {
  read(line: TextLine): void;
  end(): void;
  /** Records that are complete by now and were not taken yet. */
  take(): readonly TableRecord[];
  /** A quoted field may go on over line ends from now on. */
  allowLineEnds(): void;
}

/** A list that was cut off is no list: what is missing would pass for not being there. */
export class CutOffError extends Error {}

const unclosed = 'a quote is not closed';
const options = {
  ...{ comment: '#', comment_no_infix: true, trim: true },
  ...{ relax_column_count: true, relax_quotes: true, skip_empty_lines: true },
};

interface Line extends TextLine {
  readonly text: string;
}

/** What stands between the fields of a line. */
interface Separators {
  readonly delimiter: string[];
  readonly one: RegExp;
  /** A quote, and the end of its field. */
  readonly closing: RegExp;
}

const separatorsOf = (delimiter: string[]): Separators => ({
  delimiter,
  one: new RegExp(`[${delimiter.join('')}]`),
  closing: new RegExp(`"\\s*(?:[${delimiter.join('')}]|$)`, 'y'),
});
const usual = separatorsOf([',', '\t']);
/** Of spreadsheets where the comma is that of numbers. */
const semicolons = separatorsOf([';', '\t']);

/** @param first line of a table; a URL may hold a semicolon */
function separatorsIn(first: string): Separators {
  const unquoted = first.replaceAll(/"[^"]*"/g, '');
  return unquoted.includes(';') && !/[,\t/]/.test(unquoted) ? semicolons : usual;
}

/**
 * @param maxReadAgain characters that may be read again because a quote before them was not closed
 * @throws CutOffError, and an error where the file must be something else than a table
 */
export function tableReader(maxReadAgain: number = maxLineOctets): TableReader {
  let records: TableRecord[] = [];
  /** Lines of a field that is not closed yet. */
  let held: Line[] = [];
  let heldCharacters = 0;
  let readAgain = 0;
  let mayHoldLineEnds = false;
  let separators: Separators | undefined;

  const complete = (lines: readonly Line[]): void => {
    const [{ number = 0 } = {}] = lines;
    records.push({ line: number, text: lines.map(({ text }) => text).join('\n') });
  };
  const bad = ({ number, text }: Line, what: string): void => void records.push({ line: number, text, bad: what });

  const release = (): Line[] => {
    const lines = held;
    held = [];
    heldCharacters = 0;
    return lines;
  };
  /** The first line of what is held is none; the others may be records of their own. */
  const giveUp = (what: string): void => {
    const [first, ...rest] = release();
    if (first === undefined) return;
    bad(first, what);
    readAgain += rest.reduce((sum, { text }) => sum + text.length, 0);
    if (readAgain > maxReadAgain) throw new Error(`${unclosed} at line ${first.number}, and at many before`);
    for (const line of rest) readOne(line);
  };

  const readOne = (line: Line): void => {
    if (held.length === 0 && (line.text.trim() === '' || line.text.startsWith('#'))) return;
    separators ??= separatorsIn(line.text);
    const state = line.text.includes('"') || held.length > 0 ? quotesIn(line.text, held.length > 0, separators) : 'closed';
    held.push(line);
    heldCharacters += line.text.length;
    if (state === 'closed') complete(release());
    else if (state === 'broken') giveUp('a quote is followed by something else than the end of its field');
    else if (line.isUnended) throw new CutOffError(`it ends within the quotes that line ${held[0]?.number} opens`);
    else if (!mayHoldLineEnds || heldCharacters > maxLineOctets) giveUp(unclosed);
  };

  return {
    read({ text, number, ...rest }) {
      if (text === null) {
        giveUp(unclosed);
        bad({ number, text: 'a line that is too long' }, 'it is too long');
      } else readOne({ ...rest, number, text });
    },
    end() {
      while (held.length > 0) giveUp(unclosed);
    },
    take() {
      const taken = withFields(records, separators ?? usual);
      records = [];
      return taken;
    },
    allowLineEnds: () => {
      mayHoldLineEnds = true;
    },
  };
}

/** Most lines have no quotes. The others are parsed together: a parser made for each takes twenty times as long. */
function withFields(records: readonly TableRecord[], separators: Separators): readonly TableRecord[] {
  const quoted = records.filter(({ bad, text }) => bad === undefined && text.includes('"'));
  const all = fieldsOf(quoted, separators);
  let at = 0;
  return records.map(record => {
    const { bad, text } = record;
    if (bad !== undefined) return record;
    if (!text.includes('"')) return { ...record, fields: text.split(separators.one).map(field => field.trim()) };
    const fields = all === undefined ? fieldsOf([record], separators)?.[0] : all[at++];
    return fields === undefined ? { ...record, bad: 'it is no line of a table' } : { ...record, fields };
  });
}

/** Undefined where they are not as many as the records. */
function fieldsOf(records: readonly TableRecord[], { delimiter }: Separators): readonly (readonly string[])[] | undefined {
  if (records.length === 0) return [];
  try {
    const read = parse(records.map(({ text }) => text).join('\n'), { ...options, delimiter });
    return read.length === records.length ? read : undefined;
  } catch {
    return undefined;
  }
}

const opening = /\s*"/y;

/** Where the quotes of a line leave its last field; `broken`: a closing quote is not the end of its field. @param isOpen it begins within quotes */
function quotesIn(text: string, isOpen: boolean, { one, closing }: Separators): 'closed' | 'open' | 'broken' {
  let at = 0;
  for (let isWithin = isOpen; ; isWithin = false) {
    if (!isWithin) {
      opening.lastIndex = at;
      if (opening.test(text)) {
        at = opening.lastIndex;
        isWithin = true;
      }
    }
    if (isWithin) {
      let end = text.indexOf('"', at);
      while (end >= 0 && text[end + 1] === '"') end = text.indexOf('"', end + 2);
      if (end < 0) return 'open';
      closing.lastIndex = end;
      if (!closing.test(text)) return 'broken';
      at = closing.lastIndex;
      if (!one.test(text[at - 1] ?? '')) return 'closed';
    } else {
      const next = text.slice(at).search(one);
      if (next < 0) return 'closed';
      at += next + 1;
    }
  }
}

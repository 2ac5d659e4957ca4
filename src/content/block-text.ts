import { blockElements } from './elements.ts';

/** Writes elements and text, in document order, as plain text with one line per block. */
export interface BlockText {
  open(name: string): void;
  text(data: string): void;
  close(name: string): void;
  /** What was written, without empty lines and without white space at the ends of lines. */
  result(): string;
}

/**
 * White space is collapsed as a browser shows it (a no-break space counts as a space); `br` and the edges of block elements end the
 * line; table cells are kept apart by a space; lines within `pre` stay lines.
 */
export function blockText(): BlockText {
  let written = '';
  let pending: '' | ' ' | '\n' = '';
  let preDepth = 0;
  let hasControls = false;

  const put = (piece: string): void => {
    if (pending !== '' && written !== '') written += pending;
    written += piece;
    pending = '';
  };
  const breakLine = (): void => {
    pending = '\n';
  };
  const space = (): void => {
    if (pending === '') pending = ' ';
  };
  const flow = (data: string): void => {
    const isRough = rough.test(data) || doubled.test(data);
    const collapsed = isRough ? collapseSpace(data) : data;
    if (isRough) hasControls ||= controls.test(data);
    if (collapsed === ' ' || collapsed === '') {
      if (collapsed === ' ') space();
      return;
    }
    if (collapsed.startsWith(' ')) space();
    put(collapsed.trim());
    if (collapsed.endsWith(' ')) space();
  };

  return {
    open(name) {
      if (name === 'pre') preDepth += 1;
      if (name === 'br' || blockElements.has(name)) breakLine();
      else if (name === 'td' || name === 'th') space();
    },
    text(data) {
      if (preDepth === 0) return flow(data);
      data.split(lineEnd).forEach((line, index) => {
        if (index > 0) breakLine();
        flow(line);
      });
    },
    close(name) {
      if (name === 'pre' && preDepth > 0) preDepth -= 1;
      if (blockElements.has(name)) breakLine();
      else if (name === 'td' || name === 'th') space();
    },
    // White space is as it should be already: one space within a line, one line feed between two.
    result: () => (hasControls ? tidyText(written) : written.toWellFormed()),
  };
}

const lineEnd = /\r\n?|[\n\u2028\u2029]/;

/**
 * The last step for every text: Unix line ends, no empty lines at the ends, no control characters except tab and line feed, well-formed.
 * U+2028, U+2029 and U+0085 become line feeds, because readers of JSON lines disagree on whether they end a line.
 */
export function tidyText(text: string): string {
  if (!untidy.test(text)) return text.trim().toWellFormed();
  const lines = text.replace(/\r\n?|[\u0085\u2028\u2029\v\f]/g, '\n').replace(/[\0-\x08\x0e-\x1f\x7f-\x9f\ufeff]/g, '');
  const trimmed = lines.replace(/[ \t\u00a0]{1,1000}(?=\n|$)/g, '').replace(/\n{3,}/g, '\n\n');
  return trimmed.trim().toWellFormed();
}

/** What the replacements of `tidyText` find; most texts have none of it, and one look costs less than four. */
const untidy = /[\0-\x09\x0b-\x1f\x7f-\xa0\u2028\u2029\ufeff]| \n|\n{3}/;

/**
 * White space that is not one space, and control characters: most pieces of text have neither, and one look is all they cost. Two expressions of one
 * kind of character each take half the time of one that holds both.
 */
const rough = /[\0-\x1f\x7f-\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff]/;
const doubled = / {2}/;
/** What is no white space and leaves the text. */
const controls = /[\0-\x08\x0e-\x1f\x7f-\x9f]/;

/** Every run of white space as one space. Single spaces, which most are, are not touched. */
const collapseSpace = (text: string): string => text.replace(/\s{2,}|[^\S ]/g, ' ');

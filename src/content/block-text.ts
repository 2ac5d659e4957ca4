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
    const collapsed = collapseSpace(data);
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
    result: () => tidyText(written),
  };
}

const lineEnd = /\r\n?|[\n\u2028\u2029]/;

/**
 * The last step for every text: Unix line ends, no empty lines at the ends, no control characters except tab and line feed, well-formed.
 * U+2028, U+2029 and U+0085 become line feeds, because readers of JSON lines disagree on whether they end a line.
 */
export function tidyText(text: string): string {
  if (isTidy(text)) return text.trim().toWellFormed();
  const lines = text.replace(/\r\n?|[\u0085\u2028\u2029\v\f]/g, '\n').replace(/[\0-\x08\x0e-\x1f\x7f-\x9f\ufeff]/g, '');
  const trimmed = lines.replace(/[ \t\u00a0]{1,1000}(?=\n|$)/g, '').replace(/\n{3,}/g, '\n\n');
  return trimmed.trim().toWellFormed();
}

/** Every run of white space as one space. Single spaces, which most are, are not touched. */
const collapseSpace = (text: string): string => (isCollapsed(text) ? text : text.replace(/\s{2,}|[^\S ]/g, ' '));

// One look at every character decides whether the expressions above have anything to do: for most texts they have not, and they cost four times as much.

const newline = 0x0a;
const space = 0x20;
const noBreakSpace = 0xa0;

/** No white space but single U+0020. Beyond U+00A0 white space begins with U+1680 (`\s` of ECMA-262 §22.2.2.9). */
function isCollapsed(text: string): boolean {
  let before = 0;
  for (let at = 0; at < text.length; at += 1) {
    const char = text.charCodeAt(at);
    if (char === space ? before === space : char < space || char === noBreakSpace || (char >= 0x1680 && isWideSpace(char)))
      return false;
    before = char;
  }
  return true;
}

const isWideSpace = (char: number): boolean =>
  char <= 0x3000
    ? char === 0x1680 ||
      (char >= 0x2000 && char <= 0x200a) ||
      (char >= 0x2028 && char <= 0x2029) ||
      char === 0x202f ||
      char === 0x205f ||
      char === 0x3000
    : char === 0xfeff;

/** Nothing for `tidyText` to replace; white space at the two ends may be there. */
function isTidy(text: string): boolean {
  let before = 0;
  let empty = 0;
  for (let at = 0; at < text.length; at += 1) {
    const char = text.charCodeAt(at);
    if (char === newline) {
      if (before === space || empty === 2) return false;
      empty = before === newline ? empty + 1 : 1;
    } else if (char < space || (char >= 0x7f && char <= noBreakSpace) || (char >= 0x2028 && isOddChar(char))) return false;
    before = char;
  }
  return true;
}

const isOddChar = (char: number): boolean => char <= 0x2029 || char === 0xfeff;

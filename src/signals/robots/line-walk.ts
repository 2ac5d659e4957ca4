/** Octets by what a line of robots.txt makes of them. */
const [endOfLine, comment, colon, zero, space, letter, printable] = [1, 2, 4, 8, 16, 32, 64] as const;

const kinds: Uint8Array = Uint8Array.from({ length: 256 }, (_, octet) => {
  const character = String.fromCharCode(octet);
  if (/[\r\n]/.test(character)) return endOfLine;
  if (character === '\0') return zero;
  if (/[\v\f]/.test(character)) return space;
  if (!/[\t\x20-\x7e]/.test(character)) return 0;
  if (/[ \t]/.test(character)) return space | printable;
  if (character === '#') return comment;
  if (character === ':') return colon | printable;
  return /[A-Za-z]/.test(character) ? letter | printable : printable;
});

/**
 * The lines of a file one after the other, in one pass over its octets: what a reader has to know of a line before it looks at its words. A file of
 * half a megabyte may have a hundred thousand lines, most of which say nothing.
 */
export class LineWalk {
  /** Counts from 1. */
  number = 0;
  /** Octet range of the line without its end-of-line mark. */
  start = 0;
  end = 0;
  /** Octet range without comment and the white space around it; empty where the line says nothing. */
  from = 0;
  to = 0;
  /** The first colon inside, or -1. */
  colon = -1;
  /** One colon, and nothing but printable ASCII: no flaw that hides a second record or a name. */
  isOrdinary = false;
  /** A name has letters. */
  hasLetter = false;
  /** NUL octets before `from`, and inside. */
  zerosBefore = 0;
  zeros = 0;
  readonly #octets: Uint8Array;
  readonly #length: number;
  #next: number;
  #zeros = 0;

  /** @param from octet of the first line @param to octet behind the last */
  constructor(octets: Uint8Array, from: number, to: number) {
    this.#octets = octets;
    this.#next = from;
    this.#length = to;
  }

  /** @returns false behind the last line */
  next(): boolean {
    const octets = this.#octets;
    const length = this.#length;
    const start = this.#next;
    if (start >= length) return false;
    let at = start;
    while (at < length && ((kinds[octets[at] as number] as number) & space) !== 0) at++;
    const from = at;
    let to = at;
    let firstColon = -1;
    let colons = 0;
    let zeros = 0;
    let seen = 0;
    let all = printable as number;
    // What follows the last octet that is no white space belongs to the line only if more comes.
    let pending = printable as number;
    for (; at < length; at++) {
      const kind = kinds[octets[at] as number] as number;
      if ((kind & (endOfLine | comment)) !== 0) break;
      pending &= kind;
      if ((kind & space) !== 0) continue;
      all &= pending;
      pending = printable;
      seen |= kind;
      to = at + 1;
      if ((kind & colon) !== 0 && colons++ === 0) firstColon = at;
      else if (kind === zero) zeros++;
    }
    let end = at;
    let zerosInComment = 0;
    for (; end < length; end++) {
      const kind = kinds[octets[end] as number] as number;
      if (kind === endOfLine) break;
      if (kind === zero) zerosInComment++;
    }
    this.number++;
    this.start = start;
    this.end = end;
    this.from = from;
    this.to = to;
    this.colon = firstColon;
    this.isOrdinary = colons === 1 && all !== 0;
    this.hasLetter = (seen & letter) !== 0;
    this.zerosBefore = this.#zeros;
    this.zeros = zeros;
    this.#zeros += zeros + zerosInComment;
    this.#next = end + (octets[end] === 0x0d && octets[end + 1] === 0x0a && end + 1 < length ? 2 : 1);
    return true;
  }
}

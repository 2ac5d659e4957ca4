/**
 * How far a page has to be read. Most pages say all they have to say in their head, and the rest is looked through for signs only: from one `<` or `-` to
 * the next and at the letter behind it, which takes a third of the time of an expression over every octet.
 */

/** Where a signal may read an element's content, it matters where the element ends. */
const license = /application\/rsl\+xml/i;
const mark: Sought = { sign: '-', initials: initialsOf('n'), word: /data-nosnippet/iy, from: -'data'.length };
/** What else a signal may read begins like this. */
const element: Sought = { sign: '<', initials: initialsOf('mlb'), word: /meta|link|base/iy, from: 1 };
const prefixedElement: Sought = { ...element, sign: ':' };

/** A word by a sign in it or before it. */
interface Sought {
  readonly sign: string;
  /** Codes of the letters that may follow the sign, in lower case. */
  readonly initials: ReadonlySet<number>;
  /** Sticky; every case. */
  readonly word: RegExp;
  /** Where the word begins, from the sign on. */
  readonly from: number;
}

/** Position behind which no tag can matter. */
export function lastInteresting(text: string, hasPrefixes: boolean): number {
  const isEnclosing = (text.includes('+') && license.test(text)) || lastOf(text, mark) >= 0;
  if (isEnclosing) return Number.POSITIVE_INFINITY;
  return Math.max(lastOf(text, element), hasPrefixes ? lastOf(text, prefixedElement) : -1);
}

/** Of the last sign by which the word stands; -1 where there is none. */
function lastOf(text: string, { sign, initials, word, from }: Sought): number {
  let last = -1;
  for (let at = text.indexOf(sign); at !== -1; at = text.indexOf(sign, at + 1)) {
    if (!initials.has(text.charCodeAt(at + 1) | 0x20)) continue;
    word.lastIndex = Math.max(0, at + from);
    if (word.test(text)) last = at;
  }
  return last;
}

function initialsOf(letters: string): ReadonlySet<number> {
  return new Set([...letters].map(letter => letter.charCodeAt(0)));
}

/**
 * Path patterns and the URL they are held against, in one canonical octet form (RFC 9309 §2.2.2, §2.2.3).
 *
 * Escapes of unreserved octets are decoded, other escapes get upper-case hexadecimal digits, every octet outside the URI grammar is escaped.
 * `*` and a final `$` are the pattern's own; in a URL they are ordinary characters and are escaped, and so is a `$` inside a pattern.
 */

const isUnreserved = (octet: number): boolean => /[A-Za-z0-9\-._~]/.test(String.fromCharCode(octet));
const isKept = (octet: number): boolean => /[A-Za-z0-9\-._~/?:@!&()+,;=*$]/.test(String.fromCharCode(octet));
const escapeOctet = (octet: number): string => `%${octet.toString(16).toUpperCase().padStart(2, '0')}`;

/** How an octet is written when it stands for itself, and when it was found as an escape. */
const octets = Array.from({ length: 256 }, (_, octet) => octet);
const plainForm = octets.map(octet => (isKept(octet) ? String.fromCharCode(octet) : escapeOctet(octet)));
const escapedForm = octets.map(octet => (isUnreserved(octet) ? String.fromCharCode(octet) : escapeOctet(octet)));
const percent = 0x25;
/** By octet, the value of a hexadecimal digit; what is none has the bit 16. */
const hexDigits = Uint8Array.from(octets, octet => {
  const digit = Number.parseInt(String.fromCharCode(octet), 16);
  return Number.isNaN(digit) ? 16 : digit;
});

function canonicalEscapes(text: string): string {
  if (/^[A-Za-z0-9\-._~/?:@!&()+,;=*$]*$/.test(text)) return text;
  // No octet is written with more than three.
  const out = Buffer.allocUnsafe(text.length * 3);
  let length = 0;
  for (let i = 0; i < text.length; i++) {
    const octet = text.charCodeAt(i) & 0xff;
    let form = plainForm[octet] as string;
    if (octet === percent && i + 2 < text.length) {
      const high = hexDigits[text.charCodeAt(i + 1) & 0xff] as number;
      const low = hexDigits[text.charCodeAt(i + 2) & 0xff] as number;
      if (((high | low) & 16) === 0) {
        form = escapedForm[high * 16 + low] as string;
        i += 2;
      }
    }
    for (let k = 0; k < form.length; k++) out[length++] = form.charCodeAt(k);
  }
  return out.toString('latin1', 0, length);
}

/** @param pattern one character per octet. Returns null where the grammar knows no such pattern (it starts with neither `/` nor `*`). */
export function canonicalPattern(pattern: string): string | null {
  if (!/^[/*]/.test(pattern)) return null;
  const isAnchored = pattern.endsWith('$');
  const inner = isAnchored ? pattern.slice(0, -1) : pattern;
  const escaped = canonicalEscapes(inner).replaceAll('$', '%24');
  return isAnchored ? `${escaped}$` : escaped;
}

/**
 * Path and query of an absolute URL; the fragment never takes part. Dot segments, backslashes and raw characters are first resolved as the URL
 * standard does (that is what a request would ask for); an empty query stays.
 */
export function canonicalPath(url: string): string {
  if (url !== recent.url) recent = { url, path: pathOf(url) };
  return recent.path;
}

/** Most addresses: of their path and query the URL standard and the canonical form leave everything as it is, so that no parser need be asked. */
const plainAddress =
  /^https?:\/\/[a-z0-9.-]+(?::\d{1,5})?((?:\/(?!\.)[A-Za-z0-9\-._~:@!&()+,;=]*)+(?:\?[A-Za-z0-9\-._~/?:@!&()+,;=]*)?)$/;

/** Every reader asks about one URL, one after the other. */
let recent: { readonly url: string; readonly path: string } = { url: '', path: '/' };

function pathOf(url: string): string {
  const [, plain] = plainAddress.exec(url) ?? [];
  if (plain !== undefined) return plain;
  const { href } = URL.parse(url) ?? { href: url };
  const slash = href.indexOf('/', href.indexOf('//') + 2);
  const hash = href.indexOf('#');
  const path = slash < 0 ? '/' : href.slice(slash, hash < 0 ? undefined : hash);
  return canonicalEscapes(path).replaceAll('*', '%2A').replaceAll('$', '%24');
}

/**
 * The second row of the table in RFC 9309 §2.2.2: within a query, `:` and `/` equal their escapes (`?u=https://x` and `?u=https%3A%2F%2Fx`).
 * Returns a canonical pattern or path with them decoded, or null where that changes nothing. In a path, `%2F` stays different from `/`.
 */
export function withPlainQuery(text: string): string | null {
  const query = text.indexOf('?');
  if (query < 0 || !/%(3A|2F)/.test(text.slice(query))) return null;
  return text.slice(0, query) + text.slice(query).replaceAll('%3A', ':').replaceAll('%2F', '/');
}

/**
 * Does a canonical pattern match a canonical path? Segment search: each literal between stars is looked for once, left to right, so the cost is
 * linear in pattern and path on any input.
 */
export function matchesPath(pattern: string, path: string): boolean {
  const isAnchored = pattern.endsWith('$');
  const end = isAnchored ? pattern.length - 1 : pattern.length;
  let star = pattern.indexOf('*');
  if (star < 0) return isAnchored ? path.length === end && pattern.startsWith(path) : path.startsWith(pattern);
  if (!beginsAlike(pattern, path)) return false;
  let at = star;
  for (let next = star + 1; next < end; next++) {
    if (pattern.charCodeAt(next) !== asterisk) continue;
    const found = indexOfLiteral(path, pattern, star + 1, next, at);
    if (found < 0) return false;
    at = found + next - star - 1;
    star = next;
  }
  if (!isAnchored) return indexOfLiteral(path, pattern, star + 1, end, at) >= 0;
  const last = pattern.slice(star + 1, end);
  return path.length - last.length >= at && path.endsWith(last);
}

const asterisk = 0x2a;
const dollar = 0x24;

/** False where the octets before the first `*` or the final `$` already tell that a canonical pattern does not match. */
export function beginsAlike(pattern: string, path: string): boolean {
  for (let i = 0; i < pattern.length; i++) {
    const octet = pattern.charCodeAt(i);
    if (octet === asterisk || octet === dollar) return true;
    if (octet !== path.charCodeAt(i)) return false;
  }
  return true;
}

/** False where a canonical pattern cannot match for its beginning or for the number of its octets that stand for themselves. */
export function mayMatch(pattern: string, path: string): boolean {
  if (!beginsAlike(pattern, path)) return false;
  let literals = pattern.endsWith('$') ? -1 : 0;
  for (let i = 0; i < pattern.length && literals <= path.length; i++) if (pattern.charCodeAt(i) !== asterisk) literals++;
  return literals <= path.length;
}

/** `matchesPath` for many patterns and one path: a pattern whose last octets are nowhere in the path is refused without a search. */
export function pathMatcher(path: string): (pattern: string) => boolean {
  const tails = new Map<string, boolean>();
  let grams: Set<string> | undefined;
  const holds = (tail: string): boolean => {
    if (tail.length === 3) {
      grams ??= new Set(Array.from({ length: Math.max(0, path.length - 2) }, (_, i) => path.slice(i, i + 3)));
      return grams.has(tail);
    }
    const found = tails.get(tail) ?? path.includes(tail);
    tails.set(tail, found);
    return found;
  };
  return pattern => {
    if (
      pattern.includes('*') &&
      !pattern.endsWith('$') &&
      !holds(pattern.slice(Math.max(pattern.lastIndexOf('*') + 1, pattern.length - 3)))
    )
      return false;
    return matchesPath(pattern, path);
  };
}

/** Above this length the built-in search has quadratic inputs (its shift table knows the last 250 characters only). */
const maxBuiltInLiteral = 200;

/** A short literal is mostly right there: a file of globs may have half a million of them. */
const [maxShortLiteral, nearby] = [8, 16];

/** Where the literal `pattern[start, end)` is found in a path at or behind `from`; -1 where it is not. */
function indexOfLiteral(path: string, pattern: string, start: number, end: number, from: number): number {
  const length = end - start;
  if (length > path.length - from) return -1;
  if (length === 0) return from;
  let behind = from;
  if (length <= maxShortLiteral) {
    behind = Math.min(from + nearby, path.length - length + 1);
    for (let at = from; at < behind; at++) {
      let same = 0;
      while (same < length && path.charCodeAt(at + same) === pattern.charCodeAt(start + same)) same++;
      if (same === length) return at;
    }
  }
  const literal = pattern.slice(start, end);
  return length <= maxBuiltInLiteral ? path.indexOf(literal, behind) : knuthMorrisPratt(path, literal, behind);
}

function knuthMorrisPratt(path: string, literal: string, from: number): number {
  const border = new Int32Array(literal.length);
  for (let i = 1, k = 0; i < literal.length; i++) {
    while (k > 0 && literal[i] !== literal[k]) k = border[k - 1] ?? 0;
    if (literal[i] === literal[k]) k++;
    border[i] = k;
  }
  for (let i = from, k = 0; i < path.length; i++) {
    while (k > 0 && path[i] !== literal[k]) k = border[k - 1] ?? 0;
    if (path[i] === literal[k]) k++;
    if (k === literal.length) return i - k + 1;
  }
  return -1;
}

/** Length of a canonical pattern in octets: RFC 9309 §2.2.2 lets the most specific, that is the longest, match decide. */
export const specificityOf = (pattern: string): number => pattern.length;

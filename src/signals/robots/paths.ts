/**
 * Path patterns and the URL they are held against, in one canonical octet form (RFC 9309 §2.2.2, §2.2.3).
 *
 * Escapes of unreserved octets are decoded, other escapes get upper-case hexadecimal digits, every octet outside the URI grammar is escaped.
 * `*` and a final `$` are the pattern's own; in a URL they are ordinary characters and are escaped, and so is a `$` inside a pattern.
 */

const unreserved = /[A-Za-z0-9\-._~]/;
const kept = /[A-Za-z0-9\-._~/?:@!&()+,;=%*$]/;

const escapeOctet = (octet: number): string => `%${octet.toString(16).toUpperCase().padStart(2, '0')}`;

function canonicalEscapes(text: string): string {
  if (/^[A-Za-z0-9\-._~/?:@!&()+,;=*$]*$/.test(text)) return text;
  let out = '';
  for (let i = 0; i < text.length; i++) {
    const character = text[i] ?? '';
    if (character === '%') {
      const hex = text.slice(i + 1, i + 3);
      if (/^[0-9A-Fa-f]{2}$/.test(hex)) {
        const decoded = String.fromCharCode(Number.parseInt(hex, 16));
        out += unreserved.test(decoded) ? decoded : `%${hex.toUpperCase()}`;
        i += 2;
      } else out += '%25';
    } else out += kept.test(character) ? character : escapeOctet(character.charCodeAt(0) & 0xff);
  }
  return out;
}

/** @param pattern one character per octet. Returns null where the grammar knows no such pattern (it starts with neither `/` nor `*`). */
export function canonicalPattern(pattern: string): string | null {
  if (!/^[/*]/.test(pattern)) return null;
  const isAnchored = pattern.endsWith('$');
  const inner = isAnchored ? pattern.slice(0, -1) : pattern;
  const escaped = canonicalEscapes(inner)
    .replaceAll('$', '%24')
    .replace(/\*{2,}/g, '*');
  return isAnchored ? `${escaped}$` : escaped;
}

/** Path and query of an absolute URL; the fragment never takes part. */
export function canonicalPath(url: string): string {
  const afterScheme = url.indexOf('//') + 2;
  const slash = url.indexOf('/', afterScheme);
  const hash = url.indexOf('#', afterScheme);
  const path = slash < 0 ? '/' : url.slice(slash, hash < 0 ? undefined : hash);
  return canonicalEscapes(path).replaceAll('*', '%2A').replaceAll('$', '%24');
}

/**
 * Does a canonical pattern match a canonical path? Segment search: each literal between stars is looked for once, left to right, so the cost is
 * linear in pattern and path on any input.
 */
export function matchesPath(pattern: string, path: string): boolean {
  const isAnchored = pattern.endsWith('$');
  const segments = (isAnchored ? pattern.slice(0, -1) : pattern).split('*');
  const first = segments[0] ?? '';
  if (!path.startsWith(first)) return false;
  if (segments.length === 1) return !isAnchored || path.length === first.length;
  let at = first.length;
  const last = segments.at(-1) ?? '';
  for (const segment of segments.slice(1, -1)) {
    const found = path.indexOf(segment, at);
    if (found < 0) return false;
    at = found + segment.length;
  }
  return isAnchored ? path.length - last.length >= at && path.endsWith(last) : path.indexOf(last, at) >= 0;
}

/** Length of a canonical pattern in octets: RFC 9309 §2.2.2 lets the most specific, that is the longest, match decide. */
export const specificityOf = (pattern: string): number => pattern.length;

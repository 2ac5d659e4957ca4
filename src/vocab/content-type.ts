import type { FieldLine } from './retrieval.ts';

/** So much of a value is read; where there is more, no single type is known. */
const maxCharacters = 1_024;

/** The value of all Content-Type lines, as one list (RFC 9110 §5.3); undefined where there is none. */
export function contentTypeOf(fields: readonly FieldLine[]): string | undefined {
  let value: string | undefined;
  for (const [name, line] of fields) {
    if (name.length === 12 && name.toLowerCase() === 'content-type') value = value === undefined ? line : `${value}, ${line}`;
  }
  return value;
}

const single = /^\s*([\w!#$%&'*+.^`|~-]{1,127}\/[\w!#$%&'*+.^`|~-]{1,127})\s*(?:;[^,]*)?$/;

/**
 * The one media type a Content-Type value declares, in lower case and without parameters; empty where it declares none: no value, no media type
 * (`text/html charset=utf-8`), or several that differ (RFC 9110 §8.3). HTML among several is HTML, so that its markup is read by everybody.
 */
export function declaredType(contentType: string | undefined): string {
  if (contentType === undefined) return '';
  const value = contentType.slice(0, maxCharacters);
  const isWhole = value.length === contentType.length;
  const plainly = isWhole ? single.exec(value)?.[1] : undefined;
  if (plainly !== undefined) return plainly.toLowerCase();
  const types = value
    .replace(/"[^"\\]*"/g, '""')
    .split(',')
    .filter(one => one.trim() !== '')
    .map(one => single.exec(one)?.[1]?.toLowerCase() ?? '');
  if (types.includes('text/html') || types.includes('application/xhtml+xml')) {
    return types.every(type => type === 'application/xhtml+xml') ? 'application/xhtml+xml' : 'text/html';
  }
  return isWhole && types.every(type => type === types[0]) ? (types[0] ?? '') : '';
}

/** The `charset` parameter as sent, the first of several, quotes removed; undefined where there is none. */
export function charsetOf(contentType: string | undefined): string | undefined {
  const match = /;[ \t]*charset[ \t]*=[ \t]*(?:"([^"]*)"|'([^']*)'|([^;,\s"']*))/i.exec(
    (contentType ?? '').slice(0, maxCharacters),
  );
  return match?.[1] ?? match?.[2] ?? match?.[3];
}

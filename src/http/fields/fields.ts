import type { FieldLine } from '../../vocab/index.ts';
import { withoutUserinfo } from '../place/url-check.ts';

/** Field lines from the parser's buffers. Latin-1, so that every octet of a value survives (RFC 9110 §5.5). */
export function fieldLines(raw: readonly (Buffer | string)[]): readonly FieldLine[] {
  const lines: FieldLine[] = [];
  for (let at = 0; at + 1 < raw.length; at += 2) lines.push([octets(raw[at]!), octets(raw[at + 1]!)]);
  return lines;
}

const octets = (part: Buffer | string): string => (typeof part === 'string' ? part : part.toString('latin1'));

/** Value of the first line of that name; `name` in lower case. */
export function firstField(fields: readonly FieldLine[], name: string): string | undefined {
  for (const line of fields) if (line[0].length === name.length && line[0].toLowerCase() === name) return line[1];
  return undefined;
}

/** Values of all lines of that name, in order; `name` in lower case. */
export const allFields = (fields: readonly FieldLine[], name: string): readonly string[] =>
  fields.filter(([key]) => key.length === name.length && key.toLowerCase() === name).map(([, value]) => value);

/** The target of a redirect, resolved against the URL asked (RFC 9110 §10.2.2), without fragment and without anybody's password. Two different targets are none. */
export function locationOf(fields: readonly FieldLine[], base: URL): string | undefined {
  const [value, ...others] = allFields(fields, 'location');
  if (value === undefined || value === '' || others.some(other => other !== value)) return undefined;
  // Servers write UTF-8 here, as browsers read it.
  const target = URL.parse(Buffer.from(value, 'latin1').toString('utf8'), base.href);
  if (target === null) return undefined;
  target.hash = '';
  return withoutUserinfo(target).href;
}

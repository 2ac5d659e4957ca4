/** A bounded reader of one CBOR data item (RFC 8949): what C2PA assertions use, definite lengths only. Never throws. */
export type Cbor =
  | { readonly kind: 'map'; readonly entries: readonly (readonly [key: string, value: Cbor])[] }
  | { readonly kind: 'text'; readonly value: string }
  | { readonly kind: 'array'; readonly items: readonly Cbor[] }
  /** Numbers, octet strings, booleans, null: nothing any signal asks for. */
  | { readonly kind: 'other' };

const maxDepth = 8;
const maxItems = 1_024;

interface Cursor {
  readonly octets: Uint8Array;
  at: number;
  items: number;
}

/** Null where the octets are no CBOR, end early, nest too deep or hold too many items. */
export function readCbor(octets: Uint8Array): Cbor | null {
  return readItem({ octets, at: 0, items: 0 }, 0);
}

function readItem(cursor: Cursor, depth: number): Cbor | null {
  const { octets } = cursor;
  const initial = octets[cursor.at++];
  if (initial === undefined || depth > maxDepth || ++cursor.items > maxItems) return null;
  const major = initial >> 5;
  const argument = readArgument(cursor, initial & 0x1f);
  if (argument === null) return null;
  switch (major) {
    case 0:
    case 1:
    case 7:
      return { kind: 'other' };
    case 2:
    case 3: {
      const end = cursor.at + argument;
      if (end > octets.length) return null;
      const slice = octets.subarray(cursor.at, end);
      cursor.at = end;
      return major === 2 ? { kind: 'other' } : { kind: 'text', value: new TextDecoder().decode(slice) };
    }
    case 4:
      return readArray(cursor, argument, depth);
    case 5:
      return readMap(cursor, argument, depth);
    default:
      return readItem(cursor, depth + 1); // a tag: its content
  }
}

/** The argument of an initial octet (RFC 8949 §3); null for reserved values, indefinite lengths and what no file can hold. */
function readArgument(cursor: Cursor, additional: number): number | null {
  if (additional < 24) return additional;
  if (additional > 27) return null;
  const size = 1 << (additional - 24);
  if (cursor.at + size > cursor.octets.length) return null;
  let value = 0;
  for (let i = 0; i < size; i++) value = value * 256 + (cursor.octets[cursor.at++] ?? 0);
  return value;
}

function readArray(cursor: Cursor, length: number, depth: number): Cbor | null {
  const items: Cbor[] = [];
  for (let i = 0; i < length; i++) {
    const item = readItem(cursor, depth + 1);
    if (!item) return null;
    items.push(item);
  }
  return { kind: 'array', items };
}

function readMap(cursor: Cursor, length: number, depth: number): Cbor | null {
  const entries: (readonly [string, Cbor])[] = [];
  for (let i = 0; i < length; i++) {
    const key = readItem(cursor, depth + 1);
    const value = key && readItem(cursor, depth + 1);
    if (!key || !value) return null;
    if (key.kind === 'text') entries.push([key.value, value]);
  }
  return { kind: 'map', entries };
}

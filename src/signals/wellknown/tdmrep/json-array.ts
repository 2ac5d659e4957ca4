/**
 * The elements of a JSON array with their octet ranges (RFC 8259). JSON.parse judges the grammar; it does not tell which octets an element
 * consists of, nor whether an object gives a name twice: that is found here. Linear and without recursion; depth is checked first.
 */
import { latin1View } from '../../bytes.ts';
import { byteOrderMark } from '../open.ts';

export interface JsonMember {
  /** As written, escapes decoded. */
  readonly name: string;
  /** What the caller calls it. */
  readonly meant: string;
  readonly value: unknown;
}

interface JsonElement {
  /** Octets, end exclusive. */
  readonly start: number;
  readonly end: number;
  /** The members of interest in order, repeated names included; null where the element is no object. */
  readonly members: readonly JsonMember[] | null;
}

export type JsonArray =
  | { readonly elements: readonly JsonElement[] }
  | { readonly fault: 'encoding' | 'too-deep' | 'malformed' | 'not-an-array' | 'too-many-rules' };

const maxDepth = 32;
/** A name of interest fits here even if every character of it is written as an escape. */
const maxNameOctets = 96;

const codeOf = (character: string): number => character.charCodeAt(0);
const [quote, backslash, comma] = [codeOf('"'), codeOf('\\'), codeOf(',')];
const [openArray, closeArray, openObject, closeObject] = [codeOf('['), codeOf(']'), codeOf('{'), codeOf('}')];

type Meaning = (name: string) => string | null;

/** @param meaning what a member's name is taken for; members for which it is null are passed over */
export function readJsonArray(body: Uint8Array, maxElements: number, meaning: Meaning): JsonArray {
  const decoded = decode(body);
  if (decoded === null) return { fault: 'encoding' };
  const text = latin1View(body); // one character per octet
  if (isTooDeep(text)) return { fault: 'too-deep' };
  if (!isJson(decoded)) return { fault: 'malformed' };
  const first = skipSpace(text, byteOrderMark(body));
  if (text.charCodeAt(first) !== openArray) return { fault: 'not-an-array' };
  const elements: JsonElement[] = [];
  for (let at = skipSpace(text, first + 1); text.charCodeAt(at) !== closeArray; ) {
    if (elements.length === maxElements) return { fault: 'too-many-rules' };
    const element = readElement(text, at, meaning);
    elements.push(element);
    at = afterComma(text, element.end);
  }
  return { elements };
}

/** UTF-8 without damage, byte order mark taken off (RFC 8259 §8.1); null where it is not. */
function decode(body: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    return null;
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function isTooDeep(text: string): boolean {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const octet = text.charCodeAt(at);
    if (octet === quote) at = endOfString(text, at) - 1;
    else if (octet === openArray || octet === openObject) {
      if (++depth > maxDepth) return true;
    } else if (octet === closeArray || octet === closeObject) depth--;
  }
  return false;
}

// From here on the bytes are known to be JSON.

function readElement(text: string, start: number, meaning: Meaning): JsonElement {
  if (text.charCodeAt(start) !== openObject) return { start, end: endOfValue(text, start), members: null };
  const members: JsonMember[] = [];
  let at = skipSpace(text, start + 1);
  while (text.charCodeAt(at) !== closeObject) {
    const endOfName = endOfString(text, at);
    const value = skipSpace(text, skipSpace(text, endOfName) + 1);
    const end = endOfValue(text, value);
    const name = endOfName - at <= maxNameOctets ? String(jsonAt(text, at, endOfName)) : '';
    const meant = meaning(name);
    if (meant !== null) members.push({ name, meant, value: jsonAt(text, value, end) });
    at = afterComma(text, end);
  }
  return { start, end: at + 1, members };
}

function jsonAt(text: string, start: number, end: number): unknown {
  const raw = text.slice(start, end);
  if (/^"[^\\\x80-\xff]*$/.test(raw)) return raw.slice(1, -1);
  if (/^[-0-9]/.test(raw)) return Number(raw);
  return JSON.parse(/[\x80-\xff]/.test(raw) ? Buffer.from(raw, 'latin1').toString('utf8') : raw);
}

function endOfValue(text: string, start: number): number {
  let depth = 0;
  for (let at = start; at < text.length; at++) {
    const octet = text.charCodeAt(at);
    if (octet === quote) at = endOfString(text, at) - 1;
    else if (octet === openArray || octet === openObject) depth++;
    else if (octet === closeArray || octet === closeObject) depth--;
    else if (depth === 0 && (octet === comma || isSpace(octet))) return at;
    if (depth < 0) return at;
    if (depth === 0 && (octet === quote || octet === closeArray || octet === closeObject)) return at + 1;
  }
  return text.length;
}

/** The place after the closing quotation mark; the end of the body where there is none. */
function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    if (text.charCodeAt(at) === backslash) at++;
    else if (text.charCodeAt(at) === quote) return at + 1;
  }
  return text.length;
}

function afterComma(text: string, end: number): number {
  const at = skipSpace(text, end);
  return text.charCodeAt(at) === comma ? skipSpace(text, at + 1) : at;
}

const isSpace = (octet: number): boolean => octet === 0x20 || octet === 0x0a || octet === 0x0d || octet === 0x09;

function skipSpace(text: string, from: number): number {
  let at = from;
  while (isSpace(text.charCodeAt(at))) at++;
  return at;
}

import { declaredType, wideEncoding } from '../../vocab/index.ts';
import { assetForm } from '../assets/asset.ts';
import { latin1View } from '../bytes.ts';

/** A page as text in which every position has an octet of the body. */
export interface MarkupView {
  /** One character per octet; in UTF-16 one per pair. */
  readonly text: string;
  readonly octetsPerCharacter: 1 | 2;
  /** XML knows CDATA and empty-element tags. */
  readonly isXml: boolean;
  /** Element names may have a prefix (Namespaces in XML 1.0 §3). */
  readonly hasPrefixes: boolean;
  /** Characters besides the markup itself that told what this is, as positions in `text`. */
  readonly tellTale: readonly (readonly [start: number, end: number])[];
}

const xmlTypes = new Set(['application/xhtml+xml', 'application/xml', 'text/xml', 'application/vnd.wap.xhtml+xml']);
const unknownTypes = new Set(['', '*/*', 'unknown/unknown', 'application/unknown']);

/** The field does not tell what the body is. @param contentType field value as received */
export const isUntyped = (contentType: string | undefined): boolean => unknownTypes.has(declaredType(contentType));

/** No markup to read: another media type, HTML that begins like a PDF or an image, or octets of which nobody knows which characters they are. */
export interface NoView {
  readonly why: 'not-markup' | 'disguised' | 'doubtful-encoding' | 'shifting-encoding';
  /** Octets that told. */
  readonly tellTale: MarkupView['tellTale'];
}

/**
 * By media type, or without one by the first character. Whatever `content` makes a document of as HTML has a view, or a reason why it cannot be read.
 * @param contentType field value as received
 */
export function viewOf(body: Uint8Array, contentType: string | undefined): MarkupView | NoView {
  const mediaType = declaredType(contentType);
  const isXml = xmlTypes.has(mediaType);
  if (!isXml && mediaType !== 'text/html' && !unknownTypes.has(mediaType)) return { why: 'not-markup', tellTale: [] };
  const isSniffed = unknownTypes.has(mediaType);
  const wide = wideEncoding(body, contentType);
  return wide === undefined ? narrowView(body, contentType, isXml, isSniffed) : wideView(body, contentType, isXml, wide);
}

function narrowView(body: Uint8Array, contentType: string | undefined, isXml: boolean, isSniffed: boolean): MarkupView | NoView {
  const text = latin1View(body);
  const mark = text.startsWith(utf8Mark) ? utf8Mark.length : 0;
  blank.lastIndex = mark;
  blank.exec(text);
  const first = blank.lastIndex;
  if (isSniffed && text[first] !== '<') return { why: 'not-markup', tellTale: [] };
  const isProlog = text.startsWith(prolog, mark);
  const tellTale = [
    [0, mark] as const,
    ...(isSniffed ? [[first, first + 1] as const] : []),
    ...(isProlog ? prologSpans(text, mark) : []),
  ];
  if (assetForm(body, contentType) !== null) return { why: 'disguised', tellTale };
  // UTF-16 that nobody declared.
  const zero = text.slice(mark, first + 2).indexOf('\0') + mark;
  if (zero >= mark) return { why: 'doubtful-encoding', tellTale: [...tellTale, [zero, zero + 1]] };
  const shift = shiftIn(text);
  if (shift >= 0) return { why: 'shifting-encoding', tellTale: [...tellTale, [shift, shift + shiftLength]] };
  return { text, octetsPerCharacter: 1, isXml, hasPrefixes: isXml || isProlog, tellTale };
}

function wideView(
  body: Uint8Array,
  contentType: string | undefined,
  isXml: boolean,
  encoding: 'utf-16le' | 'utf-16be',
): MarkupView | NoView {
  const text = wideText(body, encoding);
  const mark = text.startsWith('\ufeff') ? 1 : 0;
  if (assetForm(body, contentType) !== null) return { why: 'disguised', tellTale: [[0, 2 * mark]] };
  // Octets of another encoding become ideographs, and the blanks of a proof daggers.
  if (!/^(?:$|[<\s](?:$|[\0-\x7f\u2020]))/.test(text.slice(mark, mark + 2)))
    return { why: 'doubtful-encoding', tellTale: [[0, 2 * mark]] };
  const isProlog = text.startsWith(prolog, mark);
  const tellTale = [[0, mark + 1] as const, ...(isProlog ? prologSpans(text, mark) : [])];
  return { text, octetsPerCharacter: 2, isXml, hasPrefixes: isXml || isProlog, tellTale };
}

/** White space, and the halves of characters beside it. */
const blank = /[\s\0]*/y;
const prolog = '<?xml';

/** The declaration's beginning and its end, without which it would hide what follows. */
function prologSpans(text: string, start: number): readonly (readonly [start: number, end: number])[] {
  const end = text.indexOf('>', start);
  return [[start, start + prolog.length], ...(end < 0 ? [] : [[end, end + 1] as const])];
}

const utf8Mark = '\xef\xbb\xbf';

/** ISO-2022-JP and its kin: behind such an escape, quotes and `<` are characters or halves of them until the text shifts back. */
const shiftEscape = /\x1b(?:\$|\([^BJ])/g;
const shiftLength = 3;

function shiftIn(text: string): number {
  const from = text.indexOf('\x1b');
  if (from < 0) return -1;
  shiftEscape.lastIndex = from;
  return shiftEscape.exec(text)?.index ?? -1;
}

function wideText(body: Uint8Array, encoding: 'utf-16le' | 'utf-16be'): string {
  const octets = Buffer.from(body.buffer, body.byteOffset, body.byteLength & ~1);
  return (encoding === 'utf-16le' ? octets : Buffer.from(octets).swap16()).toString('utf16le');
}

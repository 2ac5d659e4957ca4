import { assetForm } from '../assets/asset.ts';
import { latin1View } from '../bytes.ts';
import { mediaTypeOf } from '../media-type.ts';

/** A page as text in which every position has an octet of the body. */
export interface MarkupView {
  /** One character per octet; in UTF-16 one per pair. */
  readonly text: string;
  readonly octetsPerCharacter: 1 | 2;
  /** XML knows CDATA and empty-element tags. */
  readonly isXml: boolean;
  /** Characters besides the markup itself that told what this is, as positions in `text`. */
  readonly tellTale: readonly (readonly [start: number, end: number])[];
}

const htmlTypes = new Set(['text/html']);
const xmlTypes = new Set(['application/xhtml+xml', 'application/xml', 'text/xml', 'application/vnd.wap.xhtml+xml']);
const unknownTypes = new Set(['', '*/*', 'unknown/unknown', 'application/unknown']);

/** No markup to read: another media type, HTML that begins like a PDF or an image, or octets in which `<` may be half of a character. */
export interface NoView {
  readonly why: 'not-markup' | 'disguised' | 'shifting-encoding';
  readonly tellTale: MarkupView['tellTale'];
}

/** By media type, or without one by the first character. @param contentType field value as received */
export function viewOf(body: Uint8Array, contentType: string | undefined): MarkupView | NoView {
  const mediaType = mediaTypeOf(contentType);
  const isUntyped = unknownTypes.has(mediaType) || !mediaType.includes('/');
  const isXml = xmlTypes.has(mediaType);
  if (!isUntyped && !isXml && !htmlTypes.has(mediaType)) return { why: 'not-markup', tellTale: [] };
  if (assetForm(body, contentType) !== null) return { why: isUntyped ? 'not-markup' : 'disguised', tellTale: [] };
  const wide = wideEncoding(body, contentType);
  if (wide !== null) return { text: wideText(body, wide), octetsPerCharacter: 2, isXml, tellTale: [[0, 1]] };
  const text = latin1View(body);
  const mark = text.startsWith(utf8Mark) ? utf8Mark.length : 0;
  const first = mark + (/^\s*/.exec(text.slice(mark))?.[0].length ?? 0);
  if (isUntyped && text[first] !== '<') return { why: 'not-markup', tellTale: [] };
  const tellTale = [[0, mark] as const, ...(isUntyped ? [[first, first + 1] as const] : [])];
  const shift = text.indexOf(shiftToTwoOctets);
  if (shift >= 0) return { why: 'shifting-encoding', tellTale: [...tellTale, [shift, shift + shiftToTwoOctets.length]] };
  return { text, octetsPerCharacter: 1, isXml, tellTale };
}

/** ISO-2022-JP and its kin: behind this, quotes and `<` are halves of characters until the text shifts back. */
const shiftToTwoOctets = '\x1b$';

const utf8Mark = '\xef\xbb\xbf';
const maxFieldLength = 1_024;

/** Byte order mark before declaration (WHATWG HTML §13.2.3); a `<` beside a NUL is UTF-16 that nobody declared. */
function wideEncoding(body: Uint8Array, contentType: string | undefined): 'utf-16le' | 'utf-16be' | null {
  const [first, second, third] = body;
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  if (first === 0xef && second === 0xbb && third === 0xbf) return null;
  const charset = /;[ \t]*charset[ \t]*=[ \t]*["']?([a-z0-9_-]{1,20})/i.exec((contentType ?? '').slice(0, maxFieldLength))?.[1];
  const declared = charset?.toLowerCase() ?? '';
  if (declared === 'utf-16be') return 'utf-16be';
  if (declared === 'utf-16' || declared === 'utf-16le') return 'utf-16le';
  if (first === 0x3c && second === 0) return 'utf-16le';
  return first === 0 && second === 0x3c ? 'utf-16be' : null;
}

function wideText(body: Uint8Array, encoding: 'utf-16le' | 'utf-16be'): string {
  const octets = Buffer.from(body.buffer, body.byteOffset, body.byteLength & ~1);
  return (encoding === 'utf-16le' ? octets : Buffer.from(octets).swap16()).toString('utf16le');
}

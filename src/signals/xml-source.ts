import type { Evidence, Exchange } from '../vocab/index.ts';
import { maxQuoteBytes } from '../vocab/index.ts';
import { quoteBytes, sourceOf } from './cite.ts';
import type { XmlElement } from './xml.ts';

/** Where a document's text lies in bytes somebody served: a file of its own, a script element of a page, a packet inside an image. */
export interface XmlSource {
  readonly exchange: Exchange;
  readonly body: Uint8Array;
  readonly text: string;
  /** Octet in `body` at which an index of `text` lies. */
  octetAt(index: number): number;
  /** Prefix of every locator: empty for a file, the script's selector for an inline document, the packet for XMP. */
  readonly within: string;
}

/** An element as evidence: where it lies, and the whole element as found (its words are between its tags). */
export function citeElement(signal: Evidence['signal'], source: XmlSource, element: XmlElement, spec: string): Evidence {
  const start = source.octetAt(element.start);
  const end = Math.min(source.octetAt(element.end), start + maxQuoteBytes);
  return {
    signal,
    source: sourceOf(source.exchange),
    locator: { kind: 'element', selector: `${source.within}${element.path}`, bytes: [start, end] },
    quote: quoteBytes(source.body, start, end),
    spec,
  };
}

export interface DecodedText {
  readonly text: string;
  octetAt(index: number): number;
}

/**
 * Octets → text, by byte order mark, else the declared charset, else the XML declaration, else UTF-8 (RFC 7303 §3). Null where the octets are not
 * that encoding, or it is one we do not read: damaged text is never guessed at.
 */
export function decodeXml(octets: Uint8Array, charset: string | null): DecodedText | null {
  const encoding = encodingOf(octets, charset);
  if (encoding === null) return null;
  let text: string;
  try {
    text = new TextDecoder(encoding, { fatal: true, ignoreBOM: true }).decode(octets);
  } catch {
    return null;
  }
  const octetAt =
    encoding === 'utf-8'
      ? (index: number): number => Buffer.byteLength(text.slice(0, index), 'utf8')
      : (index: number): number => (encoding === 'windows-1252' ? index : index * 2);
  return { text, octetAt };
}

type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252';

const encodings: ReadonlyMap<string, Encoding> = new Map([
  ['utf-8', 'utf-8'],
  ['utf8', 'utf-8'],
  ['us-ascii', 'utf-8'],
  ['ascii', 'utf-8'],
  ['iso-8859-1', 'windows-1252'],
  ['latin1', 'windows-1252'],
  ['windows-1252', 'windows-1252'],
  ['utf-16', 'utf-16le'],
  ['utf-16le', 'utf-16le'],
  ['utf-16be', 'utf-16be'],
]);

function encodingOf(octets: Uint8Array, charset: string | null): Encoding | null {
  const [first, second] = octets;
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  if (first === 0xef && second === 0xbb) return 'utf-8';
  const head = Buffer.from(octets.buffer, octets.byteOffset, Math.min(octets.length, 200)).toString('latin1');
  const declared = charset ?? /^<\?xml[^>]{0,120}\sencoding\s{0,9}=\s{0,9}["']([A-Za-z0-9._-]{1,40})["']/.exec(head)?.[1];
  return declared ? (encodings.get(declared.toLowerCase()) ?? null) : 'utf-8';
}

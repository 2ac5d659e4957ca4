/**
 * XMP packets inside the bytes of an image or a PDF (ISO 16684-1; XMP part 3 §1: packets are found by scanning).
 *
 * Found by their own start and end marks, in UTF-8 and in UTF-16 of either order, in one pass over the file, bounded in number and length. Only
 * packets that speak of a reservation are parsed at all. What is there and cannot be seen is told by `concealed.ts`.
 */
import { onceEach } from '../../vocab/index.ts';
import { latin1View } from '../bytes.ts';
import { parseXml, type XmlBudget, type XmlElement, xmlBudget } from '../xml.ts';
import { decodeXml } from '../xml-source.ts';

export interface XmpPacket {
  /** Octet range from the start mark to behind the end mark, an octet more in UTF-16: see `readPacket`. */
  readonly start: number;
  readonly end: number;
  /** False where it speaks of nothing any signal here reads; it is then not parsed. */
  readonly isRelevant: boolean;
  readonly parsed: ParsedPacket | null;
}

export interface ParsedPacket {
  readonly root: XmlElement;
  readonly text: string;
  /** Octet in the body at which an index of the text lies. */
  octetAt(index: number): number;
}

export interface XmpScan {
  readonly packets: readonly XmpPacket[];
  /** A start mark without its end within the limit, or more packets than we read. */
  readonly isBroken: boolean;
  /** Octet at which scanning ended. */
  readonly scannedTo: number;
}

export const maxPackets = 64;
export const maxPacketBytes = 1_048_576;
/** No mark is longer, in any encoding. */
export const markOctets = 26;

type Encoding = 'utf-8' | 'utf-16be' | 'utf-16le';

interface Mark {
  /** By which it is searched for: it begins with `<`, because octets NUL may be all of a file. */
  readonly start: Buffer;
  readonly end: Readonly<Partial<Record<Encoding, Buffer>>>;
}

const names = ['x:xmpmeta', 'x:xapmeta', 'rdf:RDF'];
const marks: readonly Mark[] = names.flatMap(name => [
  { start: encoded(`<${name}`, 'utf-8'), end: endMarks(name, ['utf-8']) },
  // In either order: without the octet NUL at its beginning or its end.
  { start: encoded(`<${name}`, 'utf-16be').subarray(1), end: endMarks(name, ['utf-16be', 'utf-16le']) },
]);

function endMarks(name: string, encodings: readonly Encoding[]): Mark['end'] {
  return Object.fromEntries(encodings.map(encoding => [encoding, encoded(`</${name}>`, encoding)]));
}

function encoded(text: string, encoding: Encoding): Buffer {
  if (encoding === 'utf-8') return Buffer.from(text, 'latin1');
  const octets = Buffer.from(text, 'utf16le');
  return encoding === 'utf-16le' ? octets : octets.swap16();
}

/** Words without which no reader here can find anything in a packet; in UTF-16 with an octet NUL beside each letter. */
const words = ['DataMining', 'DMI-', 'tdmrep'];
const relevant = new RegExp(words.join('|'), 'i');
const relevantWide = new RegExp(words.map(word => [...word].join('\\0*')).join('|'), 'i');

/** Memoised by the identity of the body. */
export const scanXmp: (body: Uint8Array) => XmpScan = onceEach(scanBytes);

function scanBytes(body: Uint8Array): XmpScan {
  const octets = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const packets: XmpPacket[] = [];
  const budget = xmlBudget();
  // Where each kind of start mark comes next; -1 for good once it is not found, so that every octet is looked at a bounded number of times.
  const next = marks.map(({ start }) => octets.indexOf(start));
  for (let from = 0; ; ) {
    const kind = nearest(next);
    const mark = marks[kind];
    const at = next[kind] ?? -1;
    if (at < 0 || !mark) return { packets, isBroken: false, scannedTo: body.length };
    const encoding = mark.end['utf-8'] ? 'utf-8' : at > from && octets[at - 1] === 0 ? 'utf-16be' : 'utf-16le';
    const start = encoding === 'utf-16be' ? at - 1 : at;
    const end = mark.end[encoding] as Buffer;
    const found = octets.subarray(start, start + maxPacketBytes).indexOf(end);
    if (found < 0 || packets.length >= maxPackets) return { packets, isBroken: true, scannedTo: start };
    from = start + found + end.length;
    packets.push(readPacket(body, start, from, encoding, budget));
    for (const [index, other] of marks.entries()) {
      const position = next[index] ?? -1;
      if (position >= 0 && position < from) next[index] = octets.indexOf(other.start, from);
    }
  }
}

const nearest = (positions: readonly number[]): number =>
  positions.reduce((best, at, index) => {
    const known = positions[best] ?? -1;
    return at >= 0 && (known < 0 || at < known) ? index : best;
  }, 0);

/**
 * Behind a character of ASCII, the marks of UTF-16LE are those of UTF-16BE an octet earlier. Both are tried: where only ASCII is written they say
 * the same, and any other character read in the wrong order takes a `<` or a quotation mark with it.
 */
function readPacket(body: Uint8Array, start: number, end: number, encoding: Encoding, budget: XmlBudget): XmpPacket {
  const isWide = encoding !== 'utf-8';
  const view = latin1View(body, start, end);
  const range = { start, end: isWide ? Math.min(end + 1, body.length) : end };
  if (!(isWide ? relevantWide : relevant).test(view)) return { ...range, isRelevant: false, parsed: null };
  const parsed = parsePacket(body, start, end, encoding, budget);
  const isSwapped = parsed === null && encoding === 'utf-16be';
  return { ...range, isRelevant: true, parsed: isSwapped ? parsePacket(body, start + 1, end + 1, 'utf-16le', budget) : parsed };
}

function parsePacket(body: Uint8Array, start: number, end: number, encoding: Encoding, budget: XmlBudget): ParsedPacket | null {
  // No character has more than four octets.
  const decoded = end - start > budget.work * 4 ? null : decodeXml(body.subarray(start, end), encoding);
  const tree = decoded ? parseXml(decoded.text, budget) : null;
  if (!decoded || !tree || !('root' in tree)) return null;
  return { root: tree.root, text: decoded.text, octetAt: index => start + decoded.octetAt(index) };
}

/**
 * XMP packets inside the bytes of an image or a PDF (ISO 16684-1; XMP part 3 §1: packets are found by scanning).
 *
 * Found by their own start and end marks, in one pass over the file, bounded in number and length. Only packets that speak of a reservation are
 * parsed at all. Not seen: packets in UTF-16, in compressed streams of a PDF, and extended XMP that a JPEG splits over segments.
 */
import { latin1View } from '../bytes.ts';
import { parseXml, type XmlElement } from '../xml.ts';
import { type DecodedText, decodeXml } from '../xml-source.ts';

export interface XmpPacket {
  /** Octet range from the start mark to behind the end mark. */
  readonly start: number;
  readonly end: number;
  /** False where it speaks of nothing any signal here reads; it is then not parsed. */
  readonly isRelevant: boolean;
  readonly parsed: { readonly root: XmlElement; readonly decoded: DecodedText } | null;
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

const marks: readonly (readonly [start: string, end: string])[] = [
  ['<x:xmpmeta', '</x:xmpmeta>'],
  ['<x:xapmeta', '</x:xapmeta>'],
  ['<rdf:RDF', '</rdf:RDF>'],
];

/** Words without which no reader here can find anything in a packet. */
const relevant = /DataMining|DMI-|tdmrep/i;

const known = new WeakMap<Uint8Array, XmpScan>();

/** Memoised by the identity of the body. */
export function scanXmp(body: Uint8Array): XmpScan {
  const before = known.get(body);
  if (before) return before;
  const scan = scanBytes(body);
  known.set(body, scan);
  return scan;
}

function scanBytes(body: Uint8Array): XmpScan {
  const octets = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const packets: XmpPacket[] = [];
  // Where each kind of start mark comes next; -1 for good once it is not found, so that every octet is looked at a bounded number of times.
  const next = marks.map(([start]) => octets.indexOf(start, 0, 'latin1'));
  for (;;) {
    const kind = nearest(next);
    const start = next[kind] ?? -1;
    if (start < 0) return { packets, isBroken: false, scannedTo: body.length };
    const [, endMark = ''] = marks[kind] ?? [];
    const window = octets.subarray(start, start + maxPacketBytes);
    const found = window.indexOf(endMark, 0, 'latin1');
    if (found < 0 || packets.length >= maxPackets) return { packets, isBroken: true, scannedTo: start };
    const end = start + found + endMark.length;
    packets.push(readPacket(body, start, end));
    for (const [index, [mark]] of marks.entries()) {
      const at = next[index] ?? -1;
      if (at >= 0 && at < end) next[index] = octets.indexOf(mark, end, 'latin1');
    }
  }
}

const nearest = (positions: readonly number[]): number =>
  positions.reduce((best, at, index) => {
    const known = positions[best] ?? -1;
    return at >= 0 && (known < 0 || at < known) ? index : best;
  }, 0);

function readPacket(body: Uint8Array, start: number, end: number): XmpPacket {
  if (!relevant.test(latin1View(body, start, end))) return { start, end, isRelevant: false, parsed: null };
  const decoded = decodeXml(body.subarray(start, end), 'utf-8');
  const tree = decoded ? parseXml(decoded.text) : null;
  return { start, end, isRelevant: true, parsed: decoded && tree && 'root' in tree ? { root: tree.root, decoded } : null };
}

/**
 * Metadata that is in a file and cannot be seen by scanning its octets: compressed, encrypted, or in an encoding we do not read. Nothing is unpacked
 * here; that such metadata is there is what is told, because a refusal may stand in it.
 *
 * PDF: metadata streams with a filter, or that do not begin like XML (ISO 32000-2 §14.3.2). PNG: XMP in compressed iTXt and zTXt, or as a hexadecimal
 * "raw profile" (PNG §11.3.3). JPEG XL: `brob` boxes (ISO 18181-2). HEIF: items with a content encoding (ISO 14496-12 §8.11.6). C2PA: compressed
 * manifests (C2PA 2.1 §11.2.3) and, in a PDF, a manifest store that is announced and not in sight. Anywhere: XMP packets in UTF-32.
 */
import { latin1View } from '../bytes.ts';
import { type AssetForm, magicOctets } from './asset.ts';

type Span = readonly [start: number, end: number];

export interface Concealed {
  readonly xmp: boolean;
  readonly c2pa: boolean;
  /** The octets that tell, of each kind the first found, and those by which metadata streams are seen to be in plain sight. */
  readonly octets: readonly Span[];
}

/** Octet sequences that only concealed metadata has, by the first octets of the formats they belong to. */
const tellTales: readonly { readonly head: RegExp; readonly of: 'xmp' | 'c2pa'; readonly octets: readonly string[] }[] = [
  {
    head: /^\x89PNG/,
    of: 'xmp',
    octets: [
      'iTXtXML:com.adobe.xmp\0\x01',
      'zTXtXML:com.adobe.xmp\0',
      'Raw profile type xmp\0',
      // Of ImageMagick: Exif or XMP, which only unpacking tells.
      'Raw profile type APP1\0',
    ],
  },
  { head: /^\0\0\0\x0cJXL /, of: 'xmp', octets: ['brobxml '] },
  { head: /^\0\0\0\x0cJXL /, of: 'c2pa', octets: ['brobjumb'] },
  {
    head: /^[\s\S]{4}ftyp/,
    of: 'xmp',
    octets: ['deflate', 'gzip', 'compress_zlib', 'br'].map(encoding => `application/rdf+xml\0${encoding}`),
  },
  { head: /^/, of: 'xmp', octets: [[...'W5M0Mp'].join('\0\0\0')] },
  { head: /^/, of: 'c2pa', octets: ['jumdc2cm'] },
];

const known = new WeakMap<Uint8Array, { readonly form: AssetForm; readonly concealed: Concealed }>();

/** Memoised by the identity of the body. */
export function concealedMetadata(body: Uint8Array, form: AssetForm): Concealed {
  const before = known.get(body);
  if (before?.form === form) return before.concealed;
  const concealed = findConcealed(body, form);
  known.set(body, { form, concealed });
  return concealed;
}

function findConcealed(body: Uint8Array, form: AssetForm): Concealed {
  const octets = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const head = latin1View(body, 0, magicOctets);
  const found: Span[] = [];
  const isFound = (mark: string): boolean => {
    const at = octets.indexOf(mark, 0, 'latin1');
    if (at >= 0) found.push([at, at + mark.length]);
    return at >= 0;
  };
  const marked = { xmp: false, c2pa: false };
  for (const { head: begins, of, octets: marks } of tellTales) {
    if (begins.test(head) && marks.filter(isFound).length > 0) marked[of] = true;
  }
  if (form === 'pdf') {
    const { concealed, plain } = metadataStreams(octets);
    found.push(...concealed, ...plain);
    marked.xmp ||= concealed.length > 0;
    marked.c2pa ||= isFound(pdfManifest) && !isFound('jumdc2pa');
  }
  return { ...marked, octets: found };
}

/** A PDF says by it that a file within it is a manifest store (C2PA 2.1 §A.4); in plain sight the store itself is found too. */
const pdfManifest = '/C2PA_Manifest';

/** A dictionary of a metadata stream is shorter. */
const maxDictionary = 4_096;
/** So many octets of a stream tell whether it is XML. */
const streamHead = 64;
const keyword = 'stream';
/** So many mentions of metadata, and of streams that are none, are looked at; a file of more conceals what it likes. */
export const maxMentions = 2_048;

interface MetadataStreams {
  /** Octets that tell of the first that cannot be read, or of more than are looked at; empty where there is none. */
  readonly concealed: readonly Span[];
  /** The first octets of those before it that can. */
  readonly plain: readonly Span[];
}

/** A stream is never inside another, so its dictionary is always in plain sight (ISO 32000-2 §7.5.7). */
function metadataStreams(octets: Buffer): MetadataStreams {
  const plain: Span[] = [];
  for (const name of ['/Metadata', '/XML']) {
    const looked: Span[] = [];
    let from = 0;
    for (let at = octets.indexOf(name, 0, 'latin1'); at >= 0; at = octets.indexOf(name, from, 'latin1')) {
      looked.push([at, at + name.length]);
      const end = streamKeyword(octets, at, looked);
      if (looked.length > maxMentions) return { concealed: looked, plain };
      if (end < 0) break;
      const before = octets.toString('latin1', Math.max(from, end - maxDictionary), end);
      const dictionary = before.slice(Math.max(0, before.lastIndexOf(' obj')));
      from = end + keyword.length;
      if (!isMetadata.test(dictionary)) continue;
      const xml = dictionary.includes('/Filter') ? 0 : xmlHead(octets, from);
      if (xml === 0) return { concealed: [[end - dictionary.length, from + streamHead]], plain };
      plain.push([from, from + xml]);
    }
  }
  return { concealed: [], plain };
}

/** The next `stream` behind a dictionary, not one within other words. */
function streamKeyword(octets: Buffer, from: number, looked: Span[]): number {
  let at = octets.indexOf(keyword, from, 'latin1');
  while (at >= 0 && looked.length <= maxMentions) {
    let before = at - 1;
    while (before > from && isSpace(octets[before])) before--;
    looked.push([before, at + keyword.length]);
    if (octets[before] === 0x3e) return at;
    at = octets.indexOf(keyword, at + keyword.length, 'latin1');
  }
  return -1;
}

const isSpace = (octet: number | undefined): boolean =>
  octet === 0x20 || octet === 0x0a || octet === 0x0d || octet === 0x09 || octet === 0x0c || octet === 0;

const isMetadata = /\/Type[\s\0]*\/Metadata(?![A-Za-z])|\/Subtype[\s\0]*\/XML(?![A-Za-z])/;

/** How many octets tell that it is XML, in any encoding; a stream without content conceals nothing. */
const xmlHead = (octets: Buffer, from: number): number =>
  /^[\s\0]*(?:\xef\xbb\xbf|\xfe\xff|\xff\xfe)?[\s\0]*(?:<\0*[?!a-z]|endstream)/i.exec(
    octets.toString('latin1', from, from + streamHead),
  )?.[0].length ?? 0;

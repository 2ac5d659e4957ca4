import { type Anomaly, contentTypeOf, type Evidence, type Exchange, type Reading, type SignalId } from '../../vocab/index.ts';
import { latin1View } from '../bytes.ts';
import { anomaly } from '../cite.ts';
import { mediaTypeOf } from '../media-type.ts';
import { openPage } from '../open-page.ts';

/** So many first octets tell a format, */
export const magicOctets = 16;
/** and so many that a zip archive is an EPUB. */
const epubOctets = 96;

export type AssetForm = 'pdf' | 'epub' | 'media';

/** Bytes that may carry metadata inside themselves. */
export interface Asset {
  readonly body: Uint8Array;
  readonly form: AssetForm;
  readonly isTruncated: boolean;
}

/**
 * The page as a file with metadata of its own, or what a signal about such metadata reads where there is none.
 * Pages of text are silent at a glance: Content-Type is asked first, and the first octets only to catch a file served as text.
 */
export function openAsset(id: SignalId, page: Exchange | null, looked: string, spec: string): Asset | Reading {
  const opened = openPage(id, page, looked, spec);
  if ('state' in opened) return opened;
  const { absence, retrieval } = opened;
  const { body, fields, truncated, bodyNotRead } = retrieval;
  const form = assetForm(body, contentTypeOf(fields));
  // Too short a beginning to tell what it is of.
  if (form === null && truncated && body.length < (isArchive(body) ? epubOctets : magicOctets))
    return cutShort(absence, 'asset.truncated', []);
  if (form === null) return { state: 'silent', looked: absence, anomalies: [] };
  if (bodyNotRead !== undefined) return { state: 'unread', why: 'not-attempted', looked: absence };
  return { body, form, isTruncated: truncated };
}

/** What a reading is where a file was cut short and nothing in it refuses: a refusal may lie behind the cut. */
export const cutShort = (looked: Evidence, code: string, anomalies: readonly Anomaly[]): Reading => ({
  state: 'unreadable',
  looked,
  anomalies: [anomaly(code, 'ignored', looked), ...anomalies],
});

/** Null for pages of text. @param contentType field value as received */
export function assetForm(body: Uint8Array, contentType: string | undefined): AssetForm | null {
  const mediaType = mediaTypeOf(contentType);
  // Most pages begin with `<`, and no format but the boxes of `ftyp` can.
  const isMarkup = body[0] === 0x3c && body[4] !== 0x66;
  const head = isMarkup ? '' : latin1View(body, 0, magicOctets);
  if (mediaType === 'application/pdf' || mediaType === 'application/x-pdf' || head.startsWith('%PDF-')) return 'pdf';
  if (mediaType === 'application/epub+zip' || (head.startsWith(zipMagic) && isEpub(latin1View(body, 0, epubOctets))))
    return 'epub';
  if (/^(image|video|audio|font)\//.test(mediaType)) return 'media';
  return magics.some(magic => head.startsWith(magic)) || head.startsWith('ftyp', 4) ? 'media' : null;
}

/** So many first octets tell all that is told here. Of an archive that is no EPUB: that it is an archive. */
export function headOctets(body: Uint8Array, form: AssetForm | null): number {
  if (form === null) return isArchive(body) ? zipMagic.length : 0;
  return form === 'epub' ? epubOctets : magicOctets;
}

const zipMagic = 'PK\x03\x04';
const isArchive = (body: Uint8Array): boolean => latin1View(body, 0, zipMagic.length) === zipMagic;

/** The first entry of the archive is its media type, stored (EPUB OCF 3.3 §4.2.2); some writers put an extra field between. */
const isEpub = (head: string): boolean => head.startsWith('mimetype', 30) && head.includes('application/epub+zip', 38);

/**
 * Is it an image by its first octets? Whatever is not known to be sound or film counts: `ftyp` and `RIFF` hold both.
 * Only octets that `assetForm` tells as media too.
 */
export function isImageBytes(body: Uint8Array): boolean {
  const head = latin1View(body, 0, magicOctets);
  if (head.startsWith('RIFF')) return !/^(AVI |WAVE)/.test(head.slice(8));
  if (head.startsWith('ftyp', 4)) return !/^(iso|mp[47]|m4|qt|avc|3g|f4|dash|msnv|mmp4)/i.test(head.slice(8));
  return !head.startsWith('ID3') && !head.startsWith('OggS') && magics.some(magic => head.startsWith(magic));
}

/** First octets of images and of the other formats that carry XMP or C2PA (WHATWG MIME Sniffing §6). */
const magics: readonly string[] = [
  '\x89PNG\r\n',
  'GIF87a',
  'GIF89a',
  '\xff\xd8\xff',
  'RIFF',
  'II*\0',
  'MM\0*',
  'ID3',
  'OggS',
  '\0\0\0\x0cJXL ',
  '\0\0\0\x0cjP  ',
  '\xff\x4f\xff\x51',
  '\xff\x0a',
  '\0\0\x01\0',
];

import type { Anomaly, Evidence, Exchange, Reading, SignalId } from '../../vocab/index.ts';
import { latin1View } from '../bytes.ts';
import { anomaly, citeAbsence, citeStatus } from '../cite.ts';
import { mediaTypeOf } from '../media-type.ts';

/** So many first octets tell a format. */
export const magicOctets = 16;

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
  if (page === null) throw new Error(`ERR_SIGNAL_STAGE: ${id} is not read without a page`);
  const { retrieval } = page;
  const absence = citeAbsence(id, page, looked, spec);
  switch (retrieval.outcome) {
    case 'unavailable':
      return { state: 'silent', looked: citeStatus(id, page, retrieval.status, spec), anomalies: [] };
    case 'unreachable':
      return { state: 'unread', why: 'unreachable', looked: absence };
    case 'not-attempted':
      return { state: 'unread', why: 'not-attempted', looked: absence };
    case 'successful': {
      const { body, fields, truncated, bodyNotRead } = retrieval;
      const form = assetForm(body, fields.find(([name]) => name.toLowerCase() === 'content-type')?.[1]);
      // Too short a beginning to tell what it is of.
      if (form === null && truncated && body.length < magicOctets) return cutShort(absence, 'asset.truncated', []);
      if (form === null) return { state: 'silent', looked: absence, anomalies: [] };
      if (bodyNotRead !== undefined) return { state: 'unread', why: 'not-attempted', looked: absence };
      return { body, form, isTruncated: truncated };
    }
  }
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
  if (mediaType === 'application/epub+zip') return 'epub';
  if (/^(image|video|audio|font)\//.test(mediaType)) return 'media';
  return magics.some(magic => head.startsWith(magic)) || head.startsWith('ftyp', 4) ? 'media' : null;
}

/** First octets of the formats that carry XMP or C2PA (WHATWG MIME Sniffing §6). */
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
];

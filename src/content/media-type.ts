import { declaredType } from '../vocab/index.ts';

/** What `content` can make a document of. */
export type TextForm = 'html' | 'xhtml' | 'plain';

const formOfType: ReadonlyMap<string, TextForm> = new Map([
  ['text/html', 'html'],
  ['application/xhtml+xml', 'xhtml'],
  ['text/plain', 'plain'],
  ['text/markdown', 'plain'],
  ['text/x-markdown', 'plain'],
]);

/**
 * Which form of text these bytes are, or undefined when they are none we keep. A declared type is believed only where the first
 * bytes do not contradict it (a PDF served as text/html is no page); without a declared type, only what looks like HTML is taken.
 */
export function textFormOf(body: Uint8Array, contentType: string | undefined): TextForm | undefined {
  if (hasBinaryMagic(body)) return undefined;
  const mediaType = declaredType(contentType);
  if (mediaType !== '') return formOfType.get(mediaType);
  return looksLikeHtml(body) ? 'html' : undefined;
}

/** First bytes of formats that are served as text by mistake or on purpose (WHATWG MIME Sniffing §6, polyglots included). */
const magics: readonly string[] = [
  '%PDF-',
  '%!PS-',
  'PK\x03\x04',
  '\x89PNG\r\n',
  'GIF87a',
  'GIF89a',
  '\xff\xd8\xff',
  '\x1f\x8b',
  'BZh',
  '(\xb5/\xfd',
  '7z\xbc\xaf',
  'Rar!\x1a',
  '\x7fELF',
  'MZ\x90',
  '\0asm',
  'OggS',
  'ID3',
  'RIFF',
  'wOFF',
  'wOF2',
  'SQLite format 3',
];

function hasBinaryMagic(body: Uint8Array): boolean {
  const head = latin1(body, 16);
  return magics.some(magic => head.startsWith(magic)) || head.startsWith('ftyp', 4);
}

function looksLikeHtml(body: Uint8Array): boolean {
  const head = latin1(body, 512)
    .replace(/^(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)/, '')
    .replaceAll('\0', '');
  return /^\s*<(?:!doctype\s+html|!--|\?xml|html|head|body|title|meta|script|style|link|h[1-6]|p|div|main|article|table|a|br|b|font|iframe)[\s>/]?/i.test(
    head,
  );
}

const latin1 = (body: Uint8Array, lengthBytes: number): string => String.fromCharCode(...body.subarray(0, lengthBytes));

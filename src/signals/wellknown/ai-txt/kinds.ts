/**
 * Which kinds of file a rule of ai.txt can speak of: Spawning's generator names them by extension (`Disallow: *.html`). A page's kind is the
 * extension of its path and what its Content-Type stands for; a page whose kind nothing tells is taken for text, which is what heed collects.
 */
import type { Exchange } from '../../../vocab/index.ts';

export interface Kinds {
  /** Extensions the file itself has. */
  readonly own: ReadonlySet<string>;
  /** It is a page of text, so that a refusal of text files speaks of it too. */
  readonly isText: boolean;
}

/** Of Spawning's text documents, those that stand for text as such. */
export const textExtensions: ReadonlySet<string> = new Set(['txt', 'html', 'htm', 'xhtml']);

/** Programs that answer with a page. */
const pagePrograms = new Set(['php', 'asp', 'aspx', 'jsp', 'jspx', 'cgi', 'pl', 'cfm', 'do', 'shtml', 'phtml']);

const byMediaType: ReadonlyMap<string, readonly string[]> = new Map([
  ['text/html', ['html', 'htm']],
  ['application/xhtml+xml', ['xhtml', 'html', 'htm']],
  ['text/plain', ['txt']],
  ['text/markdown', ['md', 'txt']],
  ['application/pdf', ['pdf']],
  ['application/msword', ['doc']],
  ['application/vnd.openxmlformats-officedocument.wordprocessingml.document', ['docx']],
  ['application/vnd.oasis.opendocument.text', ['odt']],
  ['application/rtf', ['rtf']],
  ['application/epub+zip', ['epub']],
  ['application/json', ['json']],
  ['application/xml', ['xml']],
  ['text/xml', ['xml']],
  ['text/css', ['css']],
  ['text/csv', ['csv']],
  ['text/javascript', ['js']],
  ['application/javascript', ['js']],
  ['image/jpeg', ['jpg', 'jpeg']],
  ['image/png', ['png']],
  ['image/gif', ['gif']],
  ['image/webp', ['webp']],
  ['image/svg+xml', ['svg']],
  ['image/tiff', ['tif', 'tiff']],
  ['image/bmp', ['bmp']],
  ['image/x-icon', ['ico']],
  ['image/vnd.microsoft.icon', ['ico']],
  ['audio/mpeg', ['mp3']],
  ['audio/ogg', ['ogg', 'oga', 'opus']],
  ['audio/wav', ['wav']],
  ['audio/flac', ['flac']],
  ['audio/mp4', ['m4a']],
  ['audio/aac', ['aac']],
  ['video/mp4', ['mp4']],
  ['video/webm', ['webm']],
  ['video/ogg', ['ogg']],
  ['video/quicktime', ['mov']],
]);

const textTypes = /^(text\/(html|plain|markdown)|application\/xhtml\+xml)$/;

/** @param page null before it was asked */
export function kindsOf(url: string, page: Exchange | null): Kinds {
  const extension = extensionOf(url);
  const mediaType = mediaTypeOf(page);
  const own = new Set([...(extension === null ? [] : [extension]), ...(byMediaType.get(mediaType ?? '') ?? [])]);
  const isPage = extension === null || textExtensions.has(extension) || pagePrograms.has(extension);
  const isText = mediaType === null ? isPage : textTypes.test(mediaType) || (isPage && !byMediaType.has(mediaType));
  if (mediaType === null && isPage && (extension === null || pagePrograms.has(extension))) own.add('html');
  return { own, isText };
}

function extensionOf(url: string): string | null {
  const path = URL.parse(url)?.pathname ?? '';
  const name = path.slice(path.lastIndexOf('/') + 1);
  return /\.([a-z0-9]{1,10})$/i.exec(name.slice(-11))?.[1]?.toLowerCase() ?? null;
}

function mediaTypeOf(page: Exchange | null): string | null {
  if (page?.retrieval.outcome !== 'successful') return null;
  const value = page.retrieval.fields.find(([name]) => name.toLowerCase() === 'content-type')?.[1];
  return value?.split(';', 1)[0]?.trim().toLowerCase() || null;
}

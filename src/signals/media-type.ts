import { remembering } from '../vocab/index.ts';

const maxCharacters = 1_024;
/** A site sends the same few field values over and over. */
const readOnce = remembering(64, read);

/** Media type in lower case without parameters (RFC 9110 §8.3.1); empty where there is none. @param contentType field value as received */
export function mediaTypeOf(contentType: string | undefined): string {
  if (contentType === undefined) return '';
  return contentType.length > maxCharacters ? read(contentType) : readOnce(contentType);
}

function read(contentType: string): string {
  return contentType.slice(0, maxCharacters).split(/[;,]/, 1)[0]?.trim().toLowerCase() ?? '';
}

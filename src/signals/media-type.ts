/** A site sends the same few field values over and over. */
const recent = new Map<string, string>();
const maxRecent = 64;
const maxCharacters = 1_024;

/** Media type in lower case without parameters (RFC 9110 §8.3.1); empty where there is none. @param contentType field value as received */
export function mediaTypeOf(contentType: string | undefined): string {
  if (contentType === undefined) return '';
  const known = recent.get(contentType);
  if (known !== undefined) return known;
  const mediaType = contentType.slice(0, maxCharacters).split(/[;,]/, 1)[0]?.trim().toLowerCase() ?? '';
  if (contentType.length > maxCharacters) return mediaType;
  if (recent.size >= maxRecent) recent.clear();
  recent.set(contentType, mediaType);
  return mediaType;
}

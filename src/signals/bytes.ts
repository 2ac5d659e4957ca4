/** One character per octet (true ISO 8859-1), so that positions in the text are positions in the bytes. */
export const latin1View = (body: Uint8Array, start = 0, end: number = body.length): string =>
  Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('latin1', start, Math.min(end, body.length));

const octetWhiteSpace = ' \t\v\f';

/** Trims HTTP and robots white space only: U+00A0 may be half of a UTF-8 character in a one-octet view. */
export const trimOctets = (text: string): string =>
  // Most texts have nothing to trim; all octets of white space are 0x20 at most.
  text.charCodeAt(0) > 0x20 && text.charCodeAt(text.length - 1) > 0x20 ? text : trimSet(text, octetWhiteSpace, octetWhiteSpace);

/** Takes characters of a set off both ends, in linear time (`/[ ]+$/` is quadratic on a long run that is not at the end). */
export function trimSet(text: string, leading: string, trailing: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && leading.includes(text.charAt(start))) start++;
  while (end > start && trailing.includes(text.charAt(end - 1))) end--;
  return text.slice(start, end);
}

/** More than one control character that is no white space in so many octets makes a body no text (compressed data has one in ten). */
const octetsPerControl = 20;

/** False for octets that no text has: a NUL, or control characters in number (an archive, a picture, UTF-16). */
export function isText(body: Uint8Array): boolean {
  let controls = 0;
  for (const octet of body) {
    if (octet === 0) return false;
    if ((octet < 0x20 && (octet < 0x09 || octet > 0x0d)) || octet === 0x7f) controls++;
  }
  return controls * octetsPerControl <= body.length;
}

const strictUtf8 = new TextDecoder('utf-8', { fatal: true });

export function isUtf8(body: Uint8Array): boolean {
  try {
    strictUtf8.decode(body);
    return true;
  } catch {
    return false;
  }
}

/** One character per octet (true ISO 8859-1), so that positions in the text are positions in the bytes. */
export const latin1View = (body: Uint8Array, start = 0, end: number = body.length): string =>
  Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('latin1', start, Math.min(end, body.length));

const octetWhiteSpace = ' \t\v\f';

/** Trims HTTP and robots white space only: U+00A0 may be half of a UTF-8 character in a one-octet view. */
export const trimOctets = (text: string): string => trimSet(text, octetWhiteSpace, octetWhiteSpace);

/** Takes characters of a set off both ends, in linear time (`/[ ]+$/` is quadratic on a long run that is not at the end). */
export function trimSet(text: string, leading: string, trailing: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && leading.includes(text.charAt(start))) start++;
  while (end > start && trailing.includes(text.charAt(end - 1))) end--;
  return text.slice(start, end);
}

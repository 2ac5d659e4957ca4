/** One character per octet (true ISO 8859-1), so that positions in the text are positions in the bytes. */
export const latin1View = (body: Uint8Array, start = 0, end: number = body.length): string =>
  Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('latin1', start, Math.min(end, body.length));

/** Trims HTTP and robots white space only: U+00A0 may be half of a UTF-8 character in a one-octet view. */
export const trimOctets = (text: string): string => text.replace(/^[ \t\v\f]+/, '').replace(/[ \t\v\f]+$/, '');

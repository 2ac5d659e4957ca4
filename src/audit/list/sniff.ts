/** What a file is by its first octets, where that is no list of lines: read as one, every line of it would be an entry that is no host. */

const looked = 1_024;
const utf16 = (first: Uint8Array): 'utf-16le' | 'utf-16be' | undefined => {
  if (first[0] === 0xff && first[1] === 0xfe) return 'utf-16le';
  return first[0] === 0xfe && first[1] === 0xff ? 'utf-16be' : undefined;
};

/** Undefined where it may be a list. */
export function otherThanAList(first: Buffer): string | undefined {
  if (utf16(first) !== undefined) return undefined;
  const text = first.subarray(0, looked).toString('latin1');
  if (text.startsWith('PK\x03\x04')) return 'it is a ZIP archive: unpack it first';
  if (/[\x00-\x08\x0e-\x1f]/.test(text)) return 'it is no text';
  const begin = text.replace(/^\xef\xbb\xbf/, '').trimStart();
  if (begin.startsWith('<')) return 'it is HTML or XML';
  return /^\[\s*(?:[{"\]]|$)/.test(begin) ? 'it is a JSON array: write each of its members as a line' : undefined;
}

/** As spreadsheets save text, too. */
export async function* inUtf8(first: Buffer, stream: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const label = utf16(first);
  if (label === undefined) return yield* stream;
  const decoder = new TextDecoder(label);
  for await (const chunk of stream) yield Buffer.from(decoder.decode(chunk, { stream: true }));
  yield Buffer.from(decoder.decode());
}

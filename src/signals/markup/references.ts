import { Tokenizer } from 'htmlparser2';

const ignore = (): void => {};

/** An attribute value with its character references decoded, by the rules of attribute values (WHATWG HTML §13.2.5.73). */
export function decodeReferences(raw: string): string {
  if (!raw.includes('&')) return raw;
  const source = `<a b="${raw.replaceAll('"', '&quot;')}">`;
  let decoded = '';
  const tokenizer = new Tokenizer(
    { decodeEntities: true },
    {
      onattribdata(start, end) {
        decoded += source.slice(start, end);
      },
      onattribentity(codePoint) {
        decoded += String.fromCodePoint(codePoint);
      },
      onattribend: ignore,
      onattribname: ignore,
      oncdata: ignore,
      onclosetag: ignore,
      oncomment: ignore,
      ondeclaration: ignore,
      onend: ignore,
      onopentagend: ignore,
      onopentagname: ignore,
      onprocessinginstruction: ignore,
      onselfclosingtag: ignore,
      ontext: ignore,
      ontextentity: ignore,
    },
  );
  tokenizer.write(source);
  tokenizer.end();
  return decoded;
}

const utf8 = new TextDecoder('utf-8');

/** Octets seen as characters, as the UTF-8 they most often are. */
export const asUtf8 = (octets: string): string =>
  /[\x80-\xff]/.test(octets) && !/[^\0-\xff]/.test(octets) ? utf8.decode(Buffer.from(octets, 'latin1')) : octets;

import { Tokenizer } from 'htmlparser2';

/**
 * Character references to characters, by the rules of the place they stand in: `&copy=1` is one in text and none in an attribute value
 * (WHATWG HTML §13.2.5.73).
 */
export function decodeReferences(raw: string, place: 'attribute' | 'text'): string {
  if (!raw.includes('&')) return raw;
  const source = place === 'attribute' ? `<a b="${raw.replaceAll('"', '&quot;')}">` : raw.replaceAll('<', '&lt;');
  let decoded = '';
  const copy = (start: number, end: number): void => {
    decoded += source.slice(start, end);
  };
  const add = (codePoint: number): void => {
    decoded += String.fromCodePoint(codePoint);
  };
  const ignore = (): void => {};
  const tokenizer = new Tokenizer(
    { decodeEntities: true },
    {
      onattribdata: copy,
      onattribentity: add,
      ontext: copy,
      ontextentity: add,
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
    },
  );
  tokenizer.write(source);
  tokenizer.end();
  return decoded;
}

import { Tokenizer } from 'htmlparser2';
import { lastInteresting } from './last-interesting.ts';
import { asUtf8, decodeReferences } from './references.ts';
import type { Attributes } from './relevance.ts';
import type { MarkupView } from './view.ts';

/** Positions in the view, end exclusive. */
export type Span = readonly [start: number, end: number];

export interface OpenTag {
  /** Lower case, cut at `maxNameCharacters`. */
  readonly name: string;
  /** Names in lower case, references decoded, the first of a name; only those some signal reads. */
  readonly attributes: Attributes;
  readonly span: Span;
  readonly isSelfClosing: boolean;
  /** Of a namespace nobody looked up. */
  readonly isPrefixed: boolean;
  /** A value was too long to be read to its end. */
  readonly isCut: boolean;
}

/** An attribute as it stands in the page. */
interface Written {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

export interface EndTag {
  readonly name: string;
  readonly start: number;
  /** What has to be there for the end tag to be one; its attributes are left out. */
  readonly spans: readonly Span[];
}

export interface TagReader {
  /** Not called for a `meta`, `link` or `base` that says nothing. @returns false to read no further */
  open(tag: OpenTag): boolean;
  close(name: string, endTag: () => EndTag): void;
  /** In `svg` and `math` no element's content is raw text. */
  isForeign(): boolean;
}

const maxNameCharacters = 32;
const maxValueCharacters = 8_192;
const words = (list: string): ReadonlySet<string> => new Set(list.split(' '));
/** Elements that are read, and the attribute without which such an element says nothing. */
const essential: ReadonlyMap<string, string | null> = new Map([
  ['meta', null],
  ['link', 'type'],
  ['script', 'type'],
  ['base', 'href'],
]);
const readAttributes = words('name property http-equiv content href rel type data-nosnippet');
const lengths = new Set([...readAttributes].map(name => name.length));
const mark = 'data-nosnippet';
const none: Attributes = new Map();
const ignore = (): void => {};

/** A meta in which none of this stands has no name and no directive that a signal reads (`relevance.ts`), whatever its references decode to. */
const telling = /&|robots|tdm|n[-_]*o|d[-_]*i|u[-_]*n|m[-_]*a/i;

/**
 * Every start and end tag of a page in order, in one linear pass (WHATWG HTML §13.2.5), as far as any of them can matter.
 */
export function readTags({ text, octetsPerCharacter, isXml, hasPrefixes }: MarkupView, reader: TagReader): void {
  let name = '';
  let isPrefixed = false;
  let tagStart = 0;
  let wanted: string | null | undefined;
  let written: Written[] = [];
  let attribute = '';
  let valueStart = 0;
  let valueEnd = 0;
  const end = lastInteresting(text, hasPrefixes);
  const nameOf = (start: number, end: number): string =>
    text.slice(start, Math.min(end, start + maxNameCharacters)).toLowerCase();
  /** Without its prefix, for an element that is read. */
  const elementName = (start: number, end: number): string => {
    if (!hasPrefixes) return nameOf(start, end);
    const [, local = ''] = /:([a-z]+)$/i.exec(text.slice(Math.max(start, end - maxNameCharacters), end)) ?? [];
    return essential.has(local.toLowerCase()) ? local.toLowerCase() : nameOf(start, end);
  };

  const read = ({ start, end }: Written): string => {
    const raw = text.slice(start, Math.min(end, start + maxValueCharacters));
    return decodeReferences(octetsPerCharacter === 1 ? asUtf8(raw) : raw);
  };
  const finish = (last: number, isSelfClosing: boolean): void => {
    const isRead =
      written.length > 0 &&
      ((wanted === null && telling.test(text.slice(tagStart, last))) ||
        written.some(one => one.name === wanted || one.name === mark));
    // A meta, link or base that says nothing is empty and belongs to the head: it changes nothing.
    if (last >= end) tokenizer.pause();
    if (!isRead && wanted !== undefined && name !== 'script') return;
    const attributes: Attributes = isRead ? new Map(written.map(one => [one.name, read(one)])) : none;
    const isCut = isRead && written.some(({ start, end }) => end - start > maxValueCharacters);
    const tag = { name, attributes, span: [tagStart, last + 1] as const, isSelfClosing, isPrefixed, isCut };
    if (!reader.open(tag)) tokenizer.pause();
  };
  const tokenizer = new Tokenizer(
    { decodeEntities: false, recognizeSelfClosing: isXml },
    {
      onopentagname(start, end) {
        name = elementName(start, end);
        isPrefixed = hasPrefixes && end - start > name.length && essential.has(name);
        tagStart = start - 1;
        wanted = essential.get(name);
        if (written.length > 0) written = [];
      },
      onattribname(start, end) {
        attribute = '';
        valueStart = valueEnd = end;
        if (!lengths.has(end - start)) return;
        const found = nameOf(start, end);
        const isRead = found === mark || (wanted !== undefined && readAttributes.has(found));
        if (isRead && !written.some(one => one.name === found)) attribute = found;
      },
      onattribdata(start, end) {
        if (valueStart === valueEnd) valueStart = start;
        valueEnd = end;
      },
      onattribend() {
        if (attribute !== '') written.push({ name: attribute, start: valueStart, end: valueEnd });
      },
      onopentagend: end => finish(end, false),
      onselfclosingtag: end => finish(end, true),
      onclosetag(start, end) {
        const closed = elementName(start, end);
        reader.close(closed, () => {
          const last = text.indexOf('>', end);
          const spans: readonly Span[] = [[start - 2, end + 1], ...(last < 0 ? [] : [[last, last + 1] as const])];
          return { name: closed, start: start - 2, spans };
        });
      },
      isInForeignContext: () => reader.isForeign(),
      onattribentity: ignore,
      oncdata: ignore,
      oncomment: ignore,
      ondeclaration: ignore,
      onend: ignore,
      onprocessinginstruction: ignore,
      ontext: ignore,
      ontextentity: ignore,
    },
  );
  // In HTML `<![CDATA[` opens a comment that ends at the next `>`; the tokenizer would look for `]]>`.
  tokenizer.write(isXml || !text.includes('![CDATA[') ? text : text.replaceAll('<![CDATA[', '<!?CDATA['));
  tokenizer.end();
}

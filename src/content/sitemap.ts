/**
 * Sitemaps (sitemaps.org protocol 0.9): url sets, indexes, RSS and Atom feeds, and plain text with one URL a line. Octets in as they come, URLs
 * out as they are met: nothing is kept but the element that is open. Never throws; what came before a fault was said and counts.
 *
 * The parser is saxes. A document type declaration is refused at sight, so nothing can be defined or included; nothing is ever followed from here.
 */
import { SaxesParser } from 'saxes';

export interface SitemapEntry {
  /** `sitemap`: of an index, to be read as one itself. */
  readonly kind: 'page' | 'sitemap';
  /** Absolute URL as parsed (WHATWG URL). */
  readonly url: string;
  /** When it was changed, as the site writes it; a hint, and absent where it came too late to be told with its URL. */
  readonly lastmod?: string;
}

/** Why nothing more is read. */
export type SitemapFault = 'doctype' | 'malformed' | 'encoding' | 'too-deep' | 'too-many-urls';
export type SitemapForm = 'url-set' | 'index' | 'feed' | 'text';

export interface SitemapReader {
  /** @returns what these octets completed */
  write(octets: Uint8Array): readonly SitemapEntry[];
  /** @returns what the end completed */
  end(): readonly SitemapEntry[];
  /** Null while it is not known, or where it is none of them. */
  readonly form: SitemapForm | null;
  readonly fault: SitemapFault | null;
}

/** Of one file (sitemaps.org: 50,000 URLs, 50 MiB; the octets are the caller's to count). */
export const sitemapLimits = { maxUrls: 50_000, maxUrlCharacters: 8_192, maxDepth: 32 } as const;

const headOctets = 256;

interface Consumer {
  write(text: string): void;
  end(): void;
  readonly form: SitemapForm | null;
  readonly fault: SitemapFault | null;
}

type Decoder = InstanceType<typeof TextDecoder>;

export function sitemapReader(): SitemapReader {
  let found: Found[] = [];
  let urls = 0;
  let head: Uint8Array | null = new Uint8Array();
  let decoder: Decoder | undefined;
  let consumer: Consumer | undefined;
  let fault: SitemapFault | null = null;

  const add: Add = (kind, written) => {
    const url = written.length > sitemapLimits.maxUrlCharacters ? null : URL.parse(written.trim());
    if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) return undefined;
    if (++urls > sitemapLimits.maxUrls) {
      fault ??= 'too-many-urls';
      return undefined;
    }
    const entry: Found = { kind, url: url.href };
    found.push(entry);
    return entry;
  };
  const take = (): readonly SitemapEntry[] => {
    const taken = found;
    found = [];
    return taken;
  };
  const read = (octets: Uint8Array, isEnd: boolean): void => {
    if (fault !== null) return;
    let text: string;
    try {
      decoder ??= decoderOf(octets);
      text = decoder.decode(octets, { stream: !isEnd });
    } catch {
      fault = 'encoding';
      return;
    }
    consumer ??= /^\s*</.test(text) ? xmlConsumer(add) : /\S/.test(text) ? textConsumer(add) : undefined;
    consumer?.write(text);
    if (isEnd) consumer?.end();
    fault ??= consumer?.fault ?? null;
  };
  return {
    write(octets) {
      const known = head === null ? octets : Buffer.concat([head, octets]);
      // The encoding is declared within these.
      head = head !== null && known.length < headOctets ? known : null;
      if (head === null) read(known, false);
      return take();
    },
    end() {
      read(head ?? new Uint8Array(), true);
      return take();
    },
    get form() {
      return consumer?.form ?? null;
    },
    get fault() {
      return fault;
    },
  };
}

/** By byte order mark, else the XML declaration, else UTF-8, which the protocol asks for. Damaged text is never guessed at. */
function decoderOf(octets: Uint8Array): Decoder {
  const [first, second] = octets;
  const head = Buffer.from(octets.buffer, octets.byteOffset, Math.min(octets.length, 200)).toString('latin1');
  const declared = /^<\?xml[^>]{0,120}\sencoding\s{0,9}=\s{0,9}["']([A-Za-z0-9._-]{1,40})["']/.exec(head)?.[1];
  const isWide = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
  const label = isWide ? (first === 0xff ? 'utf-16le' : 'utf-16be') : (declared ?? 'utf-8');
  return new TextDecoder(label, { fatal: true });
}

/** What follows its URL is added to it, too late where it was taken before. */
type Found = { -readonly [Key in keyof SitemapEntry]: SitemapEntry[Key] };

type Add = (kind: SitemapEntry['kind'], written: string) => Found | undefined;

class Stop extends Error {
  readonly fault: SitemapFault;
  constructor(fault: SitemapFault) {
    super(fault);
    this.fault = fault;
  }
}

const forms: Readonly<Record<string, SitemapForm>> = {
  urlset: 'url-set',
  sitemapindex: 'index',
  rss: 'feed',
  rdf: 'feed',
  feed: 'feed',
};

/** Which element of which parent holds a URL as its text. */
const places: Readonly<Record<string, SitemapEntry['kind']>> = {
  'url/loc': 'page',
  'sitemap/loc': 'sitemap',
  'item/link': 'page',
};

/** Of a URL set, beside its `loc`. */
const lastmodPlace = 'url/lastmod';
const maxLastmodCharacters = 40;

const localName = (name: string): string => name.slice(name.indexOf(':') + 1).toLowerCase();

function xmlConsumer(add: Add): Consumer {
  const parser = new SaxesParser({ xmlns: false, position: false });
  const open: string[] = [];
  let form: SitemapForm | null = null;
  let fault: SitemapFault | null = null;
  let text: string | null = null;
  /** Of the `url` that is open: what was found in it so far. */
  let entry: Found | undefined;
  let lastmod: string | undefined;
  const stop = (why: SitemapFault): never => {
    throw new Stop(why);
  };
  const here = (): string => `${open.at(-2)}/${open.at(-1)}`;
  const place = (): SitemapEntry['kind'] | undefined => places[here()];
  parser.on('error', () => stop('malformed'));
  parser.on('doctype', () => stop('doctype'));
  parser.on('opentag', ({ name, attributes }) => {
    const local = localName(name);
    if (open.length >= sitemapLimits.maxDepth) stop('too-deep');
    if (open.length === 0) form = Object.hasOwn(forms, local) ? (forms[local] ?? null) : null;
    const isEntryLink = local === 'link' && open.at(-1) === 'entry';
    open.push(local);
    if (form === null) return;
    const { href, rel = 'alternate' } = attributes as Readonly<Record<string, string>>;
    if (isEntryLink && href !== undefined && rel === 'alternate') add('page', href);
    // Of an image or video within an entry, `loc` has another parent.
    text = place() === undefined && here() !== lastmodPlace ? null : '';
    if (local === 'url') {
      entry = undefined;
      lastmod = undefined;
    }
  });
  const append = (data: string): void => {
    if (text !== null && text.length <= sitemapLimits.maxUrlCharacters) text += data;
  };
  parser.on('text', append);
  parser.on('cdata', append);
  parser.on('closetag', () => {
    const kind = text === null ? undefined : place();
    if (kind !== undefined) entry = add(kind, text ?? '');
    else if (text !== null) lastmod = text.trim().slice(0, maxLastmodCharacters);
    if (entry !== undefined && lastmod) entry.lastmod = lastmod;
    text = null;
    open.pop();
  });
  const guarded = (work: () => void): void => {
    try {
      if (fault === null) work();
    } catch (error) {
      fault = error instanceof Stop ? error.fault : 'malformed';
    }
  };
  return {
    write: data => guarded(() => parser.write(data)),
    end: () => guarded(() => parser.close()),
    get form() {
      return form;
    },
    get fault() {
      return fault;
    },
  };
}

/** One URL a line; a first line that is none makes it something else. */
function textConsumer(add: Add): Consumer {
  let rest = '';
  let isList: boolean | null = null;
  const line = (written: string): void => {
    const trimmed = written.trim();
    if (trimmed === '') return;
    isList ??= /^https?:\/\//i.test(trimmed);
    if (isList) add('page', trimmed);
  };
  return {
    write(data) {
      if (isList === false) return;
      const lines = (rest + data).split(/\r\n?|\n/);
      rest = (lines.pop() ?? '').slice(0, sitemapLimits.maxUrlCharacters + 1);
      for (const each of lines) line(each);
    },
    end: () => line(rest),
    get form(): SitemapForm | null {
      return isList ? 'text' : null;
    },
    fault: null,
  };
}

/**
 * The elements of a page that markup signals read, found in one pass over its tags. No element stack: nesting is counted per name, so that depth
 * costs nothing.
 *
 * Not elements: what stands in comments, and the text of `script`, `style`, `title`, `textarea`, `iframe`, `xmp`, `noembed`, `noframes`, `plaintext`.
 * Read and marked `doubtful`, which may restrict and never lift: what stands in `template`, `noscript`, `select`, `svg`, `math`, and
 * XML elements with a prefix, whose namespace is not looked up.
 *
 * Known departures, to the protection of the page: an unclosed `svg` leaves the rest of the page doubtful, and its scripts are read as markup; `<!--`
 * inside a script does not keep it open. To nobody's: text alone does not begin the body, and a tag that never ends is none.
 */
import { maxDirectiveCharacters } from '../robots-directives.ts';
import { maxLicenseBytes } from '../wellknown/rsl/obtain.ts';
import { Marks } from './marks.ts';
import { type Place, Places } from './places.ts';
import {
  type Attributes,
  directiveCharacters,
  isForAgent,
  isLicenseLink,
  isLicenseScript,
  type MetaRole,
  metaRole,
} from './relevance.ts';
import { type EndTag, type OpenTag, readTags, type Span } from './tags.ts';
import type { MarkupView } from './view.ts';

/** A start tag; positions count octets of the body. */
export interface StartTag {
  readonly element: string;
  readonly attributes: Attributes;
  readonly start: number;
  readonly end: number;
  readonly place: Place;
}

export interface MetaTag extends StartTag {
  readonly role: MetaRole;
}

export interface LicenseScript extends StartTag {
  /** Octets between the tags; null where no end tag follows. */
  readonly content: Span | null;
}

/** An element marked `data-nosnippet`, from its start tag to its end tag or the end of the page. */
export interface MarkedElement {
  readonly tag: StartTag;
  readonly start: number;
  readonly end: number;
}

export interface MarkupScan {
  readonly metas: readonly MetaTag[];
  readonly links: readonly StartTag[];
  readonly scripts: readonly LicenseScript[];
  readonly marked: readonly MarkedElement[];
  /** `href` of the first `base` (WHATWG HTML §4.2.3). */
  readonly baseHref: string | null;
  /** Set where something was left out: more elements than we keep, or a value too long to read. */
  readonly leftOut: StartTag | null;
  /**
   * Octets by which a scan of an otherwise blank body finds exactly this: the tags themselves, the licences, and the tags that tell where they stand.
   * Nothing of the page's text.
   */
  readonly ranges: readonly Span[];
}

/** What an element is kept as; a meta as what it says. */
type Kind = MetaRole | 'link' | 'script' | 'base';

const maxKept = { meta: 512, link: 64, script: 64, mark: 4_096 } as const;

export function scanMarkup(view: MarkupView): MarkupScan {
  const scanner = new Scanner(view);
  readTags(view, scanner);
  return scanner.finish();
}

class Scanner {
  readonly #metas: MetaTag[] = [];
  readonly #links: StartTag[] = [];
  readonly #scripts: LicenseScript[] = [];
  readonly #marks: Marks<StartTag>;
  readonly #places: Places;
  readonly #spans: Span[];
  readonly #width: number;
  readonly #length: number;
  #directivesLeft = maxDirectiveCharacters;
  #isSpent = false;
  #baseHref: string | null = null;
  #leftOut: StartTag | null = null;
  #openScript: { readonly tag: StartTag; readonly from: number } | null = null;

  constructor({ text, octetsPerCharacter, isXml, tellTale }: MarkupView) {
    this.#width = octetsPerCharacter;
    this.#length = text.length;
    this.#spans = [...tellTale];
    this.#places = new Places(isXml);
    this.#marks = new Marks(text.length);
  }

  isForeign(): boolean {
    return this.#places.isForeign;
  }

  open(tag: OpenTag): boolean {
    const { name, attributes, span } = tag;
    const mayBeginBody = !this.#marks.isOpen(name);
    const found = this.#kindOf(tag);
    const isBeyond = found !== null && this.#isBeyond(found, attributes);
    // The first beyond the limit proves that there is more.
    const kind = isBeyond && this.#isSpent ? null : found;
    if (isBeyond) this.#isSpent = true;
    const isMarked = attributes.has('data-nosnippet');
    const isKept = isMarked || kind !== null;
    if (isKept) {
      const kept = this.#startTag(tag);
      this.#spans.push(span, ...this.#places.need());
      if (isBeyond) this.#leftOut ??= kept;
      const hasRoom = isBeyond || this.#keep(kind, kept, tag);
      if (!hasRoom || (isMarked && this.#marks.count >= maxKept.mark)) {
        this.#leftOut = kept;
        return false;
      }
      if (isMarked) this.#marks.mark(name, kept, span, this.#places.hasContent(tag));
    }
    if (!isMarked && this.#places.hasContent(tag)) this.#marks.enter(name);
    this.#places.open(tag, isKept, mayBeginBody);
    return true;
  }

  close(name: string, endTag: () => EndTag): void {
    if (name === 'script' && this.#openScript) this.#closeScript(endTag());
    if (this.#marks.isOpen(name)) {
      const tag = endTag();
      if (this.#marks.leave(name, tag.start)) this.#spans.push(...tag.spans, ...this.#places.need());
    }
    this.#spans.push(...this.#places.close(name, endTag));
  }

  finish(): MarkupScan {
    this.#closeScript(null);
    return {
      metas: this.#metas,
      links: this.#links,
      scripts: this.#scripts,
      marked: this.#marks.all().map(({ tag, span }) => ({ tag, start: span[0] * this.#width, end: span[1] * this.#width })),
      baseHref: this.#baseHref,
      leftOut: this.#leftOut,
      ranges: this.#spans.map(([start, end]) => [start * this.#width, Math.min(end, this.#length) * this.#width]),
    };
  }

  /** More directives than are read; a reservation is kept however much was said before it. */
  #isBeyond(role: Kind, attributes: Attributes): boolean {
    if (typeof role !== 'object' || !role.isDirective || role.isReservation || role.isPolicy) return false;
    if (this.#directivesLeft >= 0) this.#directivesLeft -= directiveCharacters(attributes, role);
    return this.#directivesLeft < 0;
  }

  #kindOf({ name, attributes, isPrefixed }: OpenTag): Kind | null {
    if (name === 'meta') return metaRole(attributes);
    if (name === 'link') return isLicenseLink(attributes) ? 'link' : null;
    if (name === 'script') return isLicenseScript(attributes) ? 'script' : null;
    const isBase =
      name === 'base' && attributes.has('href') && this.#baseHref === null && !isPrefixed && this.#places.of(name) !== 'doubtful';
    return isBase ? 'base' : null;
  }

  /** @returns false where there is no room for more */
  #keep(kind: Kind | null, kept: StartTag, tag: OpenTag): boolean {
    if (kind === null) return true;
    switch (kind) {
      case 'link':
        return this.#links.push(kept) <= maxKept.link;
      case 'base':
        this.#baseHref = tag.attributes.get('href') ?? '';
        return true;
      case 'script':
        this.#closeScript(null);
        this.#openScript = { tag: kept, from: tag.span[1] };
        // Foreign scripts are no raw text: where such a licence ends, parsers disagree.
        if (!this.#places.hasContent(tag) || this.#places.isForeign) this.#closeScript(null);
        return this.#scripts.length < maxKept.script;
      default:
        // What an agent's meta says at such length was not kept to begin with.
        if (tag.isCut && !isForAgent(tag.attributes)) this.#leftOut ??= kept;
        return this.#metas.push({ ...kept, role: kind }) <= maxKept.meta;
    }
  }

  #closeScript(end: EndTag | null): void {
    if (!this.#openScript) return;
    const { tag, from } = this.#openScript;
    this.#openScript = null;
    const content: Span | null = end && [from * this.#width, end.start * this.#width];
    this.#scripts.push({ ...tag, content });
    if (end) this.#spans.push(...end.spans);
    if (end && content && content[1] - content[0] <= maxLicenseBytes) this.#spans.push([from, end.start]);
  }

  #startTag({ name, attributes, span: [start, end], isPrefixed }: OpenTag): StartTag {
    const place = isPrefixed ? 'doubtful' : this.#places.of(name);
    return { element: name, attributes, start: start * this.#width, end: end * this.#width, place };
  }
}

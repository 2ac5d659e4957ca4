import type { EndTag, OpenTag, Span } from './tags.ts';

export type Place = 'head' | 'body' | 'doubtful';

const words = (list: string): ReadonlySet<string> => new Set(list.split(' '));
const voidElements = words('area base basefont bgsound br col embed frame hr img input keygen link meta param source track wbr');
const doubtfulElements = words('template noscript select svg math');
const foreignElements = words('svg math');
/** Elements that do not begin the body, or whose start tag alone would swallow what follows it. */
const headElements = words(
  'html head title base link meta style script noscript template svg math select textarea iframe xmp noembed noframes plaintext',
);

interface Region {
  depth: number;
  readonly span: Span;
  isNeeded: boolean;
}

/**
 * Where in a page a tag stands, told by counting tags of a few names. The tags that told it are handed out only when something that is kept stands
 * there: a page that is blank but for them and what is kept has every kept element in the same place.
 */
export class Places {
  readonly #isXml: boolean;
  readonly #regions = new Map<string, Region>();
  #bodyStart: readonly Span[] | null = null;
  #isBodyStartNeeded = false;

  constructor(isXml: boolean) {
    this.#isXml = isXml;
  }

  get isForeign(): boolean {
    return this.#regions.has('svg') || this.#regions.has('math');
  }

  of(name: string): Place {
    if (this.#regions.size > 0 || doubtfulElements.has(name)) return 'doubtful';
    return this.#bodyStart ? 'body' : 'head';
  }

  /** False for a tag that is the whole element. */
  hasContent({ name, isSelfClosing }: OpenTag): boolean {
    const isEmpty = isSelfClosing && (this.#isXml || foreignElements.has(name) || this.isForeign);
    return !isEmpty && !voidElements.has(name);
  }

  /** Spans that tell the place of what is kept here, those not handed out before. */
  need(): readonly Span[] {
    const spans: Span[] = [];
    for (const region of this.#regions.values()) {
      if (!region.isNeeded) spans.push(region.span);
      region.isNeeded = true;
    }
    if (this.#bodyStart && !this.#isBodyStartNeeded) {
      this.#isBodyStartNeeded = true;
      spans.push(...this.#bodyStart);
    }
    return spans;
  }

  /** @param mayBeginBody false where the tag alone, without its element's end tag, would be read as something else */
  open(tag: OpenTag, isKept: boolean, mayBeginBody: boolean): void {
    const { name, span } = tag;
    if (mayBeginBody && !this.#bodyStart && this.#regions.size === 0 && !headElements.has(name)) this.#bodyStart = [span];
    if (!doubtfulElements.has(name) || !this.hasContent(tag)) return;
    const region = this.#regions.get(name);
    if (region) region.depth++;
    else this.#regions.set(name, { depth: 1, span, isNeeded: isKept });
  }

  /** @returns spans that are needed because something kept stands inside */
  close(name: string, endTag: () => EndTag): readonly Span[] {
    const region = this.#regions.get(name);
    if (region && --region.depth === 0) {
      this.#regions.delete(name);
      return region.isNeeded ? endTag().spans : [];
    }
    if (name === 'head' && !this.#bodyStart && this.#regions.size === 0) this.#bodyStart = endTag().spans;
    return [];
  }
}

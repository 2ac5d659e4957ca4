import Readability from 'readabilitySAX/readabilitySAX.js';
import { Parser } from 'htmlparser2';
import { blockText } from './block-text.ts';
import { elementNames, headingElements, invisibleElements, surroundingElements } from './elements.ts';
import { decodeReferences } from './entities.ts';
import { SkippingTokenizer } from './skipping-tokenizer.ts';

export interface MarkupLimits {
  /** Elements open at the same time; one more ends the parse. */
  readonly maxDepth: number;
  /** True for XHTML: `<script/>` is then an empty element and not the start of one. */
  readonly selfClosing?: boolean;
}

export interface MainText {
  readonly text: string;
  /** The first `title` outside drawings, white space collapsed, at most `maxTitleChars`; empty when there is none. */
  readonly title: string;
  /** About how many characters of the page a visitor sees: what `text` is compared with. */
  readonly visibleChars: number;
}
const maxTitleChars = 1000;

/**
 * The article's text by the Readability rules (scored candidates, siblings, conditional cleaning), or `too-deep`.
 * `skipLevel` 1 keeps elements whose class or id sounds unlikely (dropping them costs whole articles); 3 also keeps short and link-rich
 * blocks and ignores class names altogether.
 *
 * Between parser and algorithm stands a filter that keeps time linear in the input and one page's outcome independent of the page
 * before it: what is invisible never reaches the scores, unknown names are one name, headings do not nest.
 */
export function mainText(html: string, limits: MarkupLimits, skipLevel: 1 | 3): MainText | 'too-deep' {
  forgetPreviousPage();
  const article = new Readability({ searchFurtherPages: false, replaceImgs: false });
  article.setSkipLevel(skipLevel);
  const open: string[] = [];
  let skippedFrom = 0;
  let headings = 0;
  let isTooDeep = false;
  let title = '';
  let visibleChars = 0;
  let isTitle = false;
  let isTitled = false;

  const parser = new Parser(
    {
      onopentag(name, attributes) {
        const depth = open.length + 1;
        if (depth > limits.maxDepth) {
          isTooDeep = true;
          parser.pause();
          return;
        }
        const isHeading = headingElements.has(name);
        const passed = (isHeading && headings > 0 ? undefined : elementNames.get(name)) ?? 'unknown';
        open.push(passed);
        if (isHeading && passed === name) headings += 1;
        if (skippedFrom > 0) return;
        if (isSkipped(name, attributes)) {
          skippedFrom = depth;
          return;
        }
        article.onopentagname(passed);
        isTitle = passed === 'title' && !isTitled;
        if (ownsNoAttributes.has(passed)) return;
        for (const attribute of scoredAttributes) {
          const value = decodeReferences(attributes[attribute] ?? '', 'attribute');
          if (value) article.onattribute(attribute, value.length > maxAttributeChars ? value.slice(0, maxAttributeChars) : value);
        }
      },
      ontext(raw) {
        if (skippedFrom > 0) return;
        const data = decodeReferences(raw, 'text');
        article.ontext(data);
        if (isTitle && title.length < maxTitleChars) title += data;
        else visibleChars += data.trim().length;
      },
      onclosetag() {
        const depth = open.length;
        const passed = open.pop();
        if (passed === undefined) return;
        if (headingElements.has(passed)) headings -= 1;
        if (isTitle) isTitled = true;
        isTitle = false;
        if (skippedFrom === 0) article.onclosetag(passed);
        else if (skippedFrom === depth) skippedFrom = 0;
      },
    },
    // References are decoded in what is kept only: without them the tokenizer skips from tag to tag.
    { recognizeSelfClosing: limits.selfClosing === true, decodeEntities: false, Tokenizer: SkippingTokenizer },
  );
  parser.write(html);
  if (isTooDeep) return 'too-deep';
  parser.end();

  const text = blockText();
  article.getEvents({
    onopentag: name => text.open(name),
    ontext: data => text.text(data),
    onclosetag: name => text.close(name),
  });
  const shownTitle = title.replace(/\s+/g, ' ').trim().slice(0, maxTitleChars).toWellFormed();
  return { text: text.result(), title: shownTitle, visibleChars };
}

/** The only attributes the algorithm scores or tests; the rest would only cost memory. */
const scoredAttributes = ['class', 'id', 'href', 'src', 'width', 'height'] as const;
const maxAttributeChars = 1000;

/** The algorithm keeps no node for these, so their attributes would be given to the element around them. */
const ownsNoAttributes: ReadonlySet<string> = new Set(['span', 'font', 'input', 'link', 'meta']);

/** `head` is let through although invisible: the algorithm compares headings with its title and drops it later. */
function isSkipped(name: string, attributes: Readonly<Record<string, string>>): boolean {
  if (name === 'head') return false;
  return invisibleElements.has(name) || surroundingElements.has(name) || isHidden(attributes);
}

/** Hidden by the page's own markup. What a style sheet or a script hides is not known here. */
export function isHidden(attributes: Readonly<Record<string, string>>): boolean {
  return (
    'hidden' in attributes ||
    (attributes.style !== undefined && /display\s*:\s*none/i.test(decodeReferences(attributes.style.slice(0, 1000), 'attribute')))
  );
}

/**
 * The package counts commas with a global expression whose position survives from one page to the next, so the same bytes could score
 * differently after another page. A text without a comma sets it back.
 */
function forgetPreviousPage(): void {
  const blank = new Readability({ searchFurtherPages: false });
  blank.onopentagname('p');
  blank.ontext('-');
  blank.onclosetag('p');
}

import { type MainText, type MarkupLimits, mainText } from './main-text.ts';
import { wholeText } from './whole-text.ts';

export interface ExtractedText {
  /** The `title` element's text, white space collapsed. */
  readonly title?: string;
  /** Plain text, one line per block. May be empty. */
  readonly text: string;
  /** `main`: the article as scored; `whole`: everything visible, because no article stood out. */
  readonly kind: 'main' | 'whole';
}

/** Depth that no written page reaches and that keeps the parser's own stack cheap. */
export const maxNestingDepth = 512;

/**
 * The main text of a page. Where the article rules find little, in itself or beside what is visible, they are asked once more with their
 * filters off, and then the whole visible text is taken: a page of a heading and three paragraphs is all text. `too-deep` when more than
 * `maxDepth` elements are open at once.
 */
export function extractText(html: string, limits: MarkupLimits): ExtractedText | 'too-deep' {
  const first = mainText(html, limits, 1);
  if (first === 'too-deep') return first;
  if (isArticle(first)) return extracted(first.text, first.title, 'main');
  const second = mainText(html, limits, 3);
  if (second !== 'too-deep' && isArticle(second)) return extracted(second.text, first.title, 'main');
  const whole = wholeText(html, limits);
  return whole === 'too-deep' ? whole : extracted(whole, first.title, 'whole');
}

const extracted = (text: string, title: string, kind: 'main' | 'whole'): ExtractedText => ({
  ...(title === '' ? {} : { title }),
  text,
  kind,
});

const isArticle = ({ text, visibleChars }: MainText): boolean =>
  text.length >= articleChars && text.length >= articleShare * visibleChars;

/** The algorithm's own measure of "found something". */
const articleChars = 250;
/** An article that is less of what a visitor sees is more likely a teaser or a caption. */
const articleShare = 0.15;

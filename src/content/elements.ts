/** Elements that have no content and no end tag (WHATWG HTML §13.1.2). */
export const voidElements: ReadonlySet<string> = new Set(
  'area base basefont bgsound br col embed frame hr img input keygen link meta param source track wbr'.split(' '),
);

/** Elements whose end tag may be left out: counting them as nesting would call a long list deep. */
export const selfEndingElements: ReadonlySet<string> = new Set(
  'a p li dt dd tr td th tbody thead tfoot option optgroup colgroup caption rt rp'.split(' '),
);

/** Never read by anyone who visits the page: code, controls, drawings, fallbacks. */
export const invisibleElements: ReadonlySet<string> = new Set(
  'script style noscript template svg head select textarea button iframe object embed video audio canvas datalist map noembed noframes dialog'.split(
    ' ',
  ),
);

/** Around the text, not the text. */
export const surroundingElements: ReadonlySet<string> = new Set(['nav', 'footer', 'aside', 'label', 'figcaption']);

export const headingElements: ReadonlySet<string> = new Set(['h1', 'h2', 'h3', 'h4', 'h5', 'h6']);

/** A line of their own in text. */
export const blockElements: ReadonlySet<string> = new Set([
  ...headingElements,
  ...'address article aside blockquote body center dd details dialog dir div dl document dt fieldset figcaption figure footer form header hgroup hr html legend li main menu nav ol p pre search section summary table tbody tfoot thead tr caption ul'.split(
    ' ',
  ),
]);

/** Names the text extractor tells apart; every other one counts as one and the same, which bounds what is counted per name. */
const knownElements: readonly string[] = [
  ...voidElements,
  ...selfEndingElements,
  ...invisibleElements,
  ...surroundingElements,
  ...blockElements,
  ...'title span font abbr acronym b bdi bdo big cite code data del dfn em i ins kbd mark math meter output progress q ruby s samp small strike strong sub sup time tt u var picture'.split(
    ' ',
  ),
];

/** The one copy of each known name: looking properties up by a fresh copy of it costs a multiple. */
export const elementNames: ReadonlyMap<string, string> = new Map(knownElements.map(name => [name, name]));

/**
 * Which spellings are one URL: the rule set, in the one place that applies it. A crawl stores, asks, judges and records the canonical
 * form only, so robots.txt and every signal are read for exactly the URL that is requested.
 *
 * 1. Parsed and written as a browser would (WHATWG URL): case of scheme and host, IDN to ASCII, numeric hosts to an address, `\` to `/`, tab and
 *    newline out, an empty path to `/`, dot segments resolved (`%2e` too), what may not stand in a URL percent-encoded.
 * 2. No fragment: it is never sent. 3. No default port. 4. No trailing dot on the host: the same name in DNS and TLS.
 * 5. Parameters of the query that the operator has named are taken out. None unless configured.
 *
 * Everything else is kept as found, also what RFC 3986 §6.2.2 calls equivalent (`%7E` and `~`, `%c3` and `%C3`): servers see the difference, and
 * one that redirects from one spelling to the other would be a loop to whoever merges them. Two URLs too many cost a request; two pages
 * taken for one cost a page. `src/ARCHITECTURE.md` D29 has the table, `test/unit/http/canonical-url.test.ts` the examples.
 */
export type CanonicalUrl =
  | { readonly ok: true; readonly url: URL }
  /** Words of the reason list: no absolute URL, or neither http nor https. */
  | { readonly ok: false; readonly refusal: 'url' | 'scheme' };

/**
 * @param dropParameters names of query parameters, compared octet by octet as they are written; one that ends in `*` is the beginning of names
 * @returns the rule set as a function: pure, and idempotent on its own output
 */
export function canonicaliser(dropParameters: readonly string[] = []): (text: string) => CanonicalUrl {
  const isDropped = parameterMatcher(dropParameters);
  return text => {
    const url = URL.parse(text);
    if (url === null) return { ok: false, refusal: 'url' };
    if (url.protocol !== 'http:' && url.protocol !== 'https:') return { ok: false, refusal: 'scheme' };
    if (url.href.includes('#')) url.hash = '';
    if (url.hostname.endsWith('.')) dropTrailingDot(url);
    if (isDropped !== null && url.search !== '') dropFrom(url, isDropped);
    return { ok: true, url };
  };
}

/** One dot, of a name that is none without it: `a..` is no name, and stays what it is for `checkUrl` to refuse. */
function dropTrailingDot(url: URL): void {
  const name = url.hostname.slice(0, -1);
  if (name !== '' && !name.endsWith('.')) url.hostname = name;
}

/** What is left keeps its order, its spelling and its empty pieces. A query of nothing else goes with its `?`, as the page is linked without it. */
function dropFrom(url: URL, isDropped: (name: string) => boolean): void {
  const pieces = url.search.slice(1).split('&');
  const kept = pieces.filter(piece => !isDropped(nameOf(piece)));
  if (kept.length === pieces.length) return;
  const base = url.href.slice(0, -url.search.length);
  url.href = kept.length === 0 ? base : `${base}?${kept.join('&')}`;
}

const nameOf = (piece: string): string => {
  const end = piece.indexOf('=');
  return end < 0 ? piece : piece.slice(0, end);
};

function parameterMatcher(names: readonly string[]): ((name: string) => boolean) | null {
  if (names.length === 0) return null;
  const whole = new Set(names.filter(name => !name.endsWith('*')));
  const beginnings = names.filter(name => name.endsWith('*')).map(name => name.slice(0, -1));
  return name => whole.has(name) || beginnings.some(beginning => name.startsWith(beginning));
}

import { licenseName } from './license-name.ts';
import { type PageLink, type PageScan, type RawScan, type Refresh, scanLimits, tokensOf } from './page-scan.ts';

/** Makes what was gathered absolute (WHATWG URL) and drops what is not http or https. */
export function resolveScan(raw: RawScan, url: string): PageScan {
  // A base of another scheme is none (WHATWG HTML §4.2.3).
  const base = (raw.base === undefined ? undefined : webUrl(raw.base, url))?.href ?? url;
  const absolute = (href: string): string | undefined => {
    const resolved = webUrl(href, base);
    // The setter parses once more, and most links have none.
    if (resolved?.href.includes('#')) resolved.hash = '';
    return resolved?.href;
  };
  const canonical = raw.canonical === undefined ? undefined : absolute(raw.canonical);
  const terms = raw.terms === undefined ? undefined : absolute(raw.terms);
  const title = raw.title?.replace(/\s+/g, ' ').trim().slice(0, scanLimits.maxTitleChars).toWellFormed();
  const refresh = raw.refresh === undefined ? undefined : readRefresh(raw.refresh, absolute);
  return {
    links: resolveLinks(raw.links, absolute),
    baseHref: base,
    ...(canonical === undefined ? {} : { canonical }),
    ...(title ? { title } : {}),
    ...(raw.htmlLang === undefined ? {} : { htmlLang: raw.htmlLang }),
    licenses: [...new Set(raw.licenses.flatMap(statement => licenseName(statement, base) ?? []))],
    ...(terms === undefined ? {} : { termsOfService: terms }),
    ...(refresh ? { metaRefresh: refresh } : {}),
    nofollowFor: [...raw.nofollowFor],
    maxDepth: raw.maxDepth,
    ...(raw.truncatedBy ? { truncatedBy: raw.truncatedBy } : {}),
  };
}

/** The `Refresh` field, which says the same as the meta element. @param url of the page that answered */
export const refreshOfField = (value: string, url: string): Refresh | undefined =>
  readRefresh(value, href => webUrl(href, url)?.href);

function resolveLinks(raw: RawScan['links'], absolute: (href: string) => string | undefined): readonly PageLink[] {
  const known = new Map<string, string | undefined>();
  const seen = new Set<string>();
  const links: PageLink[] = [];
  for (const [rawHref, rawRel] of raw) {
    if (!known.has(rawHref)) known.set(rawHref, absolute(rawHref));
    const href = known.get(rawHref);
    if (href === undefined) continue;
    const rel = tokensOf(rawRel);
    const key = `${href}\n${rel.join(' ')}`;
    if (seen.has(key)) continue;
    seen.add(key);
    links.push({ href, rel, nofollow: rel.includes('nofollow') });
  }
  return links;
}

function webUrl(href: string, base: string): URL | undefined {
  const resolved = URL.parse(href, base);
  return resolved && (resolved.protocol === 'http:' || resolved.protocol === 'https:') ? resolved : undefined;
}

/** `5; url=/next` (WHATWG HTML §4.2.5.3), lenient about separators and quotes as browsers are. */
function readRefresh(content: string, absolute: (href: string) => string | undefined): Refresh | undefined {
  const match = /^\s*(\d{1,9})(?:\.[\d.]*)?\s*(?:[;,\s]\s*(?:url\s*=\s*)?(\S.*))?$/is.exec(
    content.slice(0, scanLimits.maxHrefChars),
  );
  if (!match) return undefined;
  const target = match[2]?.trim().replace(/^(["'])(.*?)\1?$/s, '$2');
  const url = target ? absolute(target) : undefined;
  return { delaySeconds: Number(match[1]), ...(url === undefined ? {} : { url }) };
}

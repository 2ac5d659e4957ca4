/**
 * Does a `<content>` cover a URL, and how narrowly (RSL 1.0 §3.3.1)? Its `url` is a path pattern of RFC 9309, an absolute URL of the page's own
 * origin, or empty where the association itself is the scope (§4.5, not from robots.txt §4.4).
 */
import { canonicalPath, canonicalPattern, matchesPath, specificityOf } from '../../robots/paths.ts';
import type { Content } from './document.ts';
import type { LicensePointer } from './pointer.ts';

export type Scope =
  /** `specificity`: octets of the pattern (RFC 9309 §2.2.2); above every path where the association itself is the scope. */
  | { readonly kind: 'covers'; readonly specificity: number }
  | { readonly kind: 'elsewhere' }
  /** An absolute URL of another origin: nobody licenses another site's pages. */
  | { readonly kind: 'foreign' }
  /** No place can be made out: missing, empty from robots.txt, or no path. Its refusals are plain all the same. */
  | { readonly kind: 'unplaceable' };

/** Associations to the page itself are narrower than any path of a site (§4.9). */
const pageSpecificity = 1_000_000;

export function scopeOf({ url }: Content, pageUrl: string, attachedTo: LicensePointer['attachedTo']): Scope {
  const ofPage = attachedTo === 'site' ? 0 : pageSpecificity;
  if (url === '') return attachedTo === 'site' ? { kind: 'unplaceable' } : { kind: 'covers', specificity: 2 * pageSpecificity };
  if (url === null) return { kind: 'unplaceable' };
  const path = pathOf(url, pageUrl);
  if (path === null) return { kind: 'foreign' };
  const pattern = patternOf(path);
  if (pattern === null) return { kind: 'unplaceable' };
  return matchesPath(pattern, canonicalPath(pageUrl))
    ? { kind: 'covers', specificity: ofPage + specificityOf(pattern) }
    : { kind: 'elsewhere' };
}

/** The path pattern that a content names at the page's own origin; null where it names none there. */
export function patternIn({ url }: Content, pageUrl: string): string | null {
  const path = url === null || url === '' ? null : pathOf(url, pageUrl);
  return path === null ? null : patternOf(path);
}

const patternOf = (path: string): string | null => canonicalPattern(Buffer.from(path, 'utf8').toString('latin1'));
const pathOf = (url: string, pageUrl: string): string | null => (/^https?:/i.test(url) ? ownPath(url, pageUrl) : url);

/** The path of an absolute URL as written (its `*` and `$` are kept); null where it names another origin than the page's. */
function ownPath(url: string, pageUrl: string): string | null {
  const parsed = URL.parse(url);
  if (!parsed || parsed.origin !== URL.parse(pageUrl)?.origin) return null;
  const afterScheme = url.indexOf('//') + 2;
  const slash = url.indexOf('/', afterScheme);
  return slash < 0 ? '/' : (url.slice(slash).split('#', 1)[0] ?? '/');
}

import type { Evidence } from '../../../vocab/index.ts';

/**
 * A place that says "the licence of this is there" (RSL 1.0 §4): a robots.txt line, a Link field, a link element.
 * Read by the signal of its own carrier; `wellknown.rsl` judges what it leads to.
 */
export interface LicensePointer {
  /** Absolute http(s) URL without fragment; null where the value names none. */
  readonly url: string | null;
  /**
   * What the pointer is attached to: a `site` has paths of its own; a `page` is this page as a whole; a `part` is one element of the page, so that
   * a refusal reaches the page and a grant does not.
   */
  readonly attachedTo: 'site' | 'page' | 'part';
  /**
   * `lenient`: not grammar, but what its author meant is plain; heard where it restricts. `inherited`: addressed to everyone although we have a
   * group of our own.
   */
  readonly form: 'conformant' | 'lenient' | 'inherited';
  /** Set where the carrier's own grammar wants an absolute URL and got another reference. */
  readonly flaw?: 'relative';
  readonly evidence: Evidence;
}

export const rslMediaType = 'application/rsl+xml';

/** Pointers read; what stands beyond them may refuse, so that the reading as a whole is unreadable. */
export const maxPointers = 32;

/** Resolves a licence reference; null where it is no http(s) URL. */
export function licenseUrl(reference: string, base: string): string | null {
  const url = URL.parse(reference, base);
  if (!url || (url.protocol !== 'http:' && url.protocol !== 'https:') || url.username !== '' || url.password !== '') return null;
  url.hash = '';
  return url.href;
}

import picomatch from 'picomatch';
import { getDomain } from 'tldts';
import type { Refusal } from '../../vocab/index.ts';

export interface ScopeOptions {
  readonly scope: 'host' | 'domain' | 'prefix' | 'any';
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  readonly maxDepth: number | undefined;
  readonly nofollow: boolean;
}

/** Where a URL came from. */
export interface Candidate {
  readonly url: URL;
  readonly depth: number;
  readonly isSeed: boolean;
  readonly isNofollow: boolean;
  /** Announced by robots.txt or listed by another sitemap. */
  readonly isSitemap?: boolean;
}

/** Why a candidate is not crawled, or null when it is. */
export type Scope = (candidate: Candidate) => Refusal | null;

/** @param seeds absolute http(s) URLs; the scope is measured from them */
export function scopeOf(seeds: readonly URL[], { scope, include, exclude, maxDepth, nofollow }: ScopeOptions): Scope {
  const isInside = insideOf(seeds, scope);
  // A name that begins with a dot is nothing special in a URL.
  const isIncluded = include.length > 0 ? picomatch([...include], { dot: true }) : () => true;
  const isExcluded = exclude.length > 0 ? picomatch([...exclude], { dot: true }) : () => false;
  // A sitemap need not lie below the prefix, nor match a glob that its pages match.
  const holdsSitemap = scope === 'prefix' ? insideOf(seeds, 'host') : isInside;
  return ({ url, depth, isSeed, isNofollow, isSitemap = false }) => {
    if (isExcluded(url.href)) return 'out-of-scope';
    if (isSeed) return null;
    if (isSitemap) return holdsSitemap(url) ? null : 'out-of-scope';
    if (!isInside(url) || !isIncluded(url.href)) return 'out-of-scope';
    if (isNofollow && nofollow) return 'nofollow';
    if (maxDepth !== undefined && depth > maxDepth) return 'depth';
    return null;
  };
}

/** `host.` and `host` are one host. */
const hostOf = (url: URL): string => url.hostname.replace(/\.$/, '');

/** Registrable domain by the public suffix list, private suffixes included; an address or a single label is its own. */
export const domainOf = (url: URL): string => getDomain(url.hostname, { allowPrivateDomains: true }) ?? hostOf(url);

function insideOf(seeds: readonly URL[], scope: ScopeOptions['scope']): (url: URL) => boolean {
  switch (scope) {
    case 'any':
      return () => true;
    case 'host': {
      const hosts = new Set(seeds.map(hostOf));
      return url => hosts.has(hostOf(url));
    }
    case 'domain': {
      const domains = new Set(seeds.map(domainOf));
      return url => domains.has(domainOf(url));
    }
    case 'prefix': {
      const prefixes = seeds.map(seed => new URL('.', seed).href);
      return url => prefixes.some(prefix => url.href.startsWith(prefix));
    }
  }
}

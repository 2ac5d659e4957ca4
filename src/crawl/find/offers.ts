import type { Offer } from '../../frontier/index.ts';
import { type CanonicalUrl, checkUrl, originKey, type UrlRules, withoutUserinfo } from '../../http/index.ts';
import type { Reason } from '../../vocab/index.ts';
import type { Scope } from './scope.ts';

export interface FoundLink {
  readonly href: string;
  readonly isNofollow: boolean;
}

export interface OfferOptions {
  readonly scope: Scope;
  /** What the retriever would refuse anyway is refused by name before it is queued. */
  readonly rules: UrlRules;
  readonly canonical: (href: string) => CanonicalUrl;
}

interface From {
  readonly depth: number;
  readonly via?: string;
  readonly hops?: readonly string[];
  readonly isSeed?: boolean;
  readonly isSitemap?: boolean;
}

/** A page that is forwarded more often than this is a maze: `--max-depth` does not count hops. */
const maxRedirects = 10;

/**
 * A link as the frontier takes it: in its canonical form (`http/canonical-url.ts`), which is judged and asked from here on, with the reason it is
 * refused, if it is. Null for a link that is no http(s) URL: a `mailto:` is not offered. A redirect to such a place is, and is refused.
 */
export function offerOf({ href, isNofollow }: FoundLink, from: From, { scope, rules, canonical }: OfferOptions): Offer | null {
  const form = canonical(href);
  const isSentThere = from.via !== undefined && from.hops !== undefined;
  const found = form.ok ? form.url : isSentThere && form.refusal === 'scheme' ? URL.parse(href) : null;
  if (found === null) return null;
  const url = withoutUserinfo(found);
  const checked = checkUrl(url, rules);
  const { depth, via, hops, isSeed = false, isSitemap = false } = from;
  const refusal = checked.ok ? scope({ url, depth, isSeed, isNofollow, isSitemap }) : checked.refusal;
  const reason: Reason | null =
    refusal === null ? ((hops?.length ?? 0) > maxRedirects ? 'trap.maze' : null) : `refused.${refusal}`;
  return {
    url: url.href,
    // A place that is no web has no origin; its row lies with the page that sent us there.
    origin: originKey(form.ok ? url : (from.via ?? url)),
    depth,
    ...(via === undefined ? {} : { via }),
    ...(hops === undefined ? {} : { hops }),
    ...(reason === null ? {} : { refusal: reason }),
  };
}

/** Why a URL that was found as a sitemap is not to be asked as a page; undefined where it may be. */
export const refusalAsPage = ({ url: href, depth }: Pick<Offer, 'url' | 'depth'>, options: OfferOptions): Reason | undefined =>
  offerOf({ href, isNofollow: false }, { depth }, options)?.refusal;

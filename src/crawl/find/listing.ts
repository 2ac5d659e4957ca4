import type { SitemapEntry } from '../../content/index.ts';
import type { Offer, SitemapMarks, Task } from '../../frontier/index.ts';
import { sitemapsOf } from '../../signals/index.ts';
import type { Exchange, OriginKey } from '../../vocab/index.ts';
import type { Offering } from './offering.ts';
import { type OfferOptions, offerOf } from './offers.ts';

/** An index may list indexes; what those list is read, and nothing below it. */
const maxLevel = 2;
/** Sitemap files of one origin, over the run. */
const maxFiles = 500;

export interface ListingContext {
  readonly offering: Offering;
  readonly options: OfferOptions;
  readonly marks: SitemapMarks;
  /** URLs taken from the sitemaps of one origin. */
  readonly maxUrls: number;
  readonly maxDepth: number | undefined;
  /** Asks what was changed sooner. */
  readonly hasten: (list: readonly Changed[]) => void;
  readonly wallClock: () => number;
}

/** A URL and when it was changed, as its sitemap says; wall time in ms. */
export interface Changed {
  readonly origin: OriginKey;
  readonly url: string;
  readonly lastmodMs: number;
}

/** What robots.txt and sitemaps name. Counts are of new URLs, in this process: a run that goes on may take a little more. */
export interface Listing {
  /** The sitemaps that a robots.txt announces. @param depth of the URL for which the origin was asked */
  announce(robots: Exchange, depth: number): void;
  /** Takes what a sitemap lists. @returns how many URLs are beyond the limit, and were not offered */
  list(entries: readonly SitemapEntry[], from: { readonly task: Task; readonly level: number }): number;
  /** More URLs of this origin's sitemaps may be taken. */
  hasRoom(origin: OriginKey): boolean;
}

export function createListing({ offering, options, marks, maxUrls, maxDepth, hasten, wallClock }: ListingContext): Listing {
  const urls = new Map<OriginKey, number>();
  const files = new Map<OriginKey, number>();
  const roomOf = (origin: OriginKey): number => maxUrls - (urls.get(origin) ?? 0);

  const offerSitemaps = (offers: readonly Offer[], level: number): void => {
    const bounded = offers.map((offer): Offer => {
      if (offer.refusal !== undefined) return offer;
      if (level > maxLevel) return { ...offer, refusal: 'refused.depth' };
      if (marks.levelOf(offer.url) !== undefined) return offer;
      const count = (files.get(offer.origin) ?? 0) + 1;
      files.set(offer.origin, count);
      return count > maxFiles ? { ...offer, refusal: 'refused.budget' } : offer;
    });
    const wanted = bounded.filter(offer => offer.refusal === undefined);
    offering.offerAlone(bounded, { isTrusted: true }, () => {
      for (const { url } of wanted) marks.mark(url, level);
    });
  };

  return {
    hasRoom: origin => roomOf(origin) > 0,
    announce(robots, depth) {
      // Nothing that they list could be followed.
      if (maxUrls === 0 || (maxDepth !== undefined && depth >= maxDepth)) return;
      const from = { depth, via: robots.url, isSitemap: true };
      const offers = sitemapsOf(robots).flatMap(href => offerOf({ href, isNofollow: false }, from, options) ?? []);
      if (offers.length > 0) offerSitemaps(offers, 0);
    },
    list(entries, { task, level }) {
      const offersOf = (kind: SitemapEntry['kind'], depth: number, isSitemap: boolean): readonly Offer[] =>
        entries
          .filter(entry => entry.kind === kind)
          .flatMap(({ url }) => offerOf({ href: url, isNofollow: false }, { depth, via: task.url, isSitemap }, options) ?? []);
      const sitemaps = offersOf('sitemap', task.depth, true);
      if (sitemaps.length > 0) offerSitemaps(sitemaps, level + 1);
      const changed = changedOf(entries, task, options, wallClock());
      if (changed.length > 0) hasten(changed);
      let rest = offersOf('page', task.depth + 1, false);
      // What was named before takes no room, so that a later run gets on to what a limit left.
      for (let room = roomOf(task.origin); rest.length > 0 && room > 0; room = roomOf(task.origin)) {
        const { fresh } = offering.offerAlone(rest.slice(0, room));
        urls.set(task.origin, (urls.get(task.origin) ?? 0) + fresh.length);
        rest = rest.slice(room);
      }
      return rest.length;
    },
  };
}

function changedOf(entries: readonly SitemapEntry[], task: Task, options: OfferOptions, nowMs: number): readonly Changed[] {
  return entries.flatMap(({ kind, url: href, lastmod }) => {
    const lastmodMs = kind === 'page' && lastmod !== undefined ? changedAtMs(lastmod, nowMs) : undefined;
    if (lastmodMs === undefined) return [];
    const offer = offerOf({ href, isNofollow: false }, { depth: task.depth + 1, via: task.url }, options);
    return offer === null || offer.refusal !== undefined ? [] : { origin: offer.origin, url: offer.url, lastmodMs };
  });
}

const dayMs = 24 * 3_600_000;

/** W3C date and time (sitemaps.org); a day counts to its end, but not into the future. What lies in the future says nothing. */
export function changedAtMs(lastmod: string, nowMs: number): number | undefined {
  if (!/^\d{4}-\d\d(-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d))?)?$/.test(lastmod)) return undefined;
  const startMs = Date.parse(lastmod);
  if (Number.isNaN(startMs) || startMs > nowMs) return undefined;
  return Math.min(lastmod.includes('T') ? startMs : startMs + dayMs, nowMs);
}

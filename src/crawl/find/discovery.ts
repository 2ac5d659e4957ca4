import { type Frontier, openSitemapMarks, type SitemapMarks } from '../../frontier/index.ts';
import { type CanonicalUrl, canonicaliser, originKey, type UrlRules } from '../../http/index.ts';
import type { Dataset } from '../../store/index.ts';
import type { OriginKey } from '../../vocab/index.ts';
import type { CrawlOptions } from '../options.ts';
import type { RecordContext } from '../record.ts';
import { createTraps, type TrapOptions, type Traps } from '../traps/index.ts';
import type { LinkOptions } from './links.ts';
import { createListing, type Listing, type ListingContext } from './listing.ts';
import { createOffering, type Offering } from './offering.ts';
import type { OfferOptions } from './offers.ts';
import { type Scope, scopeOf } from './scope.ts';

/** Where URLs come from, and which of them are taken. */
export interface Discovery {
  readonly traps: Traps;
  readonly marks: SitemapMarks;
  readonly offering: Offering;
  readonly options: OfferOptions;
  readonly linking: LinkOptions;
  readonly listing: Listing;
}

interface Parts {
  readonly dataset: Dataset;
  readonly frontier: Frontier;
  readonly rules: UrlRules;
  readonly record: RecordContext;
  /** An origin has had all the pages it may have. */
  readonly isSpent: (origin: OriginKey) => boolean;
}

export function createDiscovery(crawl: CrawlOptions, { dataset, frontier, rules, record, isSpent }: Parts): Discovery {
  const { config, seeds, wallClock } = crawl;
  const { scope: kind, include, exclude, nofollow } = config;
  const maxDepth = config['max-depth'];
  const { suppression } = dataset;
  const canonical = withoutAddresses(canonicaliser(config['drop-parameters']), suppression);
  // A run that goes on need not be given its seeds again, and what is pending stays in the scope it was found in.
  const inScope = scopeOf(
    // Where everything is in scope they need not be read: an audit has a million.
    (kind === 'any' ? [] : [...new Set([...seeds, ...frontier.seeds()])]).flatMap(seed => {
      const form = canonical(seed);
      return form.ok ? form.url : [];
    }),
    { scope: kind, include, exclude, nofollow, maxDepth },
  );
  const scope: Scope = candidate =>
    (suppression.covers(candidate.url.href) ? 'suppressed' : inScope(candidate)) ??
    (isSpent(originKey(candidate.url)) ? 'budget' : null);
  const traps = createTraps(trapOptions(crawl));
  const marks = openSitemapMarks(dataset.database);
  const offering = createOffering({ dataset, frontier, traps, record, wallClock });
  const options = { scope, rules, canonical };
  const linking = {
    productToken: record.productToken,
    maxLinks: config['max-links'],
    followsRefresh: config['follow-refresh'],
  };
  const maxUrls = config.sitemaps ? config['max-sitemap-urls'] : 0;
  const beforeMs = Date.parse(dataset.run?.started ?? '');
  const hasten: ListingContext['hasten'] = list =>
    frontier.hasten(list, { beforeMs, nowMs: wallClock(), minMs: config['recrawl-min'] });
  const listing = createListing({ offering, options, marks, maxUrls, maxDepth, hasten, wallClock });
  return { traps, marks, offering, options, linking, listing };
}

/** An address that is to be forgotten is in no URL that is written down; what is left of such a URL is on the list, and not asked. */
const withoutAddresses =
  (canonical: (href: string) => CanonicalUrl, suppression: Dataset['suppression']) =>
  (href: string): CanonicalUrl => {
    const form = canonical(href);
    if (!form.ok) return form;
    const rest = suppression.withoutAddresses(form.url.href);
    return rest === form.url.href ? form : canonical(rest);
  };

const trapOptions = ({ config, wallClock }: CrawlOptions): TrapOptions | null =>
  config.traps
    ? {
        maxPathSegments: config['max-path-segments'],
        maxSiblings: config['max-siblings'],
        year: new Date(wallClock()).getUTCFullYear(),
      }
    : null;

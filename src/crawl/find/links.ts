import { type PageScan, refreshOfField } from '../../content/index.ts';
import { fieldsSayNofollow } from '../../signals/index.ts';
import type { DiscoveryRecord } from '../../store/index.ts';
import type { Exchange } from '../../vocab/index.ts';
import type { FoundLink } from './offers.ts';

export interface LinkOptions {
  readonly productToken: string;
  /** Links taken from one page. */
  readonly maxLinks: number;
  /** Meta refresh and Refresh fields are followed as links are. */
  readonly followsRefresh: boolean;
}

export interface PageLinks {
  readonly links: readonly FoundLink[];
  /** What is notable about them; undefined where nothing is. */
  readonly discovery: DiscoveryRecord | undefined;
}

/** The links of one page as they may be offered, and what of its ways out is recorded only. */
export function linksOf(page: Exchange, scan: PageScan | null, options: LinkOptions): PageLinks {
  const nofollow = nofollowOf(page, scan, options.productToken);
  const refresh = refreshOf(page, scan);
  const found = scan?.links ?? [];
  const taken = found.slice(0, options.maxLinks);
  const isCut = taken.length < found.length || scan?.truncatedBy === 'links';
  const links = taken.map(({ href, nofollow: isNofollow }) => ({ href, isNofollow: isNofollow || nofollow !== undefined }));
  if (options.followsRefresh && refresh !== undefined) links.push({ href: refresh, isNofollow: nofollow !== undefined });
  const discovery: DiscoveryRecord = {
    ...(isCut ? { found: found.length, beyond: found.length - taken.length } : {}),
    ...(scan?.truncatedBy ? { cut: scan.truncatedBy } : {}),
    ...(nofollow === undefined ? {} : { nofollow }),
    ...(scan?.canonical === undefined || scan.canonical === page.url ? {} : { canonical: scan.canonical }),
    ...(refresh === undefined ? {} : { refresh }),
  };
  return { links, discovery: Object.keys(discovery).length > 0 ? discovery : undefined };
}

function nofollowOf(page: Exchange, scan: PageScan | null, productToken: string): DiscoveryRecord['nofollow'] {
  if (fieldsSayNofollow(page, productToken)) return 'field';
  const own = productToken.toLowerCase();
  const isOurs = scan?.nofollowFor.some(name => name === 'robots' || name === 'x-robots-tag' || name === own) ?? false;
  return isOurs ? 'markup' : undefined;
}

/** Where the page sends a browser on to, after whatever time; not to itself, which is a reload. */
function refreshOf(page: Exchange, scan: PageScan | null): string | undefined {
  const { retrieval, url } = page;
  const fields = retrieval.outcome === 'successful' ? retrieval.fields : [];
  const field = fields.find(([name]) => name.toLowerCase() === 'refresh')?.[1];
  const target = (field === undefined ? undefined : refreshOfField(field, url)?.url) ?? scan?.metaRefresh?.url;
  return target === url ? undefined : target;
}

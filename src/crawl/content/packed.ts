import type { PageScan } from '../../content/index.ts';
import type { PageContent } from './page-content.ts';

/**
 * A page's content on its way to another thread. Most links are an address and nothing else: a list of addresses is copied in a fifth of the time that as
 * many objects take.
 */
export type PackedContent = Omit<PageContent, 'scan'> & { readonly scan: PackedScan | null };

type PageLink = PageScan['links'][number];

interface PackedScan extends Omit<PageScan, 'links'> {
  readonly hrefs: readonly string[];
  /** Of the links that have `rel` tokens, by their place. */
  readonly marked: readonly (readonly [place: number, rel: PageLink['rel'], nofollow: boolean])[];
}

export function packed({ scan, ...content }: PageContent): PackedContent {
  if (scan === null) return { ...content, scan };
  const { links, ...rest } = scan;
  const marked = links.flatMap(({ rel, nofollow }, place) =>
    rel.length > 0 || nofollow ? [[place, rel, nofollow] as const] : [],
  );
  return { ...content, scan: { ...rest, hrefs: links.map(({ href }) => href), marked } };
}

export function unpacked({ scan, ...content }: PackedContent): PageContent {
  if (scan === null) return { ...content, scan };
  const { hrefs, marked, ...rest } = scan;
  let next = 0;
  const links = hrefs.map((href, place): PageLink => {
    const [at, rel, nofollow] = marked[next] ?? plain;
    if (at !== place) return { href, rel: noTokens, nofollow: false };
    next++;
    return { href, rel, nofollow };
  });
  return { ...content, scan: { ...rest, links } };
}

const noTokens: PageLink['rel'] = [];
const plain: PackedScan['marked'][number] = [-1, noTokens, false];

import type { Offer } from '../../src/frontier/index.ts';
import type { OriginKey } from '../../src/vocab/index.ts';

/** A web of `urls` pages on `origins` hosts that is a pure function of its shape: page `n` can be named without having been stored. */
export interface LoadShape {
  readonly urls: number;
  readonly origins: number;
}

/** New links a page brings; three of four lead to its own origin. */
export const linksPerPage = 20;

const sections = ['archive', 'news/local', 'blog', 'docs/reference', 'products', 'people', 'forum/threads', 'a'];
const words = ['river', 'winter', 'market', 'council', 'garden', 'history', 'railway', 'letter', 'harvest', 'museum', 'bridge'];

/** 32 well-mixed bits of a number (the finaliser of MurmurHash3). */
function mix(n: number): number {
  let h = Math.imul(n ^ 0x9e3779b9, 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** Zipf-like: origin `k` gets a share of about 1/k; of 20,000 the largest has 7 %. */
function originOf(n: number, origins: number): number {
  return Math.floor(Math.exp((mix(n) / 2 ** 32) * Math.log(origins + 1))) - 1;
}

const hostOf = (origin: number): string => `site-${origin.toString(36)}.example`;

/** The origin of the page that brings links `page * linksPerPage` and the following. */
const homeOf = (page: number, { origins }: LoadShape): number => originOf(page * 7 + 3, origins);

/** The offers that page number `page` makes. Each URL ends in its number. */
export function offersOf(page: number, shape: LoadShape): Offer[] {
  const home = homeOf(page, shape);
  const via = `https://${hostOf(home)}/${sections[page % sections.length]}/index-${page}`;
  const list: Offer[] = [];
  const end = Math.min((page + 1) * linksPerPage, shape.urls);
  for (let n = page * linksPerPage; n < end; n++) {
    const origin = n % 4 === 0 ? originOf(n, shape.origins) : home;
    const h = mix(n);
    const path = `${sections[h % 8]}/${words[(h >>> 3) % 11]}-${words[(h >>> 9) % 11]}-${words[(h >>> 15) % 11]}`;
    list.push({
      url: `https://${hostOf(origin)}/${path}-${n}`,
      origin: `https://${hostOf(origin)}:443` as OriginKey,
      depth: 3,
      via,
    });
  }
  return list;
}

export const pagesOf = ({ urls }: LoadShape): number => Math.ceil(urls / linksPerPage);

/** A page number that looks random, the same at every call. */
export const anyPage = (i: number, shape: LoadShape): number => mix(i * 2 + 1) % pagesOf(shape);

/** The number at the end of a URL. */
export const numberOf = (url: string): number => Number(url.slice(url.lastIndexOf('-') + 1));

import type { Exchange } from '../../vocab/index.ts';
import { robotsFileOf } from './file.ts';

/** Lines read; a robots.txt of 500 KB could name ten thousand. */
const maxSitemapLines = 500;

/**
 * Sitemaps that a robots.txt announces (sitemaps.org, "Specifying the Sitemap location in your robots.txt file"): absolute URLs, each once. The
 * record belongs to no group and permits nothing. A relative reference, which the protocol does not know, is resolved.
 */
export function sitemapsOf(robots: Exchange): readonly string[] {
  const file = robotsFileOf(robots);
  if (!file) return [];
  const written = file.text.lines.filter(line => line.key === 'sitemap' && line.value !== '').slice(0, maxSitemapLines);
  return [
    ...new Set(written.flatMap(({ value }) => URL.parse(Buffer.from(value, 'latin1').toString('utf8'), robots.url)?.href ?? [])),
  ];
}

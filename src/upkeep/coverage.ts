import { originsOf } from '../store/index.ts';
import type { Selector } from './selectors.ts';

/** Whether a URL is one of those that are named. @param pages named one by one, beside the selectors */
export function coverageOf(selectors: readonly Selector[], pages: Iterable<string> = []): (url: string) => boolean {
  const urls = new Set([...pages, ...selectors.flatMap(({ kind, value }) => (kind === 'url' ? value : []))]);
  const prefixes = selectors.flatMap(({ kind, value }) => (kind === 'prefix' ? value : []));
  const domains = selectors.flatMap(({ kind, value }) => (kind === 'domain' ? value : []));
  const origins = new Set<string>(selectors.flatMap(({ kind, value }) => (kind === 'origin' ? value : [])));
  return url => {
    if (urls.has(url) || prefixes.some(prefix => url.startsWith(prefix))) return true;
    if (origins.size > 0 && origins.has([...originsOf([url])][0] ?? '')) return true;
    const host = domains.length === 0 ? '' : (URL.parse(url)?.hostname ?? '');
    return domains.some(domain => host === domain || host.endsWith(`.${domain}`));
  };
}

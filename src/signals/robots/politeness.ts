import type { Exchange } from '../../vocab/index.ts';
import { closesEverything } from './access.ts';
import { robotsFileOf } from './file.ts';

/**
 * Crawl-delay in ms, or null when none is asked. Not part of RFC 9309; read because sites mean it: the larger of our own group's and the `*`
 * group's value (Bing reads `*` even beside a specific group). Finite and not negative; the caller clamps.
 */
export function crawlDelayMs(robots: Exchange, productToken: string): number | null {
  const file = robotsFileOf(robots);
  if (!file) return null;
  const groups = [...file.groupsNaming(productToken, 'lenient'), ...file.groupsNaming('*', 'lenient')];
  const delays = groups
    .flatMap(group => group.records)
    .filter(line => line.key === 'crawl-delay' && /^\d+(\.\d+)?$/.test(line.value))
    .map(line => Number(line.value) * 1_000);
  return delays.length > 0 ? Math.max(...delays) : null;
}

/** True when robots.txt leaves us nothing of the origin to fetch: then nothing else is asked there. */
export function closesOrigin(robots: Exchange, productToken: string): boolean {
  const file = robotsFileOf(robots);
  return file !== null && closesEverything(file.rulesFor(productToken, 'conformant'));
}

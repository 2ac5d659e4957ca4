import { csvLine } from '../tables/csv.ts';
import type { CrawlDocument } from './crawl-document.ts';

/** One flat table: what is counted, of what, how many. */
export function crawlCsv({ run, funnel, by_disposition, by_reason, by_mechanism, hosts, languages }: CrawlDocument): string {
  const lines = [
    ...Object.entries(funnel).map(([key, n]) => ['funnel', key, n] as const),
    ...Object.entries(by_disposition).map(([key, n]) => ['disposition', key, n] as const),
    ...Object.entries(by_reason).map(([key, n]) => ['reason', key, n] as const),
    ...Object.entries(by_mechanism).map(([key, n]) => ['mechanism', key, n] as const),
    ...Object.entries(languages).map(([key, n]) => ['language', key, n] as const),
    ...hosts.top.flatMap(({ host, seen, kept, withheld }) => [
      ['host-seen', host, seen] as const,
      ['host-kept', host, kept] as const,
      ['host-withheld', host, withheld] as const,
    ]),
    ...(run.politeness?.busiest ?? []).flatMap(({ origin, requests, min_gap_ms, backoffs }) => [
      ['origin-requests', origin, requests] as const,
      ...(min_gap_ms === undefined ? [] : [['origin-min-gap-ms', origin, min_gap_ms] as const]),
      ['origin-backoffs', origin, backoffs] as const,
    ]),
  ];
  return [csvLine(['what', 'key', 'n']), ...lines.map(csvLine)].join('');
}

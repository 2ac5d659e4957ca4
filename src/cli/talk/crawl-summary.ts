import type { CrawlSummary } from '../../crawl/index.ts';
import type { Terminal } from './terminal.ts';

const endings: Readonly<Record<CrawlSummary['ended'], string>> = {
  finished: 'finished',
  limit: 'ended at its limit (--max-pages); the rest is refused.budget and comes first next time',
  interrupted: 'interrupted; run the same command again to go on',
};

/** What a crawl ended with, as a person reads it: the sum first, then every reason. */
export function summaryTable(
  { run, out, ended, counts, faults, outdated, politeness, manifest }: CrawlSummary,
  { style }: Terminal,
): string {
  const reasons = Object.entries(counts.byReason).sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
  const kept = counts.byDisposition.keep ?? 0;
  return [
    `run ${run} ${endings[ended]}`,
    `${counts.urls} URLs seen: ${style('green', `${kept} kept`)}, ${counts.byDisposition.withhold ?? 0} not kept, ${counts.byDisposition.defer ?? 0} deferred`,
    ...reasons.map(([reason, count]) => `  ${String(count).padStart(7)}  ${reason}`),
    ...(faults > 0
      ? [style('red', `heed itself failed at ${faults} of them (failed.parse with the anomaly page.fault): please report it`)]
      : []),
    ...(politeness ? [askedLine(politeness)] : []),
    ...(outdated > 0
      ? [
          `${outdated} origins have documents that were judged with other declarations, or by another policy, than now: heed recheck --out ${out}`,
        ]
      : []),
    ...(manifest
      ? [`dataset ${out}, ${manifest}`, `check it: heed verify ${out}`, `ask why:  heed explain URL --out ${out}`]
      : []),
    '',
  ].join('\n');
}

/** What the sites saw of us. */
function askedLine({ requests, origins, min_gap_ms, backoffs }: NonNullable<CrawlSummary['politeness']>): string {
  const gap = min_gap_ms === undefined ? '' : `, at least ${min_gap_ms} ms between two to one origin`;
  return `asked ${requests} times at ${origins} ${origins === 1 ? 'origin' : 'origins'}${gap}${backoffs > 0 ? `, ${backoffs} back-offs` : ''}`;
}

import type { AuditRecord } from '../../src/assess/index.ts';
import type { Site, Truth } from './audit-sites.ts';

/** A record in the words of the generator. */
export function toldBy(record: AuditRecord): Truth {
  const { reach, robots, page, origin, moved_to, barriers, verdicts, signals, language } = record;
  const trains = (kind: string): boolean => kind === 'train' || kind === 'control-only';
  const refuses = signals.some(
    ({ signal, says }) =>
      signal !== 'http.status' && says.some(({ about, preference }) => about === 'train-ai' && preference === 'disallow'),
  );
  return {
    reach,
    robots: robots.class,
    named: robots.named.map(({ agent, extent }) => `${agent} ${extent}`).sort(),
    starRoot: robots.star?.root === true,
    page: pageWord(page),
    ...(origin === undefined ? {} : { host: new URL(origin).hostname }),
    ...(moved_to === undefined ? {} : { movedTo: moved_to }),
    barriers: [...new Set(barriers.map(({ kind }) => kind))].sort(),
    optsOut: refuses || robots.named.some(entry => trains(entry.class) && entry.root),
    standard: verdicts.standard?.['train-ai']?.disposition ?? '-',
    ...(language === undefined ? {} : { language }),
  };
}

function pageWord(page: AuditRecord['page']): string {
  if (page === undefined || page.outcome === 'not-attempted') return '-';
  const { outcome, status, cause } = page;
  return outcome === 'unreachable' && cause !== undefined && cause !== 'status' ? cause : String(status);
}

/** Where what was told and the truth differ: one line a domain. @param found by the list's entry */
export function differences(sites: readonly Site[], found: ReadonlyMap<string, Truth>): readonly string[] {
  return sites.flatMap(({ entry, domain, kind, truth }) => {
    const told = found.get(entry);
    if (told === undefined) return [`${domain} (${kind}): no record`];
    const keys = [...new Set([...Object.keys(truth), ...Object.keys(told)])] as (keyof Truth)[];
    const wrong = keys.filter(key => JSON.stringify(told[key]) !== JSON.stringify(truth[key]));
    if (wrong.length === 0) return [];
    return [
      `${domain} (${kind}): ${wrong.map(key => `${key} ${JSON.stringify(told[key])} and not ${JSON.stringify(truth[key])}`).join(', ')}`,
    ];
  });
}

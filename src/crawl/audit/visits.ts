import type { AuditList, ListedDomain, StoredVisit, VisitAttempt, VisitedPage, VisitRecord } from '../../store/index.ts';
import { domainOf } from '../find/scope.ts';
import { addressesOf } from './addresses.ts';

/** Redirects that are followed from a front page. */
export const maxHops = 5;

/** The lines of an audit, in the order of its list: each domain's way through the URLs that were asked, whoever else led to them. */
export function* visitsOf(list: Pick<AuditList, 'all' | 'visit'>): Generator<VisitRecord> {
  for (const domain of list.all()) yield visitOf(domain, url => list.visit(url)?.visit);
}

type Find = (url: string) => StoredVisit | undefined;

function visitOf(listed: ListedDomain, find: Find): VisitRecord {
  const { domain } = listed;
  if (domain === undefined) return { ...listed, attempts: [] };
  const attempts: VisitAttempt[] = [];
  for (const address of addressesOf(domain)) {
    const { last, isCutOff } = follow(address, attempts, find);
    if (isCutOff) continue;
    return ended(listed, attempts, last);
  }
  // Nothing answered anywhere: the last that was tried.
  return ended(listed, attempts, find(attempts.at(-1)?.url ?? ''));
}

/** One address and where it leads. `isCutOff`: no connection came about, so that the next address has its turn. */
function follow(address: string, attempts: VisitAttempt[], find: Find): { last: StoredVisit | undefined; isCutOff: boolean } {
  const seen = new Set<string>();
  let before: StoredVisit | undefined;
  for (let url = address; ; ) {
    const visit = find(url);
    attempts.push(visit?.attempt ?? { url, outcome: 'not-attempted' });
    // What was not asked, or where nobody answers, says nothing: the last that answered speaks, and its page led nowhere.
    if (visit?.origin === undefined || (before && visit.isCutOff === true))
      return { last: before ? { ...before, page: stuck(before) } : visit, isCutOff: false };
    seen.add(url);
    const { location } = visit.attempt;
    if (location === undefined) return { last: visit, isCutOff: visit.isCutOff === true && url === address };
    if (seen.has(location) || seen.size > maxHops) return { last: { ...visit, page: stuck(visit) }, isCutOff: false };
    before = visit;
    url = location;
  }
}

const stuck = ({ attempt, page }: StoredVisit): VisitedPage => ({
  ...(page ?? { url: attempt.url }),
  outcome: 'unreachable',
  cause: 'redirects',
});

function ended(listed: ListedDomain, attempts: readonly VisitAttempt[], last: StoredVisit | undefined): VisitRecord {
  const why = attempts.some(({ status }) => status !== undefined) ? undefined : whyNot(attempts, last);
  const moved = last?.page?.outcome === 'successful' ? movedTo(listed.domain ?? '', last.attempt.url) : undefined;
  const { origin, declarations, page, licenses, language, at } = last ?? {};
  return {
    ...listed,
    ...(why === undefined ? {} : { why }),
    attempts,
    ...(moved === undefined ? {} : { moved_to: moved }),
    ...(origin === undefined ? {} : { origin }),
    ...(declarations === undefined ? {} : { declarations }),
    ...(page === undefined ? {} : { page }),
    ...(licenses === undefined ? {} : { licenses }),
    ...(language === undefined ? {} : { language }),
    ...(at === undefined ? {} : { at }),
  };
}

/** Why nothing was asked, where that is our doing: it says nothing about the domain. */
function whyNot(attempts: readonly VisitAttempt[], last: StoredVisit | undefined): string | undefined {
  const { reason } = attempts.at(-1) ?? {};
  if (reason?.startsWith('refused.')) return reason;
  return last === undefined ? 'not-asked' : undefined;
}

function movedTo(domain: string, url: string): string | undefined {
  const here = domainOf(new URL(url));
  return here === domainOf(new URL(`https://${domain}/`)) ? undefined : here;
}

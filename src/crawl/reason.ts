import { type Assessment, isWaiting } from '../assess/index.ts';
import { challengeOf } from '../signals/index.ts';
import type { Carriers, Category, Exchange, Reason, UnreachableCause } from '../vocab/index.ts';

const barriers: ReadonlySet<number> = new Set([401, 402, 403, 407, 451]);

const causeOf = ({ retrieval }: Exchange): UnreachableCause | null =>
  retrieval.outcome === 'unreachable' ? retrieval.cause : null;

/** Network outcomes of a page that asking again cannot mend. */
const failures: Readonly<Partial<Record<UnreachableCause, Reason>>> = {
  address: 'refused.address',
  tls: 'failed.tls',
  'too-large': 'failed.too-large',
  encoding: 'failed.encoding',
  protocol: 'failed.protocol',
};

/** What the page's own answer settles before any preference is asked; null when it is an ordinary success, or nothing was asked. */
export function reasonOfAnswer(page: Exchange): Reason | null {
  const { retrieval } = page;
  if (challengeOf('http.status', page)) return 'barrier.challenge';
  if (retrieval.outcome === 'unreachable') return failures[retrieval.cause] ?? `deferred.page.${retrieval.cause}`;
  if (retrieval.outcome !== 'unavailable') return null;
  const { status } = retrieval;
  if (barriers.has(status)) return `barrier.${status as 401}`;
  if (status === 404 || status === 410) return `gone.${status}`;
  return 'failed.protocol';
}

/** Which reason row a set of verdicts that does not keep ends with; null when every verdict keeps. */
export function reasonOfVerdicts(assessment: Assessment, categories: readonly Category[], carriers: Carriers): Reason | null {
  const verdicts = (['acquisition', ...categories] as const).flatMap(about => assessment.get(about) ?? []);
  if (isWaiting(verdicts)) return deferral(carriers);
  const withheld = verdicts.find(verdict => verdict.disposition === 'withhold');
  if (withheld) {
    const { finding } = withheld;
    return finding.preference === 'disallow'
      ? `withheld.${finding.determining[0].signal}`
      : `withheld.unknown.${because(finding)}`;
  }
  return verdicts.some(verdict => verdict.disposition === 'defer') ? deferral(carriers) : null;
}

const because = (finding: {
  readonly preference: string;
  readonly because?: 'silent' | 'unreadable' | 'unreachable' | 'not-attempted';
}) => finding.because ?? 'silent';

function deferral({ robots, tdmrep, aiTxt, trustTxt, licenses, page }: Carriers): Reason {
  const ofRobots = causeOf(robots);
  if (ofRobots === 'address') return 'refused.address';
  if (ofRobots) return `deferred.robots.${ofRobots}`;
  if (robots.retrieval.outcome === 'unavailable' && robots.retrieval.status < 400) return 'deferred.robots.redirects';
  const ofDeclaration = [tdmrep, aiTxt, trustTxt, ...licenses.values()].map(causeOf).find(cause => cause !== null);
  if (ofDeclaration) return `deferred.declaration.${ofDeclaration}`;
  const ofPage = page ? causeOf(page) : null;
  return ofPage ? `deferred.page.${ofPage}` : 'deferred.declaration.not-attempted';
}

/** May trying again within this run change the answer? */
export const isWorthRetrying = (reason: Reason): boolean => reason.startsWith('deferred.') && !reason.endsWith('.not-attempted');

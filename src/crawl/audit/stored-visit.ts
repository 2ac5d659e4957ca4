import { declaredLanguage } from '../../content/index.ts';
import type { StoredVisit, VisitedPage } from '../../store/index.ts';
import { contentTypeOf, type Exchange, type Retrieval, type UnreachableCause } from '../../vocab/index.ts';
import type { OfferOptions } from '../find/offers.ts';
import type { PageResult } from '../page.ts';

/** No answer of any kind, so that another address of the same domain may have one. */
const cutOff: ReadonlySet<UnreachableCause> = new Set(['dns', 'timeout', 'reset', 'tls', 'protocol']);

/** Everything an audit has to remember of one URL. */
export function storedVisit(result: PageResult, canonical: OfferOptions['canonical']): StoredVisit {
  const { task, at, reason, origin, page, redirect, licenses } = result;
  const robots = origin.carriers.robots.retrieval;
  const language = page?.retrieval.outcome === 'successful' ? languageOf(page) : undefined;
  return {
    attempt: {
      url: task.url,
      ...outcomeOf(page?.retrieval ?? (robots.outcome === 'unreachable' ? robots : notAsked)),
      ...(redirect === null ? {} : { location: asOffered(redirect, canonical) }),
      reason,
    },
    ...(page === null && isCutOff(robots) ? { isCutOff: true } : {}),
    origin: task.origin,
    declarations: origin.record.exchanges,
    page: page === null ? { url: task.url, outcome: 'not-attempted', why: whyNot(robots) } : visitedPage(page, result),
    ...(licenses.length > 0 ? { licenses } : {}),
    ...(language === undefined ? {} : { language }),
    at,
  };
}

/** The URL under which its own visit is found. */
function asOffered(location: string, canonical: OfferOptions['canonical']): string {
  const form = canonical(location);
  return form.ok ? form.url.href : location;
}

const notAsked: Retrieval = { outcome: 'not-attempted', why: 'omitted' };

/** A page that was not asked although robots.txt could be read was closed by it. */
const whyNot = ({ outcome }: Retrieval): 'closed-by-robots' | 'omitted' =>
  outcome === 'unreachable' || outcome === 'not-attempted' ? 'omitted' : 'closed-by-robots';

const isCutOff = (retrieval: Retrieval): boolean =>
  retrieval.outcome === 'unreachable' && retrieval.status === undefined && cutOff.has(retrieval.cause);

const outcomeOf = (retrieval: Retrieval): Pick<VisitedPage, 'outcome' | 'status' | 'cause'> => ({
  outcome: retrieval.outcome,
  ...('status' in retrieval && retrieval.status !== undefined ? { status: retrieval.status } : {}),
  ...('cause' in retrieval ? { cause: retrieval.cause } : {}),
});

function visitedPage({ url, retrievedAt, digest, retrieval }: Exchange, { proof }: PageResult): VisitedPage {
  const fields = 'fields' in retrieval ? (retrieval.fields ?? []) : [];
  const mediaType = contentTypeOf(fields)?.split(';', 1)[0]?.trim().toLowerCase();
  const hasBody = retrieval.outcome === 'successful' && !retrieval.bodyNotRead;
  return {
    url,
    ...outcomeOf(retrieval),
    ...('truncated' in retrieval && retrieval.truncated ? { truncated: true } : {}),
    ...(retrievedAt === null ? {} : { retrieved_at: retrievedAt }),
    ...(digest === null ? {} : { digest }),
    ...(mediaType ? { media_type: mediaType } : {}),
    ...(hasBody ? { bytes: retrieval.body.length } : {}),
    ...(proof === null ? {} : { proof: { ...proof.warc, digest: proof.digest } }),
  };
}

const languageOf = ({ retrieval }: Exchange): string | undefined =>
  retrieval.outcome === 'successful' && !retrieval.bodyNotRead ? declaredLanguage(retrieval.body) : undefined;

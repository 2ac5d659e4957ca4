import { challengeOf, type SurveyedReach, surveyRobots } from '../../signals/index.ts';
import type { AgentList, Exchange, Retrieval } from '../../vocab/index.ts';
import type { EvidenceList } from './evidence-list.ts';
import type { AuditReach, AuditRecord, RobotsClass } from './record.ts';

/** What robots.txt was answered with, and what it says to everybody on the list. */
export function robotsOf(robots: Exchange, agents: AgentList, evidence: EvidenceList): AuditRecord['robots'] {
  const { url, digest, retrieval } = robots;
  const head = {
    ...(retrieval.outcome === 'not-attempted' ? {} : { url }),
    ...('status' in retrieval && retrieval.status !== undefined ? { status: retrieval.status } : {}),
    ...('cause' in retrieval ? { cause: retrieval.cause } : {}),
  };
  if (retrieval.outcome !== 'successful') return { class: classOf(robots, retrieval), ...head, named: [] };
  const survey = surveyRobots(robots, agents);
  if (!survey) throw new Error('ERR_AUDIT_SURVEY: a robots.txt that was retrieved is read');
  const { holds, isCut, star, named, lenient } = survey;
  const bytes = {
    bytes: retrieval.body.length,
    ...(digest === null ? {} : { digest }),
    ...(isCut ? { cut: true as const } : {}),
  };
  if (holds === 'html' || holds === 'unreadable') return { class: holds, ...head, ...bytes, named: [] };
  const reach = ({ extent, root, evidence: line }: SurveyedReach): AuditReach => ({
    ...{ extent, root },
    ...(line ? { evidence: evidence.index(line) } : {}),
  });
  const list = (agents: typeof named): AuditRecord['robots']['named'] =>
    agents.map(({ agent, ...rest }) => ({ agent: agent.token, class: agent.class, ...reach(rest) }));
  const hasMore = lenient.star !== undefined || lenient.named.length > 0;
  return {
    ...{ class: holds, ...head, ...bytes },
    ...(isCut && star.extent === 'not' ? {} : { star: reach(star) }),
    named: list(named),
    ...(hasMore ? { lenient: { ...(lenient.star ? { star: reach(lenient.star) } : {}), named: list(lenient.named) } } : {}),
  };
}

function classOf(robots: Exchange, retrieval: Exclude<Retrieval, { outcome: 'successful' }>): RobotsClass {
  switch (retrieval.outcome) {
    case 'not-attempted':
      return 'not-asked';
    case 'unavailable':
      // A redirect that led nowhere has told nobody anything.
      if (retrieval.status < 400) return 'network';
      return retrieval.status === 404 || retrieval.status === 410 ? 'absent' : 'refused';
    case 'unreachable': {
      const { cause, status } = retrieval;
      if (status === undefined || cause !== 'status') return 'network';
      if (status === 429) return 'rate-limited';
      return challengeOf('robots.rule', robots) ? 'refused' : 'server-error';
    }
  }
}

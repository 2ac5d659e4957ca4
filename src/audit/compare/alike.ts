/** What audits can be compared by: an agent that one of them did not look for, or a policy that said something else then, is no change of the web. */
import { type QuestionOfTime, questionsOf, type Trend } from '../../assess/index.ts';
import type { AgentList } from '../../vocab/index.ts';
import type { AuditSource } from './source.ts';

export interface Common {
  readonly questions: readonly QuestionOfTime[];
  /** Absent where all were measured alike. */
  readonly uncompared?: NonNullable<Trend['uncompared']>;
  /** Agents that all of them looked for, in lower case; undefined where that is no difference. */
  readonly agents?: ReadonlySet<string>;
}

/**
 * The questions that all of the audits answered by the same measure. An audit that does not say what it was measured with is taken for like the others.
 * @param policies by their ids
 */
export function commonOf(sources: readonly AuditSource[], list: AgentList, policies: readonly string[]): Common {
  const measured = sources.flatMap(({ measured: of }) => of ?? []);
  const names = new Set(measured.flatMap(({ agents }) => [...agents]));
  const common = new Set([...names].filter(name => measured.every(({ agents }) => agents.has(name))));
  const differing = policies.filter(id => new Set(measured.map(of => of.policies.get(id))).size > 1);
  const agents = measured.length === 0 ? list.agents : list.agents.filter(({ token }) => common.has(token.toLowerCase()));
  const uncompared = {
    agents: [...names].filter(name => !common.has(name)).sort(),
    policies: differing,
  };
  return {
    questions: questionsOf(
      { ...list, agents },
      policies.filter(id => !differing.includes(id)),
    ),
    ...(uncompared.agents.length + differing.length > 0 ? { uncompared } : {}),
    ...(uncompared.agents.length > 0 ? { agents: common } : {}),
  };
}

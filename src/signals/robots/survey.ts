/**
 * What a robots.txt says to everybody on the list of agents, as far as it concerns no single URL: who is named, and how far the origin is closed to each.
 * Counted by the plain reading (`plain.ts`), which published counts can be held against; where our own lenient reading closes more, that is told apart.
 */
import type { Agent, AgentList, Evidence, Exchange } from '../../vocab/index.ts';
import { citeLine } from './cite-line.ts';
import { open, type Reach, reaches, weight, wider } from './extent.ts';
import { robotsFileOf } from './file.ts';
import { plainReading } from './plain.ts';
import type { RobotsFile } from './robots-file.ts';
import { agentsByToken } from './tokens.ts';

/** How far the origin is closed, and by which line. */
export interface SurveyedReach extends Pick<Reach, 'extent' | 'root'> {
  /** Absent where nothing is closed. */
  readonly evidence?: Evidence;
}

export interface SurveyedAgent extends SurveyedReach {
  readonly agent: Agent;
}

export interface RobotsSurvey {
  /** `unreadable`: octets that are no text. */
  readonly holds: 'rules' | 'no-rules' | 'html' | 'unreadable';
  /** Only the beginning was read. */
  readonly isCut: boolean;
  /** What binds every agent that is not named. */
  readonly star: SurveyedReach;
  /** Listed agents that are named, in the order of the list. */
  readonly named: readonly SurveyedAgent[];
  /** What a lenient reading adds: how far it closes the origin to everyone, where that is farther, and agents that it alone finds named or more closed. */
  readonly lenient: { readonly star?: SurveyedReach; readonly named: readonly SurveyedAgent[] };
}

const starSpec = 'RFC 9309 §2.2.2';
const namedSpec = 'RFC 9309 §2.2.1, applied to a third party (config/agents.json)';
const nothing: RobotsSurvey['lenient'] = { named: [] };

/** Null where no robots.txt was retrieved. */
export function surveyRobots(robots: Exchange, { agents }: AgentList): RobotsSurvey | null {
  const file = robotsFileOf(robots);
  if (!file) return null;
  const { isHtml, isNotText, isCut, lines } = file.text;
  if (isHtml || isNotText) {
    return { holds: isHtml ? 'html' : 'unreadable', isCut, star: { extent: 'not', root: false }, named: [], lenient: nothing };
  }
  const cite = ({ extent, root, rule }: Reach, signal: 'robots.rule' | 'robots.named-agent', spec: string): SurveyedReach => ({
    ...{ extent, root },
    ...(rule ? { evidence: citeLine(signal, robots, file, rule.line, spec) } : {}),
  });
  const citeNamed = (agent: Agent, reach: Reach): SurveyedAgent => ({ agent, ...cite(reach, 'robots.named-agent', namedSpec) });
  const plain = plainReading(file);
  const reachOf = reaches();
  const everyone = reachOf(plain.rulesNaming('*'));
  const named = [...agentsByToken(agents)].filter(([token]) => plain.names(token));
  return {
    holds: lines.some(({ key, value }) => (key === 'allow' || key === 'disallow') && value !== '') ? 'rules' : 'no-rules',
    isCut,
    star: cite(everyone, 'robots.rule', starSpec),
    named: named.map(([token, agent]) => citeNamed(agent, reachOf(plain.rulesNaming(token)))),
    lenient: file.hasLenientForms ? lenientPart() : nothing,
  };

  function lenientPart(): RobotsSurvey['lenient'] {
    const asRead = (token: string): Reach => lenientReach(file as RobotsFile, token, reachOf);
    const star = asRead('*');
    const more = [...agentsByToken(agents)].flatMap(([token, agent]): SurveyedAgent[] => {
      if (!(file as RobotsFile).names(token)) return [];
      const isNamed = plain.names(token);
      const counted = isNamed ? reachOf(plain.rulesNaming(token)) : everyone;
      const reach = wider(counted, asRead(token));
      return isNamed && weight(reach) === weight(counted) ? [] : [citeNamed(agent, reach)];
    });
    return { ...(weight(star) > weight(everyone) ? { star: cite(star, 'robots.rule', starSpec) } : {}), named: more };
  }
}

/** As the crawler would act if it were this agent: the stricter of both readings, and `*` beside a group that leniency alone finds. */
function lenientReach(file: RobotsFile, token: string, reachOf: ReturnType<typeof reaches>): Reach {
  const conformant = reachOf(file.rulesFor(token, 'conformant'));
  const lenient = reachOf(file.rulesFor(token, 'lenient'));
  const isOurs = file.groupsNaming(token, 'conformant').length > 0;
  const everyone = isOurs ? open : reachOf(file.rulesNaming('*', 'lenient'));
  return [lenient, everyone].reduce(wider, conformant);
}

/**
 * Rules addressed to other operators' AI agents, read as what they say about training (convention; list in config/agents.json).
 *
 * Reads: /robots.txt; for every listed agent that the file names, whether that agent's own group refuses this very URL (RFC 9309 §2.2).
 * Precedence: the reader decides per agent, without falling back to `*`: a `*` refusal is already an acquisition refusal.
 * Whose naming counts is the policy's choice (by class, or by pinned token); a statement acts on usage only, never on acquisition.
 *
 * Known departures: whole-string equality on normalised tokens, digits, spaces and dots included (Google's matcher reads `AI2Bot` as `AI`);
 * comma lists and `GPTBot*` are lenient. The `*` group is stated too, addressed to `*`: only policies that pin `*` hear it.
 */
import type { Agent, Exchange, Facts, Question, Reading, Signal, Statement } from '../../vocab/index.ts';
import { isNonEmpty } from '../../vocab/index.ts';
import { anomaly, citeAbsence } from '../cite.ts';
import { decidingRule } from './access.ts';
import { type RobotsFile, robotsFile } from './file.ts';
import { normaliseToken, type Strictness } from './groups.ts';
import { citeLine } from './rule.ts';

const id = 'robots.named-agent';
const spec = 'RFC 9309 §2.2.1, applied to a third party (config/agents.json)';

const star: Agent = { token: '*', operator: 'everyone', class: 'everyone', source: 'RFC 9309 §2.2.1', since: '2022-09-01' };

export const robotsNamedAgent: Signal = {
  id,
  stage: 'origin',
  bearsOn: ['train-ai', 'tdm'],
  read: ({ robots }, question, facts) => {
    const { retrieval } = robots;
    if (retrieval.outcome === 'successful') return readFile(robots, robotsFile(retrieval), question, facts);
    if (retrieval.outcome === 'unavailable' && retrieval.status >= 400) {
      return { state: 'silent', looked: citeAbsence(id, robots, `robots.txt (status ${retrieval.status})`, spec), anomalies: [] };
    }
    const why = retrieval.outcome === 'not-attempted' ? 'not-attempted' : 'unreachable';
    return { state: 'unread', why, looked: citeAbsence(id, robots, 'answer to robots.txt', spec) };
  },
};

function readFile(exchange: Exchange, file: RobotsFile, question: Question, { agents }: Facts): Reading {
  const statements: Statement[] = [];
  const anomalies = [];
  for (const agent of [...agents.agents, star]) {
    const conformant = refusal(exchange, file, question, agent, 'conformant');
    const statement = conformant ?? (file.hasLenientForms ? refusal(exchange, file, question, agent, 'lenient') : null);
    if (!statement) continue;
    statements.push(statement);
    if (!conformant) anomalies.push(anomaly('robots.lenient-restriction', 'restricts', statement.evidence, agent.token));
  }
  return isNonEmpty(statements)
    ? { state: 'read', statements, anomalies }
    : { state: 'silent', looked: citeAbsence(id, exchange, 'rule that refuses a listed agent here', spec), anomalies: [] };
}

function refusal(
  exchange: Exchange,
  file: RobotsFile,
  { url, about }: Question,
  agent: Agent,
  form: Strictness,
): Statement | null {
  const rules = file.rulesNaming(agent.token, form);
  const rule = rules ? decidingRule(rules, url) : null;
  if (!rule || rule.isAllow) return null;
  return {
    about,
    preference: 'disallow',
    form,
    addressee: { to: 'named', token: normaliseToken(agent.token), class: agent.class },
    specificity: rule.pattern.length,
    grants: false,
    evidence: citeLine(id, exchange, file, rule.line, spec, agent.token),
  };
}

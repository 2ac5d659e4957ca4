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
import type { Agent, Anomaly, Exchange, Facts, Question, Reading, Signal, Statement } from '../../vocab/index.ts';
import { isNonEmpty } from '../../vocab/index.ts';
import { anomaly, citeAbsence } from '../cite.ts';
import { decidingRule, type RuleSet } from './access.ts';
import { citeLine } from './cite-line.ts';
import { maxAnomaliesPerCode, wholeFileAnomalies } from './flaws.ts';
import type { RobotsLine } from './lines.ts';
import { openRobots } from './open.ts';
import { canonicalPath } from './paths.ts';
import type { RobotsFile } from './robots-file.ts';
import { agentsByToken, type Strictness } from './tokens.ts';

const id = 'robots.named-agent';
const spec = 'RFC 9309 §2.2.1, applied to a third party (config/agents.json)';

const star: Agent = { token: '*', operator: 'everyone', class: 'everyone', source: 'RFC 9309 §2.2.1', since: '2022-09-01' };

export const robotsNamedAgent: Signal = {
  id,
  stage: 'origin',
  bearsOn: ['train-ai', 'tdm'],
  read: ({ robots }, question, facts) => {
    const opened = openRobots(id, robots, spec);
    return 'state' in opened ? opened : readFile(robots, opened, question, facts);
  },
};

function readFile(exchange: Exchange, file: RobotsFile, question: Question, { agents }: Facts): Reading {
  const path = canonicalPath(question.url);
  const statements: Statement[] = [];
  const anomalies: Anomaly[] = wholeFileAnomalies(id, exchange, file);
  const { named, unread } = file.text.isHtml ? nobody : namedIn(file, agents.agents);
  for (const party of named) {
    const conformant = refusal(exchange, file, question, path, party, 'conformant');
    const statement = conformant ?? (file.hasLenientForms ? refusal(exchange, file, question, path, party, 'lenient') : null);
    if (!statement) continue;
    statements.push(statement);
    if (!conformant) anomalies.push(anomaly('robots.lenient-restriction', 'restricts', statement.evidence, party.agent.token));
  }
  if (isNonEmpty(statements)) return { state: 'read', statements, anomalies };
  const looked = citeAbsence(id, exchange, 'rule that refuses a listed agent here', spec);
  for (const { token, line } of unread) {
    anomalies.push(
      anomaly('robots.pattern-without-slash', 'ignored', citeLine(id, exchange, file, line, 'RFC 9309 §2.2', token)),
    );
  }
  return { state: 'silent', looked, anomalies };
}

/** A listed agent that a file names, and the rules of its own groups in both readings of the file. */
interface NamedAgent {
  readonly agent: Agent;
  readonly token: string;
  readonly rules: Readonly<Record<Strictness, RuleSet | null>>;
}

interface NamedAgents {
  readonly named: readonly NamedAgent[];
  /** Rules of training agents whose pattern no grammar knows: something was said that is not acted on. */
  readonly unread: readonly { readonly token: string; readonly line: RobotsLine }[];
}

const nobody: NamedAgents = { named: [], unread: [] };

/** The listed agents and `*`, as far as the file names them; found once per file. */
const namedIn = (file: RobotsFile, agents: readonly Agent[]): NamedAgents =>
  file.once(agents, () => {
    const named = [...agentsByToken(agents), ['*', star] as const].flatMap(([token, agent]): NamedAgent[] => {
      if (!file.names(token)) return [];
      const conformant = file.rulesNaming(token, 'conformant');
      const lenient = file.hasLenientForms ? file.rulesNaming(token, 'lenient') : conformant;
      return conformant || lenient ? [{ agent, token, rules: { conformant, lenient } }] : [];
    });
    return { named, unread: unreadRules(named) };
  });

/** Classes whose refusal speaks of training; see the class table of `config/agents.json`. */
const trainingClasses: readonly Agent['class'][] = ['train', 'control-only', 'data-provider'];

const unreadRules = (named: readonly NamedAgent[]): NamedAgents['unread'] =>
  named
    .filter(({ agent }) => trainingClasses.includes(agent.class))
    .flatMap(({ agent, rules }) => (rules.lenient?.malformed ?? []).map(line => ({ token: agent.token, line })))
    .filter(({ line }) => line.key === 'disallow')
    .slice(0, maxAnomaliesPerCode);

function refusal(
  exchange: Exchange,
  file: RobotsFile,
  { about }: Question,
  path: string,
  { agent, token, rules }: NamedAgent,
  form: Strictness,
): Statement | null {
  const set = rules[form];
  const rule = set && decidingRule(set, path);
  if (!rule || rule.isAllow) return null;
  return {
    about,
    preference: 'disallow',
    form,
    addressee: { to: 'named', token, class: agent.class },
    specificity: rule.pattern.length,
    grants: false,
    evidence: citeLine(id, exchange, file, rule.line, spec, agent.token),
  };
}

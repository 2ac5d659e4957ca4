/**
 * Our dated list of AI agents held against a newer `robots.json` of ai.robots.txt (https://github.com/ai-robots-txt/ai.robots.txt).
 * The result is a proposal for a person: that list is no list of trainers, and its classes are prose. Nothing is ever taken off: a robots.txt goes on
 * naming an agent long after a directory has dropped it, and its refusal still counts.
 */
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { type Agent, type AgentClass, type AgentList, CodedError, exitCodes } from '../vocab/index.ts';
import { digestOf } from './digest.ts';

const maxFileBytes = 8 * 2 ** 20;

const entryShape = z.looseObject({ operator: z.string(), function: z.string(), description: z.string() });

export interface ProposedAgent {
  readonly agent: Agent;
  /** What the class was made out from. */
  readonly why: string;
  /** Set where a person should look twice. */
  readonly caution?: string;
}

export interface AgentsProposal {
  /** Version of our list. */
  readonly from: string;
  readonly source: string;
  readonly added: readonly ProposedAgent[];
  /** An agent of ours under another spelling; the old one stays, the new one takes its class. */
  readonly renamed: readonly { readonly from: string; readonly to: ProposedAgent }[];
  /** Ours, and no longer in the file. They stay. */
  readonly removed: readonly Agent[];
  /** Keys of the file that are no product token. */
  readonly skipped: readonly string[];
  /** RFC 6902 operations on `config/agents.json`, in the list's order. */
  readonly patch: readonly { readonly op: 'add'; readonly path: string; readonly value: Agent }[];
}

/**
 * @param file `robots.json` as ai.robots.txt publishes it
 * @param today date of the proposal, `YYYY-MM-DD`
 * @throws CodedError ERR_AGENTS_FILE_UNREADABLE, ERR_AGENTS_FILE_INVALID (exit 3)
 */
export function proposeAgents(ours: AgentList, file: string, today: string): AgentsProposal {
  const { entries, digest } = readDirectory(file);
  const source = `ai.robots.txt robots.json ${digest.slice(0, 19)} (${today})`;
  const known = new Map(ours.agents.map(agent => [normalise(agent.token), agent]));
  const spellings = new Map(ours.agents.map(agent => [squeeze(agent.token), agent]));
  const listed = new Set([...entries.keys()].map(normalise));
  const added: ProposedAgent[] = [];
  const renamed: { from: string; to: ProposedAgent }[] = [];
  const skipped: string[] = [];
  for (const [token, entry] of entries) {
    if (!isToken(token)) skipped.push(token);
    else if (!known.has(normalise(token))) {
      const proposed = propose(token, entry, source, today);
      const former = spellings.get(squeeze(token));
      if (former)
        renamed.push({
          from: former.token,
          to: { ...proposed, agent: { ...proposed.agent, class: former.class }, why: `class of ${former.token}` },
        });
      else added.push(proposed);
      known.set(normalise(token), proposed.agent);
    }
  }
  const additions = [...added, ...renamed.map(({ to }) => to)].map(({ agent }) => agent);
  return {
    ...{ from: ours.version, source, added, renamed, skipped },
    removed: ours.agents.filter(agent => !listed.has(normalise(agent.token))),
    patch: patchFor(ours, additions),
  };
}

/** The list with a proposal's additions, sorted as `config/agents.json` is. */
export const withProposal = (ours: AgentList, { patch }: AgentsProposal, today: string): AgentList => ({
  version: today,
  agents: [...ours.agents, ...patch.map(({ value }) => value)].sort(byToken),
});

function byToken(a: Agent, b: Agent): number {
  const [x, y] = [a.token.toLowerCase(), b.token.toLowerCase()];
  return x < y ? -1 : x > y ? 1 : 0;
}

function patchFor(ours: AgentList, additions: readonly Agent[]): AgentsProposal['patch'] {
  const whole = [...ours.agents, ...additions].sort(byToken);
  // Applied in this order, each index is right at its turn.
  return [...additions].sort(byToken).map(value => ({ op: 'add', path: `/agents/${whole.indexOf(value)}`, value }));
}

interface Entry {
  readonly operator: string;
  readonly function: string;
  readonly description: string;
}

function readDirectory(file: string): { entries: ReadonlyMap<string, Entry>; digest: string } {
  const invalid = (message: string, cause?: unknown): CodedError =>
    new CodedError('ERR_AGENTS_FILE_INVALID', exitCodes.config, `\`${file}\`: ${message}`, {
      next: 'give it the robots.json of ai.robots.txt: an object of agents with operator, function and description',
      cause,
    });
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(file);
  } catch (cause) {
    throw new CodedError('ERR_AGENTS_FILE_UNREADABLE', exitCodes.config, `cannot read \`${file}\``, {
      next: 'check the path',
      cause,
    });
  }
  if (bytes.length > maxFileBytes) throw invalid(`larger than ${maxFileBytes} bytes`);
  let raw: unknown;
  try {
    raw = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw invalid(`not JSON: ${(cause as Error).message}`, cause);
  }
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) throw invalid('not an object');
  const entries = new Map<string, Entry>();
  for (const [token, value] of Object.entries(raw)) {
    const parsed = entryShape.safeParse(value);
    if (!parsed.success) throw invalid(`agent \`${token.slice(0, 80)}\`: ${parsed.error.issues[0]?.message ?? 'is none'}`);
    entries.set(token, parsed.data);
  }
  if (entries.size === 0) throw invalid('names no agent');
  return { entries, digest: digestOf(bytes) };
}

const normalise = (token: string): string => token.trim().replace(/\s+/g, ' ').toLowerCase();

/** Letters and digits without a version: `Brightbot 1.0`, `brightbot/2.0` and `Bright-Bot` are one spelling. */
const squeeze = (token: string): string =>
  (token.split('/', 1)[0] ?? '')
    .replace(/ [\d.]+$/, '')
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '');

const isToken = (token: string): boolean => /^[\w][\w .\-/]{0,99}$/.test(token);

/** Words that also name things which are no AI agent: a rule for them says little about training. */
const generic: ReadonlySet<string> = new Set(['bot', 'code', 'crawler', 'operator', 'scrapy', 'spider']);

function propose(token: string, entry: Entry, source: string, today: string): ProposedAgent {
  const { suggested, why } = classify(token, entry);
  const cautions = [
    ...(generic.has(normalise(token)) ? ['a word that names other software too'] : []),
    ...(token.includes('/') ? ['a version is cut at the slash when robots.txt is read'] : []),
  ];
  return {
    agent: { token, operator: operatorName(entry.operator), class: suggested, source, since: today },
    why,
    ...(cautions.length > 0 ? { caution: cautions.join('; ') } : {}),
  };
}

/** The controlled labels of that list (those of the Known Agents directory). */
const labels: ReadonlyMap<string, AgentClass> = new Map([
  ['ai data scrapers', 'train'],
  ['ai search crawlers', 'search'],
  ['ai assistants', 'user-fetch'],
  ['ai agents', 'user-fetch'],
  ['ai coding agents', 'coding-agent'],
  ['ai data providers', 'data-provider'],
  ['undocumented ai agents', 'undocumented'],
]);

/** Prose, most telling first. Training is looked for first: a wrong `train` withholds, a wrong `search` publishes. */
const prose: readonly (readonly [RegExp, AgentClass])[] = [
  [/\btrain(s|ed|ing)?\b|\bdata ?sets?\b|\bmachine learning\b/i, 'train'],
  [/\bcoding\b/i, 'coding-agent'],
  [/\bsearch\b|\bindex/i, 'search'],
  [/\bassistants?\b|\bagents?\b|\busers?\b|\bprompt/i, 'user-fetch'],
  [/\bscrap(e|es|ing)\b|\bdata\b/i, 'data-provider'],
];

function classify(token: string, entry: Entry): { suggested: AgentClass; why: string } {
  if (/-extended$/i.test(token))
    return { suggested: 'control-only', why: 'a token that ends in -Extended steers use, it does not fetch' };
  const label = labels.get(entry.function.trim().replace(/\.$/, '').toLowerCase());
  if (label) return { suggested: label, why: `labelled \`${entry.function.trim()}\`` };
  for (const part of [entry.function, entry.description]) {
    const positive = part
      .slice(0, 4_000)
      .split(/[.;]/)
      .filter(sentence => !/\b(not|never|nor)\b/i.test(sentence))
      .join('.');
    const found = prose.find(([words]) => words.test(positive));
    if (found) return { suggested: found[1], why: `described as \`${part.trim().slice(0, 120)}\`` };
  }
  return { suggested: 'undocumented', why: 'nothing in its description says what it does' };
}

/** `[Ai2](https://allenai.org)` → `Ai2`. */
function operatorName(text: string): string {
  const name = text
    .slice(0, 1_000)
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/\p{Cc}/gu, ' ')
    .trim();
  if (name === '' || /^unclear/i.test(name)) return 'unclear';
  return (URL.parse(name)?.hostname || (name.split(/, | that /, 1)[0] ?? name)).slice(0, 80);
}

/**
 * Who the parts of an `X-Robots-Tag` value speak to (Google, robots meta tag and X-Robots-Tag reference): `agent: rule, rule`. An agent scopes all
 * that follows it; where an intermediary has joined several fields, the next `agent:` begins a new scope.
 *
 * What stands before a colon is a rule and no agent where the table of directives knows it. Names of everyone (`*`, `all`) and the field's own name,
 * repeated inside its value, address everyone. Agents before the last of a list (`GPTBot, CCBot: noai`) are scoped too. All these are lenient.
 */
import { trimOctets } from '../bytes.ts';
import { readDirectives, valuedDirectives } from '../robots-directives.ts';

export interface AgentScope {
  /** Normalised tokens; empty for everyone. */
  readonly agents: readonly string[];
  readonly isLenient: boolean;
  /** Directives, between commas. */
  readonly value: string;
}

const everyone = new Set(['*', 'all', 'robots', 'everyone', 'x-robots-tag', 'robots-tag', 'user-agent']);

/** Names no product token has (RFC 9309 §2.2.1, with the digits and dots that published tokens use). */
const token = /^[a-z_][a-z0-9_.-]*(\/[a-z0-9_.-]+)?$/;

interface OpenScope {
  readonly agents: readonly string[];
  readonly isLenient: boolean;
  readonly parts: string[];
}

/** @param isAgent whether a normalised name is one somebody listed, or our own. Linear in the value. */
export function readScopes(value: string, isAgent: (name: string) => boolean): readonly AgentScope[] {
  // Without a colon nobody is addressed, and rules only are for everyone.
  if (!value.includes(':') && readDirectives(value).every(({ isKnown }) => isKnown))
    return value.trim() === '' ? [] : [{ agents: [], isLenient: false, value }];
  const open: OpenScope[] = [{ agents: [], isLenient: false, parts: [] }];
  const listed = new Set<string>();
  // A version ends a name; `heed/2 noai` is more than a name.
  const isNamed = (name: string): boolean => (!name.includes('/') || token.test(name)) && isAgent(name);
  for (const part of value.split(',')) {
    const { agent, isLenient, rest } = readHead(part, isNamed);
    const bare = trimOctets(part).toLowerCase();
    if (agent === null && isNamed(bare)) {
      listed.add(bare);
      continue;
    }
    if (agent === null) open.at(-1)?.parts.push(rest);
    else open.push({ agents: agent === '' ? [] : [...listed, agent], isLenient: isLenient || listed.size > 0, parts: [rest] });
    listed.clear();
  }
  return open.map(({ parts, ...scope }) => ({ ...scope, value: parts.join(',') })).filter(scope => scope.value.trim() !== '');
}

/** The agent a part begins with: empty for everyone, null where it begins with a rule. */
function readHead(
  part: string,
  isNamed: (name: string) => boolean,
): { readonly agent: string | null; readonly isLenient: boolean; readonly rest: string } {
  let agent: string | null = null;
  let start = 0;
  for (;;) {
    const colon = part.indexOf(':', start);
    const name = colon < 0 ? '' : trimOctets(part.slice(start, colon)).toLowerCase();
    const isEveryone = everyone.has(name);
    if (!isEveryone && !isNamed(name)) {
      if (!token.test(name) || valuedDirectives.has(name)) break;
      // `noindex: noai`, `noai: 1`: a rule that takes no value has one.
      if (isRule(name)) return { agent, isLenient: agent !== null, rest: `${part.slice(start, colon)} ${part.slice(colon + 1)}` };
    }
    agent = isEveryone ? '' : name;
    start = colon + 1;
    if (!isEveryone) return { agent, isLenient: false, rest: part.slice(start) };
  }
  return { agent, isLenient: agent !== null, rest: part.slice(start) };
}

const isRule = (name: string): boolean => readDirectives(name).some(({ isKnown }) => isKnown);

/**
 * Product tokens and the names a user-agent line gives (RFC 9309 §2.2.1).
 *
 * The RFC's grammar knows no digits, spaces or dots, but published tokens have them (AI2Bot, Kangaroo Bot, panscient.com), so a whole value
 * counts, and so does the value before `/`. Tokens are compared as whole strings: `bot` never captures `GPTBot`, `AI2Bot` is not `AI`.
 * Lenient names, never heard by `rfc9309`: members of a list (`GPTBot, CCBot`, `GPTBot|CCBot`), single words (`heed bot`, a whole User-Agent field),
 * decoration (`GPTBot*`, `"GPTBot"`), `* (all)`, and an empty value, which means everyone.
 */
import type { Agent } from '../../vocab/index.ts';
import { trimOctets, trimSet } from '../bytes.ts';

export type Strictness = 'conformant' | 'lenient';

const leading = '*"\'`([{<';
const trailing = '*"\'`)]}>.:!?+$';

/** Lower case, white space collapsed: the form in which tokens are compared as whole strings. */
export function normaliseToken(token: string): string {
  const trimmed = trimOctets(token).toLowerCase();
  return /\t| {2}/.test(trimmed) ? trimmed.replace(/[ \t]+/g, ' ') : trimmed;
}

const indexes = new WeakMap<readonly Agent[], ReadonlyMap<string, Agent>>();

/** Agents by normalised token; made once per list. */
export function agentsByToken(agents: readonly Agent[]): ReadonlyMap<string, Agent> {
  const known = indexes.get(agents);
  if (known) return known;
  const index = new Map(agents.map(agent => [normaliseToken(agent.token), agent]));
  indexes.set(agents, index);
  return index;
}

const beforeVersion = (name: string): string => {
  const slash = name.indexOf('/');
  return slash < 0 ? name : trimOctets(name.slice(0, slash));
};

/** The normalised names one user-agent line gives. */
export function tokensOf(value: string, strictness: Strictness): readonly string[] {
  const whole = normaliseToken(value);
  const conformant = [whole, beforeVersion(whole)].filter(name => name !== '');
  if (strictness === 'conformant' || isPlainToken(whole)) return conformant;
  if (whole === '') return ['*'];
  const names = new Set(conformant);
  for (const member of new Set(whole.split(/[,;|&]/))) {
    const name = trimOctets(member);
    if (plainName.test(name)) names.add(name);
    else for (const one of lenientNames(name)) names.add(one);
  }
  return [...names];
}

/** Nothing to take apart or to take off. */
const plainName = /^[a-z0-9_.-]*[a-z0-9_-]$/;

function lenientNames(name: string): readonly string[] {
  const words = new Set(/[()]/.test(name) ? name.split(/[ ()]/) : name.split(' '));
  const names = [name, ...words].map(part => trimSet(beforeVersion(part), leading, trailing));
  const isEveryone = /^\*+([ (]|$)/.test(name);
  return [...(isEveryone ? ['*'] : []), ...names.filter(part => part !== '')];
}

/** One plain token, at most with a version: the lenient reading of such a line finds nothing more. */
export const isPlainToken = (value: string): boolean => /^(\*|[a-z0-9_.-]*[a-z0-9_-](\/[a-z0-9_.-]+)?)$/i.test(value);

/** A list, a whole User-Agent field, a star beside a name, or nothing at all: forms the lenient reading takes apart. */
export function isDecorated(value: string): boolean {
  const whole = normaliseToken(value);
  return whole === '' || /[,;|&"()]/.test(whole) || (whole !== '*' && beforeVersion(whole).includes('*'));
}

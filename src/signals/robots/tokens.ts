/**
 * Product tokens and the names a user-agent line gives (RFC 9309 §2.2.1).
 *
 * The RFC's grammar knows no digits, spaces or dots, but published tokens have them (AI2Bot, Kangaroo Bot, panscient.com), so a whole value
 * counts, and so does the value before `/`. Tokens are compared as whole strings: `bot` never captures `GPTBot`, `AI2Bot` is not `AI`.
 * Lenient names, never heard by `rfc9309`: members of a list (`GPTBot, CCBot`, `GPTBot|CCBot`), single words (`heed bot`, a whole User-Agent field),
 * decoration (`GPTBot*`, `"GPTBot"`), `* (all)`, and an empty value, which means everyone.
 */
import { type Agent, onceEach } from '../../vocab/index.ts';
import { trimOctets, trimSet } from '../bytes.ts';

export type Strictness = 'conformant' | 'lenient';

const leading = '*"\'`([{<';
const trailing = '*"\'`)]}>.:!?+$';

/** Lower case, white space collapsed: the form in which tokens are compared as whole strings. */
export function normaliseToken(token: string): string {
  const trimmed = trimOctets(token).toLowerCase();
  return /\t| {2}/.test(trimmed) ? trimmed.replace(/[ \t]+/g, ' ') : trimmed;
}

/** Agents by normalised token; made once per list. */
export const agentsByToken: (agents: readonly Agent[]) => ReadonlyMap<string, Agent> = onceEach(
  agents => new Map(agents.map(agent => [normaliseToken(agent.token), agent])),
);

const beforeVersion = (name: string): string => {
  const slash = name.indexOf('/');
  return slash < 0 ? name : trimOctets(name.slice(0, slash));
};

/** What the lenient reading may still take apart in one file. */
export interface NameBudget {
  left: number;
}

/** Stands for whoever is named where nobody looked any more; no token is a blank. */
export const everyName = ' ';

/** Names of one file that the lenient reading looks at one by one. A line beyond them names everybody: so it cannot say less than it does. */
export const nameBudget = (): NameBudget => ({ left: 5_000 });

/** The normalised names one user-agent line gives. */
export function tokensOf(value: string, strictness: Strictness, budget: NameBudget = nameBudget()): readonly string[] {
  const whole = normaliseToken(value);
  const unversioned = beforeVersion(whole);
  const conformant = unversioned === whole || unversioned === '' ? [whole] : [whole, unversioned];
  if (whole === '') return strictness === 'conformant' ? [] : ['*'];
  if (strictness === 'conformant' || isPlainToken(whole)) return conformant;
  const names = new Set(conformant);
  if (budget.left <= 0) names.add(everyName);
  else addNames(whole, names, budget.left);
  budget.left -= names.size;
  return [...names];
}

function addNames(whole: string, names: Set<string>, limit: number): void {
  if (!separators.test(whole)) {
    addLenientNames(whole, names, limit);
    return;
  }
  const members = whole.split(separators, limit + 1);
  if (members.length > limit) names.add(everyName);
  for (const member of new Set(members)) {
    const name = trimOctets(member);
    if (plainName.test(name)) names.add(name);
    else addLenientNames(name, names, limit);
  }
}

const separators = /[,;|&]/;

/** Nothing to take apart or to take off. */
const plainName = /^[a-z0-9_.-]*[a-z0-9_-]$/;

function addLenientNames(name: string, names: Set<string>, limit: number): void {
  const add = (part: string): void => {
    const bare = trimSet(beforeVersion(part), leading, trailing);
    if (bare !== '') names.add(bare);
  };
  if (/^\*+([ (]|$)/.test(name)) names.add('*');
  add(name);
  if (!/[ ()]/.test(name)) return;
  const words = name.split(/[()]/.test(name) ? /[ ()]/ : ' ', limit + 1);
  if (words.length > limit) names.add(everyName);
  for (const word of new Set(words)) add(word);
}

/** One plain token, at most with a version: the lenient reading of such a line finds nothing more. */
export const isPlainToken = (value: string): boolean => /^(\*|[a-z0-9_.-]*[a-z0-9_-](\/[a-z0-9_.-]+)?)$/i.test(value);

/** A list, a whole User-Agent field, a star beside a name, or nothing at all: forms the lenient reading takes apart. */
export function isDecorated(value: string): boolean {
  const whole = normaliseToken(value);
  return whole === '' || /[,;|&"()]/.test(whole) || (whole !== '*' && beforeVersion(whole).includes('*'));
}

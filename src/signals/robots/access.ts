/**
 * Which Allow or Disallow rule decides (RFC 9309 §2.2.2): the longest matching pattern; on a tie Allow; `/robots.txt` is always allowed.
 *
 * The engine is robots-parser. It is never handed a site's own text: it gets one canonical `User-agent: *` group, one rule a line, so that its
 * reader, its agent lookup and its encoding have nothing to decide. `decideByMatcher` answers where the engine is out of its depth: above
 * `maxEngineWork` (its matcher costs pattern × path) or `maxEngineRules`, and for an empty query, which it drops. An engine that answers `undefined` was asked
 * wrongly: that is an error, never a permission.
 */
import robotsParser from 'robots-parser';
import { once } from '../once.ts';
import type { Group } from './groups.ts';
import type { RobotsLine } from './lines.ts';
import { canonicalPattern, mayMatch, pathMatcher, specificityOf, withPlainQuery } from './paths.ts';

export interface Rule {
  readonly line: RobotsLine;
  readonly isAllow: boolean;
  readonly pattern: string;
}

export interface RuleSet {
  readonly rules: readonly Rule[];
  /** Rules whose pattern starts with neither `/` nor `*`: they match nothing. */
  readonly malformed: readonly RobotsLine[];
  /** The deciding rule for a canonical path. */
  readonly decide: (path: string) => Rule | null;
}

/** Octets of all patterns × octets of the path, over all engines of a file: a few milliseconds at worst. */
export const maxEngineWork = 500_000;
/** Over all engines of a file: each reads its rules anew. */
export const maxEngineRules = 2_000;
const engineOrigin = 'http://robots.invalid';

// robots-parser is CommonJS whose types declare a default export; under nodenext the callable sits on either.
const parse = (robotsParser as unknown as { default?: unknown }).default ?? robotsParser;
type Engine = {
  isAllowed(url: string, agent?: string): boolean | undefined;
  getMatchingLineNumber(url: string, agent?: string): number;
};
const createEngine = parse as (url: string, text: string) => Engine;

/** One group's rules, made once: a group that serves a hundred agents is read, and asked once per path, not a hundred times. */
interface GroupRules {
  readonly rules: readonly Rule[];
  readonly malformed: readonly RobotsLine[];
  readonly patternOctets: number;
  /** By the linear matcher. */
  readonly decide: (path: string) => Rule | null;
}

const none: readonly never[] = [];

function readRules(group: Group): GroupRules {
  const rules: Rule[] = [];
  let malformed: RobotsLine[] | undefined;
  let patternOctets = 0;
  for (const line of group.rules) {
    if (line.value === '') continue; // an empty pattern is no rule
    const pattern = canonicalPattern(line.value);
    if (pattern === null) {
      malformed ??= [];
      malformed.push(line);
      continue;
    }
    for (const spelling of spellings(pattern)) {
      rules.push({ line, isAllow: line.key === 'allow', pattern: spelling });
      patternOctets += spelling.length;
    }
  }
  const decide = (path: string): Rule | null => decideByMatcher(rules, path);
  return { rules, malformed: malformed ?? none, patternOctets, decide: rules.length < 2 ? decide : forRecentPaths(decide) };
}

/** What the engines of one file may still take on: a file may have a rule set for every listed agent. */
interface Budget {
  rules: number;
  octets: number;
}

/** Makes the rule sets of one file: they share what is known of its groups, and the engine's limits. */
export function ruleSets(): (groups: readonly Group[]) => RuleSet {
  const known = new Map<Group, GroupRules>();
  const rulesOf = (group: Group): GroupRules => {
    const rules = known.get(group) ?? readRules(group);
    known.set(group, rules);
    return rules;
  };
  const spent: Budget = { rules: 0, octets: 0 };
  return groups => ruleSet(groups.map(rulesOf), spent);
}

/** The rules of several groups as one (RFC 9309 §2.2.1). */
function ruleSet(members: readonly GroupRules[], spent: Budget): RuleSet {
  const [only] = members;
  const count = members.reduce((sum, member) => sum + member.rules.length, 0);
  const patternOctets = members.reduce((sum, member) => sum + member.patternOctets, 0);
  const all = once(() => (only && members.length === 1 ? only.rules : members.flatMap(({ rules }) => rules)));
  const malformed = once(() => members.flatMap(member => member.malformed));
  let engine: Engine | undefined;
  const mayAskEngine = (path: string): boolean => {
    if (path.endsWith('?')) return false;
    const octets = spent.octets + (engine ? 0 : patternOctets);
    return octets * path.length <= maxEngineWork && (engine !== undefined || spent.rules + count <= maxEngineRules);
  };
  const makeEngine = (): Engine => {
    spent.rules += count;
    spent.octets += patternOctets;
    return createEngine(`${engineOrigin}/robots.txt`, canonicalText(all()));
  };
  const decide = (path: string): Rule | null => {
    if (!mayAskEngine(path)) return members.map(member => member.decide(path)).reduce(stronger, null);
    // Most rules of most files are out of the question by their first octets or their length: then there is nothing for an engine to decide.
    if (!all().some(({ pattern }) => mayMatch(pattern, path))) return null;
    engine ??= makeEngine();
    return decideByEngine(engine, all(), path);
  };
  return {
    get rules() {
      return all();
    },
    get malformed() {
      return malformed();
    },
    decide: forRecentPaths(decide),
  };
}

/** Many agents ask about one URL, one after the other, in its one or two spellings: the last two answers are kept. */
function forRecentPaths(decide: (path: string) => Rule | null): (path: string) => Rule | null {
  let last: { readonly path: string; readonly rule: Rule | null } | undefined;
  let before = last;
  return path => {
    if (last?.path === path) return last.rule;
    if (before?.path === path) return before.rule;
    before = last;
    last = { path, rule: decide(path) };
    return last.rule;
  };
}

/** Longest pattern; on a tie Allow; on a tie of equals the first. */
function stronger(a: Rule | null, b: Rule | null): Rule | null {
  if (!a || !b) return a ?? b;
  const difference = specificityOf(b.pattern) - specificityOf(a.pattern);
  return difference > 0 || (difference === 0 && b.isAllow && !a.isAllow) ? b : a;
}

const canonicalText = (rules: readonly Rule[]): string =>
  `User-agent: *\n${rules.map(rule => `${rule.isAllow ? 'Allow' : 'Disallow'}: ${rule.pattern}`).join('\n')}\n`;

function decideByEngine(engine: Engine, rules: readonly Rule[], path: string): Rule | null {
  const url = engineOrigin + path;
  const isAllowed = engine.isAllowed(url, '*');
  if (isAllowed === undefined) throw new Error(`ERR_ROBOTS_ENGINE: no answer for \`${path}\``);
  const number = engine.getMatchingLineNumber(url, '*');
  if (number < 0) return null;
  const rule = rules[number - 2];
  if (!rule || rule.isAllow !== isAllowed) throw new Error(`ERR_ROBOTS_ENGINE: answer and line differ for \`${path}\``);
  return rule;
}

/** The same decision by the linear matcher: engine of last resort, and the witness of the differential test. */
export function decideByMatcher(rules: readonly Rule[], path: string): Rule | null {
  const matches = pathMatcher(path);
  let winner: Rule | null = null;
  for (const rule of rules) if (stronger(winner, rule) === rule && matches(rule.pattern)) winner = rule;
  return winner;
}

function spellings(text: string): readonly string[] {
  const plain = withPlainQuery(text);
  return plain === null ? [text] : [text, plain];
}

/**
 * The deciding rule, or null when none matches.
 * @param path canonical path and query of the URL asked about (`canonicalPath`)
 */
export function decidingRule(set: RuleSet, path: string): Rule | null {
  if (path === '/robots.txt') return null;
  if (asked.path !== path) asked = { path, plain: withPlainQuery(path) };
  return asked.plain === null ? set.decide(path) : stronger(set.decide(path), set.decide(asked.plain));
}

/** Many agents ask about one URL, one after the other. */
let asked: { readonly path: string; readonly plain: string | null } = { path: '', plain: null };

/** A pattern that matches every path. */
const matchesAll = /^(\/|\*+\/?|\/?\*+\$?)$/;

/** True when these rules leave no URL of the origin to fetch: `Disallow: /`, and no Allow beside it that is as long (the longest decides, a tie allows). */
export function closesEverything({ rules }: RuleSet): boolean {
  const lengths = rules.flatMap(({ isAllow, pattern }) => (!isAllow && matchesAll.test(pattern) ? [specificityOf(pattern)] : []));
  const longest = Math.max(0, ...lengths);
  return longest > 0 && !rules.some(({ isAllow, pattern }) => isAllow && specificityOf(pattern) >= longest);
}

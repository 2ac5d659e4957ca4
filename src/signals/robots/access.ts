/**
 * Which Allow or Disallow rule decides (RFC 9309 §2.2.2): the longest matching pattern; on a tie Allow; `/robots.txt` is always allowed.
 *
 * The engine is robots-parser. It is never handed a site's own text: it gets one canonical `User-agent: *` group, one rule a line, so that its
 * reader, its agent lookup and its encoding have nothing to decide. `decideByMatcher` answers where the engine is out of its depth: above
 * `maxEngineWork` (its matcher costs pattern × path) or `maxEngineRules`, and for an empty query, which it drops. An engine that answers `undefined` was asked
 * wrongly: that is an error, never a permission.
 */
import robotsParser from 'robots-parser';
import type { Group } from './groups.ts';
import type { RobotsLine } from './lines.ts';
import { canonicalPattern, literalHead, pathMatcher, specificityOf, withPlainQuery } from './paths.ts';

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

/** Octets of all patterns × octets of the path: a few milliseconds of the engine at worst. */
export const maxEngineWork = 500_000;
/** The engine reads its text anew for every set of rules. */
export const maxEngineRules = 2_000;
const engineOrigin = 'http://robots.invalid';

// robots-parser is CommonJS whose types declare a default export; under nodenext the callable sits on either.
const parse = (robotsParser as unknown as { default?: unknown }).default ?? robotsParser;
type Engine = {
  isAllowed(url: string, agent?: string): boolean | undefined;
  getMatchingLineNumber(url: string, agent?: string): number;
};
const createEngine = parse as (url: string, text: string) => Engine;

interface GroupRules extends Pick<RuleSet, 'rules' | 'malformed'> {
  readonly decide: (path: string) => Rule | null;
}

const groupRules = new WeakMap<Group, GroupRules>();

/** A group's rules, made once: a group that serves a hundred agents is read and asked once per path, not a hundred times. */
function rulesOf(group: Group): GroupRules {
  const known = groupRules.get(group);
  if (known) return known;
  const rules: Rule[] = [];
  const malformed: RobotsLine[] = [];
  for (const line of group.rules) {
    if (line.value === '') continue; // an empty pattern is no rule
    const pattern = canonicalPattern(line.value);
    if (pattern === null) malformed.push(line);
    else for (const spelling of spellings(pattern)) rules.push({ line, isAllow: line.key === 'allow', pattern: spelling });
  }
  const made = { rules, malformed, decide: forRecentPaths(path => decideByMatcher(rules, path)) };
  groupRules.set(group, made);
  return made;
}

/** The rules of several groups as one (RFC 9309 §2.2.1). */
export function ruleSet(groups: readonly Group[]): RuleSet {
  const members = groups.map(rulesOf);
  const rules = members.flatMap(member => member.rules);
  const patternOctets = rules.reduce((sum, rule) => sum + rule.pattern.length, 0);
  const heads = rules.map(({ pattern }) => literalHead(pattern));
  let engine: Engine | undefined;
  const decide = (path: string): Rule | null => {
    // Most rules of most files are out of the question by their first octets: then there is nothing for an engine to decide.
    if (!heads.some(head => path.startsWith(head))) return null;
    if (path.endsWith('?') || rules.length > maxEngineRules || patternOctets * path.length > maxEngineWork) {
      return members.map(member => member.decide(path)).reduce(stronger, null);
    }
    engine ??= createEngine(`${engineOrigin}/robots.txt`, canonicalText(rules));
    return decideByEngine(engine, rules, path);
  };
  return { rules, malformed: members.flatMap(member => member.malformed), decide: forRecentPaths(decide) };
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
  const plain = withPlainQuery(path);
  return plain === null ? set.decide(path) : stronger(set.decide(path), set.decide(plain));
}

/** True when these rules leave no URL of the origin to fetch: `Disallow: /` and no Allow beside it. */
export const closesEverything = (set: RuleSet): boolean =>
  set.rules.some(rule => !rule.isAllow && (rule.pattern === '/' || rule.pattern === '/*' || rule.pattern === '*')) &&
  !set.rules.some(rule => rule.isAllow);

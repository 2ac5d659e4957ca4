/**
 * Which Allow or Disallow rule decides (RFC 9309 §2.2.2): the longest matching pattern; on a tie Allow; `/robots.txt` is always allowed.
 *
 * The engine is robots-parser. It is never handed a site's own text: it gets one canonical `User-agent: *` group, one rule a line, so that its
 * reader, its agent lookup and its encoding have nothing to decide. `matchesPath` answers where the engine is out of its depth: above
 * `maxEngineWork` (its matcher costs pattern × path), and for an empty query, which it drops. An engine that answers `undefined` was asked
 * wrongly: that is an error, never a permission.
 */
import robotsParser from 'robots-parser';
import type { Group } from './groups.ts';
import type { RobotsLine } from './lines.ts';
import { canonicalPath, canonicalPattern, matchesPath, specificityOf } from './paths.ts';

export interface Rule {
  readonly line: RobotsLine;
  readonly isAllow: boolean;
  readonly pattern: string;
}

export interface RuleSet {
  readonly rules: readonly Rule[];
  /** Rules whose pattern starts with neither `/` nor `*`: they match nothing. */
  readonly malformed: readonly RobotsLine[];
  readonly engine: (path: string) => Rule | null;
}

/** Octets of all patterns × octets of the path: a few milliseconds of the engine at worst. */
export const maxEngineWork = 500_000;
const engineOrigin = 'http://robots.invalid';

// robots-parser is CommonJS whose types declare a default export; under nodenext the callable sits on either.
const parse = (robotsParser as unknown as { default?: unknown }).default ?? robotsParser;
type Engine = {
  isAllowed(url: string, agent?: string): boolean | undefined;
  getMatchingLineNumber(url: string, agent?: string): number;
};
const createEngine = parse as (url: string, text: string) => Engine;

export function ruleSet(groups: readonly Group[]): RuleSet {
  const rules: Rule[] = [];
  const malformed: RobotsLine[] = [];
  for (const line of groups.flatMap(group => group.rules)) {
    if (line.value === '') continue; // an empty pattern is no rule
    const pattern = canonicalPattern(line.value);
    if (pattern === null) malformed.push(line);
    else rules.push({ line, isAllow: line.key === 'allow', pattern });
  }
  const patternOctets = rules.reduce((sum, rule) => sum + rule.pattern.length, 0);
  let engine: Engine | undefined;
  return {
    rules,
    malformed,
    engine: path => {
      if (rules.length === 0) return null;
      if (path.endsWith('?') || patternOctets * path.length > maxEngineWork) return decideByMatcher(rules, path);
      engine ??= createEngine(`${engineOrigin}/robots.txt`, canonicalText(rules));
      return decideByEngine(engine, rules, path);
    },
  };
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
  let winner: Rule | null = null;
  for (const rule of rules) {
    const isLonger = !winner || specificityOf(rule.pattern) > specificityOf(winner.pattern);
    const isTie = winner !== null && rule.isAllow && !winner.isAllow && rule.pattern.length === winner.pattern.length;
    if ((isLonger || isTie) && matchesPath(rule.pattern, path)) winner = rule;
  }
  return winner;
}

/** The deciding rule for a URL, or null when none matches. */
export function decidingRule(set: RuleSet, url: string): Rule | null {
  const path = canonicalPath(url);
  return path === '/robots.txt' ? null : set.engine(path);
}

/** True when these rules leave no URL of the origin to fetch: `Disallow: /` and no Allow beside it. */
export const closesEverything = (set: RuleSet): boolean =>
  set.rules.some(rule => !rule.isAllow && (rule.pattern === '/' || rule.pattern === '/*' || rule.pattern === '*')) &&
  !set.rules.some(rule => rule.isAllow);

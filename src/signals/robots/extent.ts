/**
 * How far a rule set closes an origin, whatever URL is asked about: the question of a count over sites ("how many close themselves to GPTBot?"), where
 * RFC 9309 only answers for one URL.
 *
 * A Disallow rule closes something unless an Allow rule wins on every URL that it could match. That is tried on the shortest URLs of its pattern, with and
 * without something in the place of a `*` and behind its end; where too many would have to be tried, the rule counts. Errs: to calling an origin closed.
 */
import { closesEverything, decideByMatcher, decidingRule, type Rule, type RuleSet } from './access.ts';

/**
 * How far a robots.txt closes an origin to one agent.
 * - `whole`: `/` is closed, everything below it too, and no Allow rule opens anything
 * - `partly`: something is closed (`/` included, where an Allow rule opens a part)
 * - `not`: nothing is closed
 */
export type Extent = 'whole' | 'partly' | 'not';
export const extents: readonly Extent[] = ['whole', 'partly', 'not'];

export interface Reach {
  readonly extent: Extent;
  /** Whether `/` itself is closed. */
  readonly root: boolean;
  /** The rule that closes `/`, else the first that closes anything; null where nothing is closed. */
  readonly rule: Rule | null;
}

export const open: Reach = { extent: 'not', root: false, rule: null };

/** Finds the reach of the rule sets of one file; of each set once, since a group that names a hundred agents is one. */
export function reaches(): (set: RuleSet | null) => Reach {
  const known = new Map<RuleSet, Reach>();
  const budget: Budget = { work: maxWork };
  return set => {
    if (!set) return open;
    const reach = known.get(set) ?? findReach(set, budget);
    known.set(set, reach);
    return reach;
  };
}

function findReach(set: RuleSet, budget: Budget): Reach {
  if (!set.rules.some(rule => !rule.isAllow)) return open;
  const atRoot = decidingRule(set, '/');
  if (atRoot && !atRoot.isAllow) return { extent: closesEverything(set) ? 'whole' : 'partly', root: true, rule: atRoot };
  const rule = firstThatCloses(set, budget);
  return rule ? { extent: 'partly', root: false, rule } : open;
}

/** Of one file: rules held against a URL while it is found out whether an Allow rule undoes a Disallow rule. */
interface Budget {
  work: number;
}
const maxWork = 100_000;

function firstThatCloses(set: RuleSet, budget: Budget): Rule | null {
  const refusals = set.rules.filter(rule => !rule.isAllow);
  if (refusals.length === set.rules.length) return refusals[0] ?? null;
  for (const rule of refusals) {
    const urls = urlsOf(rule.pattern);
    budget.work -= urls.length * set.rules.length;
    if (budget.work < 0 || urls.some(path => decideByMatcher(set.rules, path)?.isAllow === false)) return rule;
  }
  return null;
}

/** Something that no pattern is likely to name. */
const filler = 'zq0zq';

function urlsOf(pattern: string): readonly string[] {
  const isAnchored = pattern.endsWith('$');
  const stem = isAnchored ? pattern.slice(0, -1) : pattern;
  const ends = isAnchored ? [''] : ['', filler];
  return ['', filler].flatMap(star => ends.map(end => pathOf(stem.replaceAll('*', star) + end)));
}

const pathOf = (text: string): string => (text.startsWith('/') ? text : `/${text}`);

/** The reach that closes more; the first where they close as much. */
export const wider = (a: Reach, b: Reach): Reach => (weight(b) > weight(a) ? b : a);
export const weight = ({ extent, root }: Reach): number => 2 * (extents.length - extents.indexOf(extent)) + (root ? 1 : 0);

/** What a group of ai.txt says of one page: a rule for its own kind, else a rule for its path; a refusal of text as such reaches it even so. */
import type { Exchange } from '../../../vocab/index.ts';
import type { RobotsLine } from '../../robots/lines.ts';
import { canonicalPath, matchesPath, pathMatcher } from '../../robots/paths.ts';
import { type Kinds, kindsOf, textExtensions } from './kinds.ts';
import { type Pattern, patternsOf } from './patterns.ts';

export interface Ruling {
  readonly line: RobotsLine;
  readonly isAllow: boolean;
  readonly isLenient: boolean;
  readonly specificity: number;
}

/** What one list of rules says: the strongest for the page's own kind, for its path, and a refusal of text as such. */
interface Rulings {
  readonly own: Ruling | null;
  readonly path: Ruling | null;
  readonly text: Ruling | null;
}

export type Rules = readonly RobotsLine[];
/** The ruling of several groups as one (RFC 9309 §2.2.1). */
export type Judge = (groups: readonly Rules[]) => Ruling | null;

/** Many agents share a group: each group is read once per question. */
export function judgeOf(url: string, page: Exchange | null): Judge {
  const kinds = kindsOf(url, page);
  const matches = pathMatcher(canonicalPath(url));
  const known = new Map<Rules, Rulings>();
  return groups => {
    const all = groups.map(rules => {
      const rulings = known.get(rules) ?? rulingsOf(rules, kinds, matches);
      known.set(rules, rulings);
      return rulings;
    });
    const decided = strongest(all.map(({ own }) => own)) ?? strongest(all.map(({ path }) => path));
    return decided && !decided.isAllow ? decided : (strongest(all.map(({ text }) => text)) ?? decided);
  };
}

function rulingsOf(rules: Rules, kinds: Kinds, matches: (pattern: string) => boolean): Rulings {
  const own: Ruling[] = [];
  const path: Ruling[] = [];
  const text: Ruling[] = [];
  for (const line of rules) {
    const isAllow = line.key === 'allow';
    for (const one of patternsOf(line)) {
      switch (one.speaksOf) {
        case 'kind':
        case 'kinds': {
          const isLenient = one.speaksOf === 'kinds' || one.isLenient;
          const names = namedBy(one);
          const ruling = { line, isAllow, isLenient, specificity: one.specificity };
          if (names(kinds.own)) own.push(ruling);
          else if (kinds.isText && !isAllow && names(textExtensions)) text.push({ ...ruling, isLenient: true });
          break;
        }
        case 'every-kind':
          path.push({ line, isAllow, isLenient: true, specificity: one.specificity });
          break;
        case 'path':
          if (matches(one.pattern)) path.push({ line, isAllow, isLenient: one.isLenient, specificity: one.pattern.length });
          break;
        case 'unknown':
          break;
      }
    }
  }
  return { own: strongest(own), path: strongest(path), text: strongest(text) };
}

/** Does a pattern name one of these extensions? */
function namedBy(pattern: Extract<Pattern, { speaksOf: 'kind' | 'kinds' }>): (extensions: ReadonlySet<string>) => boolean {
  if (pattern.speaksOf === 'kind') return extensions => extensions.has(pattern.extension);
  return extensions => [...extensions].some(extension => matchesPath(`/${pattern.glob}$`, `/${extension}`));
}

/** The longest; of equals the refusal; of equals the first. */
const strongest = (rulings: readonly (Ruling | null)[]): Ruling | null =>
  rulings.reduce<Ruling | null>((best, one) => {
    if (!best || !one) return best ?? one;
    const difference = one.specificity - best.specificity;
    return difference > 0 || (difference === 0 && best.isAllow && !one.isAllow) ? one : best;
  }, null);

/**
 * robots.txt as the parser of Google's crawler reads it (github.com/google/robotstxt, robots.cc), which is what published counts are made with: the
 * third reading of a file, made for counting only. No verdict rests on it.
 *
 * It differs from our conformant reading in four points, and only where a file is not as RFC 9309 writes it: a user-agent line names the letters it
 * begins with (`GPTBot, CCBot` and `GPTBot (training)` name GPTBot); five misspellings of `disallow` and two of `user-agent` count; a missing colon
 * is forgiven; `Allow: /x/index.html` opens `/x/` too. It differs in one more that is ours: a whole value counts as a name, so that `AI2Bot` is not `AI`.
 */
import { latin1View } from '../bytes.ts';
import { type RuleSet, ruleSets } from './access.ts';
import type { RobotsFile } from './file.ts';
import { type Group, readGroups } from './groups.ts';
import type { RobotsLine } from './lines.ts';
import { tokensOf } from './tokens.ts';

export interface PlainReading {
  /** @param token normalised */
  names(token: string): boolean;
  /** Rules of the groups that name a token, without falling back to `*`; null where none does. */
  rulesNaming(token: string): RuleSet | null;
}

const forgiven = /^[ \t]*(user-agent|useragent|user agent|disallow|dissallow|dissalow|disalow|diasllow|disallaw|allow)/i;

export function plainReading({ body, text }: RobotsFile): PlainReading {
  const isRead = ({ flaw, start, end }: RobotsLine): boolean =>
    flaw === null || ((flaw === 'misspelt' || flaw === 'no-colon') && forgiven.test(latin1View(body, start, end)));
  const lines = text.lines.filter(isRead).flatMap(line => withDirectory(line.flaw === null ? line : { ...line, flaw: null }));
  const groups = new Map<string, Group[]>();
  for (const group of readGroups(lines, 'conformant').groups) {
    for (const token of new Set(group.agents.flatMap(({ value }) => names(value)))) {
      const known = groups.get(token);
      if (known) known.push(group);
      else groups.set(token, [group]);
    }
  }
  const make = ruleSets();
  const sets = new Map<Group, { readonly groups: readonly Group[]; readonly set: RuleSet }[]>();
  const setOf = (own: readonly Group[]): RuleSet => {
    const made = sets.get(own[0] as Group) ?? [];
    const known = made.find(entry => entry.groups.length === own.length && entry.groups.every((group, i) => group === own[i]));
    if (known) return known.set;
    const set = make(own);
    sets.set(own[0] as Group, [...made, { groups: own, set }]);
    return set;
  };
  return {
    names: token => groups.has(token),
    rulesNaming: token => {
      const own = groups.get(token);
      return own ? setOf(own) : null;
    },
  };
}

/** What a user-agent line names: its whole value, its value without the version, and the letters it begins with. */
function names(value: string): readonly string[] {
  if (/^\*([ \t]|$)/.test(value)) return ['*'];
  const begins = /^[a-z_-]+/i.exec(value)?.[0].toLowerCase();
  const whole = tokensOf(value, 'conformant');
  return begins === undefined || whole.includes(begins) ? whole : [...whole, begins];
}

/** An Allow for a directory's index page opens the directory's own URL. */
function withDirectory(line: RobotsLine): readonly RobotsLine[] {
  if (line.key !== 'allow') return [line];
  const slash = line.value.lastIndexOf('/');
  if (slash < 0 || !line.value.startsWith('/index.htm', slash)) return [line];
  return [line, { ...line, value: `${line.value.slice(0, slash + 1)}$` }];
}

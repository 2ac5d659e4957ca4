/**
 * robots.txt as the parser of Google's crawler reads it (github.com/google/robotstxt, robots.cc), which is what published counts are made with: the
 * third reading of a file, made for counting only. No verdict rests on it.
 *
 * It differs from our conformant reading in four points, and only where a file is not as RFC 9309 writes it: a user-agent line names the letters it
 * begins with (`GPTBot, CCBot` and `GPTBot (training)` name GPTBot); five misspellings of `disallow` and two of `user-agent` count; a missing colon
 * is forgiven between two words; `Allow: /x/index.html` opens `/x/` too. In two points it is ours: a whole value counts as a name, so that `AI2Bot` is not
 * `AI`; and `DisallowAITraining`, of which that parser reads the first eight letters, closes nothing.
 */
import { latin1View } from '../bytes.ts';
import type { RuleSet } from './access.ts';
import { type Group, readGroups } from './groups.ts';
import type { RobotsLine } from './lines.ts';
import type { RobotsFile } from './robots-file.ts';
import { tokensOf } from './tokens.ts';

export interface PlainReading {
  /** @param token normalised */
  names(token: string): boolean;
  /** Rules of the groups that name a token, without falling back to `*`; null where none does. */
  rulesNaming(token: string): RuleSet | null;
}

const forgiven = /^[ \t]*(user-agent|useragent|user agent|disallow|dissallow|dissalow|disalow|diasllow|disallaw|allow)/i;

/** Key and value, where no colon stands between them. */
const twoWords = /^[ \t]*[^ \t#]+[ \t]+[^ \t#]+[ \t]*(#|$)/;

export function plainReading(file: RobotsFile): PlainReading {
  const groups = new Map<string, Group[]>();
  for (const group of plainGroups(file)) {
    for (const { value } of group.agents) {
      for (const token of names(value)) {
        const known = groups.get(token);
        if (!known) groups.set(token, [group]);
        else if (known.at(-1) !== group) known.push(group);
      }
    }
  }
  return {
    names: token => groups.has(token),
    rulesNaming: token => {
      const own = groups.get(token);
      return own ? file.rulesOf(own) : null;
    },
  };
}

/** Those of the conformant reading, where no line is read in another way. */
function plainGroups({ body, text, grouping }: RobotsFile): readonly Group[] {
  const isForgiven = ({ flaw, start, end }: RobotsLine): boolean => {
    if (flaw !== 'misspelt' && flaw !== 'no-colon') return false;
    const written = latin1View(body, start, end);
    return forgiven.test(written) && (flaw === 'misspelt' || twoWords.test(written));
  };
  const forgivenLines = new Set(text.lines.filter(isForgiven));
  if (forgivenLines.size === 0 && !text.lines.some(opensDirectory)) return grouping('conformant').groups;
  const lines = text.lines.flatMap(line => {
    if (line.flaw !== null && !forgivenLines.has(line)) return [];
    const read = line.flaw === null ? line : { ...line, flaw: null };
    return opensDirectory(line) ? [read, { ...read, value: `${line.value.slice(0, line.value.lastIndexOf('/') + 1)}$` }] : [read];
  });
  return readGroups(lines, 'conformant').groups;
}

/** An Allow for a directory's index page opens the directory's own URL. */
const opensDirectory = ({ key, value }: RobotsLine): boolean => key === 'allow' && /\/index\.htm[^/]*$/.test(value);

/** What a user-agent line names: its whole value, its value without the version, and the letters it begins with. */
function names(value: string): readonly string[] {
  if (/^\*([ \t]|$)/.test(value)) return ['*'];
  const begins = /^[a-z_-]+/i.exec(value)?.[0].toLowerCase();
  const whole = tokensOf(value, 'conformant');
  return begins === undefined || whole.includes(begins) ? whole : [...whole, begins];
}

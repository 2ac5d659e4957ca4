import type { RuleSet } from './access.ts';
import type { Group, Grouping } from './groups.ts';
import type { RobotsLine, RobotsText } from './lines.ts';
import type { Strictness } from './tokens.ts';

/** Lines by what is wrong with them, the first few of each kind; computed once per file. */
export interface LineFlaws {
  readonly flawed: readonly RobotsLine[];
  readonly decorated: readonly RobotsLine[];
  readonly orphans: readonly RobotsLine[];
  readonly malformedPatterns: readonly RobotsLine[];
}

/** One robots.txt read once and asked many times: lines, both groupings, and a rule set per token. */
export interface RobotsFile {
  readonly body: Uint8Array;
  readonly text: RobotsText;
  /** False when every line is conformant and every user-agent line names one plain token: both readings are then the same. */
  readonly hasLenientForms: boolean;
  flaws(): LineFlaws;
  /** What a reader found out about this file, found once; `key` is the reader's own. */
  once<T>(key: object, find: () => T): T;
  grouping(strictness: Strictness): Grouping;
  /** True when some group names the token. @param token normalised */
  names(token: string): boolean;
  /** All groups that name the token (RFC 9309 §2.2.1: they count as one); empty when none does. */
  groupsNaming(token: string, strictness: Strictness): readonly Group[];
  /** The groups that bind a crawler: its own, else `*`, else none. */
  groupsFor(token: string, strictness: Strictness): readonly Group[];
  /** Rules that bind a crawler of this token: its own groups, else `*`. */
  rulesFor(token: string, strictness: Strictness): RuleSet;
  /** Rules of the groups that name this token, without falling back to `*`; null when none does. */
  rulesNaming(token: string, strictness: Strictness): RuleSet | null;
  /** The rules of several groups as one; made once for the same groups. */
  rulesOf(groups: readonly Group[]): RuleSet;
}

/**
 * Groups of robots.txt and who they address (RFC 9309 §2.2.1).
 *
 * Consecutive user-agent lines share what follows; only Allow and Disallow close such a run (§2.2.4: other records must not interfere).
 * All groups that name a token are one; without any, the `*` groups are; a group without rules is still a group and allows everything.
 * Which tokens a user-agent line names: `tokens.ts`.
 */
import type { RobotsLine } from './lines.ts';
import { nameBudget, type Strictness, tokensOf } from './tokens.ts';

export interface Group {
  readonly agents: readonly RobotsLine[];
  readonly rules: readonly RobotsLine[];
  /** Every other record of the group, in order (content-usage, content-signal, license, crawl-delay, …). */
  readonly records: readonly RobotsLine[];
}

export interface Grouping {
  readonly groups: readonly Group[];
  /** Records before the first user-agent line: addressed to nobody in particular. */
  readonly global: readonly RobotsLine[];
  /** Allow and Disallow lines before the first user-agent line: no group, no rule. */
  readonly orphans: readonly RobotsLine[];
}

/** The conformant grouping does not see repaired records at all: to RFC 9309 their lines say nothing. */
export function readGroups(lines: readonly RobotsLine[], strictness: Strictness): Grouping {
  const groups: Group[] = [];
  const global: RobotsLine[] = [];
  const orphans: RobotsLine[] = [];
  let group: { agents: RobotsLine[]; rules: RobotsLine[]; records: RobotsLine[] } | undefined;
  let isRunOpen = false;
  for (const line of lines) {
    if (strictness === 'conformant' && line.flaw !== null) continue;
    if (line.key === 'user-agent') {
      if (group && isRunOpen) group.agents.push(line);
      else {
        group = { agents: [line], rules: none, records: none };
        groups.push(group);
      }
      isRunOpen = true;
    } else if (line.key === 'allow' || line.key === 'disallow') {
      if (group) group.rules = withLine(group.rules, line);
      else orphans.push(line);
      isRunOpen = false;
    } else if (group) group.records = withLine(group.records, line);
    else global.push(line);
  }
  return { groups, global, orphans };
}

/** A file may hold twenty thousand groups: what is empty in them is shared. */
const none: RobotsLine[] = [];

function withLine(list: RobotsLine[], line: RobotsLine): RobotsLine[] {
  if (list === none) return [line];
  list.push(line);
  return list;
}

/** The one group that names a token, or all of them. */
export type TokenIndex = ReadonlyMap<string, Group | readonly Group[]>;

/** A file names a few agents often, or many once: then remembering them is most of the work. */
const maxKnown = 256;

/** Which groups name which token; built once, so that asking for a hundred agents costs a hundred look-ups. */
export function indexByToken(groups: readonly Group[], strictness: Strictness): TokenIndex {
  const index = new Map<string, Group | Group[]>();
  const known = new Map<string, readonly string[]>();
  const budget = nameBudget();
  for (const group of groups) {
    for (const { value } of group.agents) {
      let tokens = known.get(value);
      if (!tokens) {
        tokens = tokensOf(value, strictness, budget);
        if (known.size < maxKnown) known.set(value, tokens);
      }
      for (const token of tokens) {
        const named = index.get(token);
        if (!named) index.set(token, group);
        else if (Array.isArray(named)) {
          if (named.at(-1) !== group) named.push(group);
        } else if (named !== group) index.set(token, [named, group]);
      }
    }
  }
  return index;
}

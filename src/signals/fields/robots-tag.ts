/**
 * Robots directives as a structured field: draft-illyes-repext-03 (independent draft, April 2026), HTTP Response Header.
 * https://datatracker.ietf.org/doc/draft-illyes-repext/
 *
 * Reads: `Robots-Tag: *;noindex;nosnippet, ExampleBot;noai` of the page's own answer: an RFC 9651 List of product tokens, rules as parameters.
 * Precedence: all members for `*` and for our own token count together, the most restrictive wins; listed agents are addressed by name.
 * Errors: a value that is no List, taken as a whole, is unreadable, and so is one over 64 KiB; over 32 KiB, unless what was read refuses.
 *
 * Known departures, to the protection of the page: a rule in the place of a token (`Robots-Tag: noai`) and a rule with a value it does not take
 * (`noai=y`) are lenient, one that is switched off (`noai=?0`) is not. Rules the draft does not list are those of `../robots-directives.ts`.
 */
import { type BareItem, type Item, type List, type Parameters, parseList, Token } from 'structured-headers';
import type { Evidence, Exchange, Reading, Signal } from '../../vocab/index.ts';
import { anomaly } from '../cite.ts';
import { type AddressOf, type DirectiveGroup, groupsOncePerPage, readDirectiveGroups, us } from '../directive-statements.ts';
import { onceFor } from '../once.ts';
import { type Directive, readDirectives, valuedDirectives } from '../robots-directives.ts';
import { type FieldLineFound, linesRead, openFieldLines, settleLines } from './field-lines.ts';

const id = 'field.robots-tag';
const maxValueOctets = 65_536;

export const fieldRobotsTag: Signal = {
  id,
  stage: 'fields',
  bearsOn: ['train-ai', 'ai-use', 'search', 'tdm', 'archive'],
  read: ({ page }, question, { agents }): Reading => {
    const opened = openFieldLines(id, page, 'robots-tag', 'draft-illyes-repext-03');
    if ('state' in opened) return opened;
    const { page: answer, lines } = opened;
    const isHuge = lines.reduce((sum, { value }) => sum + value.length + 2, -2) > maxValueOctets;
    const read = isHuge ? [] : linesRead(lines);
    const { damaged, cited } = listsOf(answer, read);
    if (isHuge || !cited) {
      const { evidence } = damaged ?? lines[0];
      return { state: 'unreadable', looked: evidence, anomalies: [anomaly('robots-directives.malformed', 'ignored', evidence)] };
    }
    const groups = groupsPerPage(answer, question, agents.agents, address =>
      cited.flatMap(({ evidence, list }) => list.map(member => ({ ...readMember(member as Item, address), evidence }))),
    );
    return settleLines(readDirectiveGroups(groups, answer, question, lines[0].evidence), lines[read.length]);
  },
};

interface Lists {
  /** The first line that is no List by itself. */
  readonly damaged: FieldLineFound | null;
  /** Null where the lines together are none. */
  readonly cited: readonly { readonly evidence: Evidence; readonly list: List }[] | null;
}

const groupsPerPage = groupsOncePerPage();
const listsPerPage = onceFor<Exchange, never, Lists>();

const listsOf = (page: Exchange, lines: readonly FieldLineFound[]): Lists =>
  listsPerPage(page, [], () => {
    const cited: { evidence: Evidence; list: List }[] = [];
    let damaged: FieldLineFound | null = null;
    for (const line of lines) {
      const list = readList(line.value);
      if (list) cited.push({ evidence: line.evidence, list });
      else damaged ??= line;
    }
    // Lists that are none of them empty are one List, line after line.
    if (!damaged && (lines.length < 2 || lines.every(({ value }) => value !== ''))) return { damaged, cited };
    const whole = readList(lines.map(({ value }) => value).join(', '));
    if (!whole) return { damaged, cited: null };
    // A string may run over two lines: then the first stands for all.
    return { damaged, cited: damaged && lines[0] ? [{ evidence: lines[0].evidence, list: whole }] : cited };
  });

function readList(value: string): List | null {
  if (value === '') return [];
  try {
    return parseList(value);
  } catch {
    return null; // malformed: nothing is known of what it says
  }
}

type Group = Omit<DirectiveGroup, 'evidence'>;

/** An inner list stands where a token should: its rules are read as if they were for everyone. */
function readMember([member, parameters]: readonly [BareItem | Item[], Parameters], address: AddressOf): Group {
  const isInner = Array.isArray(member);
  const name = isInner ? member.map(([item]) => textOf(item)).join(' ') : textOf(member).toLowerCase();
  const rules = [...parameters].flatMap(([key, value]) => readRule(key, value));
  const misplaced = readDirectives(name).filter(({ isKnown }) => isKnown);
  if (name === '*' || isInner || misplaced.length > 0) {
    return { directives: [...misplaced, ...rules], parties: [us], isLenient: isInner || misplaced.length > 0 };
  }
  return { directives: rules, parties: [address(name)], isLenient: !(member instanceof Token) };
}

function readRule(key: string, value: BareItem): readonly Directive[] {
  if (value === true) return readDirectives(key);
  if (value === false) return [];
  const argument = textOf(value).toLowerCase();
  return valuedDirectives.has(key)
    ? readDirectives(`${key}: ${argument}`)
    : readDirectives(key).map(directive => ({ ...directive, isLenient: true }));
}

const textOf = (item: BareItem): string => (item instanceof Date ? item.toISOString() : String(item));

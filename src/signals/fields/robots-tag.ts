/**
 * Robots directives as a structured field: draft-illyes-repext-03 (independent draft, April 2026), HTTP Response Header.
 * https://datatracker.ietf.org/doc/draft-illyes-repext/
 *
 * Reads: `Robots-Tag: *;noindex;nosnippet, ExampleBot;noai` of the page's own answer: an RFC 9651 List of product tokens, rules as parameters.
 * Precedence: all members for `*` and for our own token count together, the most restrictive wins; listed agents are addressed by name.
 * Errors: a value that is no List, taken as a whole, is unreadable, and so is one over 64 KiB.
 *
 * Known departures, to the protection of the page: a rule in the place of a token (`Robots-Tag: noai`) and a rule with a value it does not take
 * (`noai=y`) are lenient, one that is switched off (`noai=?0`) is not. Rules the draft does not list are those of `../robots-directives.ts`.
 */
import { type BareItem, type Item, type List, type Parameters, parseList, Token } from 'structured-headers';
import type { Reading, Signal } from '../../vocab/index.ts';
import { anomaly } from '../cite.ts';
import { addressBook, type DirectiveGroup, type Party, readDirectiveGroups, us } from '../directive-statements.ts';
import { type Directive, readDirectives, valuedDirectives } from '../robots-directives.ts';
import { openFieldLines } from './field-lines.ts';

const id = 'field.robots-tag';
const maxValueOctets = 65_536;

export const fieldRobotsTag: Signal = {
  id,
  stage: 'fields',
  bearsOn: ['train-ai', 'ai-use', 'search', 'tdm', 'archive'],
  read: ({ page }, question, { agents }): Reading => {
    const opened = openFieldLines(id, page, 'robots-tag', 'draft-illyes-repext-03');
    if ('state' in opened) return opened;
    const { lines } = opened;
    const whole = readList(lines.map(({ value }) => value).join(', '));
    const single = lines.map(({ value, evidence }) => ({ evidence, list: readList(value) }));
    const damaged = single.find(({ list }) => list === null);
    if (!whole) {
      const { evidence } = damaged ?? lines[0];
      return { state: 'unreadable', looked: evidence, anomalies: [anomaly('robots-directives.malformed', 'ignored', evidence)] };
    }
    // A string may run over two lines: then the first stands for all.
    const cited = damaged ? [{ evidence: lines[0].evidence, list: whole }] : single;
    const address = addressBook(question.productToken, agents.agents);
    const groups = cited.flatMap(({ evidence, list }) =>
      (list ?? []).flatMap(member => readMember(member as Item, address).map(group => ({ ...group, evidence }))),
    );
    return readDirectiveGroups(groups, opened.page, question, lines[0].evidence);
  },
};

function readList(value: string): List | null {
  if (value === '') return [];
  if (value.length > maxValueOctets) return null;
  try {
    return parseList(value);
  } catch {
    return null; // malformed: nothing is known of what it says
  }
}

type Group = Omit<DirectiveGroup, 'evidence'>;

/** An inner list stands where a token should: its rules are read as if they were for everyone. */
function readMember(
  [member, parameters]: readonly [BareItem | Item[], Parameters],
  address: (name: string) => Party | null,
): readonly Group[] {
  const isInner = Array.isArray(member);
  const name = isInner ? member.map(([item]) => textOf(item)).join(' ') : textOf(member).toLowerCase();
  const rules = [...parameters].flatMap(([key, value]) => readRule(key, value));
  const misplaced = readDirectives(name).filter(({ isKnown }) => isKnown);
  if (name === '*' || isInner || misplaced.length > 0) {
    return [{ directives: [...misplaced, ...rules], party: us, isLenient: isInner || misplaced.length > 0 }];
  }
  return [{ directives: rules, party: address(name), isLenient: !(member instanceof Token) }];
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

import type { Exchange, Retrieval } from '../../vocab/index.ts';
import { latin1View } from '../bytes.ts';
import { type RuleSet, ruleSets } from './access.ts';
import { lineFlaws } from './flaws.ts';
import { type Group, indexByToken, readGroups } from './groups.ts';
import { readLines } from './lines.ts';
import type { LineFlaws, RobotsFile } from './robots-file.ts';
import { everyName, isPlainToken, normaliseToken, type Strictness } from './tokens.ts';

const files = new WeakMap<Uint8Array, RobotsFile>();

type Successful = Extract<Retrieval, { outcome: 'successful' }>;

/** Memoised by the identity of the body, so that ten thousand URLs of one origin parse one file; a short one also by its octets. */
export function robotsFile({ body, truncated }: Successful): RobotsFile {
  if (last?.body !== body) {
    const file = files.get(body);
    last = file && { body, file };
  }
  if (last && (last.file.text.isCut || !truncated)) return last.file;
  const file = truncated || body.length > maxShortOctets ? readFile(body, truncated) : readShort(body);
  files.set(body, file);
  last = { body, file };
  return file;
}

/** A dozen readings in a row ask for the same one. */
let last: { readonly body: Uint8Array; readonly file: RobotsFile } | undefined;

/** What a host was set up with is served by thousands of sites, letter for letter. The last ones, in the order in which they were asked for. */
const shortFiles = new Map<string, RobotsFile>();
const maxShortFiles = 64;
const maxShortOctets = 4_096;

function readShort(body: Uint8Array): RobotsFile {
  const octets = latin1View(body);
  const file = shortFiles.get(octets) ?? readFile(body, false);
  shortFiles.delete(octets);
  shortFiles.set(octets, file);
  if (shortFiles.size > maxShortFiles) shortFiles.delete(shortFiles.keys().next().value as string);
  return file;
}

/** The robots.txt of an exchange, or null unless it was retrieved with success. */
export const robotsFileOf = (exchange: Exchange): RobotsFile | null =>
  exchange.retrieval.outcome === 'successful' ? robotsFile(exchange.retrieval) : null;

function readFile(body: Uint8Array, isTruncated: boolean): RobotsFile {
  const text = readLines(body, isTruncated);
  const hasLenientForms = text.lines.some(line => line.flaw !== null || (line.key === 'user-agent' && !isPlainToken(line.value)));
  const grouping = memoByStrictness(hasLenientForms, strictness => readGroups(text.lines, strictness));
  const index = memoByStrictness(hasLenientForms, strictness => indexByToken(grouping(strictness).groups, strictness));
  const named = (token: string, strictness: Strictness): readonly Group[] => listed(index(strictness).get(token));
  const withOverlong = (groups: readonly Group[], strictness: Strictness): readonly Group[] => {
    const overlong = strictness === 'lenient' ? named(everyName, strictness) : [];
    if (overlong.length === 0) return groups;
    return groups.length === 0 ? overlong : [...new Set([...groups, ...overlong])];
  };
  const groupsNaming = (token: string, strictness: Strictness): readonly Group[] =>
    withOverlong(named(normaliseToken(token), strictness), strictness);
  const groupsFor = (token: string, strictness: Strictness): readonly Group[] => {
    const own = named(normaliseToken(token), strictness);
    return withOverlong(own.length > 0 ? own : named('*', strictness), strictness);
  };
  // Keyed by the groups themselves: many tokens share a group, and what a caller can grow is bounded by the file.
  const ruleSet = ruleSets();
  const sets = new Map<Group | undefined, { groups: readonly Group[]; set: RuleSet }[]>();
  const setOf = (groups: readonly Group[]): RuleSet => {
    const made = sets.get(groups[0]) ?? [];
    const known = made.find(
      entry => entry.groups.length === groups.length && entry.groups.every((group, i) => group === groups[i]),
    );
    if (known) return known.set;
    const set = ruleSet(groups);
    sets.set(groups[0], [...made, { groups, set }]);
    return set;
  };
  let flaws: LineFlaws | undefined;
  const found = new Map<object, unknown>();
  return {
    body,
    text,
    hasLenientForms,
    flaws: () => {
      flaws ??= lineFlaws(text.lines, grouping('conformant').orphans);
      return flaws;
    },
    once: <T>(key: object, find: () => T): T => {
      if (!found.has(key)) found.set(key, find());
      return found.get(key) as T;
    },
    grouping,
    names: token => index('conformant').has(token) || index('lenient').has(token) || index('lenient').has(everyName),
    groupsNaming,
    groupsFor,
    rulesFor: (token, strictness) => setOf(groupsFor(token, strictness)),
    rulesNaming: (token, strictness) => {
      const groups = groupsNaming(token, strictness);
      return groups.length > 0 ? setOf(groups) : null;
    },
    rulesOf: setOf,
  };
}

const listed = (groups: Group | readonly Group[] | undefined): readonly Group[] =>
  groups === undefined ? [] : 'agents' in groups ? [groups] : groups;

/** Made once per strictness, and once for both where they cannot differ. */
function memoByStrictness<T>(doDiffer: boolean, make: (strictness: Strictness) => T): (strictness: Strictness) => T {
  const made = new Map<Strictness, T>();
  return asked => {
    const strictness = doDiffer ? asked : 'conformant';
    const known = made.get(strictness);
    if (known !== undefined) return known;
    const value = make(strictness);
    made.set(strictness, value);
    return value;
  };
}

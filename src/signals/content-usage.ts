/**
 * The value of `Content-Usage`, in HTTP and in robots.txt: AIPREF vocabulary, draft-ietf-aipref-vocab-08 (September 2026) §4 and §6.
 * https://datatracker.ietf.org/doc/draft-ietf-aipref-vocab/
 *
 * Reads: an RFC 9651 Dictionary of `train-ai`, `ai-use` and `search`, each with the Token `y` or `n`; parameters are ignored (§6.5).
 * Precedence: the last of several equal keys counts (RFC 9651 §4.2.2); unknown keys are ignored.
 * Errors: a value that does not parse states nothing at all (`malformed`); a known key with another value states nothing (`wrong-value`).
 *
 * Known departures, each heard by `strict` only: labels of older drafts (`bots=n`) are `legacy`; a refusal that a later equal key takes back, and
 * Cloudflare's word order (`ai-train=n`), are `wrong-value`. A value over 64 KiB is malformed. The parser refuses a Date followed by parameters,
 * which RFC 9651 allows: it errs to malformed.
 */
import { type BareItem, type Dictionary, parseDictionary, Token } from 'structured-headers';
import type { Category } from '../vocab/index.ts';
import { flaw, refuse, type UsagePreference, type UsageValue } from './usage-value.ts';

const maxValueOctets = 65_536;

const labels: ReadonlyMap<string, Category> = new Map([
  ['train-ai', 'train-ai'],
  ['ai-use', 'ai-use'],
  ['search', 'search'],
]);

/** Labels of vocab-01 to -04 and of attach-00, with everything they covered then. */
const legacyLabels: ReadonlyMap<string, readonly Category[]> = new Map([
  ['tdm', ['tdm', 'train-ai', 'ai-use', 'search']],
  ['all', ['tdm', 'train-ai', 'ai-use', 'search']],
  ['bots', ['tdm', 'train-ai', 'ai-use', 'search']],
  ['ai', ['train-ai']],
  ['genai', ['train-ai']],
  ['train-genai', ['train-ai']],
  ['inference', ['ai-use']],
  ['ai-output', ['ai-use']],
]);

/** The same words in the order of Content Signals. */
const mirroredLabels: ReadonlyMap<string, Category> = new Map([
  ['ai-train', 'train-ai'],
  ['ai-input', 'ai-use'],
]);

/** @param value one field value (lines joined with `, `), or the part of a robots.txt record after its path; one character per octet */
export function readContentUsage(value: string): UsageValue {
  const members = readMembers(value);
  if (!members) {
    return { state: 'malformed', preferences: [], flaws: [flaw('content-usage.malformed', 'ignored', 'no RFC 9651 Dictionary')] };
  }
  const keys = new Set(members.map(member => member.key));
  const last = new Map(members.map(member => [member.key, member]));
  const read = [...last.values()].map(member => readMember(member, keys));
  const earlier = members.filter(member => last.get(member.key) !== member && refuses(member));
  const takenBack = earlier.filter(({ key }) => !refuses(last.get(key)!));
  return {
    state: 'parsed',
    preferences: [
      ...read.flatMap(({ preferences }) => preferences),
      ...takenBack.flatMap(({ key }) => (labels.has(key) ? [refuse(labels.get(key) ?? 'train-ai', 'wrong-value')] : [])),
    ],
    flaws: [
      ...read.flatMap(({ flaws }) => flaws),
      ...takenBack.map(({ key }) => flaw('content-usage.duplicate-key', 'ignored', key)),
    ],
  };
}

interface Member {
  readonly key: string;
  readonly value: BareItem | 'inner-list';
  readonly hasParameters: boolean;
}

/** Members in order, repeated keys included (a Dictionary as parsed keeps the last only); null where RFC 9651 §4.2.2 fails. */
function readMembers(value: string): readonly Member[] | null {
  if (value.trim() === '') return [];
  if (value.length > maxValueOctets || !/^[\t\x20-\x7e]*$/.test(value)) return null;
  try {
    return splitMembers(value).flatMap(part => {
      const dictionary: Dictionary = part === '' ? fail() : parseDictionary(part);
      return [...dictionary].map(([key, [item, parameters]]) => ({
        key,
        value: Array.isArray(item) ? 'inner-list' : item,
        hasParameters: parameters.size > 0,
      }));
    });
  } catch {
    return null; // malformed: states nothing, and is never read as consent
  }
}

const fail = (): never => {
  throw new SyntaxError('a Dictionary has no empty member');
};

/** Splits at the commas outside of strings; each part is then one member, or malformed. */
function splitMembers(value: string): readonly string[] {
  const parts: string[] = [];
  let start = 0;
  let inside: 'string' | 'display-string' | null = null;
  for (let i = 0; i < value.length; i++) {
    const character = value[i];
    if (character === '"') inside = inside ? null : value[i - 1] === '%' ? 'display-string' : 'string';
    else if (character === '\\' && inside === 'string') i++;
    else if (character === ',' && !inside) {
      parts.push(value.slice(start, i));
      start = i + 1;
    }
  }
  return [...parts, value.slice(start)].map((part, i) => (i === 0 ? part.trimEnd() : part.trim()));
}

const isToken = (member: Member, token: 'y' | 'n'): boolean => member.value instanceof Token && member.value.toString() === token;

/** Anything but a plain `y` refuses in the eyes of somebody: `n` does for everyone, a wrong value for `strict`. */
const refuses = (member: Member): boolean => !isToken(member, 'y');

function readMember(member: Member, keys: ReadonlySet<string>): Omit<UsageValue, 'state'> {
  const { key } = member;
  const parameters = member.hasParameters ? [flaw('content-usage.parameter', 'none', key)] : [];
  const category = labels.get(key);
  if (category) {
    if (isToken(member, 'n')) return { preferences: [refuse(category, 'conformant')], flaws: parameters };
    if (isToken(member, 'y')) {
      const allow: UsagePreference = { category, preference: 'allow', form: 'conformant', grants: true };
      return { preferences: [allow], flaws: parameters };
    }
    return { preferences: [refuse(category, 'wrong-value')], flaws: [flaw('content-usage.wrong-value', 'ignored', key)] };
  }
  const legacy = legacyLabels.get(key);
  if (legacy) {
    const flaws = [flaw('content-usage.legacy-label', refuses(member) ? 'ignored' : 'none', key)];
    const covered = legacy.filter(c => c !== 'search' || !keys.has('search'));
    const form = isToken(member, 'n') ? 'legacy' : 'wrong-value';
    return { preferences: refuses(member) ? covered.map(c => refuse(c, form)) : [], flaws };
  }
  const mirrored = mirroredLabels.get(key);
  if (mirrored && refuses(member)) {
    const isYes = member.value instanceof Token && member.value.toString() === 'yes';
    const flaws = [flaw('content-usage.unknown-label', 'ignored', key)];
    return { preferences: isYes ? [] : [refuse(mirrored, 'wrong-value')], flaws };
  }
  return { preferences: [], flaws: [flaw('content-usage.unknown-label', isToken(member, 'n') ? 'ignored' : 'none', key)] };
}

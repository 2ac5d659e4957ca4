/**
 * What a damaged line of robots.txt plainly means. Every record made here carries its flaw and is heard as `lenient`, only where it restricts.
 *
 * - `misspelt`: the name of a record that can refuse, with one letter too many, too few, wrong or swapped with its neighbour, or with other
 *   separators inside (`Content Signal`, `Disallow-AI-Training`); and two names of Google's list (github.com/google/robotstxt, robots.cc)
 * - `no-colon`: `Disallow /x`, `Disallow= /x`, `Content-Usage train-ai=n`
 * - `joined`: a lost line break, `User-agent: GPTBot Disallow: /` (met in the wild on large news sites)
 * - `invisible`: a byte order mark in mid-file, NUL, no-break and zero-width spaces around a name or a value
 * - `utf-16`: the whole file is UTF-16 (§2.3 wants UTF-8)
 *
 * Names that only permit (`Allow`, `AllowAITraining`) are never guessed at, and the name of another directive is never taken for a slip.
 */

import { remembering } from '../../vocab/index.ts';
import { trimOctets } from '../bytes.ts';

export type Flaw = 'misspelt' | 'no-colon' | 'joined' | 'invisible' | 'utf-16';

export interface RobotsRecord {
  /** Canonical directive name in lower case (`user-agent`, `allow`, `disallow`, `content-signal`, …). */
  readonly key: string;
  /** Trimmed value without comment, one character per octet. */
  readonly value: string;
  /** Null when the line is as RFC 9309 writes it. */
  readonly flaw: Flaw | null;
}

/** Directive names as their specifications and vendors write them. */
export const directiveNames: ReadonlySet<string> = new Set([
  'user-agent',
  'allow',
  'disallow',
  'content-usage',
  'content-signal',
  'content-signals',
  'disallowaitraining',
  'allowaitraining',
  'license',
  'sitemap',
  'crawl-delay',
  'request-rate',
  'visit-time',
  'host',
  'clean-param',
  'noindex',
]);

/** Names that are guessed at when misspelt, by their letters alone. */
const guessed: readonly (readonly [letters: string, name: string])[] = [
  ['useragent', 'user-agent'],
  ['disallow', 'disallow'],
  ['contentusage', 'content-usage'],
  ['contentsignal', 'content-signal'],
  ['disallowaitraining', 'disallowaitraining'],
  ['license', 'license'],
];

/** Two slips in one word, and still met. */
const doublySlipped = new Set(['dissalow', 'disallowed']);

/** Other spellings a specification or its author use themselves. */
export const aliases: ReadonlyMap<string, string> = new Map([['content-signals', 'content-signal']]);

/** Octets of a directive name, however it is spelt. */
const [minName, maxName] = [5, 24];
/** `Disallow AI Training` */
const maxWords = 3;

/** A file repeats its few names. */
const guessOnce = remembering(256, guess);

/** What a misspelt name in lower case stands for; null when it is a name, or none that we know. */
function meantName(name: string): string | null {
  if (name.length < minName || name.length > maxName || directiveNames.has(name)) return null;
  return guessOnce(name);
}

function guess(name: string): string | null {
  const letters = name.replace(/[-_. \t]/g, '');
  if (doublySlipped.has(letters)) return 'disallow';
  return guessed.find(([known]) => isOneSlip(letters, known))?.[1] ?? null;
}

/** True for equal words, and where one letter was added, lost or replaced, or two neighbours changed places. */
function isOneSlip(a: string, b: string): boolean {
  if (Math.abs(a.length - b.length) > 1) return false;
  const shorter = Math.min(a.length, b.length);
  let same = 0;
  while (same < shorter && a[same] === b[same]) same++;
  let tail = 0;
  while (tail < shorter - same && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail++;
  const [inA, inB] = [a.length - tail - same, b.length - tail - same];
  return Math.max(inA, inB) <= 1 || (inA === 2 && inB === 2 && a[same + 1] === b[same] && a[same] === b[same + 1]);
}

export const isMisspelt = (name: string): boolean => meantName(name) !== null;

/** A colon of full width is a colon in a Chinese or Japanese editor. */
const wideColon = '\xef\xbc\x9a';
/** What ends a name in place of a colon; the wide one by its first octet. */
const separators = ' \t=;\xef';

/** What a value must look like where no colon says that the words before it are a name; prose has such words, too. */
const looksLikeValue: ReadonlyMap<string, (value: string) => boolean> = new Map([
  ['user-agent', value => value.split(/[,;|&]/).every(member => /^\S+$/.test(trimOctets(member)))],
  ['allow', isPath],
  ['disallow', isPath],
  ['content-usage', holdsPair],
  ['content-signal', holdsPair],
  ['disallowaitraining', value => value !== ''],
  ['allowaitraining', isPath],
  ['license', value => /^(https?:\/)?\//i.test(value)],
]);

function isPath(value: string): boolean {
  return /^[/*]/.test(value);
}

function holdsPair(value: string): boolean {
  return /^(\/|[a-z*][a-z0-9_.*-]*[ \t]*[=:])/i.test(value);
}

const joinedNames: ReadonlySet<string> = new Set([
  'user-agent',
  'allow',
  'disallow',
  'sitemap',
  'crawl-delay',
  'content-signal',
  'content-signals',
  'content-usage',
  'disallowaitraining',
  'license',
]);
const invisible = /\xef\xbb\xbf|\xe2\x80[\x8b-\x8f]|\xc2[\xa0\xad]/g;

/** @param content a line without its comment, printable ASCII with one colon: it is one record at most */
export const meantRecord = (content: string): readonly RobotsRecord[] => listed(readMeant(content, null));

/** @param content a line without its comment and its NUL octets, one character per octet @param hadZeros some were taken out */
export function meantRecords(content: string, isUtf16: boolean, hadZeros: boolean): readonly RobotsRecord[] {
  const visible = hadZeros || content.search(invisible) >= 0 ? withoutInvisible(content) : content;
  const cuts = joinedAt(visible);
  const isChanged = hadZeros || visible !== content;
  const flaw: Flaw | null = isUtf16 ? 'utf-16' : isChanged ? 'invisible' : cuts.length > 0 ? 'joined' : null;
  if (cuts.length === 0) return listed(readMeant(trimOctets(visible), flaw));
  const records: RobotsRecord[] = [];
  for (let i = 0; i <= cuts.length; i++) {
    const record = readMeant(trimOctets(visible.slice(cuts[i - 1] ?? 0, cuts[i])), flaw);
    if (record) records.push(record);
  }
  return records;
}

const nothing: readonly RobotsRecord[] = [];
const listed = (record: RobotsRecord | null): readonly RobotsRecord[] => (record ? [record] : nothing);

const isBlank = (text: string, at: number): boolean => text[at] === ' ' || text[at] === '\t';

/** Where a further record begins inside a line: a name between white space and a colon. */
function joinedAt(text: string): readonly number[] {
  const first = text.indexOf(':');
  if (first < 0 || text.indexOf(':', first + 1) < 0) return [];
  const cuts: number[] = [];
  for (let colon = first; colon >= 0; colon = text.indexOf(':', colon + 1)) {
    let end = colon;
    while (end > 0 && isBlank(text, end - 1)) end--;
    let start = end;
    while (start > 0 && end - start <= maxName && !isBlank(text, start - 1)) start--;
    if (start > 0 && end - start >= minName && joinedNames.has(text.slice(start, end).toLowerCase())) cuts.push(start);
  }
  return cuts;
}

/** Invisible octets vanish from the name wherever they are, from the value only at its ends: inside, they may be part of a path. */
function withoutInvisible(content: string): string {
  const colon = content.indexOf(':');
  const name = trimOctets(content.slice(0, Math.max(colon, 0)).replace(invisible, ''));
  return colon < 0 ? trimInvisible(content) : `${name}:${trimInvisible(content.slice(colon + 1))}`;
}

function trimInvisible(text: string): string {
  let [start, end] = [0, text.length];
  for (let octets = 1; octets > 0 && start < end; start += octets) octets = invisibleAt(text, start);
  for (let octets = 1; octets > 0 && start < end; end -= octets)
    octets = [1, 2, 3].find(length => end - length >= start && invisibleAt(text, end - length) === length) ?? 0;
  return text.slice(start, end);
}

/** Octets of the blank or invisible character at a place; 0 where another stands. */
function invisibleAt(text: string, at: number): number {
  if (isBlank(text, at)) return 1;
  const second = text.charCodeAt(at + 1);
  const third = text.charCodeAt(at + 2);
  switch (text.charCodeAt(at)) {
    case 0xc2:
      return second === 0xa0 || second === 0xad ? 2 : 0;
    case 0xe2:
      return second === 0x80 && third >= 0x8b && third <= 0x8f ? 3 : 0;
    case 0xef:
      return second === 0xbb && third === 0xbf ? 3 : 0;
    default:
      return 0;
  }
}

function readMeant(part: string, flaw: Flaw | null): RobotsRecord | null {
  const colon = part.indexOf(':');
  const name = trimOctets(part.slice(0, Math.max(colon, 0))).toLowerCase();
  const meant = meantName(name);
  if (meant !== null) return { key: meant, value: trimOctets(part.slice(colon + 1)), flaw: flaw ?? 'misspelt' };
  if (/^[a-z][a-z0-9_.-]*$/.test(name))
    return flaw && { key: aliases.get(name) ?? name, value: trimOctets(part.slice(colon + 1)), flaw };
  return readWithoutColon(part, flaw ?? 'no-colon');
}

/** The longest beginning that is a name counts: `Content Signal ai-train=no` has blanks inside and after its name. */
function readWithoutColon(part: string, flaw: Flaw): RobotsRecord | null {
  for (const end of wordEnds(part).reverse()) {
    const name = part.slice(0, end).toLowerCase();
    const named = meantName(name) ?? aliases.get(name) ?? name;
    const isValue = looksLikeValue.get(named);
    if (!isValue) continue;
    const value = afterSeparator(part.slice(end));
    if (isValue(value)) return { key: named, value, flaw };
  }
  return null;
}

/** Where the first words end, as far as a name reaches. */
function wordEnds(part: string): number[] {
  const ends: number[] = [];
  const reach = Math.min(maxName, part.length - 1);
  for (let at = 1; at <= reach && ends.length < maxWords; at++)
    if (separators.includes(part.charAt(at)) && !separators.includes(part.charAt(at - 1))) ends.push(at);
  return ends;
}

function afterSeparator(text: string): string {
  const rest = trimOctets(text);
  if (rest.startsWith(wideColon)) return trimOctets(rest.slice(wideColon.length));
  return /^[=;:]/.test(rest) ? trimOctets(rest.slice(1)) : rest;
}

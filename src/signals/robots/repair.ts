/**
 * What a damaged line of robots.txt plainly means. Every record made here carries its flaw and is heard as `lenient`, only where it restricts.
 *
 * - `misspelt`: directive names of Google's list (github.com/google/robotstxt, robots.cc) and separators of our own
 * - `no-colon`: `Disallow /x`
 * - `joined`: a lost line break, `User-agent: GPTBot Disallow: /` (met in the wild on large news sites)
 * - `invisible`: a byte order mark in mid-file, NUL, no-break and zero-width spaces around a name or a value
 * - `utf-16`: the whole file is UTF-16 (§2.3 wants UTF-8)
 */
import { trimOctets, trimSet } from '../bytes.ts';

export type Flaw = 'misspelt' | 'no-colon' | 'joined' | 'invisible' | 'utf-16';

export interface RobotsRecord {
  /** Canonical directive name in lower case (`user-agent`, `allow`, `disallow`, `content-signal`, …). */
  readonly key: string;
  /** Trimmed value without comment, one character per octet. */
  readonly value: string;
  /** Null when the line is as RFC 9309 writes it. */
  readonly flaw: Flaw | null;
}

const typos: ReadonlyMap<string, string> = new Map([
  ['useragent', 'user-agent'],
  ['user agent', 'user-agent'],
  ['user_agent', 'user-agent'],
  ['dissallow', 'disallow'],
  ['dissalow', 'disallow'],
  ['disalow', 'disallow'],
  ['diasllow', 'disallow'],
  ['disallaw', 'disallow'],
  ['contentusage', 'content-usage'],
  ['content_usage', 'content-usage'],
  ['contentsignal', 'content-signal'],
  ['content_signal', 'content-signal'],
  ['disallow-ai-training', 'disallowaitraining'],
  ['disallow_ai_training', 'disallowaitraining'],
]);

/** Other spellings a specification or its author use themselves. */
export const aliases: ReadonlyMap<string, string> = new Map([['content-signals', 'content-signal']]);

export const isMisspelt = (name: string): boolean => typos.has(name);

const agentWithoutColon = /^(user-agent|useragent|user agent|user_agent)[ \t]+(\S+)$/i;
const ruleWithoutColon = /^(allow|disallow|dissallow|dissalow|disalow|diasllow|disallaw)[ \t]+([/*].*)$/i;
const joinedName = /[ \t](user-agent|allow|disallow|sitemap|crawl-delay|content-signal|content-usage)[ \t]*:/gi;
const invisible = /\0|\xef\xbb\xbf|\xe2\x80[\x8b-\x8f]|\xc2[\xa0\xad]/g;

/** A joined line has two colons, an invisible octet is none of printable ASCII: most lines have neither. */
export function isOrdinary(content: string): boolean {
  const colon = content.indexOf(':');
  return colon >= 0 && content.indexOf(':', colon + 1) < 0 && /^[\t\x20-\x7e]*$/.test(content);
}

/** @param content a line without its comment, one character per octet */
export function meantRecords(content: string, isUtf16: boolean): readonly RobotsRecord[] {
  if (!isUtf16 && isOrdinary(content)) return [readMeant(content, null) ?? []].flat();
  const visible = withoutInvisible(content);
  const hasMore = visible.indexOf(':') !== visible.lastIndexOf(':');
  const cuts = hasMore ? [...visible.matchAll(joinedName)].map(match => match.index + 1) : [];
  const flaw: Flaw | null = isUtf16 ? 'utf-16' : visible !== content ? 'invisible' : cuts.length > 0 ? 'joined' : null;
  return [0, ...cuts].flatMap((from, i) => readMeant(trimOctets(visible.slice(from, cuts[i])), flaw) ?? []);
}

/** Invisible octets vanish from the name wherever they are, from the value only at its ends: inside, they may be part of a path. */
function withoutInvisible(content: string): string {
  if (content.search(invisible) < 0) return content;
  const plain = content.replaceAll('\0', '');
  const colon = plain.indexOf(':');
  const name = trimOctets(plain.slice(0, Math.max(colon, 0)).replace(invisible, ''));
  return colon < 0 ? trimInvisible(plain) : `${name}:${trimInvisible(plain.slice(colon + 1))}`;
}

const marks = [
  '\xef\xbb\xbf',
  '\xe2\x80\x8b',
  '\xe2\x80\x8c',
  '\xe2\x80\x8d',
  '\xe2\x80\x8e',
  '\xe2\x80\x8f',
  '\xc2\xa0',
  '\xc2\xad',
];

function trimInvisible(text: string): string {
  let [start, end] = [0, text.length];
  for (let found = true; found && start < end; ) {
    found = false;
    for (const mark of [' ', '\t', ...marks]) {
      if (text.startsWith(mark, start)) [start, found] = [start + mark.length, true];
      if (end - mark.length >= start && text.endsWith(mark, end)) [end, found] = [end - mark.length, true];
    }
  }
  return text.slice(start, end);
}

function readMeant(part: string, flaw: Flaw | null): RobotsRecord | null {
  const colon = part.indexOf(':');
  const name = trimOctets(part.slice(0, Math.max(colon, 0))).toLowerCase();
  const meant = typos.get(name);
  if (meant !== undefined) return { key: meant, value: trimOctets(part.slice(colon + 1)), flaw: flaw ?? 'misspelt' };
  if (/^[a-z][a-z0-9_.-]*$/.test(name))
    return flaw && { key: aliases.get(name) ?? name, value: trimOctets(part.slice(colon + 1)), flaw };
  const bare = agentWithoutColon.exec(part) ?? ruleWithoutColon.exec(part);
  if (!bare) return null;
  const key = (bare[1] ?? '').toLowerCase();
  return { key: typos.get(key) ?? key, value: trimSet(bare[2] ?? '', '', ' \t\v\f'), flaw: flaw ?? 'no-colon' };
}

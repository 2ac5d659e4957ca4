/**
 * robots.txt as lines with positions (RFC 9309 §2.2): the source of every robots evidence.
 *
 * Lines end at CR, LF or CRLF; `#` starts a comment anywhere; the key ends at the first colon. A line keeps the octet range it was found at.
 * Departures, all erring to the site's protection and marked so that a policy can refuse to hear them: misspelt directive names and a missing
 * colon (Google's list), UTF-16 files (NUL octets dropped). Beyond 512,000 octets only whole lines before the cut are read (§2.5).
 */

import { latin1View, trimOctets } from '../bytes.ts';

export const maxRobotsBytes = 512_000;

export interface RobotsLine {
  /** Counts from 1. */
  readonly number: number;
  /** Octet range of the whole line without its end-of-line mark. */
  readonly start: number;
  readonly end: number;
  /** Canonical directive name in lower case (`user-agent`, `allow`, `disallow`, `content-signal`, …). */
  readonly key: string;
  /** Trimmed value without comment, one character per octet. */
  readonly value: string;
  /** False when the name was misspelt, the colon was missing, or the file is UTF-16. */
  readonly isConformant: boolean;
}

export interface RobotsText {
  readonly lines: readonly RobotsLine[];
  /** The octets after the last whole line read were not looked at. */
  readonly isCut: boolean;
  /** Starts like HTML and holds not one directive. */
  readonly isHtml: boolean;
  readonly isUtf16: boolean;
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
  ['content_usage', 'content-usage'],
  ['content_signal', 'content-signal'],
]);

/** Other spellings a specification or its author use themselves. */
const aliases: ReadonlyMap<string, string> = new Map([['content-signals', 'content-signal']]);

const directives = new Set(['user-agent', 'allow', 'disallow']);
const missingColon =
  /^(user-agent|useragent|user agent|allow|disallow|dissallow|dissalow|disalow|diasllow|disallaw)[ \t]+(\S.*)$/i;

export function readLines(body: Uint8Array, isTruncated: boolean): RobotsText {
  const isCut = isTruncated || body.length > maxRobotsBytes;
  let text = latin1View(body, 0, maxRobotsBytes);
  if (isCut) text = text.slice(0, Math.max(text.lastIndexOf('\n'), text.lastIndexOf('\r')) + 1);
  const isUtf16 = text.startsWith('ÿþ') || text.startsWith('þÿ');
  const lines: RobotsLine[] = [];
  const bom = isUtf16 ? 2 : text.startsWith('ï»¿') ? 3 : 0;
  const endOfLine = /\r\n|\n|\r/g;
  endOfLine.lastIndex = bom;
  for (let number = 1, start = bom; start < text.length; number++) {
    const mark = endOfLine.exec(text);
    const end = mark?.index ?? text.length;
    const line = readLine(text.slice(start, end), isUtf16);
    if (line) lines.push({ number, start, end, ...line });
    start = mark ? end + mark[0].length : text.length;
  }
  const isHtml = /^\s*<(!doctype|html|head|body|\?xml|!--)/i.test(text.slice(bom, bom + 1024)) && !lines.some(isDirective);
  return { lines, isCut, isHtml, isUtf16 };
}

const isDirective = (line: RobotsLine): boolean => line.isConformant && directives.has(line.key);

function readLine(raw: string, isUtf16: boolean): Pick<RobotsLine, 'key' | 'value' | 'isConformant'> | null {
  const clean = raw.includes('\0') ? raw.replaceAll('\0', '') : raw;
  const hash = clean.indexOf('#');
  const content = trimOctets(hash < 0 ? clean : clean.slice(0, hash));
  if (content === '') return null;
  const colon = content.indexOf(':');
  if (colon >= 0) {
    const name = trimOctets(content.slice(0, colon)).toLowerCase();
    const typo = typos.get(name);
    const key = typo ?? aliases.get(name) ?? name;
    if (!/[ \t]/.test(key))
      return { key, value: trimOctets(content.slice(colon + 1)), isConformant: typo === undefined && !isUtf16 };
  }
  const bare = missingColon.exec(content);
  if (!bare) return null;
  const name = (bare[1] ?? '').toLowerCase();
  return { key: typos.get(name) ?? name, value: trimOctets(bare[2] ?? ''), isConformant: false };
}

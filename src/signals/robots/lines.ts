/**
 * robots.txt as records with positions (RFC 9309 §2.2): the source of every robots evidence.
 *
 * Lines end at CR, LF or CRLF; `#` starts a comment anywhere; the name ends at the first colon. A record keeps the octet range of its line.
 * Departures, all erring to the site's protection and marked with their flaw so that a policy can refuse to hear them: see `repair.ts`.
 * Beyond 512,000 octets only whole lines before the cut are read (§2.5).
 */
import { latin1View, trimOctets } from '../bytes.ts';
import { aliases, isMisspelt, isOrdinary, meantRecords, type RobotsRecord } from './repair.ts';

export const maxRobotsBytes = 512_000;

export interface RobotsLine extends RobotsRecord {
  /** Counts from 1. Several records share a line where a line break was lost. */
  readonly number: number;
  /** Octet range of the whole line without its end-of-line mark. */
  readonly start: number;
  readonly end: number;
}

export interface RobotsText {
  readonly lines: readonly RobotsLine[];
  /** The octets after the last whole line read were not looked at. */
  readonly isCut: boolean;
  /** Starts like HTML and holds no group with a rule and no reservation. */
  readonly isHtml: boolean;
  readonly isUtf16: boolean;
  /** There is text, but not one record: JSON, prose. */
  readonly isNotRobots: boolean;
  /** Octets of something else than text (an image, a compressed file), and nothing in them that says anything. */
  readonly isNotText: boolean;
}

const rules = new Set(['allow', 'disallow']);
const reservations = new Set(['content-usage', 'content-signal', 'disallowaitraining', 'license']);

export function readLines(body: Uint8Array, isTruncated: boolean): RobotsText {
  const isCut = isTruncated || body.length > maxRobotsBytes;
  let text = latin1View(body, 0, maxRobotsBytes);
  const hasMagic = binaryMagic.test(text);
  if (isCut) text = text.slice(0, Math.max(text.lastIndexOf('\n'), text.lastIndexOf('\r')) + 1);
  const isUtf16 = text.startsWith('ÿþ') || text.startsWith('þÿ');
  const lines: RobotsLine[] = [];
  let hasContent = false;
  const bom = byteOrderMark(text);
  const endAfter = endOfLineSearch(text);
  for (let number = 1, start = bom; start < text.length; number++) {
    const end = endAfter(start);
    const content = contentOf(text, start, end);
    if (content !== '') {
      hasContent = true;
      for (const { key, value, flaw } of readRecords(content, isUtf16)) lines.push({ number, start, end, key, value, flaw });
    }
    start = end + (text.startsWith('\r\n', end) ? 2 : 1);
  }
  const isHtml = /^\s*<[a-z!?]/i.test(text.slice(bom, bom + 1024)) && !speaks(lines);
  const isEmpty = hasContent && lines.length === 0 && !isHtml;
  const isSaid = isHtml || isUtf16 || speaks(lines);
  const isNotText = !isSaid && (hasMagic || (hasContent && hasBinaryOctets(text, isEmpty)));
  return { lines, isCut, isHtml, isUtf16, isNotRobots: isEmpty && !isNotText, isNotText };
}

/** Where the line that starts at a position ends; asked in ascending order, each mark of the text is looked for once. */
function endOfLineSearch(text: string): (start: number) => number {
  const find = (mark: string, from: number): number => {
    const found = text.indexOf(mark, from);
    return found < 0 ? text.length : found;
  };
  let [lf, cr] = [find('\n', 0), find('\r', 0)];
  return start => {
    if (lf < start) lf = find('\n', start);
    if (cr < start) cr = find('\r', start);
    return Math.min(lf, cr);
  };
}

/** Octets of a byte order mark at the start; part of one counts too (Google reads it so). */
function byteOrderMark(text: string): number {
  if (text.startsWith('ÿþ') || text.startsWith('þÿ')) return 2;
  return ['ï»¿', 'ï»', 'ï'].find(mark => text.startsWith(mark))?.length ?? 0;
}

function contentOf(text: string, start: number, end: number): string {
  const line = text.slice(start, end);
  const hash = line.indexOf('#');
  return trimOctets(hash < 0 ? line : line.slice(0, hash));
}

/** A page that merely holds the word `allow` is no robots.txt: a group needs a name and a rule. */
const speaks = (lines: readonly RobotsLine[]): boolean =>
  (lines.some(line => line.key === 'user-agent') && lines.some(line => rules.has(line.key) && /^([/*]|$)/.test(line.value))) ||
  lines.some(line => reservations.has(line.key));

/** PNG, GIF, JPEG, PDF, zip, gzip, bzip2, Zstandard. */
const binaryMagic = /^(\x89PNG|GIF8|\xff\xd8\xff|%PDF-|PK\x03\x04|\x1f\x8b|BZh|\x28\xb5\x2f\xfd)/;
/** The binary data octets of https://mimesniff.spec.whatwg.org/, save the end-of-file mark of old text files (U+001A). */
const isBinaryOctet = (octet: number): boolean =>
  octet < 0x20 && octet !== 0x1a && octet !== 0x1b && (octet < 0x09 || octet === 0x0b || octet > 0x0d);
/** A tenth of compressed data are such octets; text that has lines of a robots.txt in it may hold a few that got there by damage. */
const maxBinaryShare = 0.03;

function hasBinaryOctets(text: string, isWithoutRecord: boolean): boolean {
  const tolerated = isWithoutRecord ? 0 : text.length * maxBinaryShare;
  let count = 0;
  for (let i = 0; i < text.length && count <= tolerated; i++) if (isBinaryOctet(text.charCodeAt(i))) count++;
  return count > tolerated;
}

/** The record as it is written, and beside it what its author meant where that differs. */
function readRecords(content: string, isUtf16: boolean): readonly RobotsRecord[] {
  const literal = isUtf16 ? null : readLiteral(content);
  if (literal && isOrdinary(content)) return [literal];
  const meant = meantRecords(content, isUtf16).filter(record => record.key !== literal?.key || record.value !== literal.value);
  return literal ? [literal, ...meant] : meant;
}

function readLiteral(content: string): RobotsRecord | null {
  const colon = content.indexOf(':');
  if (colon < 0) return null;
  const name = trimOctets(content.slice(0, colon)).toLowerCase();
  if (!/^[a-z][a-z0-9_.-]*$/.test(name) || isMisspelt(name) || content.includes('\0')) return null;
  return { key: aliases.get(name) ?? name, value: trimOctets(content.slice(colon + 1)), flaw: null };
}

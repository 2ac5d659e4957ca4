/**
 * robots.txt as records with positions (RFC 9309 §2.2): the source of every robots evidence.
 *
 * Lines end at CR, LF or CRLF; `#` starts a comment anywhere; the name ends at the first colon. A record keeps the octet range of its line.
 * Departures, all erring to the site's protection and marked with their flaw so that a policy can refuse to hear them: see `repair.ts`.
 * Beyond 512,000 octets only whole lines before the cut are read (§2.5).
 */
import { latin1View, trimOctets } from '../bytes.ts';
import { LineWalk } from './line-walk.ts';
import { aliases, directiveNames, type Flaw, isMisspelt, meantRecord, meantRecords, type RobotsRecord } from './repair.ts';

export const maxRobotsBytes = 512_000;

export interface RobotsLine extends RobotsRecord {
  /** Counts from 1. Several records share a line where a line break was lost. */
  readonly number: number;
  /** Octet range of the whole line without its end-of-line mark. */
  readonly start: number;
  readonly end: number;
}

export interface RobotsText {
  /** In order; records whose name nobody reads are left out, save the first few flawed ones. */
  readonly lines: readonly RobotsLine[];
  /** The names of these records, each once. */
  readonly keys: readonly string[];
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
  const bom = byteOrderMark(text);
  const visible = text.includes('\0') ? withoutZeros(body, bom, text.length) : text.slice(bom);
  const gathered = new Gathered();
  const readLiteral = literalReader();
  const readMeant = damagedReader(isUtf16);
  const line = new LineWalk(body, bom, text.length);
  let hasContent = false;
  while (line.next()) {
    if (line.from === line.to) continue;
    hasContent = true;
    if (!line.hasLetter) continue; // no record has a name without letters
    const from = line.from - bom - line.zerosBefore;
    const content = visible.slice(from, line.to - bom - line.zerosBefore - line.zeros);
    const literal = isUtf16 || line.zeros > 0 ? null : readLiteral(content, line.colon - line.from);
    if (literal) gathered.add(line, literal);
    if (literal && line.isOrdinary) continue;
    const records = line.isOrdinary && !isUtf16 ? meantRecord(content) : readMeant(content, line.zeros > 0);
    for (const meant of records) if (meant.key !== literal?.key || meant.value !== literal.value) gathered.add(line, meant);
  }
  const { lines, hasRecord } = gathered;
  const keys = [...gathered.keys];
  const isHtml = /^\s*<[a-z!?]/i.test(text.slice(bom, bom + 1024)) && !speaks(lines);
  const isEmpty = hasContent && !hasRecord && !isHtml;
  const isSaid = isHtml || isUtf16 || speaks(lines);
  const isNotText = !isSaid && (hasMagic || (hasContent && hasBinaryOctets(text, isEmpty)));
  return { lines, keys, isCut, isHtml, isUtf16, isNotRobots: isEmpty && !isNotText, isNotText };
}

/** Of each flaw, so many records that nobody reads are kept, because a flaw is cited whatever it spoilt. */
const maxUnread = 5;

/** The records that some reader asks for, and the first flawed ones of any name. */
class Gathered {
  readonly lines: RobotsLine[] = [];
  readonly keys = new Set<string>();
  hasRecord = false;
  readonly #unread = new Map<Flaw | null, number>([[null, maxUnread]]);

  add({ number, start, end }: LineWalk, { key, value, flaw }: RobotsRecord): void {
    this.hasRecord = true;
    if (!directiveNames.has(key)) {
      const before = this.#unread.get(flaw) ?? 0;
      if (before >= maxUnread) return;
      this.#unread.set(flaw, before + 1);
    }
    this.keys.add(key);
    this.lines.push({ number, start, end, key, value, flaw });
  }
}

/** UTF-16 read as octets has a NUL beside every character of ASCII, and so many lines have them that each is not taken apart for itself. */
function withoutZeros(body: Uint8Array, from: number, to: number): string {
  const octets = new Uint8Array(to - from);
  let length = 0;
  for (let at = from; at < to; at++) {
    const octet = body[at] as number;
    if (octet !== 0) octets[length++] = octet;
  }
  return latin1View(octets, 0, length);
}

/** Octets of a byte order mark at the start; part of one counts too (Google reads it so). */
function byteOrderMark(text: string): number {
  if (text.startsWith('ÿþ') || text.startsWith('þÿ')) return 2;
  return ['ï»¿', 'ï»', 'ï'].find(mark => text.startsWith(mark))?.length ?? 0;
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

/** A file damaged in one way is so on every line. */
function damagedReader(isUtf16: boolean): (content: string, hadZeros: boolean) => readonly RobotsRecord[] {
  const known = [new Map<string, readonly RobotsRecord[]>(), new Map<string, readonly RobotsRecord[]>()] as const;
  return (content, hadZeros) => {
    if (content.length > maxNameOctets) return meantRecords(content, isUtf16, hadZeros);
    const memo = known[hadZeros ? 1 : 0];
    const records = memo.get(content) ?? meantRecords(content, isUtf16, hadZeros);
    if (memo.size < maxNames) memo.set(content, records);
    return records;
  };
}

/** Of a file's few names each is looked at once; where there are many, remembering them is most of the work. */
const maxNames = 256;
/** Longer names are none that repeat. */
const maxNameOctets = 40;

/** The record as it is written, or null where the line is none by the grammar. */
function literalReader(): (content: string, colon: number) => RobotsRecord | null {
  const keys = new Map<string, string | null>();
  const keyOf = (written: string): string | null => {
    if (written.length > maxNameOctets) return literalKey(written);
    let key = keys.get(written);
    if (key !== undefined) return key;
    key = literalKey(written);
    if (keys.size < maxNames) keys.set(written, key);
    return key;
  };
  return (content, colon) => {
    const key = colon < 0 ? null : keyOf(content.slice(0, colon));
    return key === null ? null : { key, value: trimOctets(content.slice(colon + 1)), flaw: null };
  };
}

function literalKey(written: string): string | null {
  const name = trimOctets(written).toLowerCase();
  return /^[a-z][a-z0-9_.-]*$/.test(name) && !isMisspelt(name) ? (aliases.get(name) ?? name) : null;
}

import { createHmac, randomBytes } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, linkSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { CodedError, exitCodes } from '../vocab/index.ts';
import { syncFolder } from './files.ts';
import type { Sha256 } from './records/index.ts';

/** What stands in the place of an address. */
export const erasedMark = '[erased]';

/** The `@` of an address, in the usual spellings. */
export const atSign = '(?:@|%40|&#0*64;|&#x0*40;|&commat;|\\s?[[({]\\s?at\\s?[\\])}]\\s?)';

/** @param domain in ASCII; both in lower case. Hexadecimal. */
export const keyedAddress = (local: string, domain: string, key: Buffer): Sha256 =>
  createHmac('sha256', key).update(`${local}@${domain}`).digest('hex') as Sha256;

const keyPath = (out: string): string => join(out, 'state/erasure.key');

/** The dataset's key, made when it is first needed: whole or not at all, readable by its owner only, on the disk before anything is keyed with it. */
export function erasureKey(out: string): Buffer {
  const file = keyPath(out);
  if (existsSync(file)) return knownErasureKey(out);
  const made = `${file}.${randomBytes(4).toString('hex')}`;
  const fd = openSync(made, 'wx', 0o600);
  try {
    writeSync(fd, `${randomBytes(32).toString('hex')}\n`);
    fsyncSync(fd);
    linkSync(made, file);
  } catch (error) {
    // Another process was first: its key counts.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    closeSync(fd);
    rmSync(made, { force: true });
  }
  syncFolder(join(out, 'state'));
  return knownErasureKey(out);
}

/** @throws CodedError ERR_ERASURE_KEY: another key would recognise nothing of what was asked to be forgotten */
export function knownErasureKey(out: string): Buffer {
  const file = keyPath(out);
  const text = existsSync(file) ? readFileSync(file, 'utf8').trim() : '';
  if (/^[0-9a-f]{64}$/.test(text)) return Buffer.from(text, 'hex');
  throw new CodedError('ERR_ERASURE_KEY', exitCodes.config, `\`${file}\` is not the key that heed wrote`, {
    next: 'restore it from a copy: without it earlier requests cannot be recognised',
  });
}

/** RFC 5321 §4.5.3.1, each octet of it perhaps as `%XX`. */
const maxLocal = 64 * 3;
const maxDomain = 255;
/** So many candidates take a tenth of a second; a page of more is made to cost time. */
const maxCandidates = 20_000;

/**
 * Takes the addresses out of a text whose keyed digest is known. What could be one is tried with every beginning that the local part may have.
 * A text with more of them than are looked at counts as one that holds an address.
 */
export function addressRemover(key: Buffer, isKnown: (keyed: Sha256) => boolean): (text: string) => string {
  const token = new RegExp(atSign, 'gi');
  return text => {
    let left = maxCandidates;
    let made = '';
    let from = 0;
    for (const { 0: at, index } of text.matchAll(token)) {
      if (index < from) continue;
      const after = index + at.length;
      const written = /^(?:[\p{L}\p{N}-]|%2e|\.(?=[\p{L}\p{N}]))+/iu.exec(text.slice(after, after + maxDomain))?.[0] ?? '';
      const domain = URL.parse(`https://${decoded(written)}/`)?.hostname;
      if (domain === undefined || !domain.includes('.')) continue;
      for (const start of startsOf(text, Math.max(from, index - maxLocal), index)) {
        if (left-- === 0) return erasedMark;
        if (!isKnown(keyedAddress(decoded(text.slice(start, index)), domain, key))) continue;
        made += `${text.slice(from, start)}${erasedMark}`;
        from = after + written.length;
        break;
      }
    }
    return from === 0 ? text : made + text.slice(from);
  };
}

const decoded = (text: string): string =>
  text.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))).toLowerCase();

/** Where the local part may begin: not within a word, since a longer address is somebody else's. */
function* startsOf(text: string, from: number, to: number): Iterable<number> {
  const before = /[^\s@<>"]*$/.exec(text.slice(from, to))?.[0] ?? '';
  const begin = to - before.length;
  for (let at = begin; at < to; at++) {
    const isInside = at > begin && /[a-z0-9._+-]/i.test(text[at - 1] as string);
    if (!isInside || /(?:%[0-9a-f]{2}|\\[nrt])$/i.test(text.slice(Math.max(from, at - 3), at))) yield at;
  }
}

import { createHmac, randomBytes } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, linkSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { CodedError, exitCodes } from '../../vocab/index.ts';
import { syncFolder } from '../disk/files.ts';
import type { Sha256 } from '../records/index.ts';

/** What stands in the place of an address. */
export const erasedMark = '[erased]';

/** The `@` of an address, in the usual spellings. */
export const atSign = '(?:@|%40|&#0*64;|&#x0*40;|&commat;|\\s?[[({]\\s?at\\s?[\\])}]\\s?)';

/** @param domain in ASCII; both in lower case. Hexadecimal. */
export const keyedAddress = (local: string, domain: string, key: Buffer): Sha256 =>
  createHmac('sha256', key).update(`${local}@${domain}`).digest('hex') as Sha256;

/** New entries are made with the first; what was made with a former one is recognised for as long as that is there. */
export type AddressKeys = readonly [current: Buffer, ...former: Buffer[]];

/** Says which key it is, and nothing of it. */
export const keyIdOf = (key: Buffer): string =>
  createHmac('sha256', key).update('heed: which key is it').digest('hex').slice(0, 16);

const keyPath = (out: string): string => join(out, 'state/erasure.key');

/** The dataset's keys; one is made when it is first needed: whole or not at all, readable by its owner only, on the disk before anything is keyed with it. */
export function erasureKeys(out: string): AddressKeys {
  const file = keyPath(out);
  if (existsSync(file)) return knownErasureKeys(out);
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
  return knownErasureKeys(out);
}

/**
 * One key a line. A key is changed by writing a new one above it: what an address was keyed with cannot be keyed anew, since the address is nowhere.
 * @throws CodedError ERR_ERASURE_KEY: another key would recognise nothing of what was asked to be forgotten
 */
export function knownErasureKeys(out: string): AddressKeys {
  const file = keyPath(out);
  const lines = existsSync(file) ? readFileSync(file, 'utf8').trim().split(/\s+/) : [];
  const [current, ...former] = lines.map(text => Buffer.from(/^[0-9a-f]{64}$/.test(text) ? text : '', 'hex'));
  if (current && [current, ...former].every(({ length }) => length > 0)) return [current, ...former];
  throw new CodedError('ERR_ERASURE_KEY', exitCodes.config, `\`${file}\` is not the key that heed wrote`, {
    next: 'restore it from a copy: without it earlier requests cannot be recognised',
  });
}

/** @throws CodedError ERR_ERASURE_KEY where a key is not there that entries of the state were made with */
export function refuseLostKeys(out: string, db: DatabaseSync): void {
  const used = db.prepare('SELECT id FROM address_key').all();
  if (used.length === 0) return;
  const there = new Set(knownErasureKeys(out).map(keyIdOf));
  const lost = used.map(({ id }) => String(id)).filter(id => !there.has(id));
  if (lost.length > 0)
    throw new CodedError(
      'ERR_ERASURE_KEY',
      exitCodes.config,
      `\`${keyPath(out)}\` lacks a key that addresses were keyed with (it is told by ${lost.join(', ')})`,
      { next: 'write it back, one key a line, the newest first: without it those addresses cannot be recognised' },
    );
}

/** Inside a transaction that writes what was keyed with it. */
export const recordKey = (db: DatabaseSync, key: Buffer): void =>
  void db.prepare('INSERT INTO address_key (id) VALUES (?) ON CONFLICT DO NOTHING').run(keyIdOf(key));

/** RFC 5321 §4.5.3.1, each octet of it perhaps as `%XX`. */
const maxLocal = 64 * 3;
const maxDomain = 255;
/** So many candidates take a tenth of a second; a page of more is made to cost time. */
const maxCandidates = 20_000;

/**
 * Takes the addresses out of a text whose keyed digest is known. What could be one is tried with every beginning that the local part may have.
 * A text with more of them than are looked at counts as one that holds an address.
 */
export function addressRemover(keys: AddressKeys, isKnown: (keyed: Sha256) => boolean): (text: string) => string {
  const token = new RegExp(atSign, 'gi');
  return text => {
    let left = maxCandidates;
    let made = '';
    let from = 0;
    for (const { 0: at, index } of text.matchAll(token)) {
      if (index < from) continue;
      const after = index + at.length;
      const { written, domain } = domainAt(text.slice(after, after + maxDomain));
      if (domain === undefined) continue;
      for (const start of startsOf(text, Math.max(from, index - maxLocal), index)) {
        if (left-- === 0) return erasedMark;
        const local = decoded(text.slice(start, index));
        if (!keys.some(key => isKnown(keyedAddress(local, domain, key)))) continue;
        made += `${text.slice(from, start)}${erasedMark}`;
        from = after + written.length;
        break;
      }
    }
    return from === 0 ? text : made + text.slice(from);
  };
}

/** The domain that a text begins with: as it is written there, and in ASCII where it is one. */
function domainAt(text: string): { readonly written: string; readonly domain: string | undefined } {
  const written = /^(?:[\p{L}\p{N}-]|%2e|\.(?=[\p{L}\p{N}]))+/iu.exec(text)?.[0] ?? '';
  const domain = URL.parse(`https://${decoded(written)}/`)?.hostname;
  return { written, domain: domain?.includes('.') ? domain : undefined };
}

/** Every keyed digest by which an address that was found in a text may be asked for: of each beginning that its local part may have. */
export function keyedForms(found: string, key: Buffer): ReadonlySet<Sha256> {
  const at = found.lastIndexOf('@');
  const { domain } = domainAt(found.slice(at + 1));
  if (at <= 0 || domain === undefined) return new Set();
  return new Set([...startsOf(found, 0, at)].map(start => keyedAddress(decoded(found.slice(start, at)), domain, key)));
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

import { createHmac, randomBytes } from 'node:crypto';
import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Sha256 } from '../store/index.ts';
import { CodedError, exitCodes } from '../vocab/index.ts';

/**
 * An e-mail address that is to be forgotten: looked for in every usual spelling, and never written down. What stays is its HMAC under the dataset's
 * own key, which cannot be guessed from outside as a plain digest could.
 *
 * Normal form: no space around, all in lower case, the domain in ASCII (IDN), the rest as it is: `a.b+c@d.example` and `ab@d.example` are two.
 */
export interface Address {
  /** Hexadecimal. */
  readonly keyed: Sha256;
  /** The text with the address replaced by `[erased]`; undefined where it is not in it. */
  redact(text: string): string | undefined;
}

const mark = '[erased]';

/** @throws CodedError ERR_ADDRESS (exit 2); the message does not repeat the address */
export function addressOf(text: string, key: Buffer): Address {
  const [, local = '', domain = ''] = /^([^\s@<>"]{1,64})@([^\s@<>"/?#]{1,255})$/.exec(text.trim().toLowerCase()) ?? [];
  const ascii = URL.parse(`https://${domain}/`)?.hostname;
  if (local === '' || domain === '' || !ascii?.includes('.'))
    throw new CodedError('ERR_ADDRESS', exitCodes.usage, 'what was given is no e-mail address', {
      next: 'give one address a line, like name@site.example',
    });
  const keyed = createHmac('sha256', key).update(`${local}@${ascii}`).digest('hex') as Sha256;
  const pattern = patternOf(local, new Set([domain, ascii]));
  return {
    keyed,
    redact(found) {
      const redacted = found.replace(pattern, mark);
      return redacted === found ? undefined : redacted;
    },
  };
}

const at = '(?:@|%40|&#0*64;|&#x0*40;|&commat;|\\s?[[({]\\s?at\\s?[\\])}]\\s?)';

/** A longer address that ends or begins alike is somebody else's. */
function patternOf(local: string, domains: ReadonlySet<string>): RegExp {
  const spelt = (part: string): string =>
    [...part].map(char => (/[a-z0-9]/.test(char) ? char : `(?:${quoted(char)}|${quoted(encodeURIComponent(char))})`)).join('');
  const names = [...domains].map(spelt).join('|');
  return new RegExp(`(?<=^|[^a-z0-9._+-]|%[0-9a-f]{2}|\\\\[nrt])${spelt(local)}${at}(?:${names})(?![a-z0-9-]|\\.[a-z0-9])`, 'gi');
}

const quoted = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');

const keyPath = (out: string): string => join(out, 'state/erasure.key');

/** The dataset's key, made when it is first needed; readable by its owner only. */
export function erasureKey(out: string): Buffer {
  const file = keyPath(out);
  try {
    const fd = openSync(file, 'wx', 0o600);
    writeSync(fd, `${randomBytes(32).toString('hex')}\n`);
    closeSync(fd);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  const text = readFileSync(file, 'utf8').trim();
  if (/^[0-9a-f]{64}$/.test(text)) return Buffer.from(text, 'hex');
  throw new CodedError('ERR_ERASURE_KEY', exitCodes.config, `\`${file}\` is not the key that heed wrote`, {
    next: 'restore it from a copy: without it earlier requests cannot be recognised',
  });
}

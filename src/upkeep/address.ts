import { type AddressKeys, atSign, erasedMark, keyedAddress, type Sha256 } from '../store/index.ts';
import { CodedError, exitCodes } from '../vocab/index.ts';

/**
 * An e-mail address that is to be forgotten: looked for in every usual spelling, and never written down. What stays is its HMAC under the dataset's
 * own key, which cannot be guessed from outside as a plain digest could.
 *
 * Normal form: no space around, all in lower case, the domain in ASCII (IDN), the rest as it is: `a.b+c@d.example` and `ab@d.example` are two.
 */
export interface Address {
  /** Hexadecimal, by the current key; and by every key that there is. */
  readonly keyed: Sha256;
  readonly keyedByAny: readonly Sha256[];
  /** The text with the address replaced by `[erased]`; undefined where it is not in it. */
  redact(text: string): string | undefined;
}

/** @throws CodedError ERR_ADDRESS (exit 2); the message does not repeat the address */
export function addressOf(text: string, keys: AddressKeys): Address {
  const [, local = '', domain = ''] = /^([^\s@<>"]{1,64})@([^\s@<>"/?#]{1,255})$/.exec(text.trim().toLowerCase()) ?? [];
  const ascii = URL.parse(`https://${domain}/`)?.hostname;
  if (local === '' || domain === '' || !ascii?.includes('.'))
    throw new CodedError('ERR_ADDRESS', exitCodes.usage, 'what was given is no e-mail address', {
      next: 'give one address a line, like name@site.example',
    });
  const keyedByAny = keys.map(key => keyedAddress(local, ascii, key));
  const pattern = patternOf(local, new Set([domain, ascii]));
  return {
    keyed: keyedAddress(local, ascii, keys[0]),
    keyedByAny,
    redact(found) {
      const redacted = found.replace(pattern, erasedMark);
      return redacted === found ? undefined : redacted;
    },
  };
}

/** A longer address that ends or begins alike is somebody else's. */
function patternOf(local: string, domains: ReadonlySet<string>): RegExp {
  const spelt = (part: string): string =>
    [...part].map(char => (/[a-z0-9]/.test(char) ? char : `(?:${quoted(char)}|${octets(char)})`)).join('');
  const names = [...domains].map(spelt).join('|');
  return new RegExp(
    `(?<=^|[^a-z0-9._+-]|%[0-9a-f]{2}|\\\\[nrt])${spelt(local)}${atSign}(?:${names})(?![a-z0-9-]|\\.[a-z0-9])`,
    'gi',
  );
}

/** Each octet as `%XX`, also where a URL need not have it so. */
const octets = (char: string): string => Buffer.from(char).toString('hex').replace(/../g, '%$&');

const quoted = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');

import { createPrivateKey, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { CodedError, exitCodes } from '../vocab/index.ts';
import type { Config } from './config.ts';

export interface LoadedSigning {
  /** Ed25519, private. */
  readonly key: KeyObject;
  readonly agent: string;
  readonly form: Config['signature-agent-form'];
}

const maxKeyBytes = 64 * 1024;

/**
 * The key that requests are signed with; undefined where they are not: a key alone signs manifests only. Nothing that is thrown holds a piece of it.
 * @throws CodedError ERR_SIGNING_KEY, ERR_SIGNATURE_AGENT (exit 3)
 */
export function loadSigning({
  'signing-key': file,
  'signature-agent': agent,
  'signature-agent-form': form,
}: Pick<Config, 'signing-key' | 'signature-agent' | 'signature-agent-form'>): LoadedSigning | undefined {
  if (agent === undefined) return undefined;
  if (file === undefined)
    throw new CodedError(
      'ERR_SIGNATURE_AGENT',
      exitCodes.config,
      'signature-agent without signing-key: nothing would be signed',
      { next: 'give signing-key too, or neither' },
    );
  return { key: readKey(file), agent: new URL(agent).origin, form };
}

/** The key that manifests are signed with, as `loadSigning` reads it. @throws CodedError ERR_SIGNING_KEY (exit 3) */
export const loadManifestKey = ({ 'signing-key': file }: Pick<Config, 'signing-key'>): KeyObject | undefined =>
  file === undefined ? undefined : readKey(file);

/** A private Ed25519 key, PEM or JWK. @throws CodedError ERR_SIGNING_KEY (exit 3) */
function readKey(file: string): KeyObject {
  const text = readText(file);
  let key: KeyObject;
  try {
    key = text.trimStart().startsWith('{') ? createPrivateKey({ key: JSON.parse(text), format: 'jwk' }) : createPrivateKey(text);
  } catch {
    // What JSON and OpenSSL say of it may quote it.
    throw unusable(file, 'is no private key that can be read (PEM without a passphrase, or a JWK)');
  }
  if (key.asymmetricKeyType !== 'ed25519') throw unusable(file, `is a key of type ${key.asymmetricKeyType}, not Ed25519`);
  return key;
}

function readText(file: string): string {
  try {
    return readFileSync(file).subarray(0, maxKeyBytes).toString('utf8');
  } catch (cause) {
    throw unusable(file, `cannot be read (${(cause as NodeJS.ErrnoException).code})`);
  }
}

const unusable = (file: string, what: string): CodedError =>
  new CodedError('ERR_SIGNING_KEY', exitCodes.config, `the signing key \`${file}\` ${what}`, {
    next: 'make one with `openssl genpkey -algorithm ed25519 -out signing-key.pem`',
  });

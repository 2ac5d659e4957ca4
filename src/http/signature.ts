/**
 * Web Bot Auth: each request carries a signature (RFC 9421) over the host that is asked and the place of our public key, so that a site can know
 * us although a name is easily copied (draft-ietf-webbotauth-httpsig-protocol). Made anew for every request, hops and declarations included; it is
 * good for one host and some minutes.
 */
import { createPublicKey, hash, type KeyObject, randomBytes, sign } from 'node:crypto';
import { type InnerList, serializeBareItem, serializeDictionary, serializeInnerList, serializeItem } from 'structured-headers';

export interface Signing {
  /** Ed25519, private. */
  readonly key: KeyObject;
  /** https origin whose `/.well-known/http-message-signatures-directory` has the public key. */
  readonly agent: string;
  /** How Signature-Agent is written: `sig1="https://…"` as the drafts have it since 2025-11, or `"https://…"` for who reads the older ones. */
  readonly form: 'dictionary' | 'string';
}

/** Public part of an Ed25519 key (RFC 8037) under its thumbprint. */
export interface PublicJwk {
  readonly kid: string;
  readonly kty: 'OKP';
  readonly crv: 'Ed25519';
  readonly x: string;
  readonly use: 'sig';
}

export interface SignatureParameters {
  readonly createdMs: number;
  readonly expiresMs: number;
  /** base64 */
  readonly nonce: string;
  readonly tag: string;
  readonly keyid: string;
  /** Of the signature in its two fields. */
  readonly label: string;
}

/** A part of the message that is signed: its name with parameters, and its value as the signature base has it. */
export interface Component {
  readonly name: string;
  readonly parameters?: Readonly<Record<string, string | boolean>>;
  readonly value: string;
}

const label = 'sig1';
const tag = 'web-bot-auth';
/** A clock of theirs may be some minutes wrong; the draft asks for less than a day. */
const validMs = 300_000;
const nonceBytes = 64;

/** @returns names and values alternating */
export type Signer = (authority: string, atMs: number) => readonly string[];

/** @param nonce base64; a fresh one each time */
export function createSigner({ key, agent, form }: Signing, nonce: () => string = freshNonce): Signer {
  const { kid: keyid } = publicJwk(key);
  const value = serializeBareItem(agent);
  const agentField = form === 'string' ? value : `${label}=${value}`;
  const signed: Component =
    form === 'string' ? { name: 'signature-agent', value } : { name: 'signature-agent', parameters: { key: label }, value };
  return (authority, atMs) => {
    const createdMs = Math.floor(atMs / 1_000) * 1_000;
    const parameters = { createdMs, expiresMs: createdMs + validMs, nonce: nonce(), tag, keyid, label };
    return [
      'signature-agent',
      agentField,
      ...signatureFields(key, [{ name: '@authority', value: authority }, signed], parameters),
    ];
  };
}

/** Signature-Input and Signature over a list of components (RFC 9421 §2.5, §3.1). */
export function signatureFields(key: KeyObject, components: readonly Component[], parameters: SignatureParameters): string[] {
  const { createdMs, expiresMs, nonce, keyid } = parameters;
  const covered: InnerList = [
    components.map(({ name, parameters = {} }) => [name, new Map(Object.entries(parameters))]),
    new Map<string, string | number>([
      ['created', Math.floor(createdMs / 1_000)],
      ['keyid', keyid],
      ['alg', 'ed25519'],
      ['expires', Math.floor(expiresMs / 1_000)],
      ['nonce', nonce],
      ['tag', parameters.tag],
    ]),
  ];
  const lines = components.map(
    ({ name, parameters = {}, value }) => `${serializeItem([name, new Map(Object.entries(parameters))])}: ${value}`,
  );
  const base = [...lines, `"@signature-params": ${serializeInnerList(covered)}`].join('\n');
  return [
    ...['signature-input', serializeDictionary(new Map([[parameters.label, covered]]))],
    ...['signature', `${parameters.label}=:${sign(null, Buffer.from(base, 'latin1'), key).toString('base64')}:`],
  ];
}

/** @param key private or public */
export function publicJwk(key: KeyObject): PublicJwk {
  const { x = '' } = (key.type === 'private' ? createPublicKey(key) : key).export({ format: 'jwk' });
  // RFC 7638 §3.2 with the members of RFC 8037 §2, in this order and nothing else.
  const kid = hash('sha256', JSON.stringify({ crv: 'Ed25519', kty: 'OKP', x }), 'base64url');
  return { kid, kty: 'OKP', crv: 'Ed25519', x, use: 'sig' };
}

export const freshNonce = (): string => randomBytes(nonceBytes).toString('base64');

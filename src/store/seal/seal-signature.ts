import { createPublicKey, hash, type KeyObject, sign, verify } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { manifestPath } from '../disk/layout.ts';
import type { Manifest } from '../records/index.ts';

/**
 * A manifest signed: an in-toto Statement v1 about its bytes, in a DSSE envelope (https://github.com/secure-systems-lab/dsse), Ed25519. Beside the
 * manifest as `manifests/<run>.json.dsse`.
 */
const payloadType = 'application/vnd.in-toto+json';
const statementType = 'https://in-toto.io/Statement/v1';
const predicateType = 'urn:heed:predicate:manifest:1';

export const signaturePath = (run: string): string => `${manifestPath(run)}.dsse`;

/** What is signed: DSSE's pre-authentication encoding. A signature of anything else cannot be taken for one of this. */
const encoded = (payload: Buffer): Buffer =>
  Buffer.concat([Buffer.from(`DSSEv1 ${payloadType.length} ${payloadType} ${payload.length} `), payload]);

/** SHA-256 of the public key's SubjectPublicKeyInfo. */
const keyIdOf = (key: KeyObject): string =>
  hash('sha256', (key.type === 'public' ? key : createPublicKey(key)).export({ type: 'spki', format: 'der' }));

/** @param content the manifest's bytes @param key private, Ed25519 */
export function signedManifest(manifest: Manifest, content: string, key: KeyObject): string {
  const statement = {
    _type: statementType,
    subject: [{ name: manifestPath(manifest.run), digest: { sha256: hash('sha256', content) } }],
    predicateType,
    predicate: {
      ...{ run: manifest.run, kind: manifest.kind, created: manifest.created },
      ...(manifest.previous === undefined ? {} : { previous: manifest.previous }),
      roots: manifest.resources.flatMap(({ path, merkle_root }) => (merkle_root === undefined ? [] : { path, merkle_root })),
    },
  };
  const payload = Buffer.from(JSON.stringify(statement));
  const sig = sign(null, encoded(payload), key).toString('base64');
  return `${JSON.stringify({ payloadType, payload: payload.toString('base64'), signatures: [{ keyid: keyIdOf(key), sig }] })}\n`;
}

const envelope = z.object({
  payloadType: z.literal(payloadType),
  payload: z.base64(),
  signatures: z.array(z.object({ keyid: z.string().optional(), sig: z.base64() })).min(1),
});
const statement = z.object({
  _type: z.literal(statementType),
  subject: z.array(z.object({ name: z.string(), digest: z.object({ sha256: z.string() }) })).min(1),
  predicateType: z.literal(predicateType),
});

/**
 * Why a signature does not hold for these bytes; undefined where it does. The name of the run is part of it.
 * @param key public, Ed25519
 */
export function signatureFlaw(text: string, run: string, sha256: string, key: KeyObject): string | undefined {
  try {
    const { payload, signatures } = envelope.parse(JSON.parse(text));
    const bytes = Buffer.from(payload, 'base64');
    if (!signatures.some(({ sig }) => verify(null, encoded(bytes), key, Buffer.from(sig, 'base64'))))
      return 'has no signature by this key';
    const { subject } = statement.parse(JSON.parse(bytes.toString('utf8')));
    return subject.some(({ name, digest }) => name === manifestPath(run) && digest.sha256 === sha256)
      ? undefined
      : 'is signed, and speaks of another manifest';
  } catch (error) {
    return `is no signed statement: ${(error as Error).message.split('\n')[0]}`;
  }
}

/** Undefined where the manifest is not signed. */
export const readSignature = (out: string, run: string): Promise<string | undefined> =>
  readFile(join(out, signaturePath(run)), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });

import { createPrivateKey, generateKeyPairSync, type KeyObject, verify } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { verify as verifyAsOthersDo } from 'web-bot-auth';
import { verifierFromJWK } from 'web-bot-auth/crypto';
import { createSigner, publicJwk, signatureFields } from '../../../src/http/signature.ts';
import { loadSigning } from '../../../src/settings/index.ts';
import { temporaryFolder } from '../../e2e/run-heed.ts';

/** RFC 9421 appendix B.1.4. */
const jwk = {
  ...{ kty: 'OKP', crv: 'Ed25519' },
  d: 'n4Ni-HpISpVObnQMW0wOhCKROaIKqKtW_2ZYb2p9KcU',
  x: 'JrQLj5P_89iXES9-vFgrIy29clF9CC_oPPsw3c5D0bs',
};
const key: KeyObject = createPrivateKey({ key: jwk, format: 'jwk' });
const keyid = 'poqkLGiymh_W0uP6PZFw-dvez3QJT5SolqXBCW38r0U';
const atMs = Date.UTC(2026, 10, 26, 12, 0, 0, 987);

const fieldsOf = (list: readonly string[]): Record<string, string> =>
  Object.fromEntries(Array.from({ length: list.length / 2 }, (_, n) => [list[2 * n] ?? '', list[2 * n + 1] ?? '']));

describe('the vectors of the draft (Web Bot Auth, appendix A.2, Ed25519) come out octet for octet', () => {
  const times = { createdMs: 1_735_689_600_000, expiresMs: 4_889_289_600_000, tag: 'web-bot-auth', keyid };
  test.each([
    {
      what: 'the host only',
      label: 'sig1',
      nonce: 'zIW8+cdmA3vdYagbxojpONwa/l0EKJ/O3/wD486VvsQjO/RxPaSt6ZxvQaMcQzNnqKN/mQ6hpGiFro2L2qkz5A==',
      components: [{ name: '@authority', value: 'example.com' }],
      input: '("@authority")',
      signature: 'QKN4fTdIYfh82fvoZCQiQA1weuozfCS/Led2zTMbewMMqH8PI2Wsy/5c4ao6B6D09nraNQdBNOADg8aM1MqfCg==',
    },
    {
      what: 'the host and the member of Signature-Agent',
      label: 'sig2',
      nonce: 'n9p433xm+NJ3ph3upfBIGmsuwHw387YV7Q/F+6BSpGCVjYCqQw6rznNA8PVVLySrAWsv0hQtFioQb6E1YsauiA==',
      components: [
        { name: '@authority', value: 'example.com' },
        { name: 'signature-agent', parameters: { key: 'agent2' }, value: '"https://signature-agent.test"' },
      ],
      input: '("@authority" "signature-agent";key="agent2")',
      signature: 'RdNFx5Bj6au3YgAMQL/RzmUlZE8QZLIaXGRpw985hWnwPfMxT228NMk6ehRS1PSl4e8PhbNZACSanGdhEwYCCg==',
    },
  ])('$what', ({ label, nonce, components, input, signature }) => {
    const made = fieldsOf(signatureFields(key, components, { ...times, nonce, label }));
    expect(made).toEqual({
      'signature-input': `${label}=${input};created=1735689600;keyid="${keyid}";alg="ed25519";expires=4889289600;nonce="${nonce}";tag="web-bot-auth"`,
      signature: `${label}=:${signature}:`,
    });
  });
});

/** RFC 9421 §2.5 by hand: what a site computes from the request it received. */
function isGood(authority: string, fields: Record<string, string>): boolean {
  const [, params = ''] = /^sig1=(.*)$/.exec(fields['signature-input'] ?? '') ?? [];
  const agent = fields['signature-agent'] ?? '';
  const base = [
    `"@authority": ${authority}`,
    params.includes(';key="sig1"')
      ? `"signature-agent";key="sig1": ${agent.replace(/^sig1=/, '')}`
      : `"signature-agent": ${agent}`,
    `"@signature-params": ${params}`,
  ].join('\n');
  const [, octets = ''] = /^sig1=:(.*):$/.exec(fields.signature ?? '') ?? [];
  return verify(null, Buffer.from(base), { key: { ...publicJwk(key) }, format: 'jwk' }, Buffer.from(octets, 'base64'));
}

describe('a signed request', () => {
  test.each(['dictionary', 'string'] as const)(
    'says who, for which host, and until when (%s form); it is good for that host only',
    form => {
      const fields = fieldsOf(createSigner({ key, agent: 'https://operator.example', form })('site.example:8080', atMs));
      expect(Object.keys(fields)).toEqual(['signature-agent', 'signature-input', 'signature']);
      expect(fields['signature-agent']).toBe(
        form === 'string' ? '"https://operator.example"' : 'sig1="https://operator.example"',
      );
      expect(fields['signature-input']).toMatch(
        /;created=1795694400;keyid="poqkLGiymh_W0uP6PZFw-dvez3QJT5SolqXBCW38r0U";alg="ed25519";expires=1795694700;nonce="[A-Za-z0-9+/]{86}==";tag="web-bot-auth"$/,
      );
      expect(isGood('site.example:8080', fields)).toBe(true);
      expect(isGood('other.example', fields)).toBe(false);
      expect(isGood('site.example:8080', { ...fields, 'signature-agent': 'sig1="https://thief.example"' })).toBe(false);
    },
  );

  test('another implementation accepts it', async () => {
    const now = Date.now();
    const headers = fieldsOf(createSigner({ key, agent: 'https://operator.example', form: 'string' })('site.example', now));
    const request = { method: 'GET', url: 'https://site.example/a?b', headers };
    await expect(verifyAsOthersDo(request, await verifierFromJWK(jwk))).resolves.toBeUndefined();
    const elsewhere = { ...request, url: 'https://other.example/a?b' };
    await expect(verifyAsOthersDo(elsewhere, await verifierFromJWK(jwk))).rejects.toThrow('invalid signature');
  });

  test('two of them are never the same', () => {
    const signer = createSigner({ key, agent: 'https://operator.example', form: 'dictionary' });
    expect(signer('site.example', atMs)).not.toEqual(signer('site.example', atMs));
  });

  test('the public key goes by its thumbprint and has nothing of the private one', () => {
    expect(publicJwk(key)).toEqual({ kid: keyid, kty: 'OKP', crv: 'Ed25519', x: jwk.x, use: 'sig' });
  });
});

describe('the key', () => {
  const at = (name: string, text: string): string => {
    const path = join(temporaryFolder(), name);
    writeFileSync(path, text);
    return path;
  };
  const agent = 'https://operator.example/';
  const load = (file: string | undefined, place: string | undefined = agent) =>
    loadSigning({ 'signing-key': file, 'signature-agent': place, 'signature-agent-form': 'dictionary' });

  test('is read as PEM or as JWK, and neither printing it nor writing it as JSON shows it', () => {
    const pem = key.export({ type: 'pkcs8', format: 'pem' }).toString();
    for (const text of [pem, JSON.stringify(jwk)]) {
      const signing = load(at('key', text));
      expect(signing).toMatchObject({ agent: 'https://operator.example', form: 'dictionary' });
      expect(publicJwk(signing!.key).kid).toBe(keyid);
      expect(`${inspect(signing, { depth: 9, showHidden: true })}${JSON.stringify(signing)}`).not.toContain(jwk.d);
    }
  });

  test.each<[string, string | undefined]>([
    ['is not there', undefined],
    ['is empty', ''],
    ['is JSON cut off in the middle', JSON.stringify(jwk).slice(0, 80)],
    ['is a JWK without its private part', JSON.stringify({ ...jwk, d: undefined })],
    ['is a public key', generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'pem' }).toString()],
    ['is of another type', generateKeyPairSync('x25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()],
    ['wants a passphrase', key.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' }).toString()],
  ])('that %s is an error of the configuration, and its text tells nothing of it', (_what, text) => {
    const file = text === undefined ? join(temporaryFolder(), 'none') : at('key', text);
    let failure: unknown;
    try {
      load(file);
    } catch (error) {
      failure = error;
    }
    expect(failure).toMatchObject({ code: 'ERR_SIGNING_KEY', exitCode: 3, next: expect.stringContaining('openssl') });
    expect(inspect(failure, { depth: 9, showHidden: true })).not.toMatch(/n4Ni-HpISp|BEGIN/);
  });

  test('signs no request without a place where its public part is; a place without a key is an error', () => {
    expect(() => load('key', '')).toThrow();
    const none = { 'signature-agent-form': 'dictionary' } as const;
    expect(loadSigning({ ...none, 'signing-key': 'key' })).toBeUndefined();
    expect(() => loadSigning({ ...none, 'signature-agent': agent })).toThrow(
      expect.objectContaining({ code: 'ERR_SIGNATURE_AGENT' }),
    );
    expect(loadSigning(none)).toBeUndefined();
  });
});

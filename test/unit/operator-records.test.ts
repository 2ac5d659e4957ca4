import { spawnSync } from 'node:child_process';
import { generateKeyPairSync, sign } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { loadOperatorRecords, readOperatorRecords } from '../../src/settings/index.ts';
import { isDenied, linesInForce } from '../../src/signals/index.ts';
import { CodedError, type Instant } from '../../src/vocab/index.ts';
import { agents } from '../vectors/load.ts';
import { operatorFacts, signedLine, testPublicKey } from '../vectors/operator-facts.ts';

const folder = mkdtempSync(join(tmpdir(), 'heed-records-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const file = (name: string, content: string | Uint8Array): string => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};
const key = file('operator.pub.pem', testPublicKey);

const grant = {
  kind: 'grant',
  scope: 'domain',
  value: 'site.example',
  categories: ['train-ai'],
  from: '2026-01-01T00:00:00Z',
  by: 'legal@operator.example',
};
const deny = { kind: 'deny', scope: 'domain', value: 'other.example', from: '2026-01-01T00:00:00Z', by: 'Legal' };

const load = (content: string | Uint8Array, keyFile: string | undefined = key) =>
  loadOperatorRecords(file('records.jsonl', content), keyFile);

function errorOf(act: () => unknown): CodedError {
  try {
    act();
  } catch (error) {
    if (error instanceof CodedError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('records that are read', () => {
  test('a signed grant and an unsigned denial, blank lines and CRLF between them, each with its own place', () => {
    const text = `${signedLine(grant)}\r\n\r\n${JSON.stringify(deny)}\n`;
    const { records, source } = load(text)!;
    expect(records.records.map(({ kind, isSigned, line }) => [kind, isSigned, line])).toEqual([
      ['grant', true, 1],
      ['deny', false, 3],
    ]);
    const bytes = Buffer.from(text);
    expect(records.records.map(record => bytes.subarray(...record.bytes).toString())).toEqual([
      signedLine(grant),
      JSON.stringify(deny),
    ]);
    expect(source).toMatchObject({ text, public_key: testPublicKey });
  });

  test('the order of members and white space do not matter to the signature, octets of names do count', () => {
    const { signature } = JSON.parse(signedLine({ ...grant, by: 'Müller & Söhne' }));
    const reordered = {
      signature,
      by: 'Müller & Söhne',
      ...Object.fromEntries(Object.entries({ ...grant, by: 'Müller & Söhne' }).reverse()),
    };
    expect(load(JSON.stringify(reordered).replaceAll('":', '" : '))!.records.records[0]?.isSigned).toBe(true);
  });

  test('a denial whose signature is bad, or cannot be checked, is heard all the same', () => {
    const forged = { ...JSON.parse(signedLine(deny)), value: 'changed.example' };
    expect(load(JSON.stringify(forged))!.records.records[0]).toMatchObject({ kind: 'deny', isSigned: false });
    expect(loadOperatorRecords(file('d.jsonl', signedLine(deny)), undefined)!.records.records[0]).toMatchObject({
      isSigned: false,
    });
  });

  test('what the manifest keeps is read again to the same records', () => {
    const loaded = load(`${signedLine(grant)}\n${JSON.stringify(deny)}`)!;
    expect(readOperatorRecords(loaded.source)).toEqual(loaded.records);
  });

  test('no file is no records', () => {
    expect(loadOperatorRecords(undefined, undefined)).toBeUndefined();
  });
});

describe('a grant without a good signature stops the command', () => {
  test.each([
    ['not signed', () => load(JSON.stringify(grant))],
    ['changed after it was signed', () => load(JSON.stringify({ ...JSON.parse(signedLine(grant)), value: 'wider.example' }))],
    [
      'widened after it was signed',
      () => load(JSON.stringify({ ...JSON.parse(signedLine(grant)), categories: ['train-ai', 'search'] })),
    ],
    ['signed, but no key was given', () => loadOperatorRecords(file('g.jsonl', signedLine(grant)), undefined)],
    [
      'signed by somebody else',
      () => {
        const stranger = generateKeyPairSync('ed25519').publicKey.export({ format: 'pem', type: 'spki' });
        return load(signedLine(grant), file('stranger.pem', String(stranger)));
      },
    ],
  ])('%s', (_what, act) => {
    expect(errorOf(act)).toMatchObject({ code: 'ERR_OPERATOR_RECORD_SIGNATURE', exitCode: 3 });
  });
});

describe('files that are none', () => {
  test.each([
    ['no JSON', '{"kind":', 'not JSON'],
    ['a list', '[]', ''],
    ['an unknown kind', JSON.stringify({ ...deny, kind: 'maybe' }), 'kind'],
    ['an unknown member', JSON.stringify({ ...deny, note: 'x' }), 'note'],
    [
      'a denial of some uses only: a denial closes everything',
      JSON.stringify({ ...deny, categories: ['train-ai'] }),
      'categories',
    ],
    ['no date', JSON.stringify({ ...deny, from: undefined }), 'from'],
    ['a date without a time', JSON.stringify({ ...deny, from: '2026-01-01' }), 'from'],
    ['nobody who answers for it', JSON.stringify({ ...deny, by: '' }), 'by'],
    ['a URL where a domain belongs', JSON.stringify({ ...deny, value: 'https://other.example/' }), 'host name'],
    ['a domain with a path', JSON.stringify({ ...deny, value: 'other.example/a' }), 'host name'],
    [
      'an origin with a path',
      JSON.stringify({ ...deny, scope: 'origin', value: 'https://other.example/a' }),
      'scheme, host and port',
    ],
    ['a URL of another scheme', JSON.stringify({ ...deny, scope: 'url', value: 'ftp://other.example/' }), 'http or https'],
    ['a grant of nothing', signedLine({ ...grant, categories: [] }), 'categories'],
    ['a grant of acquisition', signedLine({ ...grant, categories: ['acquisition'] }), 'categories'],
    ['a grant of a public suffix', signedLine({ ...grant, value: 'co.uk' }), 'public suffix'],
    ['a grant of a hosting service', signedLine({ ...grant, value: 'github.io' }), 'public suffix'],
    [
      'a grant of an open-ended prefix',
      signedLine({ ...grant, scope: 'prefix', value: 'https://site.example/blog' }),
      'must end with',
    ],
    ['a signature that is no Ed25519 signature', JSON.stringify({ ...deny, signature: 'AAAA' }), 'signature'],
  ])('%s', (_what, content, text) => {
    const error = errorOf(() => load(`${JSON.stringify(deny)}\n${content}`));
    expect(error).toMatchObject({ code: 'ERR_OPERATOR_RECORDS_INVALID', exitCode: 3 });
    expect(error.message).toContain('records.jsonl:2:');
    expect(error.message).toContain(text);
  });

  test.each([
    ['a file that is not there', () => loadOperatorRecords(join(folder, 'none'), undefined), 'ERR_OPERATOR_RECORDS_UNREADABLE'],
    ['octets that are no UTF-8', () => load(Uint8Array.of(0xff, 0xfe, 0x7b)), 'ERR_OPERATOR_RECORDS_UNREADABLE'],
    ['a key that is not there', () => load(JSON.stringify(deny), join(folder, 'none.pem')), 'ERR_OPERATOR_KEY'],
    ['a key that is none', () => load(JSON.stringify(deny), file('bad.pem', 'hello')), 'ERR_OPERATOR_KEY'],
    [
      'a key of another kind',
      () => {
        const other = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'pem', type: 'spki' });
        return load(JSON.stringify(deny), file('ec.pem', String(other)));
      },
      'ERR_OPERATOR_KEY',
    ],
    [
      'a private key, which would end up in the manifest',
      () => {
        const secret = generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' });
        return load(JSON.stringify(deny), file('secret.pem', String(secret)));
      },
      'ERR_OPERATOR_KEY',
    ],
  ])('%s', (_what, act, code) => {
    expect(errorOf(act)).toMatchObject({ code, exitCode: 3 });
  });
});

describe('signing as the README says', () => {
  const canonical = JSON.stringify(Object.fromEntries(Object.entries(grant).sort(([a], [b]) => (a < b ? -1 : 1))));

  test('by node:crypto, over JSON with sorted keys and no white space', () => {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    const signature = sign(null, Buffer.from(canonical), privateKey).toString('base64');
    const pem = file('own.pub.pem', String(publicKey.export({ format: 'pem', type: 'spki' })));
    expect(load(JSON.stringify({ ...grant, signature }), pem)!.records.records[0]?.isSigned).toBe(true);
  });

  test('with the commands that stand there', () => {
    const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
    const [commands = ''] = /(?<=```sh\n)node -e 'const \{ privateKey[^`]+/.exec(readme) ?? [];
    file('record.json', JSON.stringify(grant, null, 2));
    const { status, stderr } = spawnSync(commands, { cwd: folder, shell: '/bin/sh', encoding: 'utf8' });
    expect(status, stderr).toBe(0);
    const loaded = loadOperatorRecords(join(folder, 'operator.jsonl'), join(folder, 'operator.pub.pem'));
    expect(loaded?.records.records[0]).toMatchObject({ kind: 'grant', isSigned: true });
  });
});

describe('what is denied before anything is asked', () => {
  const ended = { kind: 'deny', scope: 'domain', value: 'site.example', until: '2026-06-01T00:00:00Z' };
  const begun = { kind: 'deny', scope: 'domain', value: 'site.example', from: '2026-06-01T00:00:00Z' };
  const granted = { kind: 'grant', scope: 'domain', value: 'site.example', categories: ['train-ai'] };
  const [before, after] = ['2026-03-01T00:00:00Z', '2026-11-01T00:00:00Z'] as [Instant, Instant];

  test.each<[what: string, records: readonly Record<string, unknown>[], atOnce: boolean, later: boolean]>([
    ['no record', [], false, false],
    ['a denial that ends', [ended], true, false],
    ['a denial that begins', [begun], false, true],
    ['one that has ended beside one in force', [ended, begun], true, true],
    ['the same, the other way round', [begun, ended], true, true],
    ['a grant is no denial', [granted], false, false],
  ])('%s', (_what, records, atOnce, later) => {
    const facts = { agents, ...operatorFacts(records.length === 0 ? undefined : records) };
    expect([before, after].map(at => isDenied(facts, 'https://www.site.example/a', at))).toEqual([atOnce, later]);
    expect(isDenied(facts, 'https://other.example/a', after)).toBe(false);
  });

  test('the lines in force are those of the instant, whatever they say', () => {
    const { operator } = operatorFacts([ended, granted, begun]);
    expect([linesInForce(operator, before), linesInForce(operator, after)]).toEqual([
      [1, 2],
      [2, 3],
    ]);
    expect(linesInForce(undefined, after)).toEqual([]);
  });
});

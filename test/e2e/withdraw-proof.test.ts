import { generateKeyPairSync, hash } from 'node:crypto';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { newestManifest } from '../../src/store/index.ts';
import { chain, crawlHere, newFolder, robots, type SmallWeb, smallWeb } from '../faults/small-web.ts';
import { hookMs } from './demo-dataset.ts';
import { heedInOneProcess } from './one-process.ts';

const heed = heedInOneProcess();
const folder = newFolder();
const out = join(folder, 'dataset');
const copy = join(folder, 'copy');
let web: SmallWeb;

const pem = (name: string): { privateFile: string; publicFile: string } => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const files = { privateFile: join(folder, `${name}.pem`), publicFile: join(folder, `${name}.pub.pem`) };
  writeFileSync(files.privateFile, privateKey.export({ type: 'pkcs8', format: 'pem' }));
  writeFileSync(files.publicFile, publicKey.export({ type: 'spki', format: 'pem' }));
  return files;
};
const [own, other] = [pem('own'), pem('other')];
/** Two runs within a second have names in any order. */
let newest = '';
const json = async (...args: readonly string[]) => {
  const { code, stdout, stderr } = await heed([...args, '--json']);
  return { code, said: stdout === '' ? stderr : JSON.parse(stdout) };
};

beforeAll(async () => {
  const pages = chain(5);
  web = await smallWeb(place => (place === 'a.test/robots.txt' ? robots('User-agent: *\nDisallow: /3\n') : pages(place)));
  await crawlHere({ web, out, places: ['a.test/', 'b.test/'], flags: { scope: 'host' } });
  mkdirSync(copy);
  cpSync(join(out, 'documents'), join(copy, 'documents'), { recursive: true });
  const args = ['--out', out, '--signing-key', own.privateFile];
  expect((await heed(['revoke', ...args, '--url', web.url('b.test/2'), '--reason', 'objection'])).code).toBe(0);
  expect((await heed(['compact', ...args])).code).toBe(0);
  newest = join(out, (await newestManifest(out)).path);
}, hookMs);

describe('a proof of one record', () => {
  test.each([
    ['of a refusal', 'a.test/3', 'row', /withheld\.robots\.rule/],
    ['of a kept page', 'b.test/4', 'row', /"kept"/],
    ['of a document', 'b.test/4', 'document', /has a story of its own/],
    ['of a withdrawal', 'b.test/2', 'row', /withdrawn\.revoked/],
  ])('%s holds against its manifest and the signature of it, and against nothing else', async (_what, place, of, record) => {
    const { code, said } = await json('prove', web.url(place), '--out', out, '--of', of);
    expect(code).toBe(0);
    expect(said.record).toMatch(record);
    const file = join(folder, 'proof.json');
    const check = async (proof: object, ...args: readonly string[]) => {
      writeFileSync(file, JSON.stringify(proof));
      return json('verify', '--proof', file, ...args);
    };
    const against = ['--manifest', newest, '--key', own.publicFile];
    expect(await check(said, ...against)).toMatchObject({ code: 0, said: { ok: true, hasManifest: true } });
    expect(await check(said)).toMatchObject({ code: 0, said: { ok: true, hasManifest: false } });
    expect((await check({ ...said, record: `${said.record} ` }, ...against)).code).toBe(14);
    expect((await check({ ...said, line: said.line + 1 }, ...against)).code).toBe(14);
    expect((await check({ ...said, url: 'http://c.test/' }, ...against)).code).toBe(14);
    const forged = { ...said, record: '{"url":"x"}', line: 1, url: 'x', path: [], resource: { ...said.resource, records: 1 } };
    const root = hash('sha256', '\0{"url":"x"}');
    expect((await check({ ...forged, resource: { ...forged.resource, merkle_root: root } }, ...against)).code).toBe(14);
    expect((await check({ ...forged, resource: { ...forged.resource, merkle_root: root } })).code).toBe(0);
    expect((await check(said, '--manifest', newest, '--key', other.publicFile)).code).toBe(14);
  });

  test('of a URL that is not there is an error, not an empty proof', async () => {
    expect((await json('prove', web.url('a.test/none'), '--out', out)).said).toContain('ERR_URL_UNKNOWN');
    expect((await json('prove', web.url('b.test/2'), '--out', out, '--of', 'document')).said).toContain('ERR_URL_UNKNOWN');
  });
});

describe('a proof is made from what is left', () => {
  const lost = join(folder, 'lost');
  const filesOf = (kind: string): string[] =>
    readdirSync(join(lost, kind), { recursive: true })
      .map(path => join(lost, kind, String(path)))
      .filter(path => path.endsWith('.gz'));
  beforeEach(() => cpSync(out, lost, { recursive: true }));
  afterEach(() => rmSync(lost, { recursive: true }));

  test('of a refusal whose evidence was lost: the row proves what was judged, and verify misses the rest', async () => {
    for (const file of filesOf('evidence')) rmSync(file);
    const { code, said } = await json('prove', web.url('a.test/3'), '--out', lost);
    expect({ code, reason: JSON.parse(said.record).reason }).toEqual({ code: 0, reason: 'withheld.robots.rule' });
    const file = join(folder, 'lost.json');
    writeFileSync(file, JSON.stringify(said));
    expect((await json('verify', '--proof', file, '--manifest', newest, '--key', own.publicFile)).code).toBe(0);
    expect((await json('verify', lost)).said.failures).toEqual([expect.objectContaining({ check: 'file-missing' })]);
  });

  test.each([
    ['whose row was lost', () => filesOf('provenance').forEach(file => void rmSync(file))],
    [
      'whose row lies in a file that was changed elsewhere',
      () => {
        for (const file of filesOf('provenance'))
          writeFileSync(file, gzipSync(gunzipSync(readFileSync(file)).toString().replace('"depth":0', '"depth":9')));
        // What knows where its lines began.
        rmSync(join(lost, 'state'), { recursive: true });
      },
    ],
  ])('of none %s: that is said, and no proof is printed that would not hold', async (_what, lose) => {
    lose();
    const { code, said } = await json('prove', web.url('a.test/3'), '--out', lost);
    expect(code).toBe(14);
    expect(said).toContain('ERR_DATA_DAMAGED');
  });
});

describe('a signed manifest', () => {
  test('is verified with its key and with no other, and one without is not signed', async () => {
    expect((await json('verify', out, '--key', own.publicFile)).said).toMatchObject({ ok: true });
    const { code, said } = await json('verify', out, '--key', other.publicFile);
    expect(code).toBe(14);
    expect(said.failures[0]).toMatchObject({ check: 'signature', message: 'has no signature by this key' });
    expect((await json('verify', out, '--withdraw-within', '0')).said).toMatchObject({
      ok: true,
      withdrawals: { late: 1, pending: 0 },
    });
  });

  test('is a statement of in-toto in an envelope of DSSE', () => {
    const envelope = JSON.parse(readFileSync(`${newest}.dsse`, 'utf8'));
    expect(envelope).toMatchObject({ payloadType: 'application/vnd.in-toto+json', signatures: [{ keyid: expect.any(String) }] });
    const statement = JSON.parse(Buffer.from(envelope.payload, 'base64').toString());
    expect(statement).toMatchObject({
      _type: 'https://in-toto.io/Statement/v1',
      subject: [{ digest: { sha256: hash('sha256', readFileSync(newest)) } }],
      predicate: { kind: 'compact', roots: expect.any(Array) },
    });
  });
});

describe('a configured key', () => {
  test('signs the manifest of every run, whether it asks the web or not, and verify says which are signed', async () => {
    const dataset = join(folder, 'signed');
    const file = join(folder, 'heed.yaml');
    const settings = {
      ...{ out: dataset, contact: 'https://heed.test/bot', 'allow-private-network': true, resolve: ['*.test=127.0.0.1'] },
      ...{ port: [web.port], delay: 0, 'withdraw-within': '12h' },
    };
    writeFileSync(file, JSON.stringify(settings));
    const run = async (...args: readonly string[]): Promise<string> => {
      const { code, said } = await json(...args, '--config', file);
      expect({ code, said }).toMatchObject({ code: 0 });
      return said.run;
    };
    const unsigned = await run('crawl', web.url('b.test/4'));
    writeFileSync(file, JSON.stringify({ ...settings, 'signing-key': own.privateFile }));
    const signed = [
      await run('crawl', web.url('c.test/4'), '--due', 'all'),
      await run('recheck', '--all'),
      await run('revoke', '--out', dataset, '--url', web.url('b.test/5'), '--reason', 'objection'),
      await run('compact', '--out', dataset),
    ];
    const { code, said } = await json('verify', dataset, '--key', own.publicFile);
    expect({ code, said }).toMatchObject({
      code: 0,
      said: { ok: true, signatures: { signed: expect.any(Array), unsigned: [unsigned] } },
    });
    expect(said.signatures.signed.toSorted()).toEqual(signed.toSorted());
    const { manifest } = await newestManifest(dataset);
    expect(manifest.withdrawals).toMatchObject({ within_ms: 12 * 3_600_000 });
    const { stdout } = await heed(['verify', dataset]);
    expect(stdout).toContain(`manifests: 4 of 5 signed, by whom --key FILE tells; not: ${unsigned}\n`);
  });
});

describe('a copy of the corpus', () => {
  const feed = join(out, 'feed/withdrawals.jsonl');
  const shardOf = (): string => {
    const [name = ''] = readdirSync(join(copy, 'documents'), { recursive: true })
      .map(String)
      .filter(path => path.endsWith('.gz'));
    return join(copy, 'documents', name);
  };
  const urlsOf = (file: string): string[] =>
    gunzipSync(readFileSync(file))
      .toString()
      .trim()
      .split('\n')
      .map(line => new URL(JSON.parse(line).url).pathname);

  test('is filtered into a new file, line by line as it was, and the original is left alone', async () => {
    const before = readFileSync(shardOf());
    const to = join(folder, 'filtered');
    const { code, said } = await json('apply-feed', feed, shardOf(), '--to', to);
    expect(code).toBe(0);
    expect(said).toMatchObject({
      entries: 1,
      files: [{ kept: urlsOf(shardOf()).length - 1, removed: { 'withdrawn.revoked': 1 } }],
    });
    const filtered = gunzipSync(readFileSync(said.files[0].output)).toString();
    expect(
      gunzipSync(before)
        .toString()
        .split('\n')
        .filter(line => !line.includes(`"url":"${web.url('b.test/2')}"`))
        .join('\n'),
    ).toBe(filtered);
    expect(readFileSync(shardOf())).toEqual(before);
    expect((await json('apply-feed', feed, shardOf(), '--to', to)).said).toContain('ERR_OUTPUT_EXISTS');
  });

  test('is filtered by URL where it has lost its ids, and not where it was fetched later', async () => {
    const url = web.url('b.test/2');
    const file = join(folder, 'small.jsonl');
    const rows = [
      { url, text: 'old' },
      { url, text: 'old', date: '2020-01-01T00:00:00Z' },
      { url, text: 'new', date: '2999-01-01T00:00:00Z' },
      { url: `${url}0`, text: 'other' },
    ];
    writeFileSync(file, rows.map(row => `${JSON.stringify(row)}\n`).join(''));
    const { said } = await json('apply-feed', feed, file, '--to', join(folder, 'small'));
    expect(said.files).toMatchObject([{ kept: 2, removed: { 'withdrawn.revoked': 2 } }]);
    writeFileSync(file, '{"text":"nothing to find it by"}\n');
    expect((await json('apply-feed', feed, file, '--to', join(folder, 'unnamed'))).said).toContain('ERR_FEED_ROW');
  });

  test('is not filtered by a feed that was changed or cut off', async () => {
    const broken = join(folder, 'broken.jsonl');
    writeFileSync(broken, readFileSync(feed, 'utf8').replace('"seq":0', '"seq":1'));
    expect((await json('apply-feed', broken, shardOf(), '--to', join(folder, 'x'))).said).toContain('ERR_FEED');
    writeFileSync(broken, '');
    const head = hash('sha256', readFileSync(feed, 'utf8').trim());
    expect((await json('apply-feed', broken, shardOf(), '--to', join(folder, 'x'), '--head', head)).said).toContain('ERR_FEED');
    expect((await json('apply-feed', feed, shardOf(), '--to', join(folder, 'y'), '--head', head)).code).toBe(0);
  });
});

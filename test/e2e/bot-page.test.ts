import { createPublicKey, generateKeyPairSync, verify } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'cheerio';
import { SaxesParser } from 'saxes';
import { describe, expect, test } from 'vitest';
import { assess, caseReader, isCaseError } from '../../src/assess/index.ts';
import { type BotFacts, botDocument, botPage, changesAtom, refusalsFor } from '../../src/report/index.ts';
import { digestOf, loadAgents, loadPolicy, loadPresets } from '../../src/settings/index.ts';
import { heed, temporaryFolder } from './run-heed.ts';

const facts: BotFacts = {
  ...{
    productToken: 'heed',
    userAgent: 'heed/1.0.0 (+https://a.example/bot)',
    version: '1.0.0',
    contact: 'https://a.example/bot',
  },
  ...{ operator: 'A & B <script>alert(1)</script>', delay: 1_000, maxDelay: 60_000, addresses: [], purposes: ['training'] },
  policy: { id: 'standard', description: 'The default.', digest: 'sha256:1' },
  ...{ honours: [], refusals: [] },
};

describe('what the page tells people to write is heard', () => {
  const told = loadPresets().flatMap(policy =>
    refusalsFor(id => policy.signals === 'all' || policy.signals.includes(id)).map(refusal => ({ policy, refusal })),
  );

  test.each(told)('under $policy.id: $refusal.title', ({ policy, refusal: { place, text } }) => {
    const page = '<html><head>%</head><body><p>Text</p></body></html>';
    const read = caseReader(digestOf).read({
      ...{ id: '1', url: 'https://site.example/stories/one', missing: 'absent' },
      origin: {
        ...(place === '/robots.txt' ? { robots: { status: 200, body: text } } : {}),
        ...(place.endsWith('tdmrep.json') ? { tdmrep: { status: 200, body: text } } : {}),
      },
      response: {
        status: 200,
        headers: [['Content-Type', 'text/html'], ...(place === 'in the header section' ? [text.split(': ')] : [])],
        body: page.replace('%', place === 'in its head' ? text : ''),
      },
    });
    if (isCaseError(read)) throw new Error(read.message);
    const asker = { productToken: 'heed', at: null, policy, facts: { agents: loadAgents() } };
    expect(assess(read.carriers, ['train-ai'], asker).get('train-ai')).toMatchObject({
      disposition: 'withhold',
      finding: { preference: 'disallow' },
    });
  });

  test('a policy that reads less promises less, and every one is told how to be shut out by name', () => {
    const of = (name: string) => {
      const { signals } = loadPolicy(name);
      return refusalsFor(id => signals === 'all' || signals.includes(id)).map(({ text }) => text);
    };
    expect(of('rfc9309')).toEqual(['User-agent: heed\nDisallow: /']);
    expect(of('standard')).toHaveLength(5);
  });
});

describe('the files', () => {
  const at = '2026-11-26T12:00:00.000Z';

  test('names from the settings are text in the page and in the feed, and the page loads and runs nothing', () => {
    const bot = botDocument(facts, undefined, at);
    const $ = load(botPage(bot));
    expect($('script, link, img, iframe')).toHaveLength(0);
    expect($('strong').first().text()).toBe(facts.operator);
    expect($('meta[http-equiv=Content-Security-Policy]').attr('content')).toBe("default-src 'none'; style-src 'unsafe-inline'");
    const texts: string[] = [];
    const parser = new SaxesParser({ xmlns: true });
    parser.on('text', text => texts.push(text));
    parser.write(changesAtom(bot)).close();
    expect(texts).toContain(facts.operator);
    expect(texts).toContain('tag:a.example,2026-11-26:heed-bot');
  });

  test('what changed is added to the history, newest first; the same facts again are no change', () => {
    const first = botDocument(facts, undefined, at);
    expect(botDocument(facts, first, '2026-11-27T12:00:00.000Z')).toEqual(first);
    const moved = { ...facts, addresses: ['192.0.2.0/28'], delay: 2_000 };
    const second = botDocument(moved, first, '2026-11-28T12:00:00.000Z');
    expect(second.updated).toBe('2026-11-28T12:00:00.000Z');
    expect(second.changes).toEqual([
      { at: '2026-11-28T12:00:00.000Z', what: ['the pause between requests', 'its addresses'] },
      { at, what: ['first published'] },
    ]);
  });
});

test('heed bot-page writes the page, the facts, the feed, the addresses, and the key with the fields to serve it with', async () => {
  const folder = temporaryFolder();
  const out = join(folder, 'bot');
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const file = join(folder, 'key.pem');
  writeFileSync(file, privateKey.export({ type: 'pkcs8', format: 'pem' }));
  const args = [
    ...['bot-page', '--out', out, '--contact', 'bot@a.example', '--operator', 'A', '--json'],
    ...['--addresses', '192.0.2.0/28', '--addresses', '2001:db8:1::/48'],
    ...['--signing-key', file, '--signature-agent', 'https://a.example'],
  ];
  // Whoever would publish a key that nobody can find is told so.
  expect(await heed(args.slice(0, -2))).toMatchObject({ code: 3, stderr: expect.stringContaining('ERR_SIGNATURE_AGENT') });
  const { code, stdout } = await heed(args);
  expect(code).toBe(0);
  const names = ['index.html', 'bot.json', 'changes.atom', 'ip-ranges.json'];
  const key = '.well-known/http-message-signatures-directory';
  expect(JSON.parse(stdout)).toEqual({ out, files: [...names, key, '_headers'].map(name => join(out, name)) });
  const read = (name: string): string => readFileSync(join(out, name), 'utf8');
  expect(JSON.parse(read('ip-ranges.json')).prefixes).toEqual([
    { ipv4Prefix: '192.0.2.0/28' },
    { ipv6Prefix: '2001:db8:1::/48' },
  ]);
  expect(read('index.html')).toContain('<a href="mailto:bot@a.example">');

  const { keys } = JSON.parse(read(key)) as { keys: { x: string; kid: string }[] };
  expect(keys).toEqual([
    { kid: expect.any(String), kty: 'OKP', crv: 'Ed25519', x: publicKey.export({ format: 'jwk' }).x, use: 'sig' },
  ]);
  const served = Object.fromEntries(
    read('_headers')
      .split('\n')
      .slice(1, -1)
      .map(line => line.trim().split(/: (.*)/)),
  );
  expect(served['Content-Type']).toBe('application/http-message-signatures-directory+json');
  const params = served['Signature-Input'].slice('sig1='.length);
  expect(params).toMatch(/^\("@authority";req\);.*;tag="http-message-signatures-directory"$/);
  const signed = Buffer.from(`"@authority";req: a.example\n"@signature-params": ${params}`);
  const octets = Buffer.from(served.Signature.slice('sig1=:'.length, -1), 'base64');
  expect(verify(null, signed, createPublicKey(privateKey), octets)).toBe(true);

  const secret = privateKey.export({ format: 'jwk' }).d ?? '-';
  for (const name of readdirSync(out, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile()))
    expect(readFileSync(join(name.parentPath, name.name), 'utf8')).not.toContain(secret);
});

test.each([
  ['without a contact', [], 7, 'ERR_CONTACT_MISSING'],
  ['with a block that is none', ['--contact', 'bot@a.example', '--addresses', '192.0.2.1/28'], 2, 'ERR_CONFIG_VALUE'],
])('heed bot-page %s writes nothing', async (_what, flags, code, error) => {
  const out = join(temporaryFolder(), 'bot');
  const ended = await heed(['bot-page', '--out', out, ...flags]);
  expect(ended).toMatchObject({ code, stderr: expect.stringContaining(error) });
  expect(existsSync(out)).toBe(false);
});

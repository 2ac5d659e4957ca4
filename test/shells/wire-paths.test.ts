import { generateKeyPairSync, type KeyObject, verify } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { publicJwk } from '../../src/http/index.ts';
import { version } from '../../src/settings/index.ts';
import { heed, temporaryFolder } from '../e2e/run-heed.ts';
import { type RawServer, rawServer, response } from './http-server.ts';

const paragraph = `<p>${'A page that says enough to be a document of its own, in so many words. '.repeat(12)}</p>`;
const html = (body: string, ...fields: string[]): Buffer =>
  response('200 OK', ['Content-Type: text/html', ...fields], `<title>t</title><article>${paragraph}${body}</article>`);

/** One host whose answers lead down every path by which heed fetches anything. */
async function crossroads(): Promise<RawServer> {
  let busy = 0;
  const server = await rawServer((socket, request) => {
    const [, path = ''] = /^GET (\S+)/.exec(request) ?? [];
    const says: Record<string, () => Buffer> = {
      '/robots.txt': () => response('302 Found', ['Location: /rules', 'Set-Cookie: robots=1']),
      '/rules': () =>
        response(
          '200 OK',
          ['Content-Type: text/plain'],
          'Sitemap: http://site.test/sitemap.xml\nLicense: http://site.test/license.xml\nUser-agent: *\nDisallow: /closed\n',
        ),
      '/sitemap.xml': () =>
        response('200 OK', ['Content-Type: application/xml'], '<urlset><url><loc>http://site.test/listed</loc></url></urlset>'),
      '/license.xml': () =>
        response(
          '200 OK',
          ['Content-Type: application/rsl+xml'],
          '<rsl xmlns="https://rslstandard.org/rsl"><content url="/never"><license><prohibits type="usage">ai-train</prohibits></license></content></rsl>',
        ),
      '/': () =>
        html('<a href="/moved">m</a><a href="/busy">b</a><a href="/closed">c</a>', 'Set-Cookie: id=1; Path=/', 'ETag: "v1"'),
      '/moved': () => response('301 Moved', ['Location: /arrived']),
      '/arrived': () => html('arrived'),
      '/listed': () => html('listed'),
      '/busy': () => (busy++ === 0 ? response('503 Busy', ['Retry-After: 0']) : html('at last')),
    };
    socket.write(says[path]?.() ?? response('404 Not Found'));
  });
  onTestFinished(() => server.close());
  return server;
}

const contact = 'https://operator.example/bot';
/** Everything of a request but its path, what it accepts and its signature. */
const exactly = [
  'host: site.test',
  'connection: keep-alive',
  `user-agent: heed/${version} (+${contact})`,
  'from: crawl@operator.example',
  'accept: ',
  'accept-encoding: gzip, br, zstd',
];
const flagsFor = ({ port }: RawServer): string[] => [
  ...['--resolve', `*.test=127.0.0.1:${port}`, '--allow-private-network', '--delay', '0'],
  ...['--contact', contact, '--from', 'crawl@operator.example'],
];
/** Of a crawl: how long it waits and in which thread it reads changes no octet of what it asks. */
const quick = ['--backoff', '100ms', '--content-threads', '0'];
/** What an environment may hold that would make other clients send something else, somewhere else, or trust anybody. */
const env = {
  ...{ HTTP_PROXY: 'http://127.0.0.1:9', http_proxy: 'http://127.0.0.1:9', ALL_PROXY: 'http://127.0.0.1:9' },
  ...{ NODE_USE_ENV_PROXY: '1', NODE_TLS_REJECT_UNAUTHORIZED: '0', CRAWLEE_HEADLESS: '0', APIFY_PROXY_PASSWORD: 'x' },
};

const pathOf = (request: string): string => /^GET (\S+) HTTP\/1\.1\r\n/.exec(request)?.[1] ?? request;
const linesOf = (request: string): string[] => request.split('\r\n').slice(1, -2);

interface Key {
  readonly key: KeyObject;
  readonly flags: readonly string[];
}

function signingKey(): Key {
  const { privateKey: key } = generateKeyPairSync('ed25519');
  const file = join(temporaryFolder(), 'key.pem');
  writeFileSync(file, key.export({ type: 'pkcs8', format: 'pem' }));
  return { key, flags: ['--signing-key', file, '--signature-agent', 'https://operator.example'] };
}

/** RFC 9421 §2.5 by hand. */
function isSigned(lines: readonly string[], { key }: Key): boolean {
  const of = (name: string): string => lines.find(line => line.startsWith(`${name}: `))?.slice(name.length + 2) ?? '';
  const params = of('signature-input').replace(/^sig1=/, '');
  const base = `"@authority": ${of('host')}\n"signature-agent";key="sig1": ${of('signature-agent').replace('sig1=', '')}\n"@signature-params": ${params}`;
  const octets = Buffer.from(of('signature').slice('sig1=:'.length, -1), 'base64');
  return verify(null, Buffer.from(base), { key: { ...publicJwk(key) }, format: 'jwk' }, octets);
}

describe('whatever is fetched, the request is the same honest one, octet for octet, and signed', () => {
  test.each<[string, (server: RawServer) => string[], string[]]>([
    [
      'heed crawl: declarations, hops, licence, sitemap, pages, redirects, a retry',
      server => ['crawl', 'http://site.test/', '--out', join(temporaryFolder(), 'out'), ...quick, ...flagsFor(server)],
      [
        ...['/robots.txt', '/rules', '/.well-known/tdmrep.json', '/ai.txt', '/trust.txt', '/.well-known/trust.txt'],
        ...['/license.xml', '/sitemap.xml', '/', '/moved', '/arrived', '/listed', '/busy', '/busy'],
      ],
    ],
    [
      'heed check',
      server => ['check', 'http://site.test/', ...flagsFor(server)],
      [
        ...['/robots.txt', '/rules', '/.well-known/tdmrep.json', '/ai.txt', '/trust.txt', '/.well-known/trust.txt'],
        ...['/license.xml', '/', '/moved', '/busy'],
      ],
    ],
  ])('%s', async (_what, argumentsFor, paths) => {
    const server = await crossroads();
    const signing = signingKey();
    const { code, stderr } = await heed([...argumentsFor(server), ...signing.flags], { env });
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(server.requests.map(pathOf).sort()).toEqual([...paths].sort());
    const signatures = new Set<string>();
    for (const request of server.requests) {
      const lines = linesOf(request);
      const plain = lines.map(line => line.replace(/^accept: .*/, 'accept: '));
      expect(plain.slice(0, exactly.length)).toEqual(exactly);
      const names = lines.slice(exactly.length).map(line => line.split(':', 1)[0]);
      expect(names).toEqual(['signature-agent', 'signature-input', 'signature']);
      expect(isSigned(lines, signing)).toBe(true);
      signatures.add(lines.at(-1) ?? '');
    }
    // Also what is asked twice is signed anew.
    expect(signatures.size).toBe(server.requests.length);
  });

  test('a key that cannot be read ends the command before anybody is asked anything', async () => {
    const server = await crossroads();
    const broken = ['--signing-key', '/nowhere/key.pem', '--signature-agent', 'https://operator.example'];
    const out = join(temporaryFolder(), 'out');
    const { code, stderr } = await heed(['crawl', 'http://site.test/', '--out', out, ...flagsFor(server), ...broken]);
    expect(code).toBe(3);
    expect(stderr).toContain('ERR_SIGNING_KEY');
    expect(server.requests).toEqual([]);
  });
});

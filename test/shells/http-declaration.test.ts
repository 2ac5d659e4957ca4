import { gzipSync } from 'node:zlib';
import { afterEach, expect, test } from 'vitest';
import { type Retriever, retrieveDeclaration } from '../../src/http/index.ts';
import { type RawServer, rawServer, response, testRetriever } from './http-server.ts';

let server: RawServer;
let retriever: Retriever;

/** Answers by `host path`; anything else is a 404. */
const start = async (pages: Readonly<Record<string, Buffer>>): Promise<void> => {
  server = await rawServer((socket, request) => {
    const path = /^GET (\S+)/.exec(request)?.[1];
    const host = /host: (\S+)/.exec(request)?.[1];
    socket.write(pages[`${host} ${path}`] ?? response('404 Not Found'));
  });
  retriever = testRetriever(server.port);
};
afterEach(async () => {
  await retriever.close();
  await server.close();
});

const to = (location: string): Buffer => response('301 Moved', [`Location: ${location}`]);
const rules = response('200 OK', [], 'User-agent: *\nDisallow: /\n');
const robots = 'http://a.test/robots.txt';
const unreachable = { outcome: 'unreachable', cause: 'redirects' };

test('robots.txt is followed over five redirects and other hosts; it still speaks for the first (RFC 9309 §2.3.1.2)', async () => {
  await start({
    'a.test /robots.txt': to('/1'),
    'a.test /1': to('http://b.test/2'),
    'b.test /2': to('//c.test/3'),
    'c.test /3': to('4'),
    'c.test /4': to('http://a.test/5#x'),
    'a.test /5': rules,
  });
  const asked: string[] = [];
  const ended: string[] = [];
  const answer = await retrieveDeclaration(retriever, robots, {
    kind: 'robots',
    beforeHop: async (url, hop) => void asked.push(`${hop} ${url}`),
    afterHop: url => ended.push(url),
  });
  const hops = [robots, 'http://a.test/1', 'http://b.test/2', 'http://c.test/3', 'http://c.test/4'];
  expect(answer).toMatchObject({ url: robots, finalUrl: 'http://a.test/5', hops, retrieval: { outcome: 'successful', hops } });
  expect(answer.digest).toMatch(/^sha256:/);
  expect(asked).toEqual([...hops, 'http://a.test/5'].map((url, hop) => `${hop} ${url}`));
  expect(ended).toHaveLength(6);
});

test('a sixth redirect is not followed and is no missing file', async () => {
  const pages = Object.fromEntries([1, 2, 3, 4, 5, 6].map(n => [`a.test /${n}`, to(`/${n + 1}`)]));
  await start({ ...pages, 'a.test /robots.txt': to('/1'), 'a.test /7': rules });
  const answer = await retrieveDeclaration(retriever, robots, { kind: 'robots' });
  expect(answer.retrieval).toMatchObject({ ...unreachable, status: 301 });
  expect(answer.hops).toHaveLength(6);
  expect(server.requests).toHaveLength(6);
});

test.each([
  ['to itself', { 'a.test /robots.txt': to('/robots.txt') }],
  ['in a circle', { 'a.test /robots.txt': to('/1'), 'a.test /1': to('http://b.test/2'), 'b.test /2': to(robots) }],
  ['nowhere', { 'a.test /robots.txt': response('302 Found') }],
  ['to an empty place', { 'a.test /robots.txt': response('302 Found', ['Location: ']) }],
  ['to two places', { 'a.test /robots.txt': response('302 Found', ['Location: /x', 'Location: /y']) }],
  ['to a file', { 'a.test /robots.txt': to('file:///etc/passwd') }],
  ['to a script', { 'a.test /robots.txt': to('javascript:void(0)') }],
  ['to a forbidden port', { 'a.test /robots.txt': to('http://a.test:22/') }],
  ['to a URL with a password', { 'a.test /robots.txt': to('http://u:p@a.test/') }],
  ['to a very long URL', { 'a.test /robots.txt': to(`/${'a'.repeat(5_000)}`) }],
])('a robots.txt that redirects %s is unreachable', async (_what, pages) => {
  await start(pages as Record<string, Buffer>);
  const answer = await retrieveDeclaration(retriever, robots, { kind: 'robots' });
  expect(answer.retrieval).toMatchObject(unreachable);
  expect(answer.digest).toBeNull();
  expect(answer.url).toBe(robots);
});

test('a robots.txt that redirects to a forbidden address is not followed there', async () => {
  await start({ 'a.test /robots.txt': to('http://169.254.169.254/latest/meta-data/') });
  const answer = await retrieveDeclaration(retriever, robots, { kind: 'robots' });
  expect(answer.retrieval).toMatchObject({ outcome: 'unreachable', cause: 'address' });
  expect(server.requests).toHaveLength(1);
});

test('a failure behind a redirect keeps its own cause, a missing file is a missing file', async () => {
  await start({ 'a.test /robots.txt': to('http://b.test/x'), 'b.test /x': response('503 Busy', ['Retry-After: 7']) });
  const failed = await retrieveDeclaration(retriever, robots, { kind: 'robots' });
  expect(failed).toMatchObject({
    url: robots,
    retryAfterMs: 7_000,
    retrieval: { outcome: 'unreachable', cause: 'status', status: 503 },
  });
  const missing = await retrieveDeclaration(retriever, 'http://b.test/robots.txt', { kind: 'robots' });
  expect(missing.retrieval).toMatchObject({ outcome: 'unavailable', status: 404 });
});

test('the caller may refuse any hop; a refused redirect is unreachable, a refused first request was not attempted', async () => {
  await start({ 'a.test /robots.txt': to('http://b.test/x') });
  const hop = await retrieveDeclaration(retriever, robots, {
    kind: 'robots',
    beforeHop: async url => (url.includes('b.test') ? 'refuse' : undefined),
  });
  expect(hop.retrieval).toEqual(unreachable);
  const first = await retrieveDeclaration(retriever, robots, { kind: 'robots', beforeHop: async () => 'refuse' });
  expect(first.retrieval).toEqual({ outcome: 'not-attempted', why: 'omitted' });
  expect(server.requests).toHaveLength(1);
});

test('of a robots.txt beyond 512,000 bytes the beginning counts; any other file beyond 1 MiB is too large', async () => {
  const large = Buffer.alloc(600_000, 'Disallow: /x\n');
  const huge = Buffer.alloc(1_100_000, ' ');
  await start({
    'a.test /robots.txt': response('200 OK', ['Content-Encoding: gzip'], gzipSync(large)),
    'a.test /.well-known/tdmrep.json': response('200 OK', [], huge),
  });
  const cut = await retrieveDeclaration(retriever, robots, { kind: 'robots' });
  expect(cut.retrieval).toMatchObject({ outcome: 'successful', truncated: true });
  expect(cut.retrieval.outcome === 'successful' && cut.retrieval.body.length).toBe(512_000);
  const file = await retrieveDeclaration(retriever, 'http://a.test/.well-known/tdmrep.json', { kind: 'file' });
  expect(file.retrieval).toMatchObject({ outcome: 'unreachable', cause: 'too-large' });
});

test('a part that nobody asked for (206) is no declaration: what the rest says is not known', async () => {
  await start({ 'a.test /robots.txt': response('206 Partial Content', ['Content-Range: bytes 0-6/100'], '# part\n') });
  const { retrieval, digest } = await retrieveDeclaration(retriever, robots, { kind: 'robots' });
  expect(retrieval).toMatchObject({ outcome: 'unreachable', cause: 'protocol', status: 206 });
  expect(digest).toBeNull();
});

test('a conditional request for a declaration may be answered with 304', async () => {
  await start({ 'a.test /robots.txt': Buffer.from('HTTP/1.1 304 Not Modified\r\n\r\n') });
  const answer = await retrieveDeclaration(retriever, robots, { kind: 'robots', fields: { 'if-none-match': '"v1"' } });
  expect(answer.retrieval).toMatchObject({ outcome: 'unavailable', status: 304 });
  const unasked = await retrieveDeclaration(retriever, robots, { kind: 'robots' });
  expect(unasked.retrieval).toMatchObject({ outcome: 'unreachable', cause: 'protocol' });
});

test.each<[kind: 'robots' | 'file', path: string, status: string, outcome: 'unreachable' | 'unavailable']>([
  ['robots', '/robots.txt', '200 OK', 'unreachable'],
  ['file', '/.well-known/tdmrep.json', '200 OK', 'unreachable'],
  // As such tests are sent: read as a refused file it would be silence.
  ['file', '/.well-known/tdmrep.json', '403 Forbidden', 'unreachable'],
  // A robots.txt that is refused has a meaning of its own.
  ['robots', '/robots.txt', '403 Forbidden', 'unavailable'],
])('a challenge in the place of a declaration is no declaration: %s %s, %s', async (kind, path, status, outcome) => {
  await start({ [`a.test ${path}`]: response(status, ['cf-mitigated: challenge'], '<title>Are you human?</title>') });
  const { retrieval, digest } = await retrieveDeclaration(retriever, `http://a.test${path}`, { kind });
  expect(retrieval).toMatchObject({ outcome, status: Number.parseInt(status, 10) });
  expect(digest === null).toBe(outcome === 'unreachable');
});

test('a redirect is told without the password in it', async () => {
  await start({ 'a.test /': to('http://user:secret@a.test/in') });
  const answer = await retriever.retrieve('http://a.test/');
  expect(answer.location).toBe('http://userinfo-removed@a.test/in');
});

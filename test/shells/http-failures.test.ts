import type { Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Retriever } from '../../src/http/index.ts';
import type { UnreachableCause } from '../../src/vocab/index.ts';
import { type RawServer, rawServer, response, testRetriever } from './http-server.ts';

const ok = 'HTTP/1.1 200 OK\r\n';
const drip = (socket: Socket, text: string, first: string): void => {
  socket.write(first);
  const timer = setInterval(() => socket.write(text), 30);
  socket.on('close', () => clearInterval(timer));
};
const flood = (socket: Socket, chunk: Buffer, first: string): void => {
  socket.write(first);
  const pump = (): void => {
    while (!socket.destroyed) if (!socket.write(chunk)) return void socket.once('drain', pump);
  };
  pump();
};
const gzipped = gzipSync(Buffer.alloc(50_000, 'text '));
const withCrc = (): Buffer => {
  const bytes = Buffer.from(gzipped);
  bytes[bytes.length - 7]! ^= 1;
  return bytes;
};
const coded = (coding: string, body: Buffer | string): Buffer => response('200 OK', [`Content-Encoding: ${coding}`], body);

/** What a server does, and how "we do not know" is then called. None of these may look like an answer. */
const failures: readonly (readonly [what: string, cause: UnreachableCause, say: (socket: Socket) => void])[] = [
  ['accepts and never answers', 'timeout', () => undefined],
  ['drips header bytes for ever', 'timeout', socket => drip(socket, 'x', ok)],
  ['sends a header section that never ends its last line', 'timeout', socket => void socket.write(`${ok}X: y`)],
  ['drips a body for ever', 'timeout', socket => drip(socket, 'x', `${ok}Content-Length: 1000\r\n\r\n`)],
  ['drips a body without length for ever', 'timeout', socket => drip(socket, 'x', `${ok}\r\n`)],
  ['drips a 404 body for ever', 'timeout', socket => drip(socket, 'x', 'HTTP/1.1 404 No\r\nContent-Length: 1000\r\n\r\n')],
  ['closes before a byte', 'reset', socket => void socket.end()],
  ['resets before a byte', 'reset', socket => void socket.resetAndDestroy()],
  ['closes inside the header section', 'reset', socket => void socket.end(`${ok}Content-Ty`)],
  ['resets inside the header section', 'reset', socket => void socket.write(`${ok}Content-Ty`, () => socket.resetAndDestroy())],
  ['closes before the announced length', 'reset', socket => void socket.end(`${ok}Content-Length: 10\r\n\r\nhalf`)],
  ['says close and closes early', 'reset', socket => void socket.end(`${ok}Connection: close\r\nContent-Length: 10\r\n\r\nhalf`)],
  [
    'resets before the announced length',
    'reset',
    socket => void socket.write(`${ok}Content-Length: 10\r\n\r\nhalf`, () => late(socket)),
  ],
  [
    'resets a body without length',
    'reset',
    socket => void socket.write(`${ok}Connection: close\r\n\r\nhalf`, () => late(socket)),
  ],
  ['closes without a last chunk', 'reset', socket => void socket.end(`${ok}Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n`)],
  [
    'closes a 404 before the announced length',
    'reset',
    socket => void socket.end('HTTP/1.1 404 No\r\nContent-Length: 10\r\n\r\nhalf'),
  ],
  ['sends two lengths', 'protocol', socket => void socket.write(`${ok}Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello!`)],
  [
    'sends the same length twice',
    'protocol',
    socket => void socket.write(`${ok}Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello`),
  ],
  [
    'sends length and chunks',
    'protocol',
    socket => void socket.write(`${ok}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`),
  ],
  [
    'names a transfer coding beside chunks',
    'protocol',
    socket => void socket.write(`${ok}Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n`),
  ],
  ['sends a length that is no number', 'protocol', socket => void socket.write(`${ok}Content-Length: 5x\r\n\r\nhello`)],
  [
    'sends a bad chunk size',
    'protocol',
    socket => void socket.write(`${ok}Transfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n0\r\n\r\n`),
  ],
  ['sends a field without colon', 'protocol', socket => void socket.write(`${ok}No colon here\r\nContent-Length: 0\r\n\r\n`)],
  ['folds a field', 'protocol', socket => void socket.write(`${ok}X-A: b\r\n c\r\nContent-Length: 0\r\n\r\n`)],
  ['sends NUL in a field', 'protocol', socket => void socket.write(`${ok}X-A: b\u0000c\r\nContent-Length: 0\r\n\r\n`)],
  ['ends lines with LF only', 'protocol', socket => void socket.write('HTTP/1.1 200 OK\nContent-Length: 2\n\nhi')],
  ['speaks HTTP/0.9', 'protocol', socket => void socket.end('<html>hello</html>')],
  ['sends a field of 17 KiB', 'protocol', socket => void socket.write(response('200 OK', [`X-Big: ${'a'.repeat(17_000)}`]))],
  [
    'sends a header section of 80 KiB',
    'protocol',
    socket => void socket.write(response('200 OK', new Array(80).fill(`X: ${'a'.repeat(1_000)}`))),
  ],
  ['sends 2,200 fields', 'protocol', socket => void socket.write(response('200 OK', new Array(2_200).fill('X: y')))],
  [
    'sends a thousand interim responses',
    'protocol',
    socket => void socket.write('HTTP/1.1 103 Early Hints\r\n\r\n'.repeat(1_000)),
  ],
  [
    'switches protocols unasked',
    'protocol',
    socket => void socket.write('HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n'),
  ],
  ['answers 304 without being asked for a change', 'protocol', socket => void socket.write('HTTP/1.1 304 Not Modified\r\n\r\n')],
  ['answers 429', 'status', socket => void socket.write(response('429 Slow Down'))],
  ['answers 500', 'status', socket => void socket.write(response('500 Oops', [], 'User-agent: *\nAllow: /\n'))],
  ['answers 999', 'status', socket => void socket.write(response('999 Denied'))],
  ['answers 099', 'status', socket => void socket.write(response('099 Odd'))],
  ['announces more than we take', 'too-large', socket => void socket.write(`${ok}Content-Length: 999999999\r\n\r\n`)],
  ['sends without end', 'too-large', socket => flood(socket, Buffer.alloc(65_536), `${ok}\r\n`)],
  [
    'sends tiny chunks without end',
    'too-large',
    socket => flood(socket, Buffer.from('1\r\nx\r\n'.repeat(5_000)), `${ok}Transfer-Encoding: chunked\r\n\r\n`),
  ],
  ['sends gzip cut short', 'encoding', socket => void socket.write(coded('gzip', gzipped.subarray(0, gzipped.length - 3)))],
  ['sends gzip with a wrong checksum', 'encoding', socket => void socket.write(coded('gzip', withCrc()))],
  [
    'sends gzip with something behind it',
    'encoding',
    socket => void socket.write(coded('gzip', Buffer.concat([gzipped, Buffer.from('tail')]))),
  ],
  ['says gzip and sends plain text', 'encoding', socket => void socket.write(coded('gzip', 'User-agent: *\nDisallow:\n'))],
  ['says gzip and sends nothing', 'encoding', socket => void socket.write(coded('gzip', ''))],
  ['names a coding nobody knows', 'encoding', socket => void socket.write(coded('compress', 'x'))],
  ['names a coding like a property', 'encoding', socket => void socket.write(coded('constructor', 'x'))],
  ['names four codings', 'encoding', socket => void socket.write(coded('gzip, gzip, gzip, gzip', gzipped))],
];

/** After the parser has seen what was written. */
const late = (socket: Socket): void => void setTimeout(() => socket.resetAndDestroy(), 30);

describe('whatever goes wrong, the answer is "unreachable" with its cause, never a success', () => {
  let server: RawServer;
  let retriever: Retriever;
  /** For what ends by another limit than time: a million chunks take a busy machine a while. */
  let patient: Retriever;

  beforeAll(async () => {
    server = await rawServer((socket, request) => failures[Number(/GET \/(\d+)/.exec(request)?.[1])]?.[2](socket));
    // `connectMs` and `firstByteMs` stay long: every time-out here is the total one, which nothing postpones.
    const limits = { maxBytes: 1_000_000, maxWireBytes: 1_000_000 };
    retriever = testRetriever(server.port, { limits: { ...limits, totalMs: 800 } });
    patient = testRetriever(server.port, { limits: { ...limits, totalMs: 30_000 } });
  });
  afterAll(async () => {
    await retriever.close();
    await patient.close();
    await server.close();
  });

  test.concurrent.each(failures.map(([what, cause], index) => [what, cause, index] as const))(
    'a server that %s: %s',
    async (_what, cause, index) => {
      const asked = cause === 'timeout' ? retriever : patient;
      const answer = await asked.retrieve(`http://n${index}.test/${index}`);
      expect(answer.retrieval).toMatchObject({ outcome: 'unreachable', cause });
      expect(answer.digest).toBeNull();
      expect(answer.detail).toMatch(/^[\x20-\x7e]+$/);
      if (cause === 'timeout') expect(answer.endedAtMs - answer.startedAtMs).toBeLessThan(10_000);
    },
  );
});

test('a body without length that ends by closing is whole (RFC 9112 §6.3)', async () => {
  const server = await rawServer(socket => socket.end(`${ok}\r\nall of it`));
  const retriever = testRetriever(server.port);
  const { retrieval } = await retriever.retrieve('http://site.test/');
  expect(retrieval).toMatchObject({ outcome: 'successful', body: Buffer.from('all of it') });
  await retriever.close();
  await server.close();
});

test('nobody listening is a reset; no first byte in time is a time-out; the next request works again', async () => {
  const server = await rawServer((socket, request) => {
    if (request.includes('/ok')) socket.write(response('200 OK', [], 'fine'));
  });
  const retriever = testRetriever(server.port, { limits: { firstByteMs: 200 } });
  const started = performance.now();
  expect((await retriever.retrieve('http://site.test/stall')).retrieval).toMatchObject({
    outcome: 'unreachable',
    cause: 'timeout',
  });
  expect(performance.now() - started).toBeLessThan(2_000);
  expect((await retriever.retrieve('http://site.test/ok')).retrieval).toMatchObject({ outcome: 'successful' });
  await server.close();
  expect((await retriever.retrieve('http://other.test/')).retrieval).toMatchObject({ outcome: 'unreachable', cause: 'reset' });
  await retriever.close();
});

test.each([
  ['too large', { maxBytes: 1_000, maxWireBytes: 1_000 }, 'too-large'],
  ['too slow', { totalMs: 50 }, 'timeout'],
])(
  'what is %s is not taken in any further: its connection is closed while others stay',
  async (_what, limits, cause) => {
    const { promise: closed, resolve } = Promise.withResolvers<void>();
    const server = await rawServer(socket => {
      socket.once('close', () => resolve());
      socket.write(`${ok}\r\n${'x'.repeat(500)}`);
      if (cause === 'too-large') socket.write('x'.repeat(1_000));
    });
    const retriever = testRetriever(server.port, { limits });
    expect((await retriever.retrieve('http://site.test/')).retrieval).toMatchObject({ outcome: 'unreachable', cause });
    await closed;
    await retriever.close();
    await server.close();
  },
  10_000,
);

test('bytes beyond the announced length are never taken for the next answer', async () => {
  const poison = response('200 OK', [], 'poison');
  const server = await rawServer((socket, request) => {
    if (request.includes('/first')) socket.write(Buffer.concat([response('200 OK', [], 'first'), poison]));
    else socket.write(response('200 OK', [], 'second'));
  });
  const retriever = testRetriever(server.port);
  expect((await retriever.retrieve('http://site.test/first')).retrieval).toMatchObject({ body: Buffer.from('first') });
  expect((await retriever.retrieve('http://site.test/second')).retrieval).toMatchObject({ body: Buffer.from('second') });
  expect(server.connections).toBe(2);
  await retriever.close();
  await server.close();
});

test.each([
  ['a chunk extension', 'timeout', '5;', Buffer.alloc(65_536, 'a')],
  ['trailers', 'protocol', '0\r\n', Buffer.from('X-Trailer: y\r\n'.repeat(1_000))],
] as const)('%s without end is not waited out and holds no memory', async (_what, cause, first, more) => {
  const server = await rawServer(socket => flood(socket, more, `${ok}Transfer-Encoding: chunked\r\n\r\n${first}`));
  const retriever = testRetriever(server.port, { limits: { totalMs: 300 } });
  const before = process.memoryUsage.rss();
  const answer = await retriever.retrieve('http://site.test/');
  expect(answer.retrieval).toMatchObject({ outcome: 'unreachable', cause });
  expect(answer.endedAtMs - answer.startedAtMs).toBeLessThan(10_000);
  // The server's own unsent data is in this process too; what is flooded in that time is a multiple of this.
  expect(process.memoryUsage.rss() - before).toBeLessThan(160 * 1024 * 1024);
  await retriever.close();
  await server.close();
});

test('of a refusal or a redirect with an endless body only the beginning is read', async () => {
  const server = await rawServer((socket, request) =>
    flood(
      socket,
      Buffer.alloc(65_536, 'no '),
      request.includes('/moved') ? 'HTTP/1.1 301 Moved\r\nLocation: /x\r\n\r\n' : 'HTTP/1.1 404 No\r\n\r\n',
    ),
  );
  const retriever = testRetriever(server.port);
  const moved = await retriever.retrieve('http://a.test/moved');
  expect(moved).toMatchObject({ location: 'http://a.test/x', retrieval: { outcome: 'unavailable', status: 301 } });
  const { retrieval } = await retriever.retrieve('http://b.test/gone');
  expect(retrieval.outcome === 'unavailable' && retrieval.body?.length).toBe(64 * 1024);
  await retriever.close();
  await server.close();
});

import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { afterEach, describe, expect, test } from 'vitest';
import type { Retriever } from '../../src/http/index.ts';
import { type RawServer, rawServer, response, testRetriever } from './http-server.ts';

let server: RawServer;
let retriever: Retriever;

const start = async (answer: Buffer, limits: Parameters<typeof testRetriever>[1] = {}): Promise<void> => {
  server = await rawServer(socket => socket.write(answer));
  retriever = testRetriever(server.port, limits);
};

afterEach(async () => {
  await retriever.close();
  await server.close();
});

const coded = (coding: string, body: Buffer, status = '200 OK'): Buffer =>
  response(status, [`Content-Encoding: ${coding}`], body);
const text = Buffer.from('User-agent: *\nDisallow: /\n');

describe('content codings are undone', () => {
  test.each([
    ['gzip', gzipSync(text)],
    ['X-GZIP', gzipSync(text)],
    ['gzip', Buffer.concat([gzipSync(text.subarray(0, 9)), gzipSync(text.subarray(9))])],
    ['br', brotliCompressSync(text)],
    ['zstd', zstdCompressSync(text)],
    ['deflate', deflateSync(text)],
    ['deflate', deflateRawSync(text)],
    ['gzip, br', brotliCompressSync(gzipSync(text))],
    ['identity', text],
    ['deflate, identity, zstd, gzip', gzipSync(zstdCompressSync(deflateSync(text)))],
  ])('%s', async (coding, body) => {
    await start(coded(coding, body));
    const answer = await retriever.retrieve('http://site.test/');
    expect(answer.retrieval).toMatchObject({ outcome: 'successful', body: text, truncated: false });
    expect(answer.wireBytes).toBe(body.length);
  });

  test('codings on several lines are one list', async () => {
    await start(response('200 OK', ['Content-Encoding: gzip', 'Content-Encoding: br'], brotliCompressSync(gzipSync(text))));
    expect((await retriever.retrieve('http://site.test/')).retrieval).toMatchObject({ body: text });
  });

  test('content that says nothing of a coding is not guessed at', async () => {
    const gzip = gzipSync(text);
    await start(response('200 OK', [], gzip));
    expect((await retriever.retrieve('http://site.test/')).retrieval).toMatchObject({ outcome: 'successful', body: gzip });
  });

  test('no content has no coding', async () => {
    await start(Buffer.from('HTTP/1.1 204 No Content\r\nContent-Encoding: gzip\r\n\r\n'));
    expect((await retriever.retrieve('http://site.test/')).retrieval).toMatchObject({ outcome: 'successful', status: 204 });
  });

  test('a refusal is decoded too, and stands where that fails', async () => {
    await start(coded('gzip', gzipSync('pay first'), '402 Payment Required'));
    expect((await retriever.retrieve('http://site.test/')).retrieval).toMatchObject({
      status: 402,
      body: Buffer.from('pay first'),
    });
    await retriever.close();
    await server.close();
    await start(coded('gzip', Buffer.from('not gzip'), '403 Forbidden'));
    const answer = await retriever.retrieve('http://site.test/');
    expect(answer.retrieval).toMatchObject({ outcome: 'unavailable', status: 403 });
    expect(answer.retrieval).not.toHaveProperty('body');
    expect(answer.digest).toBeNull();
  });

  test.each(['br', 'zstd', 'deflate'])('something behind the end of %s may hold anything: damaged', async coding => {
    const encode = { br: brotliCompressSync, zstd: zstdCompressSync, deflate: deflateSync }[coding]!;
    await start(coded(coding, Buffer.concat([encode(text), encode(text)])));
    expect((await retriever.retrieve('http://site.test/')).retrieval).toMatchObject({
      outcome: 'unreachable',
      cause: 'encoding',
    });
  });
});

describe('limits', () => {
  const megabyte = Buffer.alloc(1024 * 1024, 'a line of text that is not all the same\n');

  test('a 206 and a body at our cap are only the beginning', async () => {
    await start(response('206 Partial Content', ['Content-Range: bytes 0-3/10'], 'half'));
    expect((await retriever.retrieve('http://site.test/')).retrieval).toMatchObject({ outcome: 'successful', truncated: true });
  });

  test.each([
    ['plain', response('200 OK', [], megabyte)],
    ['plain without length', Buffer.concat([Buffer.from('HTTP/1.1 200 OK\r\n\r\n'), megabyte])],
    ['gzip', coded('gzip', gzipSync(megabyte))],
    ['br', coded('br', brotliCompressSync(megabyte))],
    ['zstd', coded('zstd', zstdCompressSync(megabyte))],
    ['raw deflate', coded('deflate', deflateRawSync(megabyte))],
    ['two layers', coded('gzip, br', brotliCompressSync(gzipSync(megabyte)))],
  ])('a large robots.txt (%s) keeps its beginning; any other large body is no answer', async (_what, answer) => {
    await start(answer);
    const cut = await retriever.retrieve('http://site.test/', { maxBytes: 512_000, cut: true });
    expect(cut.retrieval).toMatchObject({ outcome: 'successful', truncated: true });
    expect(cut.retrieval.outcome === 'successful' && megabyte.subarray(0, 512_000).equals(cut.retrieval.body)).toBe(true);
    const whole = await retriever.retrieve('http://other.test/', { maxBytes: 512_000 });
    expect(whole.retrieval).toMatchObject({ outcome: 'unreachable', cause: 'too-large' });
  });

  test('exactly the limit is whole', async () => {
    await start(coded('gzip', gzipSync(Buffer.alloc(5_000, 'ab'))));
    const { retrieval } = await retriever.retrieve('http://site.test/', { maxBytes: 5_000, cut: true });
    expect(retrieval).toMatchObject({ outcome: 'successful', truncated: false });
  });

  test('damage is damage, also where only the beginning would be kept', async () => {
    const damaged = gzipSync(megabyte);
    damaged.fill(0, 500, 600);
    await start(coded('gzip', damaged));
    const { retrieval } = await retriever.retrieve('http://site.test/', { maxBytes: 512_000, cut: true });
    expect(retrieval).toMatchObject({ outcome: 'unreachable' });
  });

  // 1 GiB of zeros in a few hundred bytes to one megabyte.
  const zeros = Buffer.alloc(64 * 1024 * 1024);
  const gigabyteGzip = Buffer.concat(new Array(16).fill(gzipSync(zeros)));
  test.each([
    ['gzip', gigabyteGzip],
    ['gzip twice', gzipSync(gigabyteGzip)],
    ['br', brotliCompressSync(zeros)],
    ['zstd', zstdCompressSync(zeros)],
  ])('a bomb (%s) ends within a second and 64 MiB', async (what, bomb) => {
    await start(coded(what === 'gzip twice' ? 'gzip, gzip' : what, bomb));
    await retriever.retrieve('http://warm.test/');
    const before = process.memoryUsage.rss();
    const started = performance.now();
    const { retrieval } = await retriever.retrieve('http://site.test/');
    expect(retrieval).toMatchObject({ outcome: 'unreachable', cause: 'too-large' });
    expect(performance.now() - started).toBeLessThan(1_000);
    expect(process.memoryUsage.rss() - before).toBeLessThan(64 * 1024 * 1024);
  });

  test('a zstd window beyond 8 MiB is refused (RFC 9659)', async () => {
    const frame = Buffer.concat([Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x88]), Buffer.from([0x01, 0x00, 0x00])]);
    await start(coded('zstd', frame));
    expect((await retriever.retrieve('http://site.test/')).retrieval).toMatchObject({
      outcome: 'unreachable',
      cause: 'encoding',
    });
  });

  test('a page 300 times smaller on the wire is fine below one megabyte and a bomb above', async () => {
    const spaces = (length: number): Buffer => coded('gzip', gzipSync(Buffer.alloc(length, ' ')));
    await start(spaces(1_000_000));
    expect((await retriever.retrieve('http://site.test/')).retrieval).toMatchObject({ outcome: 'successful' });
    await retriever.close();
    await server.close();
    await start(spaces(2_000_000));
    expect((await retriever.retrieve('http://site.test/')).retrieval).toMatchObject({
      outcome: 'unreachable',
      cause: 'too-large',
    });
  });
});

import { afterEach, expect, test } from 'vitest';
import type { Retriever } from '../../src/http/index.ts';
import { type RawServer, rawServer, response, type Say, testRetriever } from './http-server.ts';

let server: RawServer;
let retriever: Retriever;

const start = async (say: Say, options: Parameters<typeof testRetriever>[1] = {}): Promise<void> => {
  server = await rawServer(say);
  retriever = testRetriever(server.port, options);
};

afterEach(async () => {
  await retriever.close();
  await server.close();
});

test('a request is exactly these bytes: one honest name, no cookie, no referer, no language, nothing of a browser', async () => {
  await start(socket => socket.write(response('200 OK', ['Set-Cookie: id=1; Path=/'], 'hello')));
  await retriever.retrieve('http://site.test/a%20b?c=d#fragment');
  await retriever.retrieve('http://site.test/second');
  expect(server.requests).toEqual([
    [
      'GET /a%20b?c=d HTTP/1.1',
      'host: site.test',
      'connection: keep-alive',
      'user-agent: heed/0.1.0 (+https://operator.example/crawler)',
      'accept: text/html,application/xhtml+xml;q=0.9,*/*;q=0.1',
      'accept-encoding: gzip, br, zstd',
      '',
      '',
    ].join('\r\n'),
    [
      'GET /second HTTP/1.1',
      'host: site.test',
      'connection: keep-alive',
      'user-agent: heed/0.1.0 (+https://operator.example/crawler)',
      'accept: text/html,application/xhtml+xml;q=0.9,*/*;q=0.1',
      'accept-encoding: gzip, br, zstd',
      '',
      '',
    ].join('\r\n'),
  ]);
});

test('an e-mail contact is written as mailto, From follows the name, conditions come last', async () => {
  const identity = { product: 'heed', version: '1.2.3', contact: 'bot@operator.example', from: 'bot@operator.example' } as const;
  await start(socket => socket.write('HTTP/1.1 304 Not Modified\r\nETag: "v1"\r\n\r\n'), { identity });
  const fields = { 'if-none-match': '"v1"', 'if-modified-since': 'Mon, 23 Nov 2026 10:00:00 GMT' };
  const answer = await retriever.retrieve('http://site.test/', { accept: 'text/plain', fields });
  expect(server.requests[0]?.split('\r\n').slice(3)).toEqual([
    'user-agent: heed/1.2.3 (+mailto:bot@operator.example)',
    'from: bot@operator.example',
    'accept: text/plain',
    'accept-encoding: gzip, br, zstd',
    'if-none-match: "v1"',
    'if-modified-since: Mon, 23 Nov 2026 10:00:00 GMT',
    '',
    '',
  ]);
  expect(answer.retrieval).toEqual({ outcome: 'unavailable', status: 304, fields: [['ETag', '"v1"']] });
});

test('a stored validator that could split the request is left out', async () => {
  await start(socket => socket.write(response('200 OK')));
  await retriever.retrieve('http://site.test/', { fields: { 'if-none-match': '"a"\r\nCookie: x=1' } });
  expect(server.requests).toHaveLength(1);
  expect(server.requests[0]).not.toMatch(/if-none-match|cookie/i);
});

test('line breaks, tabs and spaces in a URL reach one request line only', async () => {
  await start(socket => socket.write(response('200 OK')));
  await retriever.retrieve('http://site.test/a\r\nHost: evil\tb\u0000c d%0d%0aX: y');
  expect(server.requests).toHaveLength(1);
  expect(server.requests[0]?.split('\r\n').filter(line => /^host/i.test(line))).toEqual(['host: site.test']);
});

test('the environment cannot send requests through a proxy', async () => {
  const before = { ...process.env };
  Object.assign(process.env, { HTTP_PROXY: 'http://127.0.0.1:9', http_proxy: 'http://127.0.0.1:9', NODE_USE_ENV_PROXY: '1' });
  try {
    await start(socket => socket.write(response('200 OK', [], 'direct')));
    const { retrieval } = await retriever.retrieve('http://site.test/');
    expect(retrieval).toMatchObject({ outcome: 'successful' });
  } finally {
    process.env = before;
  }
});

test('one connection is kept for an origin, and requests on it never overlap', async () => {
  let open = 0;
  let most = 0;
  await start(socket => {
    open += 1;
    most = Math.max(most, open);
    setTimeout(() => {
      open -= 1;
      socket.write(response('200 OK', [], 'x'));
    }, 10);
  });
  await Promise.all(Array.from({ length: 5 }, (_, n) => retriever.retrieve(`http://site.test/${n}`)));
  expect(server.requests).toHaveLength(5);
  expect(server.connections).toBe(1);
  expect(most).toBe(1);
});

test('a redirect is reported and not followed', async () => {
  await start(socket => socket.write(response('302 Found', ['Location: /next#top'], 'moved')));
  const answer = await retriever.retrieve('http://site.test/dir/page');
  expect(answer.retrieval).toMatchObject({ outcome: 'unavailable', status: 302 });
  expect(answer.location).toBe('http://site.test/next');
  expect(answer.digest).toBeNull();
  expect(server.requests).toHaveLength(1);
});

test('an answer says when, from where, how much, and what its body hashes to', async () => {
  await start(socket =>
    socket.write(response('200 OK', ['X-Robots-Tag: noai', 'x-robots-tag: noindex', 'X-Name: caf\u00e9'], 'hello')),
  );
  const answer = await retriever.retrieve('http://site.test/');
  expect(answer).toMatchObject({
    url: 'http://site.test/',
    retrievedAt: '2026-11-23T10:00:00.000Z',
    digest: 'sha256:2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824',
    remoteAddress: '127.0.0.1',
    wireBytes: 5,
    retrieval: {
      outcome: 'successful',
      status: 200,
      fields: [
        ['X-Robots-Tag', 'noai'],
        ['x-robots-tag', 'noindex'],
        ['X-Name', 'caf\u00e9'],
        ['Content-Length', '5'],
      ],
      truncated: false,
      hops: [],
    },
  });
  expect(answer.endedAtMs).toBeGreaterThanOrEqual(answer.startedAtMs);
});

test('a refusal keeps its body, a failure its fields and Retry-After', async () => {
  await start((socket, request) =>
    socket.write(
      request.includes('/closed')
        ? response('403 Forbidden', ['Retry-After: 5'], 'go away')
        : response('503 Busy', ['Retry-After: 999999'], 'x'),
    ),
  );
  const closed = await retriever.retrieve('http://site.test/closed');
  expect(closed.retrieval).toMatchObject({ outcome: 'unavailable', status: 403, body: Buffer.from('go away') });
  expect(closed.digest).toMatch(/^sha256:/);
  expect(closed.retryAfterMs).toBe(5_000);
  const busy = await retriever.retrieve('http://site.test/busy');
  expect(busy.retrieval).toMatchObject({ outcome: 'unreachable', cause: 'status', status: 503 });
  expect(busy.retryAfterMs).toBe(60_000);
  expect(server.connections).toBe(1);
});

test('a gate that refuses ends the transfer before the body is read', async () => {
  let sent = 0;
  await start(socket => {
    socket.write('HTTP/1.1 200 OK\r\nX-Robots-Tag: noai\r\nContent-Length: 50000000\r\n\r\n');
    const pump = (): void => {
      while (!socket.destroyed && sent < 50_000_000) {
        sent += 65_536;
        if (!socket.write(Buffer.alloc(65_536))) return void socket.once('drain', pump);
      }
    };
    pump();
  });
  const seen: unknown[] = [];
  const answer = await retriever.retrieve('http://site.test/', {
    maxBytes: 100_000_000,
    gate: ({ status, fields }) => {
      seen.push(status, fields[0]);
      return 'abort';
    },
  });
  expect(seen).toEqual([200, ['X-Robots-Tag', 'noai']]);
  expect(answer.retrieval).toMatchObject({ outcome: 'successful', bodyNotRead: 'refused-earlier', truncated: false });
  expect(answer.digest).toBeNull();
  await new Promise(resolve => setTimeout(resolve, 50));
  expect(sent).toBeLessThan(20_000_000);
});

test('a gate is not asked about redirects and refusals, and its own error is not swallowed', async () => {
  await start((socket, request) => socket.write(response(request.includes('/ok') ? '200 OK' : '404 Not Found')));
  const gate = (): 'read' => {
    throw new Error('fault in a reader');
  };
  expect((await retriever.retrieve('http://site.test/gone', { gate })).retrieval).toMatchObject({ outcome: 'unavailable' });
  await expect(retriever.retrieve('http://site.test/ok', { gate })).rejects.toThrow('fault in a reader');
});

test('the caller can end a transfer; after close nothing is asked any more', async () => {
  await start(() => undefined);
  const controller = new AbortController();
  const waiting = retriever.retrieve('http://site.test/', { signal: controller.signal });
  setTimeout(() => controller.abort(new Error('stopped')), 20);
  await expect(waiting).rejects.toThrow('stopped');
  const open = retriever.retrieve('http://site.test/');
  setTimeout(() => void retriever.close(), 20);
  expect((await open).retrieval).toMatchObject({ outcome: 'unreachable', cause: 'reset' });
  await expect(retriever.retrieve('http://site.test/')).rejects.toMatchObject({ code: 'ERR_RETRIEVER_CLOSED' });
});

import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Retriever, RetrieverOptions } from '../../src/http/index.ts';
import { createAddressBook } from '../../src/http/index.ts';
import type { OriginKey, Retrieval } from '../../src/vocab/index.ts';
import { type RawServer, rawServer, response, type Say, testRetriever } from './http-server.ts';

const textOf = (retrieval: Retrieval): string =>
  retrieval.outcome === 'successful' ? Buffer.from(retrieval.body).toString() : retrieval.outcome;

/** That the server has open. */
let sockets = { open: 0 };
let server: RawServer;
let retriever: Retriever;

beforeEach(async () => {
  // Those of the test before may still be closing.
  const own = { open: 0 };
  sockets = own;
  server = await rawServer(
    (socket, request) => {
      const [, path = ''] = /^GET (\S+)/.exec(request) ?? [];
      if (path === '/hang') return;
      if (path === '/last') socket.end(response('200 OK', ['Connection: close'], 'the last one'));
      else if (path === '/slow') setTimeout(() => socket.write(response('200 OK')), 300);
      else if (path === '/endless') socket.write(`HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n${'a'.repeat(2_000)}`);
      else socket.write(response('200 OK', ['Keep-Alive: timeout=30'], 'more to come'));
    },
    socket => {
      own.open += 1;
      socket.on('close', () => {
        own.open -= 1;
      });
    },
  );
});
afterEach(async () => {
  vi.restoreAllMocks();
  await retriever?.close();
  await server.close();
});

/** Long ones that were begun since and are not cleared; none of these tests lasts until one fires. */
function watchTimers(): () => number {
  const begun = vi.spyOn(globalThis, 'setTimeout');
  const cleared = vi.spyOn(globalThis, 'clearTimeout');
  return () => {
    const gone = new Set(cleared.mock.calls.map(([timer]) => timer));
    const long = begun.mock.calls.flatMap(([, ms = 0], at) => (ms >= 5_000 ? [begun.mock.results[at]?.value] : []));
    expect(long.length, 'timers that were begun').toBeGreaterThan(0);
    return long.filter(timer => !gone.has(timer)).length;
  };
}
const seen = (): Promise<void> => vi.waitFor(() => expect(sockets.open).toBeGreaterThan(0));

interface Case {
  readonly when: string;
  readonly options?: Partial<RetrieverOptions>;
  /** What was asked, by the time it is closed. */
  readonly ask: (get: (url: string) => Promise<string>) => Promise<void>;
}

const cases: readonly Case[] = [
  {
    when: 'a connection is kept for the next request',
    ask: async get => expect(await get('http://a.test/')).toBe('content'),
  },
  {
    when: 'its server closed the connection with requests still waiting, so that another was made',
    ask: async get => {
      expect(await Promise.all([get('http://a.test/last'), get('http://a.test/'), get('http://a.test/')])).toEqual(
        Array(3).fill('content'),
      );
      expect(await get('http://a.test/')).toBe('content');
    },
  },
  {
    when: 'a transfer was cut off with requests still waiting',
    options: { limits: { maxBytes: 1_000, maxWireBytes: 1_000 } },
    ask: async get => {
      expect(await Promise.all([get('http://a.test/endless'), get('http://a.test/')])).toEqual(['too-large', 'content']);
      expect(await get('http://a.test/')).toBe('content');
    },
  },
  {
    when: 'an answer never comes',
    ask: async get => {
      void get('http://a.test/hang');
      await seen();
    },
  },
  {
    when: 'a connection had to make room while it was in use',
    options: { limits: { maxConnections: 1 } },
    ask: async get => {
      void get('http://a.test/hang');
      await seen();
      expect(await get('http://b.test/')).toBe('content');
    },
  },
  {
    when: 'the other side says nothing to a TLS handshake',
    ask: async get => {
      void get('https://a.test/');
      await seen();
    },
  },
];

test.each(cases)('a closed retriever leaves no socket and no timer behind where $when', async ({ options, ask }) => {
  const timers = watchTimers();
  retriever = testRetriever(server.port, options);
  await ask(async url => {
    const { retrieval } = await retriever.retrieve(url);
    return retrieval.outcome === 'unreachable' ? retrieval.cause : 'content';
  });
  await retriever.close();
  await vi.waitFor(() => expect(sockets.open).toBe(0), { timeout: 1_000, interval: 10 });
  expect(timers()).toBe(0);
});

describe('a kept connection that its server closes as the next request comes', () => {
  const say = (again: string | undefined, partly: string): Say => {
    const begun = new WeakSet<Socket>();
    return (socket, _request, count) => {
      const isKept = begun.has(socket);
      begun.add(socket);
      if (isKept) socket.end(partly);
      else if (count > 2 && again === undefined) socket.destroy();
      else socket.write(response('200 OK', ['Keep-Alive: timeout=30'], count === 1 ? 'first' : again));
    };
  };
  const ask = async (again: string | undefined, partly: string): Promise<readonly [outcome: string, requests: number]> => {
    const busy = await rawServer(say(again, partly));
    retriever = testRetriever(busy.port);
    try {
      await retriever.retrieve('http://a.test/');
      const { retrieval } = await retriever.retrieve('http://a.test/next');
      return [retrieval.outcome === 'unreachable' ? retrieval.cause : textOf(retrieval), busy.requests.length];
    } finally {
      await busy.close();
    }
  };
  test.each([
    { what: 'is asked once more, on a new one', again: 'second', partly: '', becomes: ['second', 3] },
    { what: 'is asked no third time', again: undefined, partly: '', becomes: ['reset', 3] },
    { what: 'is not asked again where anything was answered', again: 'second', partly: 'HTTP/1.1 200', becomes: ['reset', 2] },
  ] as const)('$what', async ({ again, partly, becomes }) => {
    expect(await ask(again, partly)).toEqual(becomes);
  });
});

test('requests that outlive their connection share its successor with those asked later: an origin sees one of ours at a time', async () => {
  retriever = testRetriever(server.port);
  const get = (path: string) => retriever.retrieve(`http://a.test${path}`);
  const asked = [get('/last'), get('/slow')];
  await vi.waitFor(() => expect(server.requests).toHaveLength(2), { interval: 5 });
  await Promise.all([...asked, get('/')]);
  expect(server.connections).toBe(2);
});

const get = async (url: string): Promise<void> =>
  expect(await retriever.retrieve(url)).toMatchObject({ retrieval: { status: 200 } });
const closed = (open: number): Promise<void> => vi.waitFor(() => expect(sockets.open).toBe(open), { interval: 5 });

test('room is made by a connection that nobody uses, though one in use is older', async () => {
  retriever = testRetriever(server.port, { limits: { maxConnections: 2 } });
  const slow = get('http://a.test/slow');
  await seen();
  await get('http://b.test/');
  await get('http://c.test/');
  await closed(2);
  await slow;
  await get('http://a.test/');
  expect(server.connections).toBe(3);
});

test('an origin of which nothing more is asked is left at once, unless it is being asked', async () => {
  retriever = testRetriever(server.port);
  await get('http://a.test/');
  const slow = get('http://b.test/slow');
  await vi.waitFor(() => expect(sockets.open).toBe(2), { interval: 5 });
  for (const origin of ['http://a.test:80', 'http://b.test:80', 'http://c.test:80'] as OriginKey[]) retriever.forget(origin);
  await slow;
  await closed(1);
  await Promise.all([get('http://a.test/'), get('http://b.test/')]);
  expect(server.connections).toBe(3);
});

test('an address is not connected to any more where it is learnt after the close', async () => {
  const timers = watchTimers();
  const { promise, resolve } = Promise.withResolvers<readonly string[]>();
  const lookup = vi.fn(() => promise);
  retriever = testRetriever(server.port, { resolveRules: [], lookup, ports: [server.port] });
  const answer = retriever.retrieve(`http://a.test:${server.port}/`);
  await vi.waitFor(() => expect(lookup).toHaveBeenCalled());
  await retriever.close();
  expect(timers()).toBe(0);
  expect(await answer).toMatchObject({ retrieval: { outcome: 'unreachable', cause: 'reset' } });
  resolve(['127.0.0.1']);
  await sleep(50);
  expect(server.connections).toBe(0);
});

test('who waits to be admitted is told that it is closed', { timeout: 5_000 }, async () => {
  retriever = testRetriever(server.port, {
    admit: (_url, signal) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
  });
  const asked = [
    retriever.retrieve('http://a.test/'),
    retriever.retrieve('http://a.test/', { signal: new AbortController().signal }),
  ];
  const all = Promise.all(asked.map(answer => expect(answer).rejects.toMatchObject({ code: 'ERR_RETRIEVER_CLOSED' })));
  await retriever.close();
  await all;
  expect(server.connections).toBe(0);
});

test('a closed address book waits for no name server, and none is waited for afterwards', { timeout: 5_000 }, async () => {
  const timers = watchTimers();
  const book = createAddressBook({
    resolveRules: [],
    isEveryAddress: true,
    now: () => 0,
    lookupMs: 60_000,
    lookup: () => new Promise(() => {}),
  });
  const asked = book.lookup('a.test');
  book.close();
  await expect(asked).rejects.toThrow('no answer');
  await expect(book.lookup('b.test')).rejects.toThrow('no answer');
  expect(await book.machineOf('c.test')).toBeUndefined();
  expect(timers()).toBe(0);
});

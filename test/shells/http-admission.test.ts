/** Between the question whether a URL may be asked and the request a night may lie: the last look is right before sending. */
import { afterEach, expect, test } from 'vitest';
import type { Retriever } from '../../src/http/index.ts';
import { type RawServer, rawServer, testRetriever } from './http-server.ts';

let server: RawServer;
let retriever: Retriever;
afterEach(async () => {
  await retriever.close();
  await server.close();
});
const open = async (options: Parameters<typeof testRetriever>[1]): Promise<void> => {
  server = await rawServer(socket => void socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'));
  retriever = testRetriever(server.port, options);
};

test('what is refused after the wait is not sent, and its place is given back', async () => {
  let left = 0;
  await open({ admit: async () => () => void left++ });
  const beforeSending = (): void => {
    throw new Error('no longer fresh');
  };
  await expect(retriever.retrieve('http://site.test/', { beforeSending })).rejects.toThrow('no longer fresh');
  expect([server.requests.length, server.connections, left]).toEqual([0, 0, 1]);
});

test('a denial of the operator that came into force during the wait holds', async () => {
  let isDenied = false;
  await open({
    isDenied: () => isDenied,
    admit: async () => {
      isDenied = true;
      return () => {};
    },
  });
  expect((await retriever.retrieve('http://site.test/')).refusal).toBe('denylist');
  expect(server.connections).toBe(0);
});

test('where nothing changed it is sent once', async () => {
  await open({ admit: async () => () => {} });
  expect((await retriever.retrieve('http://site.test/', { beforeSending: () => {} })).retrieval.outcome).toBe('successful');
  expect(server.requests).toHaveLength(1);
});

test('a place is given back once: when all is received, and not again when its reader is done', async () => {
  let left = 0;
  await open({ admit: async () => () => void left++ });
  let whenDecoded = 0;
  const beforeDecoding = async (): Promise<void> => {
    await Promise.resolve();
    whenDecoded = left;
  };
  expect((await retriever.retrieve('http://site.test/', { beforeDecoding })).retrieval.outcome).toBe('successful');
  expect([whenDecoded, left]).toEqual([1, 1]);
});

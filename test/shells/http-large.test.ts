/** Large transfers wait for each other, and that is our doing: no site is called slow for it. */
import type { Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import type { Retriever } from '../../src/http/index.ts';
import { type RawServer, rawServer, testRetriever } from './http-server.ts';

let server: RawServer;
let retriever: Retriever;
afterEach(async () => {
  await retriever.close();
  await server.close();
});

const size = 3 * 1024 * 1024;
/** Sends its first half at once, and the rest when the other one may no longer wait. */
function send(socket: Socket, restAfterMs: number): void {
  socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${size}\r\n\r\n`);
  socket.write(Buffer.alloc(size / 2, 'a'));
  setTimeout(() => socket.write(Buffer.alloc(size / 2, 'b')), restAfterMs);
}

test('a transfer that had to wait longer than its total time for another large one is still received whole', async () => {
  server = await rawServer((socket, request) => send(socket, request.includes('/first') ? 900 : 1_500));
  retriever = testRetriever(server.port, { limits: { totalMs: 1_000, maxLarge: 1 } });
  const first = retriever.retrieve('http://a.test/first');
  // The second one begins when the first has grown large: it has to wait some 800 of its 1,000 ms, and then takes 700 more.
  await new Promise(resolve => setTimeout(resolve, 100));
  const begun = performance.now();
  const second = retriever.retrieve('http://b.test/second');
  const answers = await Promise.all([first, second]);
  expect(answers.map(({ retrieval }) => ('body' in retrieval ? retrieval.body?.length : retrieval))).toEqual([size, size]);
  expect(performance.now() - begun).toBeGreaterThan(1_000);
});

test('one that waits and is given up leaves its place in the line', async () => {
  server = await rawServer((socket, request) => send(socket, request.includes('/first') ? 600 : 0));
  retriever = testRetriever(server.port, { limits: { maxLarge: 1 } });
  const first = retriever.retrieve('http://a.test/first');
  await new Promise(resolve => setTimeout(resolve, 100));
  const givenUp = new AbortController();
  const second = retriever.retrieve('http://b.test/second', { signal: givenUp.signal });
  const third = retriever.retrieve('http://c.test/third');
  setTimeout(() => givenUp.abort(new Error('given up')), 200);
  await expect(second).rejects.toThrow('given up');
  const answers = await Promise.all([first, third]);
  expect(answers.map(({ retrieval }) => retrieval.outcome)).toEqual(['successful', 'successful']);
});

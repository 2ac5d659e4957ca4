// The loopback web in a process of its own, so that its CPU time is nobody else's. Says its port on stdout; ends with its stdin.
//   node test/bench/web-server.ts '{"pages":2000,"hosts":200,"bytes":45000}'
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { createWeb, type WebShape } from './web-pages.ts';

const web = createWeb(JSON.parse(process.argv[2] ?? '') as WebShape);
/** Compressed once, whoever asks how often; keyed by host and path. */
const packed = new Map<string, { status: number; fields: Record<string, string>; body: Buffer }>();
let asked = 0;

const server = createServer((request, response) => {
  asked++;
  const host = (request.headers.host ?? '').toLowerCase();
  const isGzip = /\bgzip\b/.test(String(request.headers['accept-encoding'] ?? ''));
  const key = `${isGzip ? 'gzip' : ''} ${host} ${request.url}`;
  let made = packed.get(key);
  if (made === undefined) {
    const { status, fields, body } = web.answer(host, request.url ?? '/');
    const isPacked = isGzip && body.length > 1_000;
    made = {
      status,
      fields: { ...fields, ...(isPacked ? { 'content-encoding': 'gzip', vary: 'accept-encoding' } : {}) },
      body: isPacked ? gzipSync(body) : body,
    };
    packed.set(key, made);
  }
  response.writeHead(made.status, { ...made.fields, 'content-length': made.body.length }).end(made.body);
});

server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => console.log(JSON.stringify({ port: (server.address() as AddressInfo).port })));
process.stdin.resume().on('end', () => {
  console.log(JSON.stringify({ asked }));
  server.close();
  server.closeAllConnections();
});

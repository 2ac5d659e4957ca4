// Hosts that misbehave, in a process of their own so that their sockets are nobody else's. Says its port on stdout; ends with its stdin.
// A host is called `<manner>-<where>.bad.test`: it misbehaves at `robots` or at the `page`, and answers 404 elsewhere.

import type { AddressInfo } from 'node:net';
import { createServer, type Socket } from 'node:net';

const head = (status: string, ...fields: readonly string[]): string =>
  [`HTTP/1.1 ${status}`, 'Content-Type: text/html', ...fields, '', ''].join('\r\n');

const manners: Readonly<Record<string, (socket: Socket) => void>> = {
  hang: () => {},
  reset: socket => socket.resetAndDestroy(),
  /** An octet at a time, for ever. */
  drip: socket => {
    socket.write(head('200 OK', 'Content-Length: 1000000'));
    const timer = setInterval(() => socket.write('a'), 50);
    socket.on('close', () => clearInterval(timer));
  },
  busy: socket => socket.end(head('503 Service Unavailable', 'Retry-After: 1', 'Content-Length: 0', 'Connection: close')),
  endless: socket => {
    socket.write(head('200 OK', 'Connection: close'));
    const more = (): void => {
      while (!socket.destroyed && socket.write('<p>more of the same</p>'.repeat(2_000)));
    };
    socket.on('drain', more);
    more();
  },
  /** Closed before the body is whole. */
  short: socket => socket.end(`${head('200 OK', 'Content-Length: 1000')}<p>half`),
};

const sockets = new Set<Socket>();
const server = createServer(socket => {
  sockets.add(socket);
  socket.on('close', () => sockets.delete(socket)).on('error', () => {});
  let request = '';
  socket.on('data', chunk => {
    request += chunk.toString('latin1');
    if (!request.includes('\r\n\r\n')) return;
    const [, path = ''] = /^GET (\S*)/.exec(request) ?? [];
    const [, manner = '', where = ''] = /\r\nhost: ([a-z]+)-([a-z]+)\./i.exec(request) ?? [];
    request = '';
    const isThere = where === 'robots' ? path === '/robots.txt' : path === '/';
    if (isThere) manners[manner]?.(socket);
    else socket.end(head('404 Not Found', 'Content-Length: 0', 'Connection: close'));
  });
});

server.listen(0, '127.0.0.1', () =>
  console.log(
    JSON.stringify({
      port: (server.address() as AddressInfo).port,
      hosts: Object.keys(manners).flatMap(manner => [`${manner}-page.bad.test`, `${manner}-robots.bad.test`]),
    }),
  ),
);
process.stdin.resume().on('end', () => {
  server.close();
  for (const socket of sockets) socket.destroy();
});

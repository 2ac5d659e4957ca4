/** The web of `audit-sites.ts` on one port of loopback, whatever the host; as a process of its own: `node audit-web.ts` prints the port. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { type Behaviour, siteOf, targetOf } from './audit-sites.ts';

export interface AuditWeb {
  readonly port: number;
  /** Every request, `host/path`. */
  readonly asked: readonly string[];
  close(): Promise<void>;
}

function behaviourOf(host: string, path: string): Behaviour {
  if (host.startsWith('target')) return targetOf(path);
  const number = /d(\d+)-site\.test$/.exec(host)?.[1];
  return number === undefined ? { status: 404 } : siteOf(Number(number)).answer(path, host);
}

export async function startAuditWeb(): Promise<AuditWeb> {
  const asked: string[] = [];
  const sockets = new Set<Socket>();
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    const host = (request.headers.host ?? '').toLowerCase();
    const path = request.url ?? '/';
    asked.push(`${host}${path}`);
    const said = behaviourOf(host, path);
    if (said === 'hang up') request.socket.destroy();
    else if (said === 'garbage') request.socket.end('SSH-2.0-nothing\r\n\r\n');
    else if (said === 'drip') drip(response);
    else if (said !== 'silence') setTimeout(() => send(response, said), said.after ?? 0);
  };
  const server = createServer({ keepAliveTimeout: 10_000 }, answer);
  server.on('connection', socket => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket)).on('error', () => {});
  });
  // What comes over TLS finds nobody: every domain is served over http only.
  server.on('clientError', (_error, socket) => socket.destroy());
  server.listen(0, '127.0.0.1', 4_096);
  await new Promise(resolve => server.once('listening', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    asked,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise(resolve => server.close(resolve));
    },
  };
}

function send(response: ServerResponse, { status, fields = {}, body = '' }: Exclude<Behaviour, string>): void {
  if (response.destroyed) return;
  response.writeHead(status, { 'content-length': Buffer.byteLength(body), ...fields });
  response.end(body);
}

function drip(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/html' });
  const timer = setInterval(() => response.write('<p>'), 100);
  response.on('close', () => clearInterval(timer));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { port } = await startAuditWeb();
  process.stdout.write(`${port}\n`);
}

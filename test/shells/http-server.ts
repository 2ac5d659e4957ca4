import { createServer, type Server, type Socket } from 'node:net';
import { createRetriever, type Retriever, type RetrieverOptions } from '../../src/http/index.ts';
import type { Instant } from '../../src/vocab/index.ts';

/** A server that says exactly the bytes a test wants said, and remembers what it was asked. */
export interface RawServer {
  readonly port: number;
  /** Header sections received, one string per request. */
  readonly requests: readonly string[];
  readonly connections: number;
  close(): Promise<void>;
}

export type Say = (socket: Socket, request: string, count: number) => void;

export async function rawServer(say: Say, onConnection?: (socket: Socket) => void): Promise<RawServer> {
  const requests: string[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;
  const server: Server = createServer(socket => {
    connections += 1;
    sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
    onConnection?.(socket);
    let text = '';
    socket.on('data', chunk => {
      text += chunk.toString('latin1');
      for (let end = text.indexOf('\r\n\r\n'); end >= 0; end = text.indexOf('\r\n\r\n')) {
        const request = text.slice(0, end + 4);
        text = text.slice(end + 4);
        requests.push(request);
        say(socket, request, requests.length);
      }
    });
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    port: address.port,
    requests,
    get connections() {
      return connections;
    },
    close: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise(resolve => server.close(() => resolve()));
    },
  };
}

const at = '2026-11-23T10:00:00.000Z' as Instant;

/** A retriever for which every `*.test` is the server at that port. */
export function testRetriever(port: number, options: Partial<RetrieverOptions> = {}): Retriever {
  return createRetriever({
    identity: { product: 'heed', version: '0.1.0', contact: 'https://operator.example/crawler' },
    resolveRules: [{ pattern: '*.test', address: '127.0.0.1', port }],
    allowPrivateNetwork: true,
    lookup: () => Promise.reject(new Error('no DNS in this test')),
    now: () => at,
    ...options,
  });
}

/** A whole response with the length it needs. */
export const response = (status: string, fields: readonly string[] = [], body: string | Buffer = ''): Buffer => {
  const bytes = Buffer.from(body);
  const head = [`HTTP/1.1 ${status}`, ...fields, `Content-Length: ${bytes.length}`, '', ''].join('\r\n');
  return Buffer.concat([Buffer.from(head, 'latin1'), bytes]);
};

/**
 * The hostile web: one loopback port for every host of every row, in plain HTTP and in TLS. Raw sockets, because no HTTP server would say what
 * these say. Which case a connection belongs to is read from the Host field, or from the server name in the TLS greeting.
 */
import { createServer, type Server, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { createServer as createTlsServer, type TlsOptions, type Server as TlsServer } from 'node:tls';
import type { HostileCase, TlsTrick } from './case.ts';
import { authority, expired, key, notYetValid, otherName, selfSigned, valid } from './certificates.ts';
import { healthyAnswer } from './neighbours.ts';
import { page, raw, response } from './says.ts';

/** A header section as it arrived. */
export interface Request {
  readonly host: string;
  readonly path: string;
  readonly head: string;
  readonly isTls: boolean;
}

export interface HostileWeb {
  readonly port: number;
  readonly requests: readonly Request[];
  readonly connections: number;
  close(): Promise<void>;
}

const notFound = raw(response('404 Not Found', ['Content-Type: text/plain'], 'no such file\n'));
/** Of a request; nobody honest sends more. */
const maxHeadBytes = 65_536;

export async function startHostileWeb(cases: readonly HostileCase[], port = 0): Promise<HostileWeb> {
  const byId = new Map(cases.map(one => [one.id as string, one]));
  const requests: Request[] = [];
  const counts = new Map<string, number>();
  const sockets = new Set<Duplex>();
  const tlsCounts = new Map<string, number>();
  let connections = 0;
  let listening = 0;

  const caseOf = (host: string): HostileCase | undefined => byId.get(/(?:^|\.)(r\d+-[a-z0-9-]+)\.test$/.exec(host)?.[1] ?? '');

  const serve = (socket: Duplex, isTls: boolean): void => {
    let received = '';
    socket.on('data', (chunk: Buffer) => {
      received += chunk.toString('latin1');
      for (let end = received.indexOf('\r\n\r\n'); end >= 0; end = received.indexOf('\r\n\r\n')) {
        const head = received.slice(0, end + 4);
        received = received.slice(end + 4);
        const path = /^\S+ (\S+)/.exec(head)?.[1] ?? '';
        const host = (/\r\nhost: ([^:\r]*)/i.exec(head)?.[1] ?? '').toLowerCase().replace(/\.$/, '');
        requests.push({ host, path, head, isTls });
        const place = `${host}${path}`;
        const count = (counts.get(place) ?? 0) + 1;
        counts.set(place, count);
        const asked = { socket, host, path, count, port: listening };
        const found = caseOf(host);
        if (host.endsWith('.healthy.test')) socket.write(healthyAnswer(host, path));
        else if (found === undefined) notFound(asked);
        else sayOf(found, path)(asked);
      }
      if (received.length > maxHeadBytes) socket.destroy();
    });
  };

  const tlsServers = tlsServersOf(
    socket => serve(keep(socket), true),
    host => {
      const trick = caseOf(host)?.tls ?? 'valid';
      const nth = (tlsCounts.get(host) ?? 0) + 1;
      tlsCounts.set(host, nth);
      return trick === 'changes' ? (nth === 1 ? 'valid' : 'expired') : trick;
    },
  );
  function keep<S extends Duplex>(socket: S): S {
    sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
    return socket;
  }

  const accept = (socket: Socket): void => {
    connections += 1;
    keep(socket).setNoDelay(true);
    // The first octet tells TLS (a handshake record) from HTTP; what was read goes back.
    socket.once('data', chunk => {
      socket.pause();
      if (chunk[0] !== 0x16) {
        serve(socket, false);
        socket.unshift(chunk);
        socket.resume();
        return;
      }
      const host = /r\d+-[a-z0-9-]+\.test/.exec(chunk.toString('latin1'))?.[0] ?? '';
      const trick = tlsServers.trickOf(host);
      if (trick === 'stall') return void socket.resume();
      if (trick === 'hang-up') return void socket.destroy();
      if (trick === 'plain-http') return void socket.end(response('400 Bad Request', [], 'plain HTTP here'));
      socket.unshift(chunk);
      tlsServers.of(trick).emit('connection', socket);
    });
  };

  const servers: Server[] = [createServer(accept)];
  listening = await listen(servers[0]!, port, '127.0.0.1');
  // The other loopback, where there is one: addresses in IPv6 clothes must not find an open door by luck.
  const second = createServer(accept);
  if (
    await listen(second, listening, '::1').then(
      () => true,
      () => false,
    )
  )
    servers.push(second);
  return {
    port: listening,
    requests,
    get connections() {
      return connections;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await Promise.all(servers.map(server => new Promise(resolve => server.close(resolve))));
      await sleep(0);
    },
  };
}

function sayOf(found: HostileCase, path: string): (asked: Parameters<typeof page>[0]) => void {
  const file = found.files?.[path];
  if (file) return file;
  if (path === '/robots.txt') return found.robots ?? notFound;
  if (/^\/(?:\.well-known\/|ai\.txt$|trust\.txt$|sitemap)/.test(path)) return notFound;
  return found.page ?? page;
}

const listen = (server: Server, port: number, host: string): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once('error', reject).listen(port, host, () => resolve((server.address() as { port: number }).port));
  });

function tlsServersOf(onSecure: (socket: Duplex) => void, trickOf: (host: string) => TlsTrick) {
  const made = new Map<TlsTrick, TlsServer>();
  const certificates: Readonly<Partial<Record<TlsTrick, string>>> = {
    'self-signed': selfSigned,
    expired,
    'not-yet-valid': notYetValid,
    'other-name': otherName,
    'long-chain': [valid, ...new Array<string>(400).fill(authority)].join('\n'),
  };
  const optionsOf = (trick: TlsTrick): TlsOptions => ({
    key,
    cert: certificates[trick] ?? valid,
    ...(trick === 'old-version' ? { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' } : {}),
    ...(trick === 'only-h2' ? { ALPNProtocols: ['h2'] } : {}),
  });
  return {
    trickOf,
    of(trick: TlsTrick): TlsServer {
      const found = made.get(trick) ?? createTlsServer(optionsOf(trick), onSecure).on('tlsClientError', () => undefined);
      made.set(trick, found);
      return found;
    },
  };
}

import type { Socket } from 'node:net';
import { Client } from 'undici';
import type { Limits } from '../limits.ts';
import { type ConnectorOptions, openSocket, secureContexts } from './connector.ts';

/** One origin's connection: one socket at a time, one request in flight, kept open for the next. */
export interface Connection {
  readonly client: Client;
  /** The current one; undefined while it is being made. */
  socket: Socket | undefined;
  /** Of the current socket. */
  remoteAddress: string | undefined;
  /** The current socket broke. A body that ends with the connection is then incomplete, whatever the parser says. */
  isBroken: boolean;
}

export interface Connections {
  /** @param origin `URL.origin` */
  of(origin: string): Connection;
  /** Nothing more is asked there soon: what is idle is closed at once. @param origin `URL.origin` */
  forget(origin: string): void;
  /** Whatever is under way ends here. */
  close(): Promise<void>;
}

// Kept open this long where the server gives no hint; longer would often lose the race against the server's own timer.
const idleMs = 4_000;
const maxIdleMs = 30_000;

/** One for all: a socket that is destroyed looks at the stack of what it is told, and making one costs as much as closing. */
const done: Error = new Error('the connection is not needed any more');

const isIdle = ({ client }: Connection): boolean => client.stats.size === 0;

export function createConnections(limits: Limits, given: Omit<ConnectorOptions, 'secureContext'>): Connections {
  const options: ConnectorOptions = { ...given, secureContext: secureContexts() };
  const byOrigin = new Map<string, Connection>();
  const drop = (origin: string, connection: Connection): void => {
    byOrigin.delete(origin);
    if (isIdle(connection)) connection.client.destroy(done, () => {});
    else connection.client.close().catch(() => undefined); // only ever rejects where it is closed already
  };
  /** The least recently used of those that nobody uses, else the least recently used. */
  const makeRoom = (): void => {
    let [origin, connection] = byOrigin.entries().next().value as [string, Connection];
    for (const [other, kept] of byOrigin) {
      if (!isIdle(kept)) continue;
      [origin, connection] = [other, kept];
      break;
    }
    drop(origin, connection);
  };
  return {
    forget(origin) {
      const connection = byOrigin.get(origin);
      if (connection && isIdle(connection)) drop(origin, connection);
    },
    of(origin) {
      const found = byOrigin.get(origin);
      if (found) {
        // Most recently used last.
        byOrigin.delete(origin);
        byOrigin.set(origin, found);
        return found;
      }
      const connection = createConnection(origin, limits, options);
      const { client } = connection;
      const forget = (): void => {
        if (byOrigin.get(origin) === connection) byOrigin.delete(origin);
      };
      // A client whose queue is not empty goes on with a new socket: forgotten, it would be a second connection to its origin that nobody closes.
      // What was aborted leaves the queue right after the event.
      const look = (): void =>
        queueMicrotask(() => {
          if (client.stats.size === 0 && !client.stats.connected) forget();
        });
      client.on('disconnect', look).on('connectionError', look);
      if (byOrigin.size >= limits.maxConnections) makeRoom();
      byOrigin.set(origin, connection);
      return connection;
    },
    async close() {
      const open = [...byOrigin.values()];
      byOrigin.clear();
      await Promise.all(open.map(({ client }) => client.destroy()));
    },
  };
}

function createConnection(origin: string, limits: Limits, options: ConnectorOptions): Connection {
  const watch = (socket: Socket): Socket => {
    connection.socket = socket;
    connection.remoteAddress = socket.remoteAddress;
    connection.isBroken = false;
    return socket.on('error', () => {
      connection.isBroken = true;
    });
  };
  const client = new Client(origin, {
    connect: ({ hostname, port, protocol }, callback) => {
      connection.socket = undefined;
      connection.remoteAddress = undefined;
      const isTls = protocol === 'https:';
      openSocket({ hostname, port: Number(port || (isTls ? 443 : 80)), isTls }, options).then(
        socket => callback(null, watch(socket)),
        error => callback(error, null),
      );
    },
    allowH2: false,
    pipelining: 1,
    // The reference parser, whatever the environment says.
    useMilo: false,
    maxHeaderSize: 4 * limits.maxFieldBytes,
    headersTimeout: limits.firstByteMs,
    bodyTimeout: 0, // the total deadline is ours: an idle timer never ends a drip
    keepAliveTimeout: idleMs,
    keepAliveMaxTimeout: maxIdleMs,
    keepAliveTimeoutThreshold: 1_000,
  });
  const connection: Connection = { client, socket: undefined, remoteAddress: undefined, isBroken: false };
  return connection;
}

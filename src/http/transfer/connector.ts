import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls, createSecureContext, type SecureContext } from 'node:tls';
import { hear, unhear } from '../abort.ts';
import { classifyAddress, mayConnect } from '../place/address.ts';
import type { Lookup } from '../place/lookup.ts';
import type { ResolveRule } from '../place/resolve-rule.ts';
import { plainHost } from '../place/resolve-rule.ts';
import { placeOf } from '../place/url-check.ts';
import { ConnectFailure, codeOf, failureOf, localOf } from './causes.ts';

export interface ConnectorOptions {
  readonly lookup: Lookup;
  readonly resolveRules: readonly ResolveRule[];
  readonly allowPrivateNetwork: boolean;
  readonly connectMs: number;
  /** When it aborts, what is being made is given up; a name that the system is looking up cannot be called back, but nobody waits for it. */
  readonly signal: AbortSignal;
  /** Which authorities and versions are trusted. */
  readonly secureContext: () => SecureContext;
}

export interface Peer {
  /** As the URL has it. */
  readonly hostname: string;
  readonly port: number;
  readonly isTls: boolean;
}

// More addresses than this are looked at (any bad one refuses the name) but not tried.
const maxAttempts = 6;
const attemptMs = 1_000;

/**
 * The one place where a socket is opened. The name is resolved once, every address is classified, and the connection goes to one of exactly
 * those addresses; the TLS name stays the URL's. TLS is always verified and at least 1.2: no option weakens it.
 * @throws ConnectFailure
 */
export async function openSocket(peer: Peer, options: ConnectorOptions): Promise<Socket> {
  const { promise: deadline, reject } = Promise.withResolvers<never>();
  let current: Socket | undefined;
  let givenUp: ConnectFailure | undefined;
  const giveUp = (failure: ConnectFailure): void => {
    givenUp = failure;
    reject(failure);
    current?.destroy();
  };
  const timer = setTimeout(
    () => giveUp(new ConnectFailure('timeout', `no connection within ${options.connectMs} ms`)),
    options.connectMs,
  );
  const closing = { onAbort: () => giveUp(new ConnectFailure('reset', 'the retriever was closed')) };
  hear(options.signal, closing);
  if (options.signal.aborted) closing.onAbort();
  const begin: Begin = connect => {
    if (givenUp) throw givenUp;
    current = connect();
    return current;
  };
  try {
    return await Promise.race([establish(peer, options, begin), deadline]);
  } finally {
    clearTimeout(timer);
    unhear(options.signal, closing);
  }
}

/** Unless it was given up meanwhile. */
type Begin = (connect: () => Socket) => Socket;

async function establish(peer: Peer, options: ConnectorOptions, begin: Begin): Promise<Socket> {
  const { addresses, port } = await findAddresses(peer, options);
  const plain = await openTcp(addresses, port, begin);
  // The kernel's word on where we are, beside the resolver's.
  const remote = plain.remoteAddress ?? '';
  if (!mayConnect(classifyAddress(remote), options.allowPrivateNetwork)) {
    plain.destroy();
    throw new ConnectFailure('address', `connected to ${remote || 'no address'}, which was not asked for`);
  }
  return peer.isTls ? openTls(plain, plainHost(peer.hostname), options.secureContext(), begin) : plain;
}

/**
 * Any address that may not be connected to refuses the whole name: a name with one public and one private address is a rebinding attempt or
 * a mistake, and picking the public one would make the answer depend on luck.
 */
async function findAddresses(
  { hostname, port }: Peer,
  { lookup, resolveRules, allowPrivateNetwork }: ConnectorOptions,
): Promise<{ addresses: readonly string[]; port: number }> {
  const place = placeOf(hostname, resolveRules);
  if (place.addressClass !== null && !mayConnect(place.addressClass, allowPrivateNetwork)) {
    throw new ConnectFailure('address', `the host is ${place.addressClass}`);
  }
  const addresses = place.address === null ? await resolveName(hostname, lookup) : [place.address];
  for (const address of addresses) {
    const addressClass = classifyAddress(address);
    if (!mayConnect(addressClass, allowPrivateNetwork)) throw new ConnectFailure('address', `${address} is ${addressClass}`);
  }
  return { addresses, port: place.port ?? port };
}

async function resolveName(hostname: string, lookup: Lookup): Promise<readonly string[]> {
  const addresses = await lookup(hostname).catch((error: unknown) => {
    const code = codeOf(error);
    throw new ConnectFailure('dns', code || 'the name was not resolved', localOf(code));
  });
  if (addresses.length === 0) throw new ConnectFailure('dns', 'the name has no address');
  return addresses;
}

function openTcp(addresses: readonly string[], port: number, begin: Begin): Promise<Socket> {
  const { promise, resolve, reject } = Promise.withResolvers<Socket>();
  const candidates = addresses.slice(0, maxAttempts).map(address => ({ address, family: isIP(address) }));
  const [only, ...others] = candidates;
  const socket = begin(() =>
    only !== undefined && others.length === 0
      ? connectTcp({ host: only.address, port, noDelay: true }) // an address is not looked up
      : connectTcp({
          host: 'pinned.invalid', // never resolved: `lookup` answers with the addresses that were checked
          port,
          lookup: (_host, _options, callback) => callback(null, candidates),
          autoSelectFamily: true,
          autoSelectFamilyAttemptTimeout: attemptMs,
          noDelay: true,
        }),
  );
  const fail = (error: unknown): void => {
    const { cause, detail, local } = failureOf(error, false);
    reject(new ConnectFailure(cause === 'timeout' ? 'timeout' : 'reset', detail, local));
  };
  socket.once('error', fail).once('connect', () => {
    socket.off('error', fail);
    resolve(socket);
  });
  return promise;
}

/**
 * OpenSSL's own groups but for the post-quantum one: its key costs as much as all else of a greeting, and makes the greeting longer than a packet, which
 * some servers do not bear. What is asked for is public, and nothing secret goes with it.
 */
const groups = 'X25519:P-256:X448:P-384:P-521:ffdhe2048:ffdhe3072';

/** Made when it is first needed, and one for all connections: making it costs as much as the rest of a handshake that fails. */
export function secureContexts(): () => SecureContext {
  let made: SecureContext | undefined;
  return () => {
    made ??= createSecureContext({ minVersion: 'TLSv1.2', ecdhCurve: groups });
    return made;
  };
}

function openTls(plain: Socket, host: string, context: SecureContext, begin: Begin): Promise<Socket> {
  const { promise, resolve, reject } = Promise.withResolvers<Socket>();
  const socket = begin(() =>
    connectTls({
      socket: plain,
      host, // the name the certificate is checked against
      ...(isIP(host) === 0 ? { servername: host } : {}), // an address is no server name (RFC 6066 §3)
      ALPNProtocols: ['http/1.1'],
      rejectUnauthorized: true,
      secureContext: context,
    }),
  );
  const end = (): void => void socket.destroy(hungUp);
  socket.prependListener('end', end);
  const fail = (error: unknown): void => {
    const { cause, detail } = failureOf(error, false);
    // A peer that hangs up in the handshake is a reset; all else (certificate, version, plain HTTP) is TLS.
    reject(new ConnectFailure(cause === 'reset' || cause === 'timeout' ? cause : 'tls', detail));
  };
  socket.once('error', fail).once('secureConnect', () => {
    socket.off('error', fail).off('end', end);
    resolve(socket);
  });
  return promise;
}

/** One for all: a socket looks at the stack of what it is destroyed with, and most of a list's origins that have no TLS end here. */
const hungUp: Error = Object.assign(new Error('hung up before the connection was secure'), { code: 'ECONNRESET' });

/** Where a server of ours listens, and by which names it may be asked. */
import type { Server } from 'node:http';
import { type AddressInfo, BlockList, isIP } from 'node:net';

export interface Place {
  readonly host: string;
  readonly port: number;
}

/** @param listen `[ADDRESS:]PORT`, this machine only where no address is given */
export function placeOf(listen: string): Place {
  const [, host = '127.0.0.1', port = ''] = /^(?:(.*):)?(\d+)$/.exec(listen) ?? [];
  return { host: unbracketed(host), port: Number(port) };
}

const unbracketed = (host: string): string => host.replace(/^\[|\]$/g, '');

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/** Nobody but this machine's own processes can reach it. */
export const isLoopback = ({ host }: Place): boolean =>
  isIP(host) !== 0 && loopback.check(host, isIP(host) === 6 ? 'ipv6' : 'ipv4');

/** @throws what the system says */
export const listening = (server: Server, { host, port }: Place): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port }, () => resolve());
  });

/** `http://127.0.0.1:9465`, without a path. */
export function baseOf(server: Server): string {
  const { address, port } = server.address() as AddressInfo;
  return `http://${isIP(address) === 6 ? `[${address}]` : address}:${port}`;
}

/**
 * Whether a Host field names us: an address is nobody's name, `localhost` is always this machine (RFC 6761 §6.3), and the operator may name
 * others. Any other name may be made to resolve to us by whoever owns it, and a page of theirs would then read what we say (DNS rebinding).
 */
export function isOurName(host: string | undefined, names: readonly string[] = []): boolean {
  const name = /^(\[[0-9a-f:.]+\]|[^:[\]]+)(?::\d+)?$/i.exec(host ?? '')?.[1]?.toLowerCase();
  if (name === undefined) return false;
  return name === 'localhost' || isIP(unbracketed(name)) !== 0 || names.some(known => known.toLowerCase() === name);
}

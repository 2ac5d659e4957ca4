import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import { remembering } from '../../vocab/index.ts';

/**
 * What an address is for. Only `public` may be connected to; `loopback` and `private` also where the operator allows private networks.
 * The rest never: a name that leads there is a trick or a mistake.
 */
export type AddressClass = 'public' | 'loopback' | 'private' | 'link-local' | 'metadata' | 'multicast' | 'reserved';

// Where clouds answer questions about the machine itself: credentials, start-up scripts. Not all of them are link-local.
const metadataAddresses: ReadonlySet<string> = new Set([
  '169.254.169.254', // most clouds
  '169.254.169.253', // AWS resolver
  '169.254.170.2', // AWS container credentials
  '169.254.170.23', // AWS pod identity
  '168.63.129.16', // Azure wire server, a public number
  '100.100.100.200', // Alibaba
  '192.0.0.192', // Oracle
  'fd00:ec2::254',
  'fd00:ec2::253',
  'fd00:ec2::23',
  'fd20:ce::254', // Google, IPv6 only machines
]);

// Blocks that carry another address, are documentation, or were withdrawn (IANA special-purpose registries). What ipaddr.js also
// knows is repeated here: several classifiers were bypassed by exactly these forms, so no single table is trusted.
const reservedBlocks: readonly (readonly [ipaddr.IPv4 | ipaddr.IPv6, number])[] = [
  '0.0.0.0/8',
  '192.0.0.0/24',
  '192.0.2.0/24', // documentation
  '192.88.99.0/24', // 6to4 relays, withdrawn
  '198.18.0.0/15', // benchmarking
  '198.51.100.0/24', // documentation
  '203.0.113.0/24', // documentation
  '240.0.0.0/4',
  '::/96', // IPv4-compatible, withdrawn
  '::ffff:0:0/96', // IPv4-mapped
  '::ffff:0:0:0/96', // IPv4-translated
  '64:ff9b::/96', // NAT64
  '64:ff9b:1::/48', // local NAT64
  '100::/64', // discard
  '2001::/23', // Teredo, ORCHID, benchmarking
  '2001:db8::/32', // documentation
  '2002::/16', // 6to4
  '3fff::/20', // documentation
  '5f00::/16', // segment routing
  'fec0::/10', // site-local, withdrawn
].map(block => ipaddr.parseCIDR(block));

const globalUnicast = ipaddr.parseCIDR('2000::/3') as [ipaddr.IPv6, number];

// ipaddr.js names for what the two families call the same thing.
const rangeClasses: Readonly<Record<string, AddressClass>> = {
  unicast: 'public',
  loopback: 'loopback',
  private: 'private',
  uniqueLocal: 'private',
  carrierGradeNat: 'private',
  linkLocal: 'link-local',
  multicast: 'multicast',
};

/** Class of an IP address in its usual text form; anything that is no such address is `reserved`. Source: IANA special-purpose address registries. */
export function classifyAddress(ip: string): AddressClass {
  return classified(ip);
}

/** Asked several times for each request, and the tables are long. */
const classified = remembering(10_000, classify);

function classify(ip: string): AddressClass {
  if (isIP(ip) === 0) return 'reserved';
  const address = ipaddr.parse(ip);
  if (metadataAddresses.has(address.toString())) return 'metadata';
  const named = rangeClasses[address.range()] ?? 'reserved';
  if (named !== 'public') return named;
  if (reservedBlocks.some(([block, bits]) => block.kind() === address.kind() && address.match(block, bits))) return 'reserved';
  return address instanceof ipaddr.IPv6 && !address.match(globalUnicast) ? 'reserved' : 'public';
}

export const mayConnect = (address: AddressClass, allowPrivateNetwork: boolean): boolean =>
  address === 'public' || (allowPrivateNetwork && (address === 'loopback' || address === 'private'));

const metadataNames: ReadonlySet<string> = new Set(['metadata', 'metadata.google.internal', 'metadata.goog', 'instance-data']);

/** What a host name says about itself without asking DNS (RFC 6761 §6.3 for `localhost`); null where DNS must be asked. */
export function classifyName(host: string): AddressClass | null {
  const lower = host.toLowerCase();
  const name = lower.endsWith('.') ? lower.slice(0, -1) : lower;
  if (name === 'localhost' || name.endsWith('.localhost')) return 'loopback';
  return metadataNames.has(name) || name === 'instance-data.ec2.internal' ? 'metadata' : null;
}

import ipaddr from 'ipaddr.js';
import { remembering } from '../../vocab/index.ts';
import { hear, unhear } from '../abort.ts';
import { classifyAddress } from './address.ts';
import { type Lookup, lookupBySystem } from './lookup.ts';
import type { ResolveRule } from './resolve-rule.ts';
import { placeOf } from './url-check.ts';

export interface AddressBookOptions {
  readonly resolveRules: readonly ResolveRule[];
  /** Loopback and private addresses are machines too. Default false: they are the operator's own, and not spared. */
  readonly isEveryAddress: boolean;
  /** Default: the system's resolver. */
  readonly lookup?: Lookup;
  /** A name server that says nothing for so long has failed, in ms. Default 10 000. */
  readonly lookupMs?: number;
  /** Monotonic, ms. */
  readonly now: () => number;
}

/**
 * Which machine a host is on, as far as addresses tell. A name is asked once a minute at most, by us and by the connection alike, so that both
 * mean the same address; what may be connected to is decided at the connection, from the same answer.
 */
export interface AddressBook {
  readonly lookup: Lookup;
  /** The address that stands for the host's machine; an IPv6 one by its /64, which is one customer's. Undefined: not spared, or not known. */
  machineOf(host: string): Promise<string | undefined>;
  /** The same, without asking. */
  knownMachine(host: string): string | undefined;
  /** Nobody waits for a name server any more; what it is being asked fails. */
  close(): void;
}

const rememberMs = 60_000;
/** Long enough for the connection to get the same failure. */
const rememberFailureMs = 2_000;
const maxRemembered = 20_000;

interface Entry {
  readonly found: Promise<readonly string[]>;
  addresses: readonly string[] | undefined;
  untilMs: number;
}

export function createAddressBook(options: AddressBookOptions): AddressBook {
  const { resolveRules, isEveryAddress, lookup = lookupBySystem, lookupMs = 10_000, now } = options;
  const entries = new Map<string, Entry>();
  const closing = new AbortController();

  const ask = (host: string): Entry => {
    const known = entries.get(host);
    if (known && known.untilMs > now()) return known;
    const entry: Entry = {
      found: within(lookupMs, lookup(host), closing.signal),
      addresses: undefined,
      untilMs: now() + rememberMs,
    };
    entry.found.then(
      addresses => {
        entry.addresses = addresses;
      },
      () => {
        entry.untilMs = now() + rememberFailureMs;
      },
    );
    entries.delete(host);
    entries.set(host, entry);
    if (entries.size > maxRemembered) entries.delete(entries.keys().next().value as string);
    return entry;
  };
  const machine = (address: string | undefined): string | undefined =>
    address === undefined || !(isEveryAddress || classifyAddress(address) === 'public')
      ? undefined
      : (networkOf(address) ?? undefined);

  return {
    lookup: host => ask(host).found,
    async machineOf(host) {
      const { address } = placeOf(host, resolveRules);
      if (address !== null) return machine(address);
      // A name that leads nowhere is the connection's to report.
      const addresses = await ask(host).found.catch(() => []);
      return machine(addresses[0]);
    },
    knownMachine(host) {
      return machine(placeOf(host, resolveRules).address ?? entries.get(host)?.addresses?.[0]);
    },
    close: () => closing.abort(),
  };
}

function within<T>(ms: number, work: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const waiter = { onAbort: () => reject(Object.assign(new Error('no answer'), { code: 'ETIMEOUT' })) };
  const timer = setTimeout(waiter.onAbort, ms);
  hear(signal, waiter);
  if (signal.aborted) waiter.onAbort();
  work.then(resolve, reject);
  return promise.finally(() => {
    clearTimeout(timer);
    unhear(signal, waiter);
  });
}

/** Asked several times for each request. */
const networkOf = remembering(10_000, readNetwork);

function readNetwork(address: string): string | null {
  if (!ipaddr.isValid(address)) return null;
  const parsed = ipaddr.process(address);
  return parsed instanceof ipaddr.IPv6
    ? `${parsed.parts
        .slice(0, 4)
        .map(part => part.toString(16))
        .join(':')}::/64`
    : parsed.toString();
}

import { isIP } from 'node:net';
import { CodedError, exitCodes } from '../../vocab/index.ts';

/** One `--resolve` mapping: which socket address stands in for a host. Host field, TLS name and origin stay those of the URL. */
export interface ResolveRule {
  /** A host in lower case, `*.suffix` (any depth, not the suffix itself), or `*`. */
  readonly pattern: string;
  readonly address: string;
  /** Null: the URL's own port. */
  readonly port: number | null;
}

/**
 * Reads `PATTERN=ADDRESS[:PORT]`, e.g. `*.test=127.0.0.1:8930` or `a.test=[::1]:80`.
 * @throws ERR_RESOLVE_RULE
 */
export function parseResolveRule(text: string): ResolveRule {
  const [, left = '', right = ''] = /^([^=]*)=(.*)$/s.exec(text) ?? [];
  const pattern = parsePattern(left);
  const [, bracketed, plain, digits] = /^(?:\[([^\]]+)\]|([^:[\]]+))(?::(\d{1,5}))?$/.exec(right) ?? [];
  const address = bracketed ?? plain ?? '';
  const port = digits === undefined ? null : Number(digits);
  const isWellFormed = pattern !== null && isIP(address) === (bracketed === undefined ? 4 : 6);
  if (!isWellFormed || (port !== null && (port < 1 || port > 65_535))) {
    throw new CodedError('ERR_RESOLVE_RULE', exitCodes.usage, `\`${text}\` maps no host to an address`, {
      next: 'write PATTERN=ADDRESS[:PORT], for example `*.test=127.0.0.1:8930`',
    });
  }
  return { pattern, address, port };
}

/** The first rule whose pattern matches the host of a URL. */
export function findResolveRule(rules: readonly ResolveRule[], host: string): ResolveRule | undefined {
  if (rules.length === 0) return undefined;
  const name = plainHost(host);
  return rules.find(
    ({ pattern }) => pattern === '*' || (pattern.startsWith('*.') ? name.endsWith(pattern.slice(1)) : name === pattern),
  );
}

/** A URL's host without the brackets of IPv6 and without the dot of a fully qualified name. */
export function plainHost(host: string): string {
  const name = host.toLowerCase();
  return name.startsWith('[') || name.endsWith('.') || name.endsWith(']') ? name.replace(/^\[|[\].]$/g, '') : name;
}

function parsePattern(text: string): string | null {
  if (text === '*') return text;
  const [, wildcard = '', host = ''] = /^(\*\.)?([^*]+)$/.exec(text) ?? [];
  // The URL parser knows internationalised names and every spelling of an address.
  const url = host === '' || /[/?#@\s\\]|:\d*$/.test(host) ? null : URL.parse(`http://${host}/`);
  return url === null || url.port !== '' || url.hostname === '' ? null : wildcard + plainHost(url.hostname);
}

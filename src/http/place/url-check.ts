import { isIP } from 'node:net';
import { CodedError, exitCodes, type OriginKey, remembering } from '../../vocab/index.ts';
import { defaultLimits } from '../limits.ts';
import type { AddressClass } from './address.ts';
import { classifyAddress, classifyName, mayConnect } from './address.ts';
import type { ResolveRule } from './resolve-rule.ts';
import { findResolveRule, plainHost } from './resolve-rule.ts';

/** Words of the reason list: `refused.scheme`, `refused.port`, `refused.url`, `refused.address`, `refused.denylist`. */
export type UrlRefusal = 'scheme' | 'port' | 'url' | 'address' | 'denylist';
export type UrlCheck = { readonly ok: true; readonly url: URL } | { readonly ok: false; readonly refusal: UrlRefusal };

export interface UrlRules {
  /** Ports allowed beside 80 and 443. The rule looks at the URL's port, not at a mapped one. */
  readonly ports?: readonly number[];
  readonly resolveRules?: readonly ResolveRule[];
  readonly allowPrivateNetwork?: boolean;
  /** URLs the operator has promised to stay away from; asked before any name is looked up. */
  readonly isDenied?: ((url: string) => boolean) | undefined;
  /** Default 2048. */
  readonly maxUrlLength?: number;
}

/**
 * What can be known about a URL without the network: http or https, no user name or password, not too long, an allowed port, and a host
 * that could be a name (no empty label) and does not by itself name a place we must not go. Passing is not enough: a name's addresses are looked at when we connect.
 */
export function checkUrl(url: string | URL, rules: UrlRules = {}): UrlCheck {
  const maxLength = rules.maxUrlLength ?? defaultLimits.maxUrlLength;
  const parsed = typeof url !== 'string' ? url : url.length > maxLength ? null : URL.parse(url);
  if (parsed === null) return { ok: false, refusal: 'url' };
  if (parsed.protocol !== 'http:' && parsed.protocol !== 'https:') return { ok: false, refusal: 'scheme' };
  if (parsed.username !== '' || parsed.password !== '' || parsed.href.length > maxLength) return { ok: false, refusal: 'url' };
  if (/^\.|\.\./.test(parsed.hostname)) return { ok: false, refusal: 'url' };
  if (rules.isDenied?.(parsed.href)) return { ok: false, refusal: 'denylist' };
  const port = Number(parsed.port || defaultPorts[parsed.protocol]);
  if (port !== 80 && port !== 443 && !rules.ports?.includes(port)) return { ok: false, refusal: 'port' };
  const { addressClass } = placeOf(parsed.hostname, rules.resolveRules ?? []);
  if (addressClass !== null && !mayConnect(addressClass, rules.allowPrivateNetwork ?? false))
    return { ok: false, refusal: 'address' };
  return { ok: true, url: parsed };
}

/**
 * The same URL with a mark in the place of user name and password: it stays refused, and what may be a secret is neither sent nor written down.
 */
export function withoutUserinfo(url: URL): URL {
  if (url.username === '' && url.password === '') return url;
  const marked = new URL(url);
  marked.username = 'userinfo-removed';
  marked.password = '';
  return marked;
}

/** Where a host is by its own word or by a rule; `address` null means DNS has to say, `addressClass` null that nothing is known yet. */
export function placeOf(
  host: string,
  resolveRules: readonly ResolveRule[],
): { readonly address: string | null; readonly port: number | null; readonly addressClass: AddressClass | null } {
  const rule = findResolveRule(resolveRules, host);
  if (rule) return { address: rule.address, port: rule.port, addressClass: classifyAddress(rule.address) };
  const bare = plainHost(host);
  if (isIP(bare) !== 0) return { address: bare, port: null, addressClass: classifyAddress(bare) };
  return { address: null, port: null, addressClass: classifyName(host) };
}

const defaultPorts: Readonly<Record<string, string>> = { 'http:': '80', 'https:': '443' };

/**
 * `scheme://host:port`, port always written; the trailing dot of a fully qualified name is dropped, so that `host.` has the robots.txt of `host`.
 * @throws ERR_URL for what is no absolute http or https URL
 */
export function originKey(url: string | URL): OriginKey {
  const authority = typeof url === 'string' ? plainAuthority.exec(url)?.[0] : undefined;
  const key = authority === undefined ? keyOf(url) : keyOfAuthority(authority);
  if (key !== null) return key;
  throw new CodedError('ERR_URL', exitCodes.usage, `\`${String(url)}\` is no http or https URL`, {
    next: 'give an absolute URL',
  });
}

/** Scheme and authority as nearly all URLs have them: whatever path follows, the key is the same. */
const plainAuthority = /^https?:\/\/[a-z0-9.:-]+(?=\/)/;
/** An origin is asked for one file after the other, and each request asks for its key more than once. */
const keyOfAuthority = remembering(2_000, keyOf);

function keyOf(url: string | URL): OriginKey | null {
  const parsed = typeof url === 'string' ? URL.parse(url) : url;
  const defaultPort = parsed === null ? undefined : defaultPorts[parsed.protocol];
  if (parsed === null || defaultPort === undefined) return null;
  return `${parsed.protocol}//${parsed.hostname.replace(/\.$/, '')}:${parsed.port || defaultPort}` as OriginKey;
}

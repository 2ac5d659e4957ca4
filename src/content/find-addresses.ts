import ipaddr from 'ipaddr.js';
import type { Span } from './span.ts';

/** RFC 5321 §4.5.3.1: a local part has at most 64 octets, a domain 255. The walk from the `@` is bounded by them, so the search is linear. */
const maxLocalChars = 64;
const maxDomainChars = 255;
const localChar = /[\p{L}\p{N}!#$%&'*+/=?^_`{|}~.-]/u;

/** E-mail addresses with a domain of two labels or more. Quoted local parts are not looked for. */
export function findEmails(text: string): readonly Span[] {
  const spans: Span[] = [];
  let from = 0;
  for (let at = text.indexOf('@'); at !== -1; at = text.indexOf('@', at + 1)) {
    let start = at;
    while (start > from && at - start < maxLocalChars && localChar.test(text[start - 1]!)) start -= 1;
    while (start < at && /[.'*/=?&]/.test(text[start]!)) start += 1;
    if (start === at || text[at - 1] === '.') continue;
    const domain = domainAtStart.exec(text.slice(at + 1, at + 1 + maxDomainChars))?.[0];
    if (domain === undefined) continue;
    from = at + 1 + domain.length;
    spans.push([start, from]);
  }
  return spans;
}

const domainAtStart =
  /^(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?\.){1,10}(?:xn--[a-z0-9-]{2,59}|\p{L}{2,63})(?![\p{L}\p{N}-])/iu;

/** Public IPv4 and IPv6 addresses. Private, loopback, documentation and other special ranges name nobody and stay. */
export function findPublicAddresses(text: string): readonly Span[] {
  const spans: Span[] = [];
  for (const match of text.matchAll(ipv4)) {
    if (ipaddr.IPv4.isValidFourPartDecimal(match[0]) && ipaddr.IPv4.parse(match[0]).range() === 'unicast') {
      spans.push([match.index, match.index + match[0].length]);
    }
  }
  if (text.includes(':')) {
    for (const match of text.matchAll(ipv6)) {
      const address = match[0].replace(/:$/, '');
      if (ipaddr.IPv6.isValid(address) && ipaddr.IPv6.parse(address).range() === 'unicast') {
        spans.push([match.index, match.index + address.length]);
      }
    }
    spans.sort((a, b) => a[0] - b[0]);
  }
  return spans;
}

/** A fifth number or a letter before it makes it a version or a section, not an address. */
const ipv4 = /(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?![\d]|\.\d)/g;
/** Global unicast is 2000::/3 (RFC 4291 §2.4), which also keeps times and C++ names out. */
const ipv6 = /(?<![\w:.])[23][0-9a-f]{3}:[0-9a-f:]{3,35}(?![\w]|\.\d)/gi;

import { isIP } from 'node:net';
import { noHost } from '../../assess/index.ts';
import type { AuditEntry } from '../../store/index.ts';

/** As much of an entry as its record repeats. */
export const maxAskedCharacters = 512;
const usualPorts: ReadonlySet<string> = new Set(['', '80', '443']);
const label = /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/;

/**
 * What one entry of a list names: a host, an origin or a URL of either scheme. IDNs become A-labels; upper case, a trailing dot, a path and a usual
 * port are nothing of a domain. What is no host is an entry all the same, and says so.
 */
export function entryOf(text: string): AuditEntry {
  const asked = text.trim().slice(0, maxAskedCharacters);
  const domain = domainOf(text.trim());
  return domain === undefined ? { asked, why: noHost } : { asked, domain };
}

function domainOf(text: string): string | undefined {
  if (text === '' || /[\s@]/.test(text)) return undefined;
  const hasScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(text);
  const url = URL.parse(hasScheme ? text : `https://${text.replace(/^\/\//, '')}`);
  if (url === null || !/^https?:$/.test(url.protocol)) return undefined;
  const host = url.hostname.replace(/\.$/, '');
  const port = usualPorts.has(url.port) ? '' : `:${url.port}`;
  if (host.startsWith('[')) return `${host}${port}`;
  // A number alone would become an address: `1234` is the rest of a line, never a site.
  if (isIP(host) !== 0) return text.includes(host) ? `${host}${port}` : undefined;
  return host.length <= 253 && host.split('.').every(part => label.test(part)) ? `${host}${port}` : undefined;
}

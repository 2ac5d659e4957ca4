import { isIP } from 'node:net';
import { noHost } from '../../assess/index.ts';
import { withoutUserinfo } from '../../http/index.ts';
import type { AuditEntry } from '../../store/index.ts';

/** As much of an entry as its record repeats. */
export const maxAskedCharacters = 512;
const usualPorts: ReadonlySet<string> = new Set(['', '80', '443']);
const label = /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/;

/**
 * What one entry of a list names: a host, an origin or a URL of either scheme. IDNs become A-labels; upper case, a trailing dot, a path and a usual
 * port are nothing of a domain, and what a URL says behind its host may be anything. What is no host is an entry all the same, and says so.
 */
export function entryOf(text: string): AuditEntry {
  const trimmed = text.trim();
  const url = urlOf(trimmed);
  const hasSecret = url !== null && (url.username !== '' || url.password !== '');
  const asked = (hasSecret ? withoutUserinfo(url).href : trimmed).slice(0, maxAskedCharacters);
  const domain = url === null ? undefined : domainOf(url, trimmed);
  return domain === undefined ? { asked, why: noHost } : { asked, domain };
}

/** Null where it is none of http or https. Without a scheme it is as much of one as people write of a site: no address of e-mail, and nothing with a blank. */
function urlOf(text: string): URL | null {
  if (text === '') return null;
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(text) || /^https?:/i.test(text)) {
    const url = URL.parse(text);
    return url !== null && /^https?:$/.test(url.protocol) ? url : null;
  }
  const rest = text.replace(/^\/\//, '');
  const host = /^[^/?#\\]*/.exec(rest)?.[0] ?? '';
  return /\s/.test(rest) || host.includes('@') ? null : URL.parse(`https://${rest}`);
}

function domainOf(url: URL, text: string): string | undefined {
  const host = url.hostname.replace(/\.$/, '');
  const port = usualPorts.has(url.port) ? '' : `:${url.port}`;
  if (host.startsWith('[')) return `${host}${port}`;
  // A number alone would become an address: `1234` is the rest of a line, never a site.
  if (isIP(host) !== 0) return text.includes(host) ? `${host}${port}` : undefined;
  return host.length <= 253 && host.split('.').every(part => label.test(part)) ? `${host}${port}` : undefined;
}

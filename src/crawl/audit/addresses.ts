import { isIP } from 'node:net';

/**
 * Where the front page of a domain is looked for, in this order: https, then http, then the same with `www.` in front, or without it where it was
 * given. The next address is tried where no connection came about; whatever answers is the answer.
 */
export function addressesOf(domain: string): readonly string[] {
  const other = otherName(domain);
  return [domain, ...(other === undefined ? [] : [other])].flatMap(host => [`https://${host}/`, `http://${host}/`]);
}

/** The address after this one; going on from the last one leads round to the first. Undefined for what is no front page. */
export function nextAddress(url: string): string | undefined {
  const { protocol, host, pathname, search } = new URL(url);
  if (pathname !== '/' || search !== '') return undefined;
  if (protocol === 'https:') return `http://${host}/`;
  const other = otherName(host);
  return other === undefined ? undefined : `https://${other}/`;
}

/** @param host with its port */
function otherName(host: string): string | undefined {
  const name = host.replace(/:\d+$/, '');
  if (name.startsWith('[') || isIP(name) !== 0 || !name.includes('.')) return undefined;
  if (!name.startsWith('www.')) return `www.${host}`;
  // `www.example` may be a domain of its own; `example` alone is none.
  return name.slice(4).includes('.') ? host.slice(4) : undefined;
}

import type { OriginKey } from '../../vocab/index.ts';

const defaultPorts: Readonly<Record<string, string>> = { 'http:': '80', 'https:': '443' };

/** The origin of an http(s) URL; undefined for anything else. `host.` and `host` are one host. */
export function originOf(url: string): OriginKey | undefined {
  const { protocol, hostname, port } = URL.parse(url) ?? {};
  const defaultPort = defaultPorts[protocol ?? ''];
  if (defaultPort === undefined || hostname === undefined) return undefined;
  return `${protocol}//${hostname.replace(/\.$/, '')}:${port || defaultPort}` as OriginKey;
}

/** The host's own name, then every name above it: `a.b.example`, `b.example`, `example`. */
export function* namesAbove(host: string): Iterable<string> {
  yield host;
  // The parents of an address are no names.
  if (host.startsWith('[') || /^[\d.]+$/.test(host)) return;
  for (let dot = host.indexOf('.'); dot >= 0; dot = host.indexOf('.', dot + 1)) yield host.slice(dot + 1);
}

export const hostOf = (origin: OriginKey): string => origin.slice(origin.indexOf('//') + 2, origin.lastIndexOf(':'));

/** Whether the origin's host is this name or lies below it. */
export const isBelow = (origin: OriginKey, name: string): boolean => [...namesAbove(hostOf(origin))].includes(name);

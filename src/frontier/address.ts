import { hash } from 'node:crypto';
import type { OriginKey } from '../vocab/index.ts';

const defaultPorts: Readonly<Record<string, string>> = { http: ':80', https: ':443' };

/** The beginning that all normalised URLs of an origin share: the origin without a default port. */
export function baseOf(origin: OriginKey): string {
  const port = defaultPorts[origin.slice(0, origin.indexOf(':'))];
  return port !== undefined && origin.endsWith(port) ? origin.slice(0, -port.length) : origin;
}

/** A URL relative to its origin's base, so that a million rows do not repeat it; whole where it does not begin with it. */
export const shorten = (url: string, base: string): string =>
  url.startsWith(base) && url[base.length] === '/' ? url.slice(base.length) : url;

export const lengthen = (path: string, base: string): string => (path[0] === '/' ? base + path : path);

/**
 * 47 bits of SHA-1: six octets in SQLite, where one more bit would take eight. Within one origin it only finds rows: texts are compared, and of two
 * that meet the second takes the next free number.
 */
export const hash47 = (path: string): number => Number.parseInt(hash('sha1', path).slice(0, 12), 16) % 2 ** 47;

import { hash } from 'node:crypto';
import type { Digest } from '../vocab/index.ts';

export const digestOf = (body: Uint8Array | string): Digest => `sha256:${hash('sha256', body, 'hex')}` as Digest;

/** JSON with sorted keys and no white space: two files that say the same have the same digest. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, inner]) => `${JSON.stringify(key)}:${canonicalJson(inner)}`).join(',')}}`;
}

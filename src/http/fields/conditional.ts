/** Conditional requests (RFC 9110 §13), and what a 304 says of the copy that is stored (RFC 9111 §4.3.4). */
import { contentTypeOf, declaredType, type FieldLine, type Validators } from '../../vocab/index.ts';
import type { ConditionalFields } from '../identity.ts';
import { allFields } from './fields.ts';
import { parseHttpDate } from './retry-after.ts';

const entityTag = /^(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*"$/;

/** A page that was changed this shortly before it was sent may be changed again within the same second of Last-Modified (RFC 9110 §8.8.2.2). */
const settledMs = 60_000;

/**
 * What a site says about the version it sent; undefined where it says nothing that can be relied on.
 * @param retrievedAtMs wall time; counts where the answer has no Date
 */
export function validatorsOf(fields: readonly FieldLine[], retrievedAtMs: number): Validators | undefined {
  const etag = onlyField(fields, 'etag');
  const lastModified = onlyField(fields, 'last-modified');
  const sentAtMs = parseHttpDate(onlyField(fields, 'date') ?? '') ?? retrievedAtMs;
  const changedAtMs = parseHttpDate(lastModified ?? '');
  const validators: Validators = {
    ...(etag !== undefined && entityTag.test(etag) ? { etag } : {}),
    ...(lastModified !== undefined && changedAtMs !== undefined && changedAtMs + settledMs <= sentAtMs ? { lastModified } : {}),
  };
  return Object.keys(validators).length > 0 ? validators : undefined;
}

/** Two lines that differ say nothing. */
function onlyField(fields: readonly FieldLine[], name: string): string | undefined {
  const [value, ...others] = allFields(fields, name);
  return others.some(other => other !== value) ? undefined : value?.trim();
}

export const conditionsOf = ({ etag, lastModified }: Validators): ConditionalFields => ({
  ...(etag === undefined ? {} : { 'if-none-match': etag }),
  ...(lastModified === undefined ? {} : { 'if-modified-since': lastModified }),
});

const opaque = (etag: string): string => etag.replace(/^W\//, '');

/**
 * Does a 304 speak of the version whose validators were sent? One that names another version, or another media type, confirms nothing: then the whole
 * page has to be asked for. One that names none answers the condition, and nothing else was asked.
 * @param stored fields of the stored answer
 */
export function confirms(fields: readonly FieldLine[], sent: Validators, stored: readonly FieldLine[]): boolean {
  const type = contentTypeOf(fields);
  if (type !== undefined && declaredType(type) !== declaredType(contentTypeOf(stored))) return false;
  const etags = allFields(fields, 'etag');
  if (sent.etag !== undefined && etags.length > 0)
    return etags.every(etag => opaque(etag.trim()) === opaque(sent.etag as string));
  const date = sent.lastModified ?? onlyField(stored, 'last-modified');
  return allFields(fields, 'last-modified').every(other => other.trim() === date);
}

/** They speak of the message, or of how the stored content was sent, and not of what it is (RFC 9111 §3.1, §3.2). */
const notUpdated: ReadonlySet<string> = new Set([
  ...['connection', 'keep-alive', 'proxy-authenticate', 'proxy-authentication-info', 'proxy-connection', 'te', 'trailer'],
  ...['transfer-encoding', 'upgrade', 'content-length', 'content-encoding', 'content-range', 'content-type'],
]);

/** The stored fields with those of a 304 in their place; fields that the 304 does not have stay (RFC 9111 §3.2). */
export function updatedFields(stored: readonly FieldLine[], confirming: readonly FieldLine[]): readonly FieldLine[] {
  const fresh = confirming.filter(([name]) => !notUpdated.has(name.toLowerCase()));
  const names = new Set(fresh.map(([name]) => name.toLowerCase()));
  return [...stored.filter(([name]) => !names.has(name.toLowerCase())), ...fresh];
}

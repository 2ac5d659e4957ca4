import { createPrivateKey, createPublicKey, sign } from 'node:crypto';
import { digestOf, readOperatorRecords } from '../../src/settings/index.ts';
import type { Facts } from '../../src/vocab/index.ts';

/** A key that everyone knows: what vectors sign is signed for the tests only. PKCS #8 (RFC 8410 §7) around 32 zero octets. */
const testKey = createPrivateKey({
  key: Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), Buffer.alloc(32)]),
  format: 'der',
  type: 'pkcs8',
});
export const testPublicKey: string = String(createPublicKey(testKey).export({ format: 'pem', type: 'spki' }));

/** JSON of a flat record with sorted keys: RFC 8785 for strings and lists of strings. */
const canonical = (record: Record<string, unknown>): string =>
  JSON.stringify(Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1))));

/** A record as one signed line of the file. */
export const signedLine = (record: Record<string, unknown>): string =>
  JSON.stringify({ ...record, signature: sign(null, Buffer.from(canonical(record)), testKey).toString('base64') });

const defaults = { from: '2026-01-01T00:00:00Z', by: 'legal@operator.example' };

/** Records of a vector: `signed: false` leaves the signature unverified, `from` and `by` have defaults. */
export function operatorFacts(written: readonly Record<string, unknown>[] | undefined): Pick<Facts, 'operator'> {
  if (!written) return {};
  const text = written.map(({ signed: _, ...record }) => signedLine({ ...defaults, ...record })).join('\n');
  const { file, records } = readOperatorRecords({ digest: digestOf(text), text, public_key: testPublicKey });
  return { operator: { file, records: records.map((record, i) => ({ ...record, isSigned: written[i]?.signed !== false })) } };
}

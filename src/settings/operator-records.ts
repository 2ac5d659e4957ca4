/**
 * The operator's own records: JSON Lines, one grant or denial a line, each dated, each signed with the operator's Ed25519 key over its canonical
 * JSON (RFC 8785) without `signature`. An unsigned denial is heard; a grant without a good signature stops the command.
 */
import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { getDomain } from 'tldts';
import { z } from 'zod';
import {
  CodedError,
  categories,
  type Digest,
  exitCodes,
  type Instant,
  type OperatorRecord,
  type OperatorRecords,
  operatorRecordsUrl,
} from '../vocab/index.ts';
import { canonicalJson, digestOf } from './digest.ts';

const instant = z.iso.datetime().describe('ISO 8601 in UTC, e.g. 2026-11-01T00:00:00Z');

const members = {
  scope: z.enum(['url', 'prefix', 'origin', 'domain']).describe('how far it reaches; a domain is a host and every host below it'),
  value: z.string().describe('an absolute http or https URL, or for a domain its host name'),
  from: instant.describe('in force from here on'),
  until: instant.optional().describe('no longer in force from here on; without it there is no end'),
  by: z.string().min(1).describe('who answers for it: a name or an e-mail address'),
  why: z.string().optional(),
  reference: z.string().optional().describe('contract, ticket or letter'),
  signature: z
    .string()
    .regex(/^[A-Za-z0-9+/]{86}==$/, 'must be the base64 of an Ed25519 signature (64 octets)')
    .optional()
    .describe('Ed25519 over the canonical JSON (RFC 8785) of the record without this member'),
};

const recordSchema = z
  .discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('grant'),
      categories: z.array(z.enum(categories)).min(1).describe('the uses it permits; never acquisition'),
      ...members,
    }),
    z.strictObject({ kind: z.literal('deny'), ...members }),
  ])
  .superRefine((record, context) => {
    const problem = problemOf(record.kind, record.scope, record.value);
    if (problem !== null) context.addIssue({ code: 'custom', path: ['value'], message: problem });
  });

type Written = z.infer<typeof recordSchema>;

function problemOf(kind: Written['kind'], scope: Written['scope'], value: string): string | null {
  if (scope === 'domain') {
    if (hostName(value) === null) return 'must be a host name such as `example.org`';
    const isTooWide = kind === 'grant' && getDomain(value, { allowPrivateDomains: true }) === null;
    return isTooWide ? 'is no registrable domain: nobody can grant a public suffix' : null;
  }
  const url = URL.parse(value);
  if (!url || !/^https?:$/.test(url.protocol)) return 'must be an absolute http or https URL';
  if (scope === 'origin') return url.href === `${url.origin}/` ? null : 'must be scheme, host and port only';
  // A denial may close more than was meant, a grant may not: `/blog` would also grant `/blog-of-others`.
  const isOpenEnded = scope === 'prefix' && kind === 'grant' && !(url.pathname.endsWith('/') && url.search === '');
  return isOpenEnded ? 'must end with `/` in a grant' : null;
}

/** In WHATWG form, lower case and without the root's dot; null for what is no host name. */
function hostName(text: string): string | null {
  const url = URL.parse(`http://${text}/`);
  const isBare = url !== null && url.href === `http://${url.hostname}/` && url.hostname.replaceAll('.', '') !== '';
  return isBare ? url.hostname.replace(/\.$/, '') : null;
}

export const operatorRecordJsonSchema = (): Record<string, unknown> => ({
  title: 'heed operator record: one line of the file given to --operator-records',
  ...z.toJSONSchema(recordSchema, { io: 'input' }),
});

/** What a run's manifest keeps, so that it can be judged again when the files have changed. */
export interface OperatorSource {
  readonly digest: Digest;
  readonly text: string;
  /** PEM. */
  readonly public_key?: string;
}

export interface LoadedOperatorRecords {
  readonly records: OperatorRecords;
  readonly source: OperatorSource;
}

/**
 * @param file JSON Lines; undefined where the operator keeps no records
 * @param keyFile PEM of the operator's Ed25519 public key
 * @throws CodedError ERR_OPERATOR_RECORDS_UNREADABLE, ERR_OPERATOR_RECORDS_INVALID, ERR_OPERATOR_KEY, ERR_OPERATOR_RECORD_SIGNATURE (exit 3)
 */
export function loadOperatorRecords(file: string | undefined, keyFile: string | undefined): LoadedOperatorRecords | undefined {
  if (file === undefined) return undefined;
  const text = readUtf8(file, 'ERR_OPERATOR_RECORDS_UNREADABLE', 'operator records');
  const publicKey = keyFile === undefined ? undefined : readUtf8(keyFile, 'ERR_OPERATOR_KEY', 'operator key');
  const source = { digest: digestOf(text), text, ...(publicKey === undefined ? {} : { public_key: publicKey }) };
  return { records: readOperatorRecords(source, file), source };
}

function readUtf8(file: string, code: `ERR_${string}`, what: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(readFileSync(file));
  } catch (cause) {
    throw new CodedError(code, exitCodes.config, `cannot read the ${what} \`${file}\` as UTF-8 text`, {
      next: 'check the path and the encoding',
      cause,
    });
  }
}

/** @param place names the file in errors */
export function readOperatorRecords(
  { digest, text, public_key }: OperatorSource,
  place = 'the operator records',
): OperatorRecords {
  const key = public_key === undefined ? null : publicKeyOf(public_key);
  const body = new TextEncoder().encode(text);
  const records: OperatorRecord[] = [];
  let start = 0;
  for (const [index, line] of text.split('\n').entries()) {
    const octets = Buffer.byteLength(line);
    const content = line.endsWith('\r') ? line.slice(0, -1) : line;
    const end = start + octets - (line.length - content.length);
    if (content.trim() !== '') records.push(readLine(content, { line: index + 1, bytes: [start, end] }, key, place));
    start += octets + 1;
  }
  const retrieval = { outcome: 'successful', status: 200, fields: [], body, truncated: false, hops: [] } as const;
  return { file: { url: operatorRecordsUrl, retrievedAt: null, digest, retrieval }, records };
}

function publicKeyOf(pem: string): KeyObject {
  const fail = (cause?: unknown): never => {
    throw new CodedError('ERR_OPERATOR_KEY', exitCodes.config, '--operator-key is not the PEM of an Ed25519 public key', {
      next: 'make one with `openssl genpkey -algorithm ed25519` and `openssl pkey -pubout`',
      cause,
    });
  };
  // A private key would be accepted too, and would end up in the manifest.
  if (!/^\s*-----BEGIN PUBLIC KEY-----/.test(pem)) fail();
  try {
    const key = createPublicKey(pem);
    return key.asymmetricKeyType === 'ed25519' ? key : fail();
  } catch (cause) {
    return cause instanceof CodedError ? fail() : fail(cause);
  }
}

function readLine(
  content: string,
  at: Pick<OperatorRecord, 'line' | 'bytes'>,
  key: KeyObject | null,
  place: string,
): OperatorRecord {
  const written = parseLine(content, `${place}:${at.line}`);
  const { signature, ...signed } = written;
  const isSigned =
    signature !== undefined &&
    key !== null &&
    verify(null, Buffer.from(canonicalJson(signed)), key, Buffer.from(signature, 'base64'));
  if (written.kind === 'grant' && !isSigned) {
    const why = signature === undefined ? 'is not signed' : key === null ? 'cannot be checked' : 'does not have a good signature';
    throw new CodedError('ERR_OPERATOR_RECORD_SIGNATURE', exitCodes.config, `${place}:${at.line}: the grant ${why}`, {
      next:
        key === null
          ? 'pass --operator-key FILE, the public key it is signed with'
          : 'sign its canonical JSON again; README.md says how',
    });
  }
  const { kind, scope, value, from, until } = written;
  return {
    kind,
    scope,
    value: scope === 'domain' ? (hostName(value) ?? value) : new URL(value).href,
    categories: written.kind === 'grant' ? written.categories : [],
    from: from as Instant,
    until: (until as Instant | undefined) ?? null,
    isSigned,
    ...at,
  };
}

function parseLine(content: string, place: string): Written {
  const invalid = (message: string, cause?: unknown): CodedError =>
    new CodedError('ERR_OPERATOR_RECORDS_INVALID', exitCodes.config, `${place}: ${message}`, {
      next: '`heed schema operator-record` prints the shape of a line',
      cause,
    });
  let raw: unknown;
  try {
    raw = JSON.parse(content);
  } catch (cause) {
    throw invalid(`not JSON: ${(cause as Error).message}`, cause);
  }
  const parsed = recordSchema.safeParse(raw);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw invalid(`${issue?.path.length ? `\`${issue.path.join('.')}\` ` : ''}${issue?.message ?? 'is no record'}`);
}

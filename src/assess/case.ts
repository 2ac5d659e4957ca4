/**
 * A `heed decide` case (contract §2) → the carriers a verdict is made from. Pure: no network, no clock.
 * Malformed cases become coded errors (`ERR_CASE_…`), values that a caller prints in the case's place.
 */
import type { Carriers, Category, Digest, Exchange, FieldLine, Retrieval, UnreachableCause } from '../vocab/index.ts';
import { categories as allCategories, retrievalOf } from '../vocab/index.ts';

export interface Case {
  readonly id: string;
  readonly url: string;
  readonly productToken: string;
  readonly policy: string | null;
  readonly categories: readonly Category[];
  readonly carriers: Carriers;
  /** False when the case holds no response: then usage is judged from the origin's declarations only. */
  readonly isComplete: boolean;
}

export interface CaseError {
  readonly id: string | null;
  readonly code: `ERR_CASE_${string}`;
  readonly message: string;
}

export interface CaseReader {
  /** @param raw one parsed JSON value */
  read(raw: unknown): Case | CaseError;
}

export const isCaseError = (value: Case | CaseError): value is CaseError => 'code' in value;

class Malformed extends Error {
  readonly code: CaseError['code'];
  constructor(code: CaseError['code'], message: string) {
    super(message);
    this.code = code;
  }
}

type Json = Readonly<Record<string, unknown>>;
const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);
/** Half of what is asked for is not there, and then nobody need ask whose it is. */
const own = (object: Json, key: string): unknown => {
  const value = object[key];
  return value !== undefined && Object.hasOwn(object, key) ? value : undefined;
};

const causes: readonly string[] = ['dns', 'timeout', 'reset', 'tls', 'redirects', 'too-large'];
const noBytes = new Uint8Array();
/** Declarations kept parsed, and octets of them; beyond either the memo starts afresh. */
const maxKept = 128;
const maxKeptOctets = 32 * 2 ** 20;

/** A declaration as it was last given for its URL; it is the same again when every part of it is. */
interface Kept {
  readonly status: unknown;
  readonly truncated: unknown;
  readonly body: string;
  readonly headers: unknown;
  readonly exchange: Exchange;
}

export function caseReader(digestOf: (body: Uint8Array) => Digest): CaseReader {
  const memo = new Map<string, Kept>();
  let octets = 0;
  let files = filesOf('');
  const exchange = (url: string, raw: unknown, missing: Retrieval, key: string): Exchange => {
    if (raw === undefined || raw === null) return { url, retrievedAt: null, digest: null, retrieval: missing };
    if (!isObject(raw))
      throw new Malformed('ERR_CASE_RETRIEVAL', `\`${key}\` must be an object with \`status\` or \`unreachable\``);
    const body = own(raw, 'body') ?? '';
    const isPlain = typeof body === 'string' && own(raw, 'bodyBase64') === undefined && own(raw, 'unreachable') === undefined;
    if (!isPlain || key === 'response') return readExchange(url, raw, key, digestOf);
    const [status, truncated, headers] = [own(raw, 'status'), own(raw, 'truncated'), own(raw, 'headers')];
    const known = memo.get(url);
    const isSame = known?.status === status && known?.truncated === truncated && known?.body === body;
    if (known && isSame && areSame(known.headers, headers)) return known.exchange;
    const made = readExchange(url, raw, key, digestOf);
    octets += body.length;
    if (memo.size >= maxKept || octets > maxKeptOctets) {
      memo.clear();
      octets = body.length;
    }
    memo.set(url, { status, truncated, body, headers, exchange: made });
    return made;
  };
  return {
    read: raw => {
      const id = isObject(raw) && typeof own(raw, 'id') === 'string' ? (own(raw, 'id') as string) : null;
      try {
        return readCase(raw, exchange, origin => {
          if (files.origin !== origin) files = filesOf(origin);
          return files;
        });
      } catch (error) {
        if (error instanceof Malformed) return { id, code: error.code, message: error.message };
        throw error;
      }
    },
  };
}

/** Equal lists, of equal lists or equal texts; what was kept before has been read as field lines, so that it is no deeper than they are. */
const areSame = (known: unknown, given: unknown): boolean =>
  known === given ||
  (Array.isArray(known) &&
    Array.isArray(given) &&
    known.length === given.length &&
    known.every((one, index) => areSame(one, given[index])));

type MakeExchange = (url: string, raw: unknown, missing: Retrieval, key: string) => Exchange;

/** Where the declarations of an origin are; made once for many cases of one origin. */
const filesOf = (origin: string) => ({
  origin,
  robots: `${origin}/robots.txt`,
  tdmrep: `${origin}/.well-known/tdmrep.json`,
  aiTxt: `${origin}/ai.txt`,
  trustTxt: `${origin}/trust.txt`,
});

type DeclarationFiles = ReturnType<typeof filesOf>;

function readCase(raw: unknown, exchange: MakeExchange, files: (origin: string) => DeclarationFiles): Case {
  if (!isObject(raw)) throw new Malformed('ERR_CASE_SHAPE', 'a case must be a JSON object; see `heed schema case`');
  const id = own(raw, 'id');
  if (typeof id !== 'string') throw new Malformed('ERR_CASE_ID', '`id` must be a string');
  const url = readUrl(own(raw, 'url'));
  const missing = readMissing(own(raw, 'missing'));
  const origin = own(raw, 'origin') ?? {};
  if (!isObject(origin)) throw new Malformed('ERR_CASE_ORIGIN', '`origin` must be an object of retrievals');
  const { robots, tdmrep, aiTxt, trustTxt } = files(url.origin);
  const response = own(raw, 'response');
  const isComplete = response !== undefined && response !== null;
  return {
    id,
    url: own(raw, 'url') as string,
    productToken: readAgent(own(raw, 'agent')),
    policy: readPolicy(own(raw, 'policy')),
    categories: readCategories(own(raw, 'categories')),
    isComplete,
    carriers: {
      url: url.href,
      robots: exchange(robots, own(origin, 'robots'), missing, 'origin.robots'),
      tdmrep: exchange(tdmrep, own(origin, 'tdmrep'), missing, 'origin.tdmrep'),
      aiTxt: exchange(aiTxt, own(origin, 'aiTxt'), missing, 'origin.aiTxt'),
      trustTxt: exchange(trustTxt, own(origin, 'trustTxt'), missing, 'origin.trustTxt'),
      licenses: readLicenses(own(raw, 'licenses'), missing, exchange),
      otherLicenses: missing,
      page: isComplete ? exchange(url.href, response, missing, 'response') : null,
    },
  };
}

function readUrl(raw: unknown): URL {
  if (typeof raw !== 'string') throw new Malformed('ERR_CASE_URL', '`url` must be a string');
  const url = URL.parse(raw);
  if (!url || !/^https?:\/\//i.test(raw.trim()))
    throw new Malformed('ERR_CASE_URL', `\`${raw.slice(0, 200)}\` is not an absolute http or https URL`);
  return url;
}

function readMissing(raw: unknown): Retrieval {
  if (raw === undefined || raw === 'not-attempted') return { outcome: 'not-attempted', why: 'omitted' };
  if (raw === 'absent') return { outcome: 'unavailable', status: 404, fields: [] };
  throw new Malformed('ERR_CASE_MISSING', '`missing` must be `absent` or `not-attempted`');
}

function readAgent(raw: unknown): string {
  if (raw === undefined) return 'heed';
  const token = typeof raw === 'string' ? (raw.split('/', 1)[0] ?? '').trim() : '';
  if (token === '') throw new Malformed('ERR_CASE_AGENT', '`agent` must be a product token, e.g. `heed`');
  return token;
}

function readPolicy(raw: unknown): string | null {
  if (raw === undefined) return null;
  if (typeof raw !== 'string') throw new Malformed('ERR_CASE_POLICY', '`policy` must be the name of a policy');
  return raw;
}

function readCategories(raw: unknown): readonly Category[] {
  if (raw === undefined) return ['train-ai'];
  if (!Array.isArray(raw))
    throw new Malformed('ERR_CASE_CATEGORY', `\`categories\` must be a list of ${allCategories.join(', ')}`);
  for (const category of raw) {
    if (!allCategories.includes(category as Category)) {
      throw new Malformed(
        'ERR_CASE_CATEGORY',
        `unknown category \`${String(category).slice(0, 80)}\`; known are ${allCategories.join(', ')}`,
      );
    }
  }
  return [...new Set(raw as Category[])];
}

function readLicenses(raw: unknown, missing: Retrieval, exchange: MakeExchange): ReadonlyMap<string, Exchange> {
  const licenses = new Map<string, Exchange>();
  if (raw === undefined || raw === null) return licenses;
  if (!isObject(raw)) throw new Malformed('ERR_CASE_LICENSES', '`licenses` must map absolute URLs to retrievals');
  for (const [key, value] of Object.entries(raw)) {
    const url = URL.parse(key);
    if (!url) throw new Malformed('ERR_CASE_LICENSES', `\`${key.slice(0, 200)}\` in \`licenses\` is not an absolute URL`);
    licenses.set(url.href, exchange(url.href, value, missing, 'licenses'));
  }
  return licenses;
}

function readExchange(url: string, raw: Json, key: string, digestOf: (body: Uint8Array) => Digest): Exchange {
  const unreachable = own(raw, 'unreachable');
  if (unreachable !== undefined) {
    if (own(raw, 'status') !== undefined)
      throw new Malformed('ERR_CASE_RETRIEVAL', `\`${key}\` has both \`status\` and \`unreachable\``);
    if (typeof unreachable !== 'string' || !causes.includes(unreachable)) {
      throw new Malformed('ERR_CASE_RETRIEVAL', `\`${key}.unreachable\` must be one of ${causes.join(', ')}`);
    }
    return {
      url,
      retrievedAt: null,
      digest: null,
      retrieval: { outcome: 'unreachable', cause: unreachable as UnreachableCause },
    };
  }
  const status = own(raw, 'status');
  if (!Number.isInteger(status) || (status as number) < 100 || (status as number) > 999) {
    throw new Malformed('ERR_CASE_RETRIEVAL', `\`${key}.status\` must be an integer from 100 to 999`);
  }
  const truncated = own(raw, 'truncated') ?? false;
  if (typeof truncated !== 'boolean') throw new Malformed('ERR_CASE_RETRIEVAL', `\`${key}.truncated\` must be true or false`);
  const body = readBody(raw, key);
  const retrieval = retrievalOf(status as number, readHeaders(own(raw, 'headers'), key), body, truncated);
  return { url, retrievedAt: null, digest: digestOf(body), retrieval };
}

function readBody(raw: Json, key: string): Uint8Array {
  const body = own(raw, 'body');
  const base64 = own(raw, 'bodyBase64');
  if (body !== undefined && base64 !== undefined)
    throw new Malformed('ERR_CASE_BODY', `\`${key}\` has two bodies; give \`body\` or \`bodyBase64\``);
  if (base64 !== undefined) {
    if (typeof base64 !== 'string' || !/^[A-Za-z0-9+/\s]*={0,2}\s*$/.test(base64)) {
      throw new Malformed('ERR_CASE_BODY', `\`${key}.bodyBase64\` must be base64`);
    }
    return new Uint8Array(Buffer.from(base64, 'base64'));
  }
  if (body === undefined || body === '') return noBytes.slice();
  if (typeof body !== 'string') throw new Malformed('ERR_CASE_BODY', `\`${key}.body\` must be a string`);
  return octetsOf(body);
}

/** Small texts share one allocation: a buffer each costs more to make and to collect than to fill. */
function octetsOf(text: string): Uint8Array {
  const { buffer, byteOffset, byteLength } = Buffer.from(text, 'utf8');
  return new Uint8Array(buffer, byteOffset, byteLength);
}

function readHeaders(raw: unknown, key: string): readonly FieldLine[] {
  if (raw === undefined) return [];
  const isPair = (pair: unknown): boolean =>
    Array.isArray(pair) && pair.length === 2 && pair.every(part => typeof part === 'string');
  if (!Array.isArray(raw) || !raw.every(isPair)) {
    throw new Malformed('ERR_CASE_HEADERS', `\`${key}.headers\` must be a list of [name, value] pairs`);
  }
  return raw as FieldLine[];
}

import { hash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type { Digest, Exchange, FieldLine, Instant } from '../../vocab/index.ts';
import { storedMember } from '../disk/stored-member.ts';

/** What can be put into evidence: what a URL answered, or a proof that holds none of the work itself. */
export type EvidenceItem =
  | { readonly kind: 'exchange'; readonly exchange: Exchange }
  /** A page's proof: status, fields, digest and length of the body, deciding elements with their offsets. */
  | { readonly kind: 'proof'; readonly url: string; readonly at: Instant; readonly proof: Readonly<Record<string, unknown>> };

/**
 * What a response record cannot say in HTTP's words, kept in the WARC field `Heed-Exchange` (WARC 1.1 §4 allows further fields)
 * so that an exchange comes back exactly as it was judged.
 */
export interface ExchangeNotes {
  readonly url: string;
  readonly retrievedAt: Instant | null;
  readonly digest: Digest | null;
  /** The retrieval without status, fields and body. */
  readonly retrieval: Readonly<Record<string, unknown>>;
  readonly hasBody: boolean;
  /** Octets of the field section: received fields are ISO 8859-1 unless a character does not fit. */
  readonly charset: 'latin1' | 'utf8';
}

export interface EncodedRecord {
  /** One whole gzip member. */
  readonly content: Buffer;
  readonly recordId: string;
  /** Of the payload: an exchange's body, a proof's JSON. */
  readonly digest: Digest;
}

/** The body is stored decoded: fields about its coding are kept under another name, so that a reader does not decode it again. */
export const renamedFields: ReadonlySet<string> = new Set(['content-encoding', 'transfer-encoding', 'content-length']);
export const renamedPrefix = 'x-archive-orig-';
export const noFields: string = `${renamedPrefix}fields: none`;
export const notesField = 'Heed-Exchange';
/** Its value where nothing was answered: the notes are then the block itself. */
export const notesInBlock = 'block';

const digestOf = (bytes: Uint8Array | string): Digest => `sha256:${hash('sha256', bytes)}` as Digest;
const noOctets: Uint8Array = new Uint8Array();
const digestOfNothing: Digest = digestOf(noOctets);

/** The same run, place in it and content give the same id: an id says what it names. Shaped as UUID version 8 (RFC 9562 §5.8). */
function recordIdOf(run: string, sequence: number, digest: Digest): string {
  const hex = hash('sha256', `${run} ${sequence} ${digest}`);
  const variant = ((Number.parseInt(hex.slice(16, 17), 16) & 3) | 8).toString(16);
  return `urn:uuid:${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** ASCII only: a WARC field is read by tools that disagree about anything else. */
const asciiJson = (value: unknown): string =>
  JSON.stringify(value).replace(/[\u007f-\uffff]/g, char => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);

interface Draft {
  readonly type: 'response' | 'metadata' | 'warcinfo';
  readonly url?: string;
  readonly at: string;
  readonly contentType: string;
  readonly block: Buffer;
  readonly digest: Digest;
  readonly fields?: Readonly<Record<string, string>>;
}

/** Records are short: most of the time of compressing one is setting up, and large buffers are most of that. */
const toMember = (plain: Uint8Array): Buffer =>
  plain.length < storedBelow
    ? storedMember(plain)
    : gzipSync(plain, {
        level: 3,
        chunkSize: plain.length < 16_384 ? 4_096 : 65_536,
        ...(plain.length < 4_096 ? { windowBits: 12, memLevel: 4 } : {}),
      });

/** Octets. Most records of an audit say that a file is not there: compressing one costs thirty times what storing it does, and spares 0.3 kB. */
const storedBelow = 1_024;

/** The octets of a record (ISO 28500 §4), as warcio writes them, at a third of its cost; a test holds them against it. */
function serialized({ type, url, at, contentType, block, digest, fields }: Draft, recordId: string): Buffer {
  let text = `WARC/1.1\r\nWARC-Record-ID: <${recordId}>\r\nContent-Type: ${contentType}\r\nWARC-Payload-Digest: ${digest}\r\n`;
  text += `WARC-Block-Digest: ${digestOf(block)}\r\n`;
  for (const name in fields) text += `${name}: ${fields[name]}\r\n`;
  if (url !== undefined) text += `WARC-Target-URI: ${URL.parse(url)?.href ?? url}\r\n`;
  text += `WARC-Date: ${at}\r\nWARC-Type: ${type}\r\nContent-Length: ${block.length}\r\n\r\n`;
  const start = Buffer.byteLength(text);
  const octets = Buffer.allocUnsafe(start + block.length + recordEnd.length);
  octets.write(text, 0);
  octets.set(block, start);
  octets.write(recordEnd, start + block.length);
  return octets;
}

const recordEnd = '\r\n\r\n';

function encode(draft: Draft, run: string, sequence: number): EncodedRecord {
  const recordId = recordIdOf(run, sequence, draft.digest);
  return { content: toMember(serialized(draft, recordId)), recordId, digest: draft.digest };
}

function headOf(status: number, fields: readonly FieldLine[]): string {
  let text = `HTTP/1.1 ${status} \r\n`;
  for (const [name, value] of fields) {
    if (renamedFields.has(name.toLowerCase())) text += renamedPrefix;
    text += `${name}: ${value.replace(/[\r\n\0]/g, ' ')}\r\n`;
  }
  // Without any field line, common readers look for the end of the field section in the body.
  return fields.length === 0 ? `${text}${noFields}\r\n\r\n` : `${text}\r\n`;
}

const beyondLatin1 = /[^\0-\u00ff]/;

/** Media type application/http: an answer as received, its body decoded. Anything else is told as JSON in a metadata record. */
function draftOf(item: EvidenceItem, now: string): Draft {
  if (item.kind === 'proof') {
    const block = Buffer.from(JSON.stringify(item.proof));
    return {
      type: 'metadata',
      url: item.url,
      at: item.at,
      contentType: 'application/json',
      block,
      digest: digestOf(block),
    };
  }
  const { url, retrievedAt, digest, retrieval } = item.exchange;
  const at = retrievedAt ?? now;
  if (retrieval.outcome === 'unreachable' || retrieval.outcome === 'not-attempted') {
    const notes = { url, retrievedAt, digest, retrieval, hasBody: false, charset: 'utf8' } satisfies ExchangeNotes;
    const block = Buffer.from(JSON.stringify(notes));
    const fields = { [notesField]: notesInBlock };
    return { type: 'metadata', url, at, contentType: 'application/json', block, digest: digestOf(block), fields };
  }
  const { status, fields, body, ...rest } = retrieval;
  const head = headOf(status, fields);
  const charset = beyondLatin1.test(head) ? 'utf8' : 'latin1';
  const notes: ExchangeNotes = { url, retrievedAt, digest, retrieval: rest, hasBody: body !== undefined, charset };
  const payload = body ?? noOctets;
  return {
    type: 'response',
    url,
    at,
    contentType: 'application/http; msgtype=response',
    block: payload.length === 0 ? Buffer.from(head, charset) : Buffer.concat([Buffer.from(head, charset), payload]),
    digest: payload.length === 0 ? digestOfNothing : digestOf(payload),
    fields: {
      [notesField]: asciiJson(notes),
      ...('truncated' in rest && rest.truncated ? { 'WARC-Truncated': 'length' } : {}),
    },
  };
}

/** One item as one gzip member. `sequence` counts the run's records and makes the id unique. */
export const encodeEvidence = (item: EvidenceItem, run: string, sequence: number, now: string): EncodedRecord =>
  encode(draftOf(item, now), run, sequence);

/** The record every evidence file begins with (ISO 28500 §6.2). */
export function encodeWarcinfo(info: Readonly<Record<string, string>>, run: string, sequence: number, at: string): EncodedRecord {
  const lines = Object.entries(info).map(([name, value]) => `${name}: ${value.replace(/[\r\n\0]/g, ' ')}\r\n`);
  const block = Buffer.from(lines.join(''));
  return encode({ type: 'warcinfo', at, contentType: 'application/warc-fields', block, digest: digestOf(block) }, run, sequence);
}

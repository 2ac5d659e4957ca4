import { hash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { WARCParser } from 'warcio';
import type { Digest, Exchange, FieldLine, Instant, Retrieval } from '../../vocab/index.ts';
import { StoreError } from '../disk/errors.ts';
import { openFlags } from '../disk/files.ts';
import { parseSegmentPath } from '../disk/layout.ts';
import type { WarcRef } from '../records/index.ts';
import type { EvidenceFiles, RawRecord } from './evidence-file.ts';
import { type ExchangeNotes, noFields, notesField, notesInBlock, renamedFields, renamedPrefix } from './evidence-write.ts';

/** A record as it was put: an exchange comes back equal, body included. `digest` is that of the payload. */
export type StoredEvidence =
  | { readonly kind: 'exchange'; readonly digest: Digest; readonly exchange: Exchange }
  | { readonly kind: 'proof'; readonly digest: Digest; readonly url: string; readonly at: Instant; readonly proof: unknown };

const place = (ref: WarcRef): string => `\`${ref.file}\` at byte ${ref.offset}`;

/**
 * Reads one record by random access and checks id and digests.
 * @throws ERR_EVIDENCE_MISSING (no such file, or another record lies there), ERR_EVIDENCE_DIGEST (the bytes are not the ones that were
 * recorded), ERR_EVIDENCE_UNREADABLE (not a WARC record of ours); each with exit code 14.
 * @param files where many records are read: their files kept open
 */
export async function readEvidence(out: string, ref: WarcRef, files?: EvidenceFiles): Promise<StoredEvidence> {
  if (parseSegmentPath(ref.file)?.kind !== 'evidence')
    throw new StoreError('ERR_EVIDENCE_MISSING', `\`${ref.file}\` is no evidence file of a dataset; check the reference`);
  const { headers, block } = files?.record(ref) ?? (await readRecord(out, ref));
  if (headers.get('WARC-Record-ID') !== `<${ref.record_id}>`)
    throw new StoreError(
      'ERR_EVIDENCE_MISSING',
      `record \`${ref.record_id}\` is not in ${place(ref)}; restore the file from a copy`,
    );
  if (headers.get('WARC-Block-Digest') !== `sha256:${hash('sha256', block)}`) throw damaged(ref);
  const stored = decode(headers, block, ref);
  if (headers.get('WARC-Payload-Digest') !== stored.digest) throw damaged(ref);
  return stored;
}

const damaged = (ref: WarcRef): StoreError =>
  new StoreError(
    'ERR_EVIDENCE_DIGEST',
    `the bytes of ${place(ref)} do not have the recorded digest; restore the file from a copy`,
  );

const unreadable = (ref: WarcRef, cause?: unknown): StoreError =>
  new StoreError('ERR_EVIDENCE_UNREADABLE', `${place(ref)} is not a readable record; restore the file from a copy`, cause);

/** Of a gzip member (RFC 1952 §2.3.1). */
const magic = Buffer.from([0x1f, 0x8b]);

async function readRecord(out: string, ref: WarcRef): Promise<RawRecord> {
  const handle = await open(join(out, ref.file), openFlags.read).catch(error => {
    throw new StoreError('ERR_EVIDENCE_MISSING', `\`${ref.file}\` cannot be opened; restore it from a copy`, error);
  });
  try {
    // What is stored in a member as it is would be found from other places, too.
    const { buffer } = await handle.read(Buffer.alloc(magic.length), 0, magic.length, ref.offset);
    if (!buffer.equals(magic)) throw unreadable(ref);
    const stream = handle.createReadStream({ start: ref.offset, autoClose: false, highWaterMark: 16 * 1024 });
    const record = await WARCParser.parse(stream, { parseHttp: false, keepHeadersCase: true });
    if (record?.warcHeader('WARC-Record-ID') === undefined) throw unreadable(ref);
    const block = Buffer.from(await record.readFully());
    const length = record.warcContentLength;
    stream.destroy();
    if (block.length !== length) throw damaged(ref);
    return { headers: new Map(record.warcHeaders.headers), block };
  } catch (error) {
    throw error instanceof StoreError ? error : unreadable(ref, error);
  } finally {
    await handle.close();
  }
}

function decode(headers: ReadonlyMap<string, string>, block: Buffer, ref: WarcRef): StoredEvidence {
  try {
    if (headers.get('WARC-Type') === 'response') return decodeResponse(headers, block);
    const digest = `sha256:${hash('sha256', block)}` as Digest;
    const content: unknown = JSON.parse(block.toString('utf8'));
    if (headers.get(notesField) === notesInBlock) {
      const { url, retrievedAt, digest: bodyDigest, retrieval } = content as ExchangeNotes;
      return {
        kind: 'exchange',
        digest,
        exchange: { url, retrievedAt, digest: bodyDigest, retrieval: retrieval as Retrieval },
      };
    }
    const url = headers.get('WARC-Target-URI') ?? '';
    return { kind: 'proof', digest, url, at: headers.get('WARC-Date') as Instant, proof: content };
  } catch (error) {
    throw unreadable(ref, error);
  }
}

function decodeResponse(headers: ReadonlyMap<string, string>, block: Buffer): StoredEvidence {
  const notes = JSON.parse(headers.get(notesField) ?? '') as ExchangeNotes;
  const end = block.indexOf('\r\n\r\n');
  if (end < 0) throw new Error('no end of the field section');
  const [statusLine = '', ...lines] = block.subarray(0, end).toString(notes.charset).split('\r\n');
  const status = Number(/^HTTP\/1\.1 (\d{1,3}) $/.exec(statusLine)?.[1]);
  if (!Number.isInteger(status)) throw new Error('no status line');
  // A copy: the caller may keep the body longer than the buffer it was cut from.
  const body = new Uint8Array(block.subarray(end + 4));
  const retrieval = {
    ...notes.retrieval,
    status,
    fields: lines.filter(line => line !== noFields).map(fieldLine),
    ...(notes.hasBody ? { body } : {}),
  };
  return {
    kind: 'exchange',
    digest: `sha256:${hash('sha256', body)}` as Digest,
    exchange: {
      url: notes.url,
      retrievedAt: notes.retrievedAt,
      digest: notes.digest,
      retrieval: retrieval as unknown as Retrieval,
    },
  };
}

function fieldLine(line: string): FieldLine {
  const colon = line.indexOf(': ');
  if (colon < 0) throw new Error('a field line without a colon');
  const name = line.slice(0, colon);
  const original = name.slice(renamedPrefix.length);
  const isRenamed = name.startsWith(renamedPrefix) && renamedFields.has(original.toLowerCase());
  return [isRenamed ? original : name, line.slice(colon + 2)];
}

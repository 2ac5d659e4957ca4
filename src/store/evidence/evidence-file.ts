import { closeSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { crc32, inflateRawSync } from 'node:zlib';
import { StoreError } from '../disk/errors.ts';
import { openFlags } from '../disk/files.ts';
import { storedContent } from '../disk/stored-member.ts';
import type { WarcRef } from '../records/index.ts';

/** One WARC record: its fields, names as written, and its block. */
export interface RawRecord {
  readonly headers: ReadonlyMap<string, string>;
  readonly block: Buffer;
}

/**
 * Reads records of a dataset's evidence files one after the other, files kept open. What is no gzip member as we write them, or does not have its own
 * checksum, is undefined: a reader of WARC in general has to look at it.
 */
export interface EvidenceFiles {
  /** @throws ERR_EVIDENCE_MISSING where the file cannot be opened */
  record(ref: WarcRef): RawRecord | undefined;
  close(): void;
}

const maxOpen = 4;
/** Most records are shorter. */
const firstOctets = 4 * 1024;
const maxMemberOctets = 64 * 1024 * 1024;

export function openEvidenceFiles(out: string): EvidenceFiles {
  const open = new Map<string, number>();
  const fdOf = (file: string): number => {
    const known = open.get(file);
    if (known !== undefined) return known;
    let fd: number;
    try {
      fd = openSync(join(out, file), openFlags.read);
    } catch (error) {
      throw new StoreError('ERR_EVIDENCE_MISSING', `\`${file}\` cannot be opened; restore it from a copy`, error);
    }
    for (const [oldest, other] of open) {
      if (open.size < maxOpen) break;
      closeSync(other);
      open.delete(oldest);
    }
    open.set(file, fd);
    return fd;
  };
  return {
    record({ file, offset }) {
      const fd = fdOf(file);
      for (let length = firstOctets; length <= maxMemberOctets; length *= 8) {
        const octets = Buffer.allocUnsafe(length);
        const count = readSync(fd, octets, 0, length, offset);
        const read = octets.subarray(0, count);
        const plain = storedContent(read) ?? memberOf(read);
        if (plain !== undefined) return recordOf(plain);
        if (count < length) return undefined;
      }
      return undefined;
    },
    close() {
      for (const fd of open.values()) closeSync(fd);
      open.clear();
    },
  };
}

/** The first member (RFC 1952 §2.3), as `gzipSync` writes it: ten octets of header without options, and a trailer of checksum and size. */
function memberOf(octets: Buffer): Buffer | undefined {
  if (octets.length < 18 || octets.readUInt32BE(0) !== 0x1f8b0800) return undefined;
  let plain: Buffer;
  let consumed: number;
  try {
    // The types do not know that `info` changes what is returned.
    const { buffer, engine } = inflateRawSync(octets.subarray(10), { info: true, chunkSize: firstOctets }) as unknown as {
      readonly buffer: Buffer;
      readonly engine: { readonly bytesWritten: number };
    };
    plain = buffer;
    consumed = engine.bytesWritten;
  } catch {
    // Cut off, or damaged: more octets will tell, or whoever reads it in general.
    return undefined;
  }
  const trailer = 10 + consumed;
  if (octets.length < trailer + 8 || octets.readUInt32LE(trailer) !== crc32(plain)) return undefined;
  return plain;
}

function recordOf(plain: Buffer): RawRecord | undefined {
  const end = plain.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const [version = '', ...lines] = plain.subarray(0, end).toString('utf8').split('\r\n');
  if (!version.startsWith('WARC/1.')) return undefined;
  const headers = new Map<string, string>();
  for (const line of lines) {
    const colon = line.indexOf(':');
    if (colon < 0) return undefined;
    headers.set(line.slice(0, colon), line.slice(colon + 1).trim());
  }
  const length = Number(headers.get('Content-Length'));
  const start = end + 4;
  // A record ends with two empty lines (ISO 28500 §4).
  if (!Number.isSafeInteger(length) || plain.length !== start + length + 4) return undefined;
  return { headers, block: plain.subarray(start, start + length) };
}

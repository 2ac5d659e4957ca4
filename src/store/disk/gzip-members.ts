import { crc32, gzipSync, inflateRawSync } from 'node:zlib';

/** One member of a gzip file (RFC 1952), with its place in it. */
export interface GzipMember {
  readonly offset: number;
  readonly length: number;
  readonly content: Buffer;
}

const flags = { headerCrc: 2, extra: 4, name: 8, comment: 16 } as const;
const fixedHeader = 10;
const trailer = 8;

/** The members of a file, one after the other, each with its own checksum checked. @throws Error with the offset, for what is no whole member */
export function* gzipMembers(file: Buffer): Iterable<GzipMember> {
  for (let offset = 0; offset < file.length; ) {
    const start = deflateStart(file, offset);
    const { buffer, engine } = inflateRawSync(file.subarray(start), { info: true }) as unknown as {
      buffer: Buffer;
      engine: { bytesWritten: number };
    };
    const end = start + engine.bytesWritten;
    if (end + trailer > file.length) throw new Error(`the member at byte ${offset} ends early`);
    if (crc32(buffer) !== file.readUInt32LE(end)) throw new Error(`the member at byte ${offset} does not have its checksum`);
    yield { offset, length: end + trailer - offset, content: buffer };
    offset = end + trailer;
  }
}

function deflateStart(file: Buffer, offset: number): number {
  if (file.readUInt16BE(offset) !== 0x1f8b) throw new Error(`there is no member at byte ${offset}`);
  const given = file[offset + 3] ?? 0;
  let at = offset + fixedHeader;
  if (given & flags.extra) at += 2 + file.readUInt16LE(at);
  for (const text of [flags.name, flags.comment]) if (given & text) at = file.indexOf(0, at) + 1;
  return given & flags.headerCrc ? at + 2 : at;
}

/**
 * A member of exactly this length, so that it can take the place of another and everything after it stays where it was: the header's comment
 * fills it up. Undefined where the content does not fit.
 */
export function memberOfLength(content: Uint8Array, length: number): Buffer | undefined {
  const member = gzipSync(content, { level: 9 });
  const room = length - member.length - 1;
  if (room < 0) return undefined;
  const head = Buffer.from(member.subarray(0, fixedHeader));
  head[3] = flags.comment;
  return Buffer.concat([head, Buffer.alloc(room, ' '), Buffer.of(0), member.subarray(fixedHeader)]);
}

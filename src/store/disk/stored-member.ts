import { crc32 } from 'node:zlib';

/** No name, no time, no option (RFC 1952 §2.3); then the one and last block, stored (RFC 1951 §3.2.4). */
const head = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff, 1]);
const start = head.length + 4;
const trailer = 8;

/** A gzip member that holds its content as it is. @param plain up to 65,535 octets */
export function storedMember(plain: Uint8Array): Buffer {
  const member = Buffer.allocUnsafe(start + plain.length + trailer);
  member.set(head);
  member.writeUInt16LE(plain.length, head.length);
  member.writeUInt16LE(plain.length ^ 0xffff, head.length + 2);
  member.set(plain, start);
  member.writeUInt32LE(crc32(plain), start + plain.length);
  member.writeUInt32LE(plain.length, start + plain.length + 4);
  return member;
}

/** The content of such a member at the beginning of these octets; undefined where there is none, or it is cut off or damaged. */
export function storedContent(octets: Buffer): Buffer | undefined {
  if (octets.length < start || octets.compare(head, 0, head.length, 0, head.length) !== 0) return undefined;
  const length = octets.readUInt16LE(head.length);
  const end = start + length;
  if (octets.readUInt16LE(head.length + 2) !== (length ^ 0xffff) || octets.length < end + trailer) return undefined;
  const plain = octets.subarray(start, end);
  const isWhole = octets.readUInt32LE(end) === crc32(plain) && octets.readUInt32LE(end + 4) === length;
  return isWhole ? plain : undefined;
}

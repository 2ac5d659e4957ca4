import { hash } from 'node:crypto';

/**
 * Merkle trees over the lines of a file, hashed as RFC 6962 §2.1 says: a leaf is SHA-256 of 0x00 and the line's octets without its line end, a node
 * SHA-256 of 0x01 and its two children. Whoever has a root can be shown that one line is in the file without the rest of it.
 */
const size = 32;
const emptyRoot = hash('sha256', '');

// As a string of 32 characters of one octet each: a Buffer for every node of a large tree costs four times as much.
const leaf = (line: string): string => hash('sha256', `\0${line}`, 'binary');

/** @param line as text; its octets are those of its UTF-8 */
export const leafOf = (line: string): Buffer => Buffer.from(leaf(line), 'binary');

/** Leaves one after the other, 32 octets each. */
export const leavesOf = (lines: readonly string[]): Buffer => Buffer.from(lines.map(leaf).join(''), 'binary');

/** A line as it waits for its file: the zero octet with which a leaf is hashed, its octets, and its line end. Out of the heap, and encoded once for both uses. */
export function lineOctets(line: string): Buffer {
  const length = Buffer.byteLength(line);
  const octets = Buffer.allocUnsafe(length + 2);
  octets[0] = 0;
  octets.write(line, 1);
  octets[length + 1] = 0x0a;
  return octets;
}

/** Leaves of lines as `lineOctets` gives them. */
export const leavesOfOctets = (lines: readonly Buffer[]): Buffer =>
  Buffer.from(lines.map(line => hash('sha256', line.subarray(0, -1), 'binary')).join(''), 'binary');

const node = Buffer.alloc(1 + 2 * size, 1);

/** Puts the parent of two neighbours at `at`. */
function joinNodes(children: Buffer, first: number, parents: Buffer, at: number): void {
  children.copy(node, 1, first * size, (first + 2) * size);
  parents.write(hash('sha256', node, 'binary'), at * size, size, 'binary');
}

/** The level above, over the one given: pairs are joined, and a last one without a partner rises as it is, which gives the tree of the RFC. */
function rise(level: Buffer): Buffer {
  const width = level.length / size;
  const pairs = Math.floor(width / 2);
  for (let i = 0; i < pairs; i++) joinNodes(level, 2 * i, level, i);
  if (width % 2 === 1) level.copyWithin(pairs * size, (width - 1) * size);
  return level.subarray(0, Math.ceil(width / 2) * size);
}

/** In hexadecimal; of nothing it is SHA-256 of nothing. */
export function rootOf(leaves: Buffer): string {
  if (leaves.length === 0) return emptyRoot;
  let level: Buffer = Buffer.from(leaves);
  while (level.length > size) level = rise(level);
  return level.toString('hex');
}

/** The nodes beside the way from a leaf to the root, lowest first, in hexadecimal. */
export function pathOf(leaves: Buffer, index: number): string[] {
  const path: string[] = [];
  let at = index;
  for (let level: Buffer = Buffer.from(leaves); level.length > size; level = rise(level), at = Math.floor(at / 2)) {
    const beside = (at % 2 === 0 ? at + 1 : at - 1) * size;
    if (beside < level.length) path.push(level.toString('hex', beside, beside + size));
  }
  return path;
}

/** The root that a leaf and its path lead to; undefined where the path has not the length that index and size ask for. */
export function rootFrom(found: Buffer, index: number, count: number, path: readonly string[]): string | undefined {
  if (!Number.isInteger(index) || index < 0 || index >= count) return undefined;
  let at = index;
  let used = 0;
  const pair = Buffer.alloc(2 * size);
  const below = Buffer.from(found);
  for (let width = count; width > 1; width = Math.ceil(width / 2), at = Math.floor(at / 2)) {
    const isAlone = at % 2 === 0 && at + 1 === width;
    if (isAlone) continue;
    const beside = path[used++];
    if (beside === undefined || !/^[0-9a-f]{64}$/.test(beside)) return undefined;
    below.copy(pair, at % 2 === 0 ? 0 : size);
    pair.write(beside, at % 2 === 0 ? size : 0, size, 'hex');
    joinNodes(pair, 0, below, 0);
  }
  return used === path.length ? below.toString('hex') : undefined;
}

import { hash } from 'node:crypto';

/**
 * Merkle trees over the lines of a file, hashed as RFC 6962 §2.1 says: a leaf is SHA-256 of 0x00 and the line's octets without its line end, a node
 * SHA-256 of 0x01 and its two children. Whoever has a root can be shown that one line is in the file without the rest of it.
 */
const size = 32;

// A digest as a string of 32 characters of one octet each: a Buffer for every node of a large tree costs four times as much.
type Node = string;

const leaf = (line: string): Node => hash('sha256', `\0${line}`, 'binary');
const node = Buffer.alloc(1 + 2 * size, 1);

function nodeOf(left: Node, right: Node): Node {
  node.write(left, 1, 'binary');
  node.write(right, 1 + size, 'binary');
  return hash('sha256', node, 'binary');
}

/** @param line as text; its octets are those of its UTF-8 */
export const leafOf = (line: string): Buffer => Buffer.from(leaf(line), 'binary');

/** Leaves one after the other, 32 octets each. */
export const leavesOf = (lines: readonly string[]): Buffer => Buffer.from(lines.map(leaf).join(''), 'binary');

const nodesOf = (leaves: Buffer): Node[] =>
  Array.from({ length: leaves.length / size }, (_, i) => leaves.toString('latin1', i * size, (i + 1) * size));

const hexOf = (found: Node): string => Buffer.from(found, 'latin1').toString('hex');

/** The level above: pairs are joined, and a last one without a partner rises as it is, which gives the tree of the RFC. */
function above(level: readonly Node[]): Node[] {
  const next: Node[] = [];
  for (let i = 0; i < level.length; i += 2) {
    const [left, right] = [level[i], level[i + 1]];
    if (left !== undefined) next.push(right === undefined ? left : nodeOf(left, right));
  }
  return next;
}

/** In hexadecimal; of nothing it is SHA-256 of nothing. */
export function rootOf(leaves: Buffer): string {
  let level = nodesOf(leaves);
  if (level.length === 0) return hash('sha256', '');
  while (level.length > 1) level = above(level);
  return hexOf(level[0] ?? '');
}

/** The nodes beside the way from a leaf to the root, lowest first, in hexadecimal. */
export function pathOf(leaves: Buffer, index: number): string[] {
  const path: string[] = [];
  let at = index;
  for (let level = nodesOf(leaves); level.length > 1; level = above(level), at = Math.floor(at / 2)) {
    const beside = level[at % 2 === 0 ? at + 1 : at - 1];
    if (beside !== undefined) path.push(hexOf(beside));
  }
  return path;
}

/** The root that a leaf and its path lead to; undefined where the path has not the length that index and size ask for. */
export function rootFrom(found: Buffer, index: number, count: number, path: readonly string[]): string | undefined {
  if (!Number.isInteger(index) || index < 0 || index >= count) return undefined;
  let at = index;
  let below = found.toString('latin1');
  let used = 0;
  for (let width = count; width > 1; width = Math.ceil(width / 2), at = Math.floor(at / 2)) {
    const isAlone = at % 2 === 0 && at + 1 === width;
    if (isAlone) continue;
    const beside = path[used++];
    if (beside === undefined || !/^[0-9a-f]{64}$/.test(beside)) return undefined;
    const other = Buffer.from(beside, 'hex').toString('latin1');
    below = at % 2 === 0 ? nodeOf(below, other) : nodeOf(other, below);
  }
  return used === path.length ? hexOf(below) : undefined;
}

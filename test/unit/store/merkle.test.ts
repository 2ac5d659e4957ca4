import { hash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { leafOf, leavesOf, leavesOfOctets, lineOctets, pathOf, rootFrom, rootOf } from '../../../src/store/disk/merkle.ts';

// The vectors that certificate transparency's own implementations are tested with; here those whose octets are ASCII.
const inputs = ['', '\0', '\x10', ' !', '01', '@ABC', 'PQRSTUVW', '`abcdefghijklmno'];

describe('a Merkle tree', () => {
  test.each([
    [0, 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
    [1, '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d'],
    [2, 'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125'],
    [3, 'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77'],
    [5, '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4'],
    [8, '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328'],
  ])('over %i lines has the root of RFC 6962', (count, root) => {
    expect(rootOf(leavesOf(inputs.slice(0, count)))).toBe(root);
  });

  const lines = Array.from({ length: 33 }, (_, i) => `line ${i} ä`);
  const counts = Array.from(lines, (_, i) => i + 1);

  test('has the same leaves over lines that wait as octets', () => {
    for (const some of [[], lines.slice(0, 1), lines, ['', 'é漢\u{1f600}', 'x'.repeat(5_000)]])
      expect(leavesOfOctets(some.map(lineOctets))).toEqual(leavesOf(some));
  });

  test('proves each of its lines, whatever its size', () => {
    for (const count of counts) {
      const leaves = leavesOf(lines.slice(0, count));
      for (let i = 0; i < count; i++) expect(rootFrom(leafOf(lines[i] ?? ''), i, count, pathOf(leaves, i))).toBe(rootOf(leaves));
    }
  });

  test('proves no other line, at no other place, and with no longer or shorter path', () => {
    const leaves = leavesOf(lines);
    const [root, path, leaf] = [rootOf(leaves), pathOf(leaves, 5), leafOf(lines[5] ?? '')];
    expect(rootFrom(leafOf('line 5'), 5, 33, path)).not.toBe(root);
    expect(rootFrom(leaf, 4, 33, path)).not.toBe(root);
    expect(rootFrom(leaf, 5, 33, path.slice(1))).toBeUndefined();
    expect(rootFrom(leaf, 5, 33, [...path, hash('sha256', '')])).toBeUndefined();
    expect(rootFrom(leaf, 33, 33, path)).toBeUndefined();
    expect(rootFrom(leaf, -1, 33, path)).toBeUndefined();
    expect(rootFrom(leaf, 5, 33, path.with(0, 'no digest'))).toBeUndefined();
  });
});

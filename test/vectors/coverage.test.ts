import { expect, test } from 'vitest';
import { signals } from '../../src/signals/index.ts';
import { vectorFiles } from './load.ts';

test('every signal in the catalog has a vector file, and every vector file names a signal of the catalog', () => {
  expect(vectorFiles.map(f => f.signal).sort()).toEqual(signals.map(s => s.id).sort());
  for (const { file, signal } of vectorFiles) expect(file).toBe(`${signal}.json`);
});

test('every signal has at least twelve cases, and no two cases of a signal share a name', () => {
  for (const { signal, cases } of vectorFiles) {
    expect.soft(cases.length, signal).toBeGreaterThanOrEqual(12);
    expect.soft(new Set(cases.map(c => c.name)).size, signal).toBe(cases.length);
  }
});

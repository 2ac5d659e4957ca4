import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { signalIds } from '../../src/signals/index.ts';
import { allReasons } from '../../src/vocab/index.ts';
import { root } from '../e2e/run-heed.ts';
import { nameCases } from './rows/08-11-names.ts';
import { elsewhere } from './rows/elsewhere.ts';
import { cases, rows } from './rows/index.ts';
import { catalogue } from './serve.ts';

const numbersOf = (list: readonly { readonly row: number }[]): readonly number[] => list.map(({ row }) => row);

test('each of the 85 rows is served, or says where it is tested or why not', () => {
  const covered = new Set([...numbersOf(rows), ...numbersOf(elsewhere)]);
  expect([...covered].toSorted((a, b) => a - b)).toEqual(Array.from({ length: 85 }, (_, index) => index + 1));
  expect(new Set(numbersOf(rows)).size).toBe(rows.length);
  expect(rows.filter(({ cases: list }) => list.length === 0)).toEqual([]);
  expect(numbersOf(nameCases)).toEqual(expect.arrayContaining([8, 9, 10, 11]));
});

test('what is tested elsewhere is there', () => {
  const crawled = cases.flatMap(({ crawledBy = [] }) => crawledBy);
  expect([...crawled, ...elsewhere.flatMap(({ tests }) => tests)].filter(file => !existsSync(join(root, file)))).toEqual([]);
});

test('a case is named after its row, once', () => {
  expect(new Set(cases.map(({ id }) => id)).size).toBe(cases.length);
  for (const { row, cases: list } of rows) for (const { id } of list) expect(id).toMatch(new RegExp(`^r${row}-[a-z0-9-]+$`));
});

test('what is expected is a reason of the list', () => {
  const reasons = new Set(allReasons(signalIds));
  const expected = cases.flatMap(({ ends, others = {} }) => [ends, ...Object.values(others)].flat());
  expect(expected.filter(reason => !reasons.has(reason))).toEqual([]);
});

test('the list for other crawlers says per case what to ask, and whether anything of it may be kept', () => {
  const list = catalogue(8080);
  expect(list).toHaveLength(cases.length);
  expect(list.find(({ id }) => id === 'r23-endless')).toEqual({
    row: 23,
    id: 'r23-endless',
    url: 'http://r23-endless.test/',
    what: 'a server that sends for ever',
    stored: 'no',
    heed: ['failed.too-large'],
  });
});

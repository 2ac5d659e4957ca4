import { expect, test } from 'vitest';
import { NameMarks } from '../../../src/audit/name-marks.ts';

test('every name is met once, and then again, however many there are', () => {
  const marks = new NameMarks();
  const names = Array.from({ length: 60_000 }, (_, n) => (n % 2 ? `d${n}.example` : `${n.toString(36)}.co.uk`));
  expect(names.filter(name => marks.meet(name))).toEqual([]);
  expect(names.filter(name => !marks.meet(name))).toEqual([]);
  expect(marks.meet('')).toBe(false);
  expect(marks.meet('')).toBe(true);
});

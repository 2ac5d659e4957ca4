import { expect, test } from 'vitest';
import { NameMarks } from '../../../src/audit/name-marks.ts';

test('of ten thousand names in any order each is new once, and met again ever after', () => {
  const names = Array.from({ length: 10_000 }, (_, index) => `site-${index}.example`);
  const marks = new NameMarks();
  expect(names.filter(name => marks.meet(name))).toEqual([]);
  expect(names.toReversed().filter(name => !marks.meet(name))).toEqual([]);
});

import { expect, test } from 'vitest';
import { onceEach, remembering } from '../../../src/vocab/index.ts';

test('a function with a memory is asked once for what it is asked again, and forgets everything rather than grow', () => {
  const asked: string[] = [];
  const firstOf = remembering(2, (text: string) => {
    asked.push(text);
    return text[0] ?? null;
  });
  expect(['ab', '', 'ab', ''].map(firstOf)).toEqual(['a', null, 'a', null]);
  expect(asked).toEqual(['ab', '']);
  expect(['cd', 'cd', 'ab'].map(firstOf)).toEqual(['c', 'c', 'a']);
  expect(asked).toEqual(['ab', '', 'cd', 'ab']);
});

test('what is found in a thing is found once, and in another that looks the same anew', () => {
  let found = 0;
  const numberOf = onceEach((_: object) => ++found);
  const [one, another] = [{}, {}];
  expect([one, one, another, one].map(numberOf)).toEqual([1, 1, 2, 1]);
});

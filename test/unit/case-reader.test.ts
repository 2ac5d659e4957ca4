import { expect, test } from 'vitest';
import { caseReader, isCaseError } from '../../src/assess/index.ts';
import type { Exchange } from '../../src/vocab/index.ts';
import { digestOf } from '../vectors/load.ts';

const robots = {
  status: 200,
  headers: [
    ['Content-Type', 'text/plain'],
    ['ETag', '"1"'],
  ],
  body: 'User-agent: *\nDisallow: /a\n',
};

/** The robots.txt of two cases, read by one reader. */
function readTwice(first: unknown, second: unknown): readonly [Exchange, Exchange] {
  const reader = caseReader(digestOf);
  const [a, b] = [first, second].map(one => {
    const read = reader.read(structuredClone({ id: '1', url: 'https://site.example/', origin: { robots: one } }));
    if (isCaseError(read)) throw new Error(read.message);
    return read.carriers.robots;
  });
  return [a!, b!];
}

test('a declaration that is given again, part for part, is not read again', () => {
  const [first, second] = readTwice(robots, robots);
  expect(second).toBe(first);
});

test.each<[string, Record<string, unknown>]>([
  ['another status', { ...robots, status: 403 }],
  ['another body', { ...robots, body: 'User-agent: *\nDisallow: /b\n' }],
  ['a body that was cut off', { ...robots, truncated: true }],
  ['no field lines', { status: robots.status, body: robots.body }],
  ['a field line less', { ...robots, headers: robots.headers.slice(0, 1) }],
  ['a field line more', { ...robots, headers: [...robots.headers, ['Age', '1']] }],
  ['field lines in another order', { ...robots, headers: robots.headers.toReversed() }],
  ['another field value', { ...robots, headers: [robots.headers[0], ['ETag', '"2"']] }],
  ['another field name', { ...robots, headers: [['Content-Language', 'text/plain'], robots.headers[1]] }],
])('%s makes it another declaration, whichever came first', (_name, other) => {
  for (const [given, next] of [
    [robots, other],
    [other, robots],
  ]) {
    const [, second] = readTwice(given, next);
    const [alone] = readTwice(next, next);
    expect(second).toEqual(alone);
  }
});

test('lists nested without end in the place of field lines are refused, and what was read before stands', () => {
  const reader = caseReader(digestOf);
  const read = (headers: unknown): unknown =>
    reader.read({ id: '1', url: 'https://site.example/', origin: { robots: { ...robots, headers } } });
  let nested: unknown = 'x';
  for (let i = 0; i < 100_000; i++) nested = [nested];
  read(robots.headers);
  expect(read([nested, robots.headers[1]])).toMatchObject({ code: 'ERR_CASE_HEADERS' });
  expect(read(robots.headers)).toMatchObject({ id: '1', carriers: { robots: { digest: digestOf(robots.body) } } });
});

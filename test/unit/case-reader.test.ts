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

const robotsOf = (retrieval: Record<string, unknown>): Record<string, unknown> => ({ origin: { robots: retrieval } });
test.each<[what: string, given: Record<string, unknown>, code: string]>([
  ['a status that is no whole number', robotsOf({ status: 200.5 }), 'ERR_CASE_RETRIEVAL'],
  ['a status in quotes', robotsOf({ status: '200' }), 'ERR_CASE_RETRIEVAL'],
  ['a status below 100', robotsOf({ status: 99 }), 'ERR_CASE_RETRIEVAL'],
  ['a status beyond 999', robotsOf({ status: 1000 }), 'ERR_CASE_RETRIEVAL'],
  ['an answer and none', robotsOf({ status: 200, unreachable: 'timeout' }), 'ERR_CASE_RETRIEVAL'],
  ['a cause that is none of ours', robotsOf({ unreachable: 'bored' }), 'ERR_CASE_RETRIEVAL'],
  ['a cut in quotes', robotsOf({ status: 200, truncated: 'yes' }), 'ERR_CASE_RETRIEVAL'],
  ['two bodies', robotsOf({ status: 200, body: 'a', bodyBase64: 'YQ==' }), 'ERR_CASE_BODY'],
  ['a body that is no text', robotsOf({ status: 200, body: 1 }), 'ERR_CASE_BODY'],
  ['base64 that is no text', robotsOf({ status: 200, bodyBase64: 1234 }), 'ERR_CASE_BODY'],
  ['base64 that is none', robotsOf({ status: 200, bodyBase64: 'Dis*llow' }), 'ERR_CASE_BODY'],
  ['base64 with more behind its end', robotsOf({ status: 200, bodyBase64: 'YQ==YQ' }), 'ERR_CASE_BODY'],
  ['field lines of three parts', robotsOf({ status: 200, headers: [['a', 'b', 'c']] }), 'ERR_CASE_HEADERS'],
  ['field lines that are no lists', robotsOf({ status: 200, headers: ['ab'] }), 'ERR_CASE_HEADERS'],
  ['field lines that are no text', robotsOf({ status: 200, headers: [['age', 1]] }), 'ERR_CASE_HEADERS'],
  ['a category nobody knows', { categories: ['train-ai', 'reading'] }, 'ERR_CASE_CATEGORY'],
  ['one category that is no list', { categories: 'train-ai' }, 'ERR_CASE_CATEGORY'],
  ['a policy that is no name', { policy: 1 }, 'ERR_CASE_POLICY'],
  ['an agent without a name', { agent: '/1.0' }, 'ERR_CASE_AGENT'],
  ['an agent that is no text', { agent: 1 }, 'ERR_CASE_AGENT'],
  ['a declaration that is no object', robotsOf(200 as unknown as Record<string, unknown>), 'ERR_CASE_RETRIEVAL'],
  ['a declaration that is a list', robotsOf([] as unknown as Record<string, unknown>), 'ERR_CASE_RETRIEVAL'],
  ['declarations that are no object', { origin: [] }, 'ERR_CASE_ORIGIN'],
  ['an id that is no text', { id: 1 }, 'ERR_CASE_ID'],
  ['a URL that is no text', { url: 1 }, 'ERR_CASE_URL'],
  ['a URL that is relative', { url: '/a' }, 'ERR_CASE_URL'],
  ['a URL of another scheme', { url: 'ftp://site.example/a' }, 'ERR_CASE_URL'],
  ['a URL whose scheme has no slashes', { url: 'https:site.example' }, 'ERR_CASE_URL'],
  ['licences that are no object', { licenses: ['https://l.example/'] }, 'ERR_CASE_LICENSES'],
  ['a licence at no absolute URL', { licenses: { '/l.xml': { status: 200 } } }, 'ERR_CASE_LICENSES'],
  ['what is missing, in another word', { missing: 'gone' }, 'ERR_CASE_MISSING'],
])('%s is refused, and nothing is judged', (_what, given, code) => {
  expect(caseReader(digestOf).read({ id: '1', url: 'https://site.example/', ...given })).toMatchObject({ code });
});

test.each([null, [], 'https://site.example/', 1, true])('%j is no case', raw => {
  expect(caseReader(digestOf).read(raw)).toMatchObject({ id: null, code: 'ERR_CASE_SHAPE' });
});

test('what is null is not there: a page is not asked, a declaration is what is missing', () => {
  const read = caseReader(digestOf).read({
    id: '1',
    url: 'https://site.example/',
    response: null,
    origin: { robots: null },
    licenses: null,
  });
  if (isCaseError(read)) throw new Error(read.message);
  expect([read.isComplete, read.carriers.page, read.carriers.robots.retrieval.outcome]).toEqual([false, null, 'not-attempted']);
});

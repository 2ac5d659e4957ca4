import { describe, expect, test } from 'vitest';
import { type AnsweredBody, agreementOf, type Mentioned, readLines, stricterBodies } from './audit-agreement-run.ts';

type Excerpted = AnsweredBody & Partial<Mentioned>;

const bodies = readLines<Excerpted>(new URL('../../fixtures/wild/robots-answered.jsonl.gz', import.meta.url));
const months = bodies.flatMap(({ host, date, asked, mentioned }): Mentioned[] =>
  asked && mentioned ? [{ host, month: date.slice(0, 7), asked, mentioned }] : [],
);

describe('an audit beside Google’s parser and a published collection', () => {
  test('names and closes exactly as they do; where our lenient reading closes more, the body is listed with its reason', async () => {
    const { rows, failures } = await agreementOf(bodies, months, stricterBodies);
    expect(failures).toEqual([]);
    const [named, plain, lenient, mentioned] = rows;
    expect([named?.bodies, plain?.bodies, lenient?.bodies]).toEqual([0, 0, stricterBodies.length]);
    expect(named?.compared).toBeGreaterThan(3_000);
    expect(mentioned).toMatchObject({ more: 0 });
    expect(months.length).toBeGreaterThan(10);
  });

  const one = (host: string): Excerpted => bodies.find(body => body.host === host) as Excerpted;

  test.each<[what: string, () => Parameters<typeof agreementOf>, failure: RegExp]>([
    [
      'an agent too few',
      () => [[{ ...one('www.pantone.com'), named: ['ia_archiver', 'GPTBot'] }], [], []],
      /^named: .*less gptbot/,
    ],
    ['an agent too many', () => [[{ ...one('www.pantone.com'), named: [] }], [], []], /^named: |^closed/],
    [
      'a body closed that is open',
      () => [[{ ...one('www.pantone.com'), root_blocked: [] }], [], []],
      /^closed, plain reading|^lenient/,
    ],
    ['a stricter reading that is not listed', () => [[one('elpais.com')], [], []], /is not listed/],
    [
      'a listed body that is no stricter',
      () => [[one('www.pantone.com')], [], stricterBodies.slice(0, 1)],
      /listed and closes no more/,
    ],
    [
      'a name that the collection does not mention',
      () => [
        [one('www.pantone.com')],
        [{ host: 'www.pantone.com', month: '2019-07', asked: ['ia_archiver'], mentioned: [] }],
        [],
      ],
      /^named and not mentioned: ia_archiver/,
    ],
  ])('%s fails the comparison', async (_, given, failure) => {
    const { failures } = await agreementOf(...given());
    expect(failures.some(one => failure.test(one))).toBe(true);
  });
});

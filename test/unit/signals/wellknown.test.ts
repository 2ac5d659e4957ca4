import { describe, expect, test } from 'vitest';
import { wellknownAiTxt } from '../../../src/signals/wellknown/ai-txt.ts';
import { readJsonArray } from '../../../src/signals/wellknown/tdmrep/json-array.ts';
import { wellknownTdmrep } from '../../../src/signals/wellknown/tdmrep.ts';
import { wellknownTrustTxt } from '../../../src/signals/wellknown/trust-txt.ts';
import type { Carriers, Exchange, Reading, Retrieval, Signal } from '../../../src/vocab/index.ts';
import { maxQuoteBytes } from '../../../src/vocab/index.ts';
import fc from '../../seeded.ts';
import { agents } from '../../vectors/load.ts';
import { again, busyness, cpuMs } from './processor-time.ts';
import { carriersOfCase, vectorFiles } from './vector-carriers.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const url = 'https://site.example/a';
const question = { about: 'train-ai', url, productToken: 'heed', at: null } as const;
const facts = { agents } as Parameters<Signal['read']>[2];
const absent: Retrieval = { outcome: 'unavailable', status: 404, fields: [] };
const exchange = (path: string, retrieval: Retrieval): Exchange => ({
  url: new URL(path, url).href,
  retrievedAt: null,
  digest: null,
  retrieval,
});

const carriersWith = (retrieval: Retrieval): Carriers => ({
  url,
  robots: exchange('/robots.txt', absent),
  tdmrep: exchange('/.well-known/tdmrep.json', retrieval),
  aiTxt: exchange('/ai.txt', retrieval),
  trustTxt: exchange('/trust.txt', retrieval),
  licenses: new Map(),
  otherLicenses: { outcome: 'not-attempted', why: 'omitted' },
  page: null,
});

const found = (body: string | Uint8Array): Carriers =>
  carriersWith({
    outcome: 'successful',
    status: 200,
    fields: [],
    body: typeof body === 'string' ? encoder.encode(body) : body,
    truncated: false,
    hops: [],
  });

const read = (signal: Signal, carriers: Carriers): Reading => signal.read(carriers, question, facts);
const codes = (reading: Reading): readonly string[] => (reading.anomalies ?? []).map(({ code }) => code);
const all = [wellknownTdmrep, wellknownAiTxt, wellknownTrustTxt];
const MiB = 1_048_576;

const hostile: Readonly<Record<string, string>> = {
  'a hundred thousand open brackets': '['.repeat(100_000),
  'a hundred thousand open objects': '{"a":'.repeat(100_000),
  'a hundred thousand balanced brackets': '['.repeat(100_000) + ']'.repeat(100_000),
  '1 MiB of commas': ','.repeat(MiB),
  '1 MiB of commas in an array': `[${','.repeat(MiB - 2)}]`,
  '1 MiB of quotation marks': '"'.repeat(MiB),
  '1 MiB of backslashes in a string': `["${'\\'.repeat(MiB - 4)}"]`,
  'a hundred thousand zeros': `[${'0,'.repeat(100_000)}0]`,
  'a hundred thousand empty objects': `[${'{},'.repeat(100_000)}{}]`,
  '10,000 rules that all match and say nothing valid': `[${'{"location":"/","tdm-reservation":2},'.repeat(9_999)}{}]`,
  '10,000 rules without a place that lift': `[${'{"tdm-reservation":0},'.repeat(9_999)}{}]`,
  'one rule with its member repeated': `[{"location":"/"${',"tdm-reservation":2'.repeat(50_000)}}]`,
  'one rule with 100,000 other members': `[{"location":"/"${',"12345678":1'.repeat(80_000)}}]`,
  'one location of 1 MiB of stars': `[{"location":"/${'*a'.repeat(500_000)}","tdm-reservation":1}]`,
  'a rule after 1 MiB of white space': `${' '.repeat(MiB - 60)}[{"location":"/","tdm-reservation":1}]`,
  'lone surrogates': `[${'{"location":"/\\ud800","tdm-reservation":"\\udc00"},'.repeat(9_999)}{}]`,
  'names of JavaScript': `[${'{"__proto__":1,"constructor":{"prototype":1},"location":"/","tdm-reservation":0},'.repeat(9_999)}{}]`,
  '1 MiB of line ends': '\r\n'.repeat(MiB / 2),
  '1 MiB of equals signs': '='.repeat(MiB),
  '40,000 lines that say yes': 'datatrainingallowed=yes\n'.repeat(40_000),
  '1 MiB of spaces behind a name': `datatrainingallowed${' '.repeat(MiB - 30)}=no`,
  '30,000 rules for kinds of file': `User-agent: *\n${'Allow: *.html\n'.repeat(30_000)}`,
  '15,000 agents': `${Array.from({ length: 15_000 }, (_, i) => `User-agent: bot${i}\nAllow: /\n`).join('')}`,
};

const limitMs = 50;

describe('hostile files: no exception, and a bounded time', again, () => {
  test.each(Object.entries(hostile))('%s', (_name, body) => {
    for (const signal of all) {
      // Fresh octets each time, so that nothing is remembered; the best of six, because other processes share the caches: one that is quick is enough.
      let best = Number.POSITIVE_INFINITY;
      for (let time = 0; time < 6 && best >= limitMs; time++) {
        const fresh = found(body);
        best = Math.min(
          best,
          cpuMs(() => read(signal, fresh)),
        );
      }
      if (best >= limitMs) expect.soft(best, `${signal.id} (ms of CPU)`).toBeLessThan(limitMs * busyness());
    }
  });

  test('whatever the octets, something is read and nothing thrown; what is not understood never permits', () => {
    const words = [
      '[',
      ']',
      '{',
      '}',
      ',',
      ':',
      '"',
      '\\',
      '/',
      '1',
      '0',
      '"location"',
      '"tdm-reservation"',
      'User-agent: *',
      'Disallow: ',
      '\n',
      ' ',
      'datatrainingallowed',
      '=',
      'no',
      '\ufeff',
      '<html>',
      '---',
      '\0',
    ];
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array({ maxLength: 200 }),
          fc.array(fc.constantFrom(...words), { maxLength: 30 }).map(list => encoder.encode(list.join(''))),
        ),
        body => {
          for (const signal of all) {
            const reading = read(signal, found(body));
            const statements = reading.state === 'read' ? reading.statements : [];
            expect(statements.every(({ grants }) => !grants)).toBe(true);
            for (const { evidence } of [...statements, ...(reading.anomalies ?? [])])
              expect(encoder.encode(evidence.quote).length).toBeLessThanOrEqual(maxQuoteBytes * 3);
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('more than we read', () => {
  test('a tdmrep.json above 1 MiB is unreadable, one of exactly 1 MiB is not', () => {
    const rule = '[{"location":"/","tdm-reservation":1}]';
    expect(codes(read(wellknownTdmrep, found(rule.padEnd(MiB + 1))))).toEqual(['tdmrep.too-large']);
    expect(read(wellknownTdmrep, found(rule.padEnd(MiB))).state).toBe('read');
  });

  test('a text file above its limit still refuses with what was read, and is unreadable otherwise', () => {
    const long = (text: string): string => text + '#\n'.repeat(MiB);
    expect(read(wellknownTrustTxt, found(long('datatrainingallowed=no\n'))).state).toBe('read');
    expect(codes(read(wellknownTrustTxt, found(long('datatrainingallowed=yes\n'))))).toEqual(['trust-txt.too-large']);
    expect(read(wellknownAiTxt, found(long('User-agent: *\nDisallow: /\n'))).state).toBe('read');
    expect(codes(read(wellknownAiTxt, found(long('User-agent: *\nAllow: /\n'))))).toEqual(['ai-txt.too-large']);
  });

  test('an array of more than 5,000 rules is unreadable', () => {
    expect(codes(read(wellknownTdmrep, found(`[${'{},'.repeat(5_000)}{}]`)))).toEqual(['tdmrep.too-many-rules']);
  });
});

describe('a file that robots.txt closes', () => {
  test.each(all.map(signal => [signal.id, signal] as const))('%s is silent, and it is said why', (_id, signal) => {
    const reading = read(signal, carriersWith({ outcome: 'not-attempted', why: 'closed-by-robots' }));
    expect(reading.state).toBe('silent');
    expect((reading.anomalies ?? []).map(({ code, effect }) => [code.replace(/^.*\./, ''), effect])).toEqual([
      ['closed-by-robots', 'none'],
    ]);
  });
});

describe('evidence of tdmrep.json', () => {
  test('every pointer of the vectors leads to the member it names, inside the quoted element', () => {
    const file = vectorFiles.find(({ signal }) => signal === wellknownTdmrep.id);
    let checked = 0;
    for (const vector of file?.cases ?? []) {
      const carriers = carriersOfCase(vector);
      const reading = wellknownTdmrep.read(carriers, { ...question, url: carriers.url }, facts);
      const statements = reading.state === 'read' ? reading.statements : [];
      for (const { evidence } of [...statements, ...(reading.anomalies ?? [])]) {
        if (evidence.locator.kind !== 'pointer') continue;
        const { retrieval } = carriers.tdmrep;
        const text = decoder.decode(retrieval.outcome === 'successful' ? retrieval.body : undefined);
        const [index, name] = evidence.locator.pointer.split('/').slice(1);
        const element = JSON.parse(text)[Number(index)];
        expect(text, vector.name).toContain(evidence.quote);
        expect(JSON.parse(evidence.quote), vector.name).toEqual(element);
        if (name !== undefined) expect(Object.keys(element), vector.name).toContain(name);
        checked++;
      }
    }
    expect(checked).toBeGreaterThan(40);
  });

  test('a long element is quoted up to 512 octets', () => {
    const reading = read(wellknownTdmrep, found(`[{"note":"${'x'.repeat(2_000)}","location":"/","tdm-reservation":1}]`));
    expect(reading.state === 'read' && reading.statements[0].evidence.quote.length).toBe(maxQuoteBytes);
  });

  test('the elements found are the elements JSON.parse finds, at the octets they stand at', () => {
    fc.assert(
      fc.property(
        fc.array(fc.jsonValue({ maxDepth: 4 }), { maxLength: 12 }),
        fc.constantFrom(undefined, 1, '\t'),
        (list, indent) => {
          const body = encoder.encode(JSON.stringify(list, null, indent));
          const array = readJsonArray(body, 100, name => name);
          if ('fault' in array) throw new Error(array.fault);
          expect(array.elements.map(({ start, end }) => JSON.parse(decoder.decode(body.subarray(start, end))))).toEqual(
            JSON.parse(decoder.decode(body)),
          );
          for (const [index, { members }] of array.elements.entries()) {
            const element = JSON.parse(JSON.stringify(list[index]));
            const isObject = typeof element === 'object' && element !== null && !Array.isArray(element);
            expect(members === null).toBe(!isObject);
            for (const { name, value } of members ?? [])
              expect(Object.getOwnPropertyDescriptor(element, name)?.value).toEqual(value);
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});

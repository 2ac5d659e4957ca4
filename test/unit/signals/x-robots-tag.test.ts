import { describe, expect, test } from 'vitest';
import { assessOne } from '../../../src/assess/index.ts';
import { readScopes } from '../../../src/signals/fields/agent-scopes.ts';
import { signals } from '../../../src/signals/index.ts';
import type { About, Carriers, Instant, Reading } from '../../../src/vocab/index.ts';
import fc from '../../seeded.ts';
import { agents, policies } from '../../vectors/load.ts';
import { again, cpuMs } from './processor-time.ts';
import { carriersOfCase } from './vector-carriers.ts';

const carriersWith = (headers: readonly (readonly [string, string])[]): Carriers =>
  carriersOfCase({
    name: '',
    spec: '',
    source: 'ours',
    case: { response: { status: 200, headers, body: '' } },
    expect: { state: 'silent' },
  });

const fields = ['x-robots-tag', 'robots-tag', 'content-usage', 'content-signal', 'tdm-reservation'];

function read(field: string, values: readonly string[], about: About = 'train-ai', at: Instant | null = null): Reading {
  const signal = signals.find(({ id }) => id === `field.${field}`);
  if (!signal) throw new Error(`no signal for ${field}`);
  const carriers = carriersWith(values.map(value => [field, value]));
  return signal.read(carriers, { about, url: carriers.url, productToken: 'heed', at }, { agents });
}

const scopesOf = (value: string): unknown =>
  readScopes(value, name => ['heed', 'kangaroo bot'].includes(name)).map(({ agents: names, value: rules }) => [
    names.join('+'),
    rules.trim(),
  ]);

describe('who the parts of an X-Robots-Tag value speak to', () => {
  test.each([
    ['noindex, noai', [['', 'noindex, noai']]],
    ['googlebot: noindex, nofollow', [['googlebot', 'noindex, nofollow']]],
    [
      'noindex, otherbot: noai, heed: none',
      [
        ['', 'noindex'],
        ['otherbot', 'noai'],
        ['heed', 'none'],
      ],
    ],
    ['Kangaroo Bot: noai', [['kangaroo bot', 'noai']]],
    ['heed, otherbot: noai', [['heed+otherbot', 'noai']]],
    ['*: noai', [['', 'noai']]],
    ['max-snippet: 0, noai', [['', 'max-snippet: 0, noai']]],
    ['unavailable_after: Fri, 25 Jun 2010 15:00:00 GMT, noai', [['', 'unavailable_after: Fri, 25 Jun 2010 15:00:00 GMT, noai']]],
    ['unavailable_after: 2010-06-25T15:00:00Z', [['', 'unavailable_after: 2010-06-25T15:00:00Z']]],
    ['', []],
  ])('%s', (value, expected) => {
    expect(scopesOf(value)).toEqual(expected);
  });
});

describe('unavailable_after with a clock', () => {
  const now = '2026-06-01T12:00:00.000Z' as Instant;
  const verdict = (value: string, at: Instant | null): string => {
    const { standard: policy } = policies;
    if (!policy) throw new Error('no standard policy');
    return assessOne(carriersWith([['X-Robots-Tag', value]]), 'search', { productToken: 'heed', at, policy, facts: { agents } })
      .finding.preference;
  };
  test.each([
    ['25 Jun 2010 15:00:00 PST', 'disallow'],
    ['Friday, 25-Jun-10 15:00:00 PST', 'disallow'],
    ['Fri, 25 Jun 2010 15:00:00 GMT', 'disallow'],
    ['2010-06-25T15:00:00Z', 'disallow'],
    ['2010-06-25', 'disallow'],
    ['25 Jun 2030 15:00:00 PST', 'unknown'],
    ['Tue, 25 Jun 2030 15:00:00 GMT', 'unknown'],
    ['2030-06-25T15:00:00+02:00', 'unknown'],
    ['01 Jun 2026 13:59:59 +0200', 'disallow'],
    ['01 Jun 2026 12:00:01', 'unknown'],
    ['2026-06-01T11:59:59', 'disallow'],
  ])('%s: %s', (date, expected) => {
    expect(verdict(`unavailable_after: ${date}`, now)).toBe(expected);
    expect(verdict(`unavailable_after: ${date}`, null)).toBe('unknown');
  });
});

describe('fields from anybody', () => {
  const piece = fc.oneof(
    fc.string(),
    fc.constantFrom(
      'noai',
      'noindex',
      'heed:',
      'GPTBot:',
      '*',
      ';',
      ',',
      '=',
      ':',
      '"',
      '(',
      'train-ai=n',
      'ai-train=no',
      '1',
      'unavailable_after:',
      '\u0000',
      '\u00ff',
    ),
  );
  const value = fc.array(piece, { maxLength: 12 }).map(pieces => pieces.join(''));

  test.each(fields)('%s never throws and says the same twice', field => {
    fc.assert(
      fc.property(fc.array(value, { maxLength: 4 }), values => {
        expect(read(field, values)).toEqual(read(field, values));
      }),
    );
  });

  test('what else stands in X-Robots-Tag never hides a noai line for everyone', () => {
    fc.assert(
      fc.property(fc.array(value, { maxLength: 4 }), fc.array(value, { maxLength: 4 }), (before, after) => {
        const reading = read('x-robots-tag', [...before, 'noai', ...after]);
        expect(
          reading.state === 'read' &&
            reading.statements.some(({ form, addressee }) => form === 'conformant' && addressee.to === 'us'),
        ).toBe(true);
      }),
    );
  });

  test.each(fields)('%s is read in linear time', again, field => {
    const units = [
      'a,',
      'a:',
      'a: ',
      'noai ',
      'noai,',
      '*;a,',
      '"',
      '(',
      ' ',
      ';',
      '\t',
      'a=b,',
      'a=b;',
      '=',
      'unavailable_after: Fri,',
      'heed,',
      '*:',
      '1',
    ];
    for (const unit of units) {
      const spent = cpuMs(() => {
        read(field, [unit.repeat(Math.ceil(200_000 / unit.length))]);
        read(
          field,
          Array.from({ length: 1_000 }, () => unit),
        );
      });
      expect(spent, JSON.stringify(unit)).toBeLessThan(2000);
    }
  });
});

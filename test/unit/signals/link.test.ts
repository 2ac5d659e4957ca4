import { describe, expect, test } from 'vitest';
import { hasRelation, parameterOf, readLinkValue } from '../../../src/signals/fields/link.ts';
import fc from '../../seeded.ts';
import { busyness, processorMs } from './processor-time.ts';

const targets = (value: string): string[] => readLinkValue(value).links.map(link => link.target);

describe('the Link field value (RFC 8288)', () => {
  test.each([
    ['one link', '<a>; rel=x', ['a'], false],
    ['two links', '<a>; rel=x, <b>; rel=y', ['a', 'b'], false],
    ['no parameters', '<a>,<b>', ['a', 'b'], false],
    ['commas and semicolons inside the reference', '<a,b;c>; rel=x', ['a,b;c'], false],
    ['a comma and a bracket inside a quoted value', '<a>; title="x, <b>; y"; rel=x, <c>', ['a', 'c'], false],
    ['an escaped quote', '<a>; title="x\\", <b>"; rel=x', ['a'], false],
    ['empty list members', ', ,<a>,,', ['a'], false],
    ['an empty reference', '<>; rel=x', [''], false],
    ['white space everywhere', '\t< a > ; rel = "x" , <b>', ['a', 'b'], false],
    ['text before the first link', 'a; rel=x', [], true],
    ['a bracket that never closes', '<a; rel=x', [], true],
    ['rubbish behind a good link', '<a>; rel=x, b', ['a'], true],
    ['a quote that never closes', '<a>; rel="x, <b>', ['a'], false],
    ['nothing', '', [], false],
  ])('%s', (_name, value, expected, isDamaged) => {
    expect(targets(value)).toEqual(expected);
    expect(readLinkValue(value).isDamaged).toBe(isDamaged);
  });

  test('the first parameter of a name counts, names have no case', () => {
    const [link] = readLinkValue('<a>; REL=x; rel=y; Type="t/t"').links;
    expect(link && [parameterOf(link, 'rel'), parameterOf(link, 'type')]).toEqual(['x', 't/t']);
    expect(link && [hasRelation(link, 'x'), hasRelation(link, 'y')]).toEqual([true, false]);
  });

  test('never throws, and a megabyte takes linear time', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('<', '>', ';', ',', '"', '\\', '=', ' ', 'a') }), s => void readLinkValue(s)),
      {
        numRuns: 2_000,
      },
    );
    const started = processorMs();
    for (const part of ['<', '<a>,', '<a>;', '<a>;x="', ';', '\\', ' ', '<a>; a ']) readLinkValue(part.repeat(250_000));
    expect(processorMs() - started).toBeLessThan(1_500 * busyness());
  });
});

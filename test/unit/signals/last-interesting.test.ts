import { describe, expect, test } from 'vitest';
import { lastInteresting } from '../../../src/signals/markup/last-interesting.ts';
import fc from '../../seeded.ts';

/** The definition, as expressions over every character. */
function defined(text: string, hasPrefixes: boolean): number {
  if (/application\/rsl\+xml|data-nosnippet/i.test(text)) return Number.POSITIVE_INFINITY;
  return [...text.matchAll(hasPrefixes ? /[<:](?:meta|link|base)/gi : /<(?:meta|link|base)/gi)].at(-1)?.index ?? -1;
}

const pieces =
  '< : - + <m <META <link :base <bAse <metal data-nosnippet DATA-NoSnippet data- nosnippet -nosnippet data-no x- é 漢'.split(' ');
const licences = ['application/rsl+xml', 'Application/RSL+XML', 'application/rsl', '+xml', 'ſ', '\u212a', ' ', 'n', '\0'];
const text = fc.array(fc.constantFrom(...pieces, ...licences), { maxLength: 10 }).map(all => all.join(''));

describe('how far a page has to be read', () => {
  test('equals its definition, whatever the characters', () => {
    fc.assert(
      fc.property(text, fc.boolean(), (page, hasPrefixes) => {
        expect(lastInteresting(page, hasPrefixes)).toBe(defined(page, hasPrefixes));
      }),
      { numRuns: 5_000, seed: 1 },
    );
  });
});

import { describe, test } from 'vitest';
import { blockText, tidyText } from '../../src/content/block-text.ts';
import fc from '../seeded.ts';

/** The definitions, as expressions; the code looks first whether they have anything to do. */
const collapsed = (text: string): string => text.replace(/\s{2,}|[^\S ]/g, ' ');
const tidied = (text: string): string =>
  text
    .replace(/\r\n?|[\u0085\u2028\u2029\v\f]/g, '\n')
    .replace(/[\0-\x08\x0e-\x1f\x7f-\x9f\ufeff]/g, '')
    .replace(/[ \t\u00a0]{1,1000}(?=\n|$)/g, '')
    .replace(/\n{3,}/g, '\n\n')
    .trim()
    .toWellFormed();

/** Every character the two rules name, those beside them, and some that are none of their business. */
const characters = fc.string({
  unit: fc.constantFrom(
    ...'ab.  \n\n\n\t\r\v\f\0\u0007\u001f\u007f\u0085\u009f\u00a0\u00a1\u1680\u167f\u2000\u200a\u200b\u2027\u2028\u2029\u202a\u202f\u205f\u3000\u3001\ufeff\ufefe\ud800\udc00é漢'.split(
      '',
    ),
  ),
  maxLength: 12,
});
const runs = { numRuns: 5_000, seed: 1 };

describe('text of a document', () => {
  test('what is tidied equals its definition, whatever the characters', () => {
    fc.assert(
      fc.property(characters, text => tidyText(text) === tidied(text)),
      runs,
    );
  });

  test('white space within a block equals its definition, whatever the characters', () => {
    const written = (data: string): string => {
      const text = blockText();
      text.text(data);
      return text.result();
    };
    fc.assert(
      fc.property(characters, text => written(`x${text}y`) === tidied(collapsed(`x${text}y`))),
      runs,
    );
  });
});

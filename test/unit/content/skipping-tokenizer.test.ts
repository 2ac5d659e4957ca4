import { Tokenizer } from 'htmlparser2';
import { describe, expect, test } from 'vitest';
import { SkippingTokenizer } from '../../../src/content/skipping-tokenizer.ts';
import fc from '../../seeded.ts';

/** Every call the tokenizer makes, with its positions. */
function tokensOf(Kind: typeof Tokenizer, pieces: readonly string[], options: { decodeEntities: boolean }): unknown[] {
  const calls: unknown[] = [];
  const listener = new Proxy({} as ConstructorParameters<typeof Tokenizer>[1], {
    get: (_, name) => (name === 'isInForeignContext' ? undefined : (...given: unknown[]) => void calls.push([name, ...given])),
  });
  const tokenizer = new Kind(options, listener);
  for (const piece of pieces) tokenizer.write(piece);
  tokenizer.end();
  return calls;
}

const bits = ['<a href="', '"', "'", '>', '<', '</a>', ' x=', '<script>', '</script>', '<!--', '-->', '--', '<![CDATA[', ']]>'];
const words = [
  '<title>',
  '</title>',
  '<style>',
  '</style >',
  '&amp;',
  'a b',
  'é',
  '漢',
  '\0',
  '<?x',
  '<!doctype html>',
  '/>',
  '=',
];
const markup = fc.array(fc.constantFrom(...bits, ...words), { maxLength: 24 }).map(all => all.join(''));

describe('the tokenizer that skips', () => {
  test('gives the tokens of the library, wherever the markup is cut into pieces', () => {
    fc.assert(
      fc.property(markup, fc.nat(), fc.boolean(), (text, cut, decodeEntities) => {
        const pieces = [text.slice(0, cut % (text.length + 1)), text.slice(cut % (text.length + 1))];
        expect(tokensOf(SkippingTokenizer, pieces, { decodeEntities })).toEqual(tokensOf(Tokenizer, pieces, { decodeEntities }));
      }),
      { numRuns: 2_000, seed: 1 },
    );
  });

  test('replaces a search that the library has and uses', () => {
    class Counting extends SkippingTokenizer {}
    const method = 'fastForwardTo' as keyof Counting;
    const search = Counting.prototype[method] as unknown as (code: number) => boolean;
    let calls = 0;
    Object.defineProperty(Counting.prototype, method, {
      value(this: Counting, code: number) {
        calls++;
        return search.call(this, code);
      },
    });
    tokensOf(Counting, ['<p title="a b">text</p><!-- no -->'], { decodeEntities: false });
    expect(Object.hasOwn(Tokenizer.prototype, method)).toBe(true);
    expect(calls).toBe(3);
  });
});

/** The proof of a page: on a body that is blank except for the proof's ranges, every signal reads exactly what it read on the page itself. */

import { isDeepStrictEqual } from 'node:util';
import { describe, expect, test } from 'vitest';
import { proofRanges, signals, sparseBody } from '../../src/signals/index.ts';
import { type Carriers, categories, contentTypeOf, type Reading } from '../../src/vocab/index.ts';
import fc from '../seeded.ts';
import { carriersOfCase } from '../unit/signals/vector-carriers.ts';
import { agents, vectorFiles } from '../vectors/load.ts';
import { seed } from './generate.ts';
import { lonePage } from './lone-page.ts';

const carriersWith = (body: Uint8Array, contentType: string | undefined, truncated: boolean): Carriers =>
  lonePage(body, contentType === undefined ? [] : [['Content-Type', contentType]], truncated);

/** Signals that read the body; all others see the same carriers either way. */
const bodySignals = signals.filter(({ stage, id }) => stage === 'body' || id === 'wellknown.rsl');

const readAll = (carriers: Carriers): readonly (readonly [string, Reading])[] =>
  bodySignals.flatMap(signal =>
    categories
      .filter(about => signal.bearsOn.includes(about))
      .map(about => {
        const question = { about, url: carriers.url, productToken: 'heed', at: null } as const;
        return [`${signal.id} ${about}`, signal.read(carriers, question, { agents })] as const;
      }),
  );

function blanked(body: Uint8Array, contentType: string | undefined): Uint8Array {
  const ranges = proofRanges(body, contentType);
  return sparseBody(
    body.length,
    ranges.map(([start, end]) => ({ start, bytes: body.slice(start, end) })),
  );
}

const tags = [
  '<meta name="robots" content="noai">',
  '<META NAME=robots CONTENT=noindex,noarchive />',
  "<meta name='gptbot' content='noai'>",
  '<meta property="robots" content="noai noml">',
  '<meta name=robots>',
  '<meta http-equiv="X-Robots-Tag" content="heed: noai">',
  '<meta name="description" content="the work itself: none of it">',
  '<meta name="tdm-reservation" content="1">',
  '<meta name="tdm-reservation" content="0">',
  '<meta name="tdm-policy" content="https://site.example/p">',
  '<meta name="a" content="<meta name=robots content=noai>">',
  '<link rel="license" type="application/rsl+xml" href="/l.xml">',
  '<link rel=stylesheet href=s.css>',
  '<base href="https://other.example/">',
  '<h:meta name="robots" content="noai"/>',
  '<h:base href="https://other.example/"/>',
  '<h:script type="application/rsl+xml">',
  '</h:script>',
  '<script type="application/rsl+xml"> <rsl xmlns="https://rslstandard.org/rsl"><content url=""><license><permits type="usage">ai-train</permits></license></content></rsl></script>',
  '<script type="application/rsl+xml"/>',
  '<script type="application/rsl+xml">',
  '<script data-nosnippet>',
  '<script>',
  '</script>',
  '</script ',
];
const around = [
  'title',
  'textarea',
  'style',
  'noscript',
  'template',
  'select',
  'svg',
  'math',
  'iframe',
  'xmp',
  'div',
  'span',
  'head',
  'body',
  'p',
  'html',
  'plaintext',
  'br',
];
const packet =
  '<x:xmpmeta xmlns:x="adobe:ns:meta/"><a xmlns:p="http://ns.useplus.org/ldf/xmp/1.0/" p:DataMining="DMI-PROHIBITED"/><!-- </x:xmpmeta>';
const fragment = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...tags) },
  {
    weight: 8,
    arbitrary: fc
      .tuple(
        fc.constantFrom(...around),
        fc.constantFrom(' data-nosnippet', ' data-nosnippet="false"', '', '', ' class="a>b"', ' / ', '/', ' data-nosnippet/'),
      )
      .map(([name, rest]) => `<${name}${rest}>`),
  },
  { weight: 8, arbitrary: fc.constantFrom(...around).map(name => `</${name}>`) },
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      '<!--',
      '-->',
      '<!-->',
      '--!>',
      '<',
      '>',
      '<<',
      '</',
      '</ ',
      '<!',
      '<?',
      '<![CDATA[',
      ']]>',
      '"',
      "'",
      '=',
      '&',
      '<a ',
      '<div',
      '</div',
      'text',
      ' ',
      '\n',
      'é',
      '\0',
      '<!doctype html>',
      '</div x>',
      packet,
      '<meta name=robots content="noai',
    ),
  },
);
const first = fc.constantFrom(
  '',
  '',
  '',
  '',
  '',
  ' \n',
  '%PDF-1.7 ',
  `%PDF-1.7 ${packet}`,
  'GIF89a',
  '<!--ftyp',
  '<p>\x1b$B<\x1b(B',
  '<p>\x1b(I<\x1b(B',
  '<?xml version="1.0"?>',
  '\0',
  ' \0\n',
  '<\0',
  'a\0',
);
const page = fc.tuple(first, fc.array(fragment, { maxLength: 24 })).map(([start, pieces]) => start + pieces.join(''));
const declared = fc.constantFrom('plain', 'plain', 'plain', 'utf-16le', 'utf-16be', 'bom');
const encoding = fc.oneof({ weight: 6, arbitrary: declared }, fc.constant('unmarked'));

function encode(text: string, as: string): Uint8Array {
  if (as === 'plain') return new TextEncoder().encode(text);
  if (as === 'bom') return new TextEncoder().encode(`\ufeff${text}`);
  const octets = Buffer.from(as === 'unmarked' ? text : `\ufeff${text}`, 'utf16le');
  if (as === 'unmarked') return new Uint8Array(octets);
  return new Uint8Array(as === 'utf-16le' ? octets : octets.swap16());
}

describe('a proof keeps what the verdict depends on', () => {
  test('of pages put together at random', () => {
    fc.assert(
      fc.property(
        page,
        encoding,
        fc.constantFrom(
          'text/html',
          'text/html; charset=utf-16le',
          'text/html; charset=unicodefffe',
          'text/html charset=utf-8',
          'text/plain, text/html',
          'image/png junk',
          'text/plain, image/png',
          'application/xhtml+xml',
          undefined,
          'text/plain',
          'image/png',
        ),
        fc.boolean(),
        (text, as, contentType, truncated) => {
          const body = encode(text, as);
          const whole = readAll(carriersWith(body, contentType, truncated));
          const sparse = readAll(carriersWith(blanked(body, contentType), contentType, truncated));
          // Ten times as quick as `expect`, which then shows where they differ.
          if (!isDeepStrictEqual(sparse, whole)) expect(sparse).toEqual(whole);
        },
      ),
      { seed, numRuns: 3_000 },
    );
  });

  test('of every page in the vectors', () => {
    let compared = 0;
    for (const one of vectorFiles.flatMap(({ cases }) => cases)) {
      const carriers = carriersOfCase(one);
      const retrieval = carriers.page?.retrieval;
      if (!carriers.page || retrieval?.outcome !== 'successful') continue;
      const type = contentTypeOf(retrieval.fields);
      const sparse = { ...carriers.page, retrieval: { ...retrieval, body: blanked(retrieval.body, type) } };
      expect(readAll({ ...carriers, page: sparse }), one.name).toEqual(readAll(carriers));
      compared++;
    }
    expect(compared).toBeGreaterThan(200);
  });

  test('and nothing of the work', () => {
    const text =
      '<!doctype html><title>SECRET</title><meta name="description" content="SECRET"><meta name="robots" content="noai"><body><p>SECRET</p><div data-nosnippet>SECRET</div><template>SECRET<meta name="robots" content="noml"></template><script>SECRET</script>';
    fc.assert(
      fc.property(declared, as => {
        const sparse = Buffer.from(blanked(encode(text, as), 'text/html'))
          .toString('latin1')
          .replaceAll('\0', '');
        expect(sparse).not.toContain('SECRET');
        expect(sparse).toContain('noai');
      }),
    );
  });
});

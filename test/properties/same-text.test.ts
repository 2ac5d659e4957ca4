/** What becomes a document by its markup was read by the markup signals: both rooms settle type and encoding alike, or it cannot be kept. */

import { describe, expect, test } from 'vitest';
import { assess } from '../../src/assess/index.ts';
import { decodeText } from '../../src/content/decode.ts';
import { makeDocument } from '../../src/content/document.ts';
import { textFormOf } from '../../src/content/media-type.ts';
import { signals } from '../../src/signals/index.ts';
import { contentTypeOf, type FieldLine, type Reading } from '../../src/vocab/index.ts';
import fc from '../seeded.ts';
import { agents, policies } from '../vectors/load.ts';
import { seed } from './generate.ts';
import { lonePage } from './lone-page.ts';

const url = 'https://site.example/a';
const robots = signals.find(({ id }) => id === 'markup.robots')!;
const question = { about: 'train-ai', url, productToken: 'heed', at: null } as const;
const readingOf = (body: Uint8Array, fields: readonly FieldLine[]): Reading =>
  robots.read(lonePage(body, fields), question, { agents });

const refuses = (reading: Reading): boolean =>
  reading.state === 'read' &&
  reading.statements.some(({ preference, form }) => preference === 'disallow' && (form === 'conformant' || form === 'lenient'));

const dispositionOf = (body: Uint8Array, fields: readonly FieldLine[], policy: string): string | undefined =>
  assess(lonePage(body, fields), ['train-ai'], {
    productToken: 'heed',
    at: null,
    policy: policies[policy]!,
    facts: { agents },
  }).get('train-ai')?.disposition;

/** Names of every kind of encoding a platform decodes, and of some it does not. */
const labels =
  'utf-8 utf8 unicode-1-1-utf-8 x-unicode20utf8 utf-16 utf-16le utf-16be csunicode iso-10646-ucs-2 ucs-2 unicode unicodefeff unicodefffe iso-2022-jp csiso2022jp iso-2022-kr hz-gb-2312 shift_jis x-sjis ms_kanji euc-jp euc-kr ks_c_5601-1987 gbk gb2312 gb18030 big5 big5-hkscs ibm866 koi8-r koi8-u macintosh x-mac-cyrillic windows-874 windows-1250 windows-1251 latin1 iso-8859-8-i iso-8859-16 x-user-defined utf-7 utf-32 replacement nothing'.split(
    ' ',
  );
const charset = fc
  .tuple(
    fc.constantFrom(
      '; charset=',
      ';charset =',
      ' charset=',
      '; CHARSET="',
      "; charset='",
      '; charset=" ',
      '; a="x, y"; charset=',
    ),
    fc.constantFrom(...labels),
    fc.boolean(),
  )
  .map(([before, label, isUpper]) => {
    const quote = /["'](?= ?$)/.exec(before)?.[0] ?? '';
    return before + (isUpper ? label.toUpperCase() : label) + quote;
  });
const mediaType = fc.constantFrom(
  ...['text/html', 'text/html', 'text/html', 'Text/HTML', 'application/xhtml+xml', 'text/plain', 'text/markdown', 'text/xml'],
  ...[
    'text/html/',
    'text /html',
    '/html',
    'text/',
    'html',
    '',
    ' ',
    ',',
    ';',
    '*/*',
    '"text/html"',
    'text/html\u00a0x',
    'text\\html',
  ],
  ...[
    'image/png',
    'image/png junk',
    'image/',
    'application/pdf',
    'application/pdf x',
    'application/octet-stream',
    'unknown/unknown',
  ],
);
const value = fc
  .tuple(
    mediaType,
    fc.oneof(fc.constant(''), charset, fc.constantFrom(' ;', ', text/html', ', text/plain', `; a=${'b'.repeat(1_100)}`)),
  )
  .map(([type, rest]) => type + rest);
const fieldLines = fc.array(value, { maxLength: 3 }).map(values => values.map((one): FieldLine => ['Content-Type', one]));

const octets = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'latin1'));
const wide = (text: string, isBig: boolean): Uint8Array => {
  const little = Buffer.from(text, 'utf16le');
  return new Uint8Array(isBig ? little.swap16() : little);
};
const joined = (...parts: readonly Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts));

const lead = fc
  .array(
    fc.constantFrom(
      ...[
        '\0',
        '\xff\xfe',
        '\xfe\xff',
        '\xef\xbb\xbf',
        ' ',
        '\n',
        '\f',
        '\xa0',
        '\x1b(I',
        '\x1b(J',
        '\x1b(B',
        '\x1b$B',
        '\x1b$@',
        '\x0e',
        '<',
        '<\0',
      ],
      ...['<!--', '-->', '<?xml version="1.0"?>', '<!doctype html>', 'text', '\x81', 'II*\0', '%PDF-', 'GIF89a', '<!--ftyp'],
    ),
    { maxLength: 3 },
  )
  .map(pieces => octets(pieces.join('')));
const meta = '<meta name="robots" content="noai">';
const page = `<html><head>${meta}</head><body><p>The work itself, long enough to be kept as a text of its own.</p></body></html>`;
const declared = fc.constantFrom('', '', ...labels.map(label => `<meta charset="${label}">`));
const encoded = fc
  .tuple(declared, fc.constantFrom('octets', 'octets', 'utf-16le', 'utf-16be'))
  .map(([before, as]) => (as === 'octets' ? octets(before + page) : wide(before + page, as === 'utf-16be')));
const isMarkup = (body: Uint8Array, contentType: string | undefined): boolean =>
  ['html', 'xhtml'].includes(textFormOf(body, contentType) ?? '');
const make = (body: Uint8Array, contentType: string | undefined) =>
  makeDocument({ body, url, detector: () => undefined, ...(contentType === undefined ? {} : { contentType }) });

describe('a text is kept by its markup only where the markup was read', () => {
  test('a refusal in a page that becomes a document is read, or the page is unreadable', () => {
    let kept = 0;
    fc.assert(
      fc.property(fieldLines, lead, encoded, (fields, before, rest) => {
        const body = joined(before, rest);
        const contentType = contentTypeOf(fields);
        if (!isMarkup(body, contentType)) return;
        const { text } = decodeText(body, contentType);
        // A comment or a raw text that the lead opened hides the meta from everybody.
        if (!readingIsPossible(text) || make(body, contentType).outcome !== 'document') return;
        kept++;
        const reading = readingOf(body, fields);
        expect(refuses(reading) || reading.state === 'unreadable', JSON.stringify(reading)).toBe(true);
        for (const policy of ['standard', 'strict']) expect(dispositionOf(body, fields, policy)).not.toBe('keep');
      }),
      { seed, numRuns: 8_000 },
    );
    expect(kept).toBeGreaterThan(1_000);
  });

  test('octets of any kind: what the decoded text refuses, the page refuses or cannot be read', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        meta,
        '<p title="',
        '">',
        "<p title='",
        "'>",
        '<!--',
        '-->',
        '<title>',
        '</title>',
        '<script>',
        '</script>',
        '\x1b(I',
        '\x1b(B',
        '\x1b$B',
        '\0',
      ),
      fc.uint8Array({ maxLength: 6 }).map(random => Buffer.from(random).toString('latin1')),
      fc.constantFrom(
        '\x81',
        '\x8e',
        '\x8f',
        '\xa1',
        '\xfe',
        '\xff',
        '\x810',
        '\x81"',
        "\x81'",
        '\x81<',
        '\xe3\x81',
        '\xf0\x9f',
        '\xc2',
      ),
    );
    let compared = 0;
    fc.assert(
      fc.property(
        fc.constantFrom(...labels),
        declared,
        fc.array(piece, { minLength: 1, maxLength: 8 }),
        fc.boolean(),
        fc.boolean(),
        (label, inside, pieces, isSent, isXhtml) => {
          const body = octets(`${inside}<p>${pieces.join('')}${meta}`);
          const type = isXhtml ? 'application/xhtml+xml' : 'text/html';
          const fields: readonly FieldLine[] = [['content-type', isSent ? `${type}; charset=${label}` : type]];
          const { text } = decodeText(body, fields[0]![1]);
          const witness = readingOf(new TextEncoder().encode(text), [['content-type', `${type}; charset=utf-8`]]);
          if (!refuses(witness)) return;
          compared++;
          const reading = readingOf(body, fields);
          expect(refuses(reading) || reading.state === 'unreadable', `${text}\n${JSON.stringify(reading)}`).toBe(true);
        },
      ),
      { seed, numRuns: 8_000 },
    );
    expect(compared).toBeGreaterThan(1_000);
  });
});

/** No comment is open where the meta stands, as the text is decoded; where it does not stand, its octets are something else. */
function readingIsPossible(text: string): boolean {
  const at = text.indexOf(meta);
  const before = at < 0 ? text : text.slice(0, at);
  return (
    before.lastIndexOf('<!--') <= before.lastIndexOf('-->') &&
    !/<(?!!--|!doctype html>|\?xml version="1.0"\?>|html>|head>|meta charset="[^"]*">)/.test(before)
  );
}

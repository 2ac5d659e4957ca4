import { describe, expect, test } from 'vitest';
import { charsetOf, contentTypeOf, declaredType, encodingOfLabel, wideEncoding } from '../../../src/vocab/index.ts';

describe('the media type a Content-Type declares', () => {
  test.each([
    ['text/html', 'text/html'],
    [' Text/HTML ; charset=utf-8', 'text/html'],
    ['application/xhtml+xml;a="b, c"', 'application/xhtml+xml'],
    ['text/plain; a="text/html, text/html"', 'text/plain'],
    ['text/html, TEXT/html; charset=utf-8', 'text/html'],
    ['text/plain, text/plain;', 'text/plain'],
    ['text/plain,', 'text/plain'],
  ])('%j', (value, type) => {
    expect(declaredType(value)).toBe(type);
  });

  test.each([
    'text/html charset=utf-8',
    'text/html/',
    'text /html',
    '/html',
    'text/',
    'html',
    '',
    ' ',
    ',',
    ';',
    '"text/html"',
    'text/html\0',
  ])('none in %j', value => {
    expect(declaredType(value)).toBe('');
  });

  test('none of several that differ, unless one of them is HTML', () => {
    expect(declaredType('text/plain, image/png')).toBe('');
    expect(declaredType('text/plain, nonsense')).toBe('');
    expect(declaredType('text/plain, application/xhtml+xml')).toBe('text/html');
    expect(declaredType('image/png, text/html')).toBe('text/html');
    expect(declaredType('application/xhtml+xml, application/xhtml+xml')).toBe('application/xhtml+xml');
  });

  test('none where the value is too long to be read to its end: HTML may follow', () => {
    const long = `; a=${'b'.repeat(2_000)}`;
    expect(declaredType(`text/plain${long}, text/html`)).toBe('');
    expect(declaredType(`text/html${long}`)).toBe('text/html');
    expect(declaredType(`text/plain; a="${'\\"'.repeat(2_000)}`)).toBe('');
  });

  test('all lines are one list', () => {
    expect(contentTypeOf([])).toBeUndefined();
    expect(contentTypeOf([['Content-Type', '']])).toBe('');
    expect(
      contentTypeOf([
        ['content-type', 'text/plain'],
        ['a', 'b'],
        ['Content-Type', 'text/html'],
      ]),
    ).toBe('text/plain, text/html');
  });
});

describe('the encoding somebody declared', () => {
  test.each([
    ['text/html; charset=utf-8', 'utf-8'],
    ["text/html;charset = ' Latin1 '", ' Latin1 '],
    ['text/html; charset=a; charset=b', 'a'],
    ['text/html charset=utf-8', undefined],
  ])('%j', (value, charset) => {
    expect(charsetOf(value)).toBe(charset);
  });

  test.each(['utf-16', 'UTF-16LE', 'unicode', 'ucs-2', 'iso-10646-ucs-2', 'csunicode', 'unicodefeff', '" utf-16le"'])(
    'two octets at a time: %s',
    label => {
      expect(wideEncoding(new Uint8Array([0x3c, 0]), `text/html; charset=${label}`)).toBe('utf-16le');
    },
  );

  test('a byte order mark outranks the field', () => {
    expect(wideEncoding(new Uint8Array([0xfe, 0xff]), 'text/html; charset=utf-16le')).toBe('utf-16be');
    expect(wideEncoding(new Uint8Array([0xef, 0xbb, 0xbf]), 'text/html; charset=utf-16le')).toBeUndefined();
  });

  test('in every other encoding ASCII is ASCII, but for ISO-2022-JP, which shifts by escapes', () => {
    const octets = Uint8Array.from([0x09, 0x0a, 0x0c, 0x0d, ...Array.from({ length: 95 }, (_, index) => 0x20 + index)]);
    const ascii = String.fromCharCode(...octets);
    const labels =
      'utf-8 ibm866 iso-8859-2 iso-8859-3 iso-8859-4 iso-8859-5 iso-8859-6 iso-8859-7 iso-8859-8 iso-8859-8-i iso-8859-10 iso-8859-13 iso-8859-14 iso-8859-15 iso-8859-16 koi8-r koi8-u macintosh windows-874 windows-1250 windows-1251 windows-1252 windows-1253 windows-1254 windows-1255 windows-1256 windows-1257 windows-1258 x-mac-cyrillic gbk gb18030 big5 euc-jp iso-2022-jp shift_jis euc-kr'.split(
        ' ',
      );
    for (const label of labels) {
      const encoding = encodingOfLabel(label);
      if (encoding !== undefined)
        expect(new TextDecoder(encoding).decode(octets).replace('¥', '\\').replace('‾', '~'), label).toBe(ascii);
    }
  });
});

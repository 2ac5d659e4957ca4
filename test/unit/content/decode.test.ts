import { describe, expect, test } from 'vitest';
import { decodeText } from '../../../src/content/decode.ts';
import { busyness, processorMs } from '../signals/processor-time.ts';

const ascii = (text: string): Uint8Array => Buffer.from(text, 'latin1');
const html = 'text/html';

describe('which encoding a page is read in (WHATWG HTML, determining the character encoding)', () => {
  test('a byte order mark outranks the header and the markup, and the contradiction is recorded', () => {
    const body = Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from('<meta charset="shift_jis">für')]);
    const decoded = decodeText(body, 'text/html; charset=windows-1252');
    expect(decoded).toEqual({ text: '<meta charset="shift_jis">für', encoding: 'utf-8', anomalies: ['charset-conflict'] });
  });

  test('the header outranks the markup', () => {
    const decoded = decodeText(ascii('<meta charset="utf-8">f\xfcr'), 'text/html;charset="ISO-8859-1"');
    expect(decoded).toMatchObject({ text: '<meta charset="utf-8">für', encoding: 'windows-1252', anomalies: [] });
  });

  test.each([
    ['<meta charset=koi8-r>', 'koi8-r'],
    ["<META CONTENT='text/html; charset=gb2312' HTTP-EQUIV=Content-Type>", 'gbk'],
    ['<!-- <meta charset=big5> --><meta name="a" content="charset=big5"><meta charset="euc-jp">', 'euc-jp'],
    ['<a title="<meta charset=big5>"><meta charset="euc-kr"/>', 'euc-kr'],
    ['<?xml version="1.0" encoding="windows-1251"?><html/>', 'windows-1251'],
    ['<meta charset="utf-16">', 'utf-8'],
  ])('without a header, what the first 1,024 bytes declare: %s', (markup, encoding) => {
    expect(decodeText(ascii(markup), html)).toMatchObject({ encoding, anomalies: [] });
  });

  test('a declaration beyond the first 1,024 bytes still counts, as in a browser, and is recorded', () => {
    const body = ascii(
      `<html><head><style>${'a{}'.repeat(500)}</style><meta charset="shift_jis"></head>\x83\x65\x83\x58\x83\x67`,
    );
    const decoded = decodeText(body, html);
    expect(decoded).toMatchObject({ encoding: 'shift_jis', anomalies: ['charset-late'] });
    expect(decoded.text).toContain('テスト');
  });

  test('undeclared bytes are UTF-8 if they are valid UTF-8, else windows-1252; both guesses are recorded', () => {
    expect(decodeText(Buffer.from('Grüße'), html)).toMatchObject({ text: 'Grüße', anomalies: ['charset-assumed-utf-8'] });
    expect(decodeText(ascii('Gr\xfc\xdfe \x80'), html)).toMatchObject({
      text: 'Grüße €',
      encoding: 'windows-1252',
      anomalies: ['charset-fallback-windows-1252'],
    });
  });

  test.each(['utf-7', 'x-user-defined', 'replacement', 'iso-2022-kr', '😀', 'x'.repeat(10_000), ''])(
    'a label nobody can decode never throws: %.20s',
    label => {
      const decoded = decodeText(ascii('<p>f\xfcr</p>'), `text/html; charset=${label}`);
      expect(decoded).toMatchObject({ text: '<p>für</p>', encoding: 'windows-1252' });
      expect(decoded.anomalies).toContain('charset-fallback-windows-1252');
    },
  );

  test('an unknown label does not hide a good declaration after it', () => {
    expect(decodeText(ascii('<meta charset="koi8-r">'), 'text/html; charset=nonsense')).toMatchObject({
      encoding: 'koi8-r',
      anomalies: ['charset-unknown'],
    });
  });

  test('plain text declares nothing about itself: markup quoted in it is not believed', () => {
    expect(decodeText(ascii('<meta charset=koi8-r> f\xfcr'), 'text/plain').encoding).toBe('windows-1252');
  });
});

describe('what comes out is text every reader of JSON lines accepts', () => {
  test('U+0000 becomes U+FFFD, so that nothing is joined that the bytes kept apart', () => {
    expect(decodeText(ascii('<scr\0ipt>'), 'text/html; charset=utf-8')).toMatchObject({
      text: '<scr\uFFFDipt>',
      anomalies: ['nul-replaced'],
    });
  });

  test.each([
    ['overlong UTF-8', Buffer.from([0x61, 0xc0, 0xaf, 0x62]), 'text/html; charset=utf-8'],
    ['an encoded surrogate', Buffer.from([0x61, 0xed, 0xa0, 0x80, 0x62]), 'text/html; charset=utf-8'],
    ['half a UTF-16 pair', Buffer.from([0xff, 0xfe, 0x61, 0x00, 0x00, 0xd8]), html],
    ['a UTF-16 body of odd length', Buffer.from([0xfe, 0xff, 0x00, 0x61, 0x00]), html],
  ])('%s becomes U+FFFD and is recorded', (_, body, contentType) => {
    const { text, anomalies } = decodeText(body, contentType);
    expect(text.isWellFormed()).toBe(true);
    expect(text).toContain('\uFFFD');
    expect(anomalies).toContain('replacement-characters');
  });

  test('a hostile prescan takes linear time', () => {
    const started = processorMs();
    for (const piece of ['<meta ', '<!--', '<a b="', '<meta content="charset', '< charset', '/ ', '<meta =']) {
      decodeText(ascii(`${piece.repeat(200_000)} charset \xff`), html);
    }
    expect(processorMs() - started).toBeLessThan(3000 * busyness());
  });
});

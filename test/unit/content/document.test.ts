import { beforeAll, describe, expect, test } from 'vitest';
import { makeDocument } from '../../../src/content/document.ts';
import { type LanguageDetector, scanPage } from '../../../src/content/index.ts';
import { loadLanguageDetector } from '../../../src/crawl/content/language-model.ts';
import fc from '../../seeded.ts';

let detector: LanguageDetector;
beforeAll(async () => {
  detector = await loadLanguageDetector();
});
const make = (body: string | Uint8Array, contentType?: string, url = 'https://www.example.ch/a') =>
  makeDocument({ body: Buffer.from(body as string), url, detector, ...(contentType === undefined ? {} : { contentType }) });

describe('bytes become a document', () => {
  test('with title, text, language, what was masked, and how it was read', () => {
    const body = `<html><head><meta charset=utf-8><title>Kontakt info@example.ch</title></head><body><h1>Kontakt</h1>
      <p>Schreiben Sie uns eine Nachricht an info@example.ch oder rufen Sie uns an: 044 668 18 00.</p></body></html>`;
    expect(make(body, 'text/html')).toEqual({
      outcome: 'document',
      title: 'Kontakt <email-pii>',
      text: 'Kontakt\nSchreiben Sie uns eine Nachricht an <email-pii> oder rufen Sie uns an: <phone-pii>.',
      language: { language: 'deu', script: 'Latn', score: expect.any(Number) },
      masked: { email: 2, phone: 1 },
      encoding: 'utf-8',
      anomalies: [],
    });
  });

  test('the same bytes give the same document', () => {
    const body = '<p>One, two, three, and a fourth for good measure.</p>';
    expect(make(body, 'text/html')).toEqual(make(body, 'text/html'));
  });

  describe('where the policy leaves out what is marked data-nosnippet', () => {
    const strictly = (body: string, contentType = 'text/html') =>
      makeDocument({ body: Buffer.from(body), contentType, url: 'https://site.example/a', detector, omitsNosnippet: true });

    test('the marked elements leave the text, whatever the value or the case, with all they contain', () => {
      expect(
        strictly(`<p>One stays &amp; is read.</p><div DATA-NOSNIPPET=false><p>Two goes <b>with</b> all of it.</p></div>
          <p>Three <span data-nosnippet>goes</span> stays.</p>`),
      ).toMatchObject({ text: 'One stays & is read.\nThree stays.' });
    });

    test('an element that never ends takes the rest with it', () => {
      expect(strictly('<p>One stays.</p><section data-nosnippet><p>Two goes.</p><p>Three goes.')).toMatchObject({
        text: 'One stays.',
      });
    });

    test('a page that is marked as a whole is empty', () => {
      expect(strictly('<body data-nosnippet><p>All of it.</p></body>')).toEqual({ outcome: 'empty' });
    });

    test('plain text has no elements, and what nests beyond any written page is no document', () => {
      expect(strictly('<p data-nosnippet>text</p>', 'text/plain')).toMatchObject({ text: '<p data-nosnippet>text</p>' });
      expect(strictly(`${'<div>'.repeat(100_000)}<p data-nosnippet>x`)).toEqual({ outcome: 'failed', why: 'parse' });
    });

    test('by any other policy they stay', () => {
      expect(make('<p>One <span data-nosnippet>stays</span>.</p>', 'text/html')).toMatchObject({ text: 'One stays.' });
    });
  });

  test('plain text and Markdown pass as they are, line ends made one kind', () => {
    for (const type of ['text/plain; charset=utf-8', 'Text/Markdown']) {
      expect(make('# Title\r\n\r\n<b>not markup</b>\u2028next \u0007line', type)).toMatchObject({
        text: '# Title\n\n<b>not markup</b>\nnext line',
      });
    }
  });

  test('the region of the page’s language helps to find local phone numbers', () => {
    const body = Buffer.from('<html lang="de-CH"><p>Telefon 044 668 18 00');
    const url = 'https://example.com/';
    const scan = scanPage(body, 'text/html', url);
    expect(makeDocument({ body, contentType: 'text/html', url, detector, scan })).toMatchObject({ masked: { phone: 1 } });
  });
});

describe('what becomes no document says why', () => {
  test.each([
    'image/png',
    'application/pdf',
    'application/json',
    'text/css',
    'application/octet-stream',
    `text/${'x'.repeat(40)}`,
  ])('media type: %s', type => expect(make('<p>text</p>', type)).toEqual({ outcome: 'failed', why: 'media-type' }));

  test.each([
    ['PDF', '%PDF-1.7 <html><p>text</p>'],
    ['PNG', Buffer.from('\x89PNG\r\n\x1a\n<html><p>text</p>', 'latin1')],
    ['ZIP', 'PK\x03\x04<html>'],
    ['gzip', Buffer.from([0x1f, 0x8b, 8, 0, 0x41])],
  ])('a %s that calls itself text/html', (_, body) =>
    expect(make(body, 'text/html')).toEqual({ outcome: 'failed', why: 'media-type' }),
  );

  test('without a declared type only what looks like HTML is taken', () => {
    expect(make('\n<!DOCTYPE html><p>text')).toMatchObject({ outcome: 'document', text: 'text' });
    expect(make('just words')).toEqual({ outcome: 'failed', why: 'media-type' });
    expect(make('{"a":"<p>"}', '')).toEqual({ outcome: 'failed', why: 'media-type' });
  });

  test('bytes that are mostly no text in their encoding', () => {
    expect(make(Buffer.alloc(2000, 0xff), 'text/html; charset=utf-8')).toEqual({ outcome: 'failed', why: 'encoding' });
    expect(make(Buffer.from('<p>UTF-16 without saying so', 'utf16le'), 'text/html')).toEqual({
      outcome: 'failed',
      why: 'encoding',
    });
  });

  test('nesting beyond any written page', () => {
    expect(make('<div>'.repeat(200_000), 'text/html')).toEqual({ outcome: 'failed', why: 'parse' });
  });

  test.each(['', ' \n ', '<p>— … •</p>', '<script>1</script>'])('nothing to read: %j', body => {
    expect(make(body, 'text/html')).toEqual({ outcome: 'empty' });
  });
});

describe('properties', () => {
  const piece = fc.constantFrom(
    '<p>',
    '</p>',
    '<div class="article">',
    '<a href="',
    '">',
    '<!--',
    '-->',
    '<script>',
    '</b>',
    '&#x',
    '&amp',
    '\0',
    '\xff',
    '<meta charset=',
    'utf-16',
    '@a.example',
    '+41 44 668 18 00 ',
    'word, word. ',
  );
  const soup = fc.array(fc.oneof(piece, fc.string()), { maxLength: 60 }).map(pieces => Buffer.from(pieces.join(''), 'latin1'));
  const types = fc.constantFrom(
    'text/html',
    'text/html; charset=utf-7',
    'application/xhtml+xml; charset=shift_jis',
    'text/plain; charset=utf-16',
    'text/html; charset=iso-2022-jp',
  );

  test('no bytes make it throw, and every text is well-formed, without control characters and free of what it masks', () => {
    fc.assert(
      fc.property(soup, types, (body, contentType) => {
        const url = 'https://www.example.ch/';
        const scan = scanPage(body, contentType, url);
        for (const { href } of scan.links) expect(href).toMatch(/^https?:\/\/[^#]*$/);
        const made = makeDocument({ body, contentType, url, detector, scan });
        if (made.outcome !== 'document') return;
        expect(made.text.isWellFormed()).toBe(true);
        expect(made.text).not.toMatch(/[\0-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]/);
        expect(made.text.trim()).toBe(made.text);
        expect(made.text).not.toContain('+41 44 668 18 00 ');
      }),
      { numRuns: 300 },
    );
  });
});

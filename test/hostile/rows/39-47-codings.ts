import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { brotliGigabyte, gzipGigabyte, zstdGigabyte } from '../bombs.ts';
import type { HostileCase, Row, Say } from '../case.ts';
import { answer, article, filled, html, raw, response, story, text } from '../says.ts';

const bombBounds = { ms: 1_000, growthMiB: 64 } as const;
/** Made when it is first asked for, and once: nobody pays for a bomb that nobody visits. */
const late = (make: () => Say): Say => {
  let made: Say | undefined;
  return asked => {
    made ??= make();
    made(asked);
  };
};
const mebibyte = 2 ** 20;
const coded = (coding: string, body: Buffer | string): Say => html(body, `Content-Encoding: ${coding}`);
const bomb = (name: string, what: string, coding: string, make: () => Buffer): HostileCase => ({
  id: name as HostileCase['id'],
  what: `a page that is ${what}`,
  page: late(() => coded(coding, make())),
  ends: 'failed.too-large',
  asked: 1,
  bounds: bombBounds,
});
const plain = (name: string): string => `<!doctype html><title>${name}</title><article><p>${story(name)}</p></article>`;
const kept = (name: string, what: string, coding: string, encode: (body: string) => Buffer): HostileCase => ({
  id: name as HostileCase['id'],
  what,
  page: coded(coding, encode(plain(name))),
  ends: 'kept',
});
const damaged = (name: string, what: string, coding: string, body: Buffer | string): HostileCase => ({
  id: name as HostileCase['id'],
  what,
  page: coded(coding, body),
  ends: 'failed.encoding',
  asked: 1,
});
const gzipped = gzipSync(plain('gzip'));
const wrongSum = Buffer.from(gzipped);
wrongSum[wrongSum.length - 7]! ^= 1;
const times = (count: number, body: Buffer | string): Buffer =>
  Array.from({ length: count }).reduce<Buffer>(bytes => gzipSync(bytes), Buffer.from(body));
/** A frame that asks for a window of 128 MiB (RFC 8878 §3.1.1.1.2), and one that is skipped (§3.1.2) for ever. */
const giantWindow = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x88, 0x01, 0x00, 0x00]);
const skipped = Buffer.concat([Buffer.from([0x50, 0x2a, 0x4d, 0x18, 0x10, 0, 0, 0]), Buffer.alloc(16)]);

const withCharset = (
  name: string,
  charset: string,
  body: Buffer | string,
  ends: HostileCase['ends'],
  more: Partial<HostileCase> = {},
): HostileCase => ({
  id: `r45-${name}`,
  what: `charset ${charset.slice(0, 40)}`,
  page: answer('200 OK', [`Content-Type: text/html; charset=${charset}`], body),
  ends,
  ...more,
});
const wide = (body: string): Buffer => Buffer.from(body, 'utf16le');

export const codingRows: readonly Row[] = [
  {
    row: 39,
    title: 'gzip bombs',
    cases: [
      bomb('r39-gigabyte', 'a gigabyte of zeros in gzip', 'gzip', () => gzipGigabyte()),
      bomb('r39-markup', 'twenty megabytes of tags in gzip', 'gzip', () => gzipSync(Buffer.alloc(20 * mebibyte, '<b>'))),
      {
        id: 'r39-robots',
        what: 'a robots.txt that is a bomb: its beginning counts',
        robots: late(() =>
          text(
            gzipSync(Buffer.concat([Buffer.from('User-agent: *\nDisallow: /\n'), Buffer.alloc(20 * mebibyte, '#\n')])),
            'Content-Encoding: gzip',
          ),
        ),
        ends: 'withheld.robots.rule',
        asked: 0,
      },
      {
        id: 'r39-refusal',
        what: 'a refusal that is a bomb',
        page: late(() => answer('403 No', ['Content-Type: text/html', 'Content-Encoding: gzip'], gzipGigabyte())),
        ends: 'barrier.403',
        asked: 1,
        bounds: bombBounds,
      },
    ],
  },
  {
    row: 40,
    title: 'brotli bombs',
    cases: [bomb('r40-zeros', 'a gigabyte of zeros in 840 octets', 'br', () => brotliGigabyte)],
  },
  {
    row: 41,
    title: 'zstd',
    cases: [
      bomb('r41-zeros', 'a gigabyte of zeros in zstd', 'zstd', () => zstdGigabyte()),
      damaged('r41-window', 'a window of 128 MiB', 'zstd', giantWindow),
      damaged(
        'r41-skipped',
        'a hundred thousand frames that are to be skipped',
        'zstd',
        Buffer.concat(new Array(100_000).fill(skipped)),
      ),
    ],
  },
  {
    row: 42,
    title: 'codings upon codings',
    cases: [
      kept('r42-twice', 'gzip twice', 'gzip, gzip', body => times(2, body)),
      kept('r42-three', 'gzip, brotli and zstd', 'gzip, br, zstd', body => zstdCompressSync(brotliCompressSync(gzipSync(body)))),
      damaged('r42-five', 'gzip five times', 'gzip, gzip, gzip, gzip, gzip', times(5, plain('r42-five'))),
      { ...damaged('r42-thousand', 'a thousand codings', new Array(1_000).fill('gzip').join(','), gzipped) },
      {
        id: 'r42-lines',
        what: 'four codings on four lines',
        page: html(times(4, plain('r42-lines')), ...new Array(4).fill('Content-Encoding: gzip')),
        ends: 'failed.encoding',
        asked: 1,
      },
      damaged('r42-unknown', 'a coding nobody knows', 'compress', plain('r42-unknown')),
      damaged('r42-property', 'a coding with the name of a property', '__proto__', plain('r42-property')),
      bomb('r42-bomb', 'a bomb in a bomb', 'gzip, gzip', () => gzipSync(gzipGigabyte())),
      bomb('r42-triple', 'a bomb in three codings', 'br, gzip, gzip', () => times(2, brotliGigabyte)),
    ],
  },
  {
    row: 43,
    title: 'damaged codings',
    cases: [
      damaged('r43-cut', 'gzip that was cut off', 'gzip', gzipped.subarray(0, gzipped.length - 12)),
      damaged('r43-sum', 'gzip with a wrong checksum', 'gzip', wrongSum),
      damaged('r43-tail', 'gzip with something behind it', 'gzip', Buffer.concat([gzipped, Buffer.from('tail')])),
      damaged(
        'r43-br-tail',
        'brotli with something behind it',
        'br',
        Buffer.concat([brotliCompressSync(plain('r43')), Buffer.from('tail')]),
      ),
      kept('r43-members', 'ten thousand empty members before the page', 'gzip', body =>
        Buffer.concat([...new Array<Buffer>(10_000).fill(gzipSync('')), gzipSync(body)]),
      ),
      kept('r43-zlib', 'deflate as the standard has it', 'deflate', body => deflateSync(body)),
      kept('r43-raw', 'deflate as some servers have it', 'deflate', body => deflateRawSync(body)),
      damaged('r43-none', 'a coding of nothing', 'gzip', ''),
    ],
  },
  {
    row: 44,
    title: 'codings that are not there',
    cases: [
      damaged('r44-plain', 'gzip that is plain', 'gzip', plain('r44-plain')),
      {
        id: 'r44-gzip',
        what: 'plain that is gzip',
        page: html(gzipped),
        ends: 'failed.media-type',
        asked: 1,
      },
      {
        id: 'r44-robots',
        what: 'a robots.txt that says gzip and is plain',
        robots: text('User-agent: *\nAllow: /\n', 'Content-Encoding: gzip'),
        ends: 'deferred.robots.encoding',
        asked: 0,
      },
      {
        id: 'r44-robots-gzip',
        what: 'a robots.txt that is gzip and does not say so',
        robots: text(gzipSync('User-agent: *\nAllow: /\n')),
        ends: 'withheld.unknown.unreadable',
        asked: 0,
      },
    ],
  },
  {
    row: 45,
    title: 'character sets',
    cases: [
      withCharset('utf7', 'utf-7', plain('r45-utf7'), 'kept'),
      withCharset('user-defined', 'x-user-defined', plain('r45-user-defined'), 'kept'),
      withCharset('emoji', '\u00f0\u009f\u0092\u00a9', plain('r45-emoji'), 'kept'),
      withCharset('long', filled('x', 10_000), plain('r45-long'), 'kept'),
      withCharset('bom-wins', 'utf-16le', Buffer.from(`\ufeff${plain('r45-bom-wins é')}`), 'kept', { says: 'r45-bom-wins é' }),
      withCharset('meta-loses', 'utf-8', `<meta charset=windows-1251>${plain('r45-meta-loses é')}`, 'kept', {
        says: 'r45-meta-loses é',
      }),
      withCharset('utf16', 'utf-16le', wide(plain('r45-utf16 é')), 'kept', { says: 'r45-utf16 é' }),
      {
        id: 'r45-utf16-silent',
        what: 'UTF-16 that does not say so',
        page: html(wide(plain('r45-utf16-silent'))),
        ends: 'withheld.unknown.unreadable',
      },
      withCharset(
        'utf16-noai',
        'utf-16le',
        wide(`<meta name=robots content=noai>${plain('r45-utf16-noai')}`),
        'withheld.markup.robots',
      ),
    ],
  },
  {
    row: 46,
    title: 'characters that are none',
    cases: [
      {
        id: 'r46-overlong',
        what: 'overlong and lonely octets',
        page: html(Buffer.concat([Buffer.from(plain('r46-overlong')), Buffer.from([0xc0, 0xaf, 0xed, 0xa0, 0x80, 0xff, 0xf8])])),
        ends: 'kept',
      },
      {
        id: 'r46-surrogates',
        what: 'references to lone surrogates, NUL and beyond',
        page: html(plain('r46-surrogates').replace('Line 1', '&#xD800;&#xDFFF;&#0;&#x110000;&#99999999999;')),
        ends: 'kept',
      },
      {
        id: 'r46-nul',
        what: 'NUL octets in the text',
        page: html(plain('r46-nul').replaceAll('Line 2', 'Li\0ne 2')),
        ends: 'kept',
      },
      {
        id: 'r46-separators',
        what: 'line separators and direction marks',
        page: html(plain('r46-separators').replace('Line 3', '\u2028\u2029\u202e\u2066')),
        ends: 'kept',
      },
      {
        id: 'r46-line',
        what: 'one line of 900 KB',
        page: text(`r46-line ${filled('word ', 900_000)}`),
        ends: 'kept',
      },
      {
        id: 'r46-combining',
        what: 'a letter under 400,000 combining marks',
        page: html(plain('r46-combining').replace('Line 4', `e${filled('\u0301', 400_000)}`)),
        ends: 'kept',
      },
    ],
  },
  {
    row: 47,
    title: 'types that lie',
    cases: [
      {
        id: 'r47-image',
        what: 'HTML that says it is an image',
        page: answer('200 OK', ['Content-Type: image/png'], plain('r47-image')),
        ends: 'failed.media-type',
      },
      {
        id: 'r47-pdf',
        what: 'a PDF that says it is HTML',
        page: html(`%PDF-1.7\n${plain('r47-pdf')}`),
        ends: 'withheld.unknown.unreadable',
      },
      {
        id: 'r47-gif',
        what: 'a picture that is a page too',
        page: html(`GIF89a/*${plain('r47-gif')}*/`),
        ends: 'withheld.unknown.unreadable',
      },
      {
        id: 'r47-long',
        what: 'a type of 64 KB',
        page: answer('200 OK', [`Content-Type: text/html; x=${filled('a', 65_000)}`], plain('r47-long')),
        ends: 'failed.protocol',
      },
      {
        id: 'r47-two',
        what: 'two types',
        page: answer(
          '200 OK',
          ['Content-Type: text/plain', 'Content-Type: text/html'],
          `<meta name=robots content=noai>${plain('r47-two')}`,
        ),
        ends: 'withheld.markup.robots',
      },
      {
        id: 'r47-none',
        what: 'no type at all, with a refusal in the markup',
        page: answer('200 OK', [], `<meta name=robots content=noai>${plain('r47-none')}`),
        ends: 'withheld.markup.robots',
      },
      {
        id: 'r47-nosniff',
        what: 'markup that says it is plain text',
        page: raw(
          response(
            '200 OK',
            ['Content-Type: text/plain', 'X-Content-Type-Options: nosniff'],
            `r47-nosniff <script>x</script> ${story('r47 plain')}`,
          ),
        ),
        ends: 'kept',
      },
      {
        id: 'r47-article',
        what: 'HTML in a type with capitals and spaces',
        page: answer('200 OK', ['Content-Type:  TEXT/HTML ; CHARSET="UTF-8"'], article('r47-article é')),
        ends: 'kept',
        says: 'é',
      },
    ],
  },
];

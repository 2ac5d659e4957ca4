import { describe, expect, test } from 'vitest';
import { canonicaliser, checkUrl, originKey } from '../../../src/http/index.ts';

const canonical = (text: string, dropParameters: readonly string[] = []): string => {
  const form = canonicaliser(dropParameters)(text);
  return form.ok ? form.url.href : `refused.${form.refusal}`;
};

/** Spelling, canonical form, why. */
type Row = readonly [text: string, form: string, why: string];

const written: readonly Row[] = [
  ['HTTPS://Site.Example/', 'https://site.example/', 'scheme and host know no case (RFC 3986 §6.2.2.1)'],
  ['http://site.example', 'http://site.example/', 'an empty path is sent as /'],
  ['http://site.example?a', 'http://site.example/?a', 'also before a query'],
  ['  http://site.example/a\n', 'http://site.example/a', 'space around a link is no part of it'],
  ['http://site.example/a\tb\r\nc', 'http://site.example/abc', 'tabs and line ends are taken out by every browser'],
  ['http:\\\\site.example\\a', 'http://site.example/a', 'a backslash is a slash in http'],
  ['http:site.example/a', 'http://site.example/a', 'slashes that are missing after the scheme are put in'],
  ['http:////site.example/a', 'http://site.example/a', 'those too many there are taken out'],
  ['http://@site.example/', 'http://site.example/', 'empty credentials are none'],
  ['http://site.example:80/', 'http://site.example/', 'the default port says nothing'],
  ['https://site.example:443/', 'https://site.example/', 'nor that of https'],
  ['http://site.example:/', 'http://site.example/', 'nor an empty one'],
  ['http://site.example:00080/', 'http://site.example/', 'however it is written'],
  ['http://bücher.example/', 'http://xn--bcher-kva.example/', 'an internationalised name is looked up in ASCII'],
  ['http://BÜCHER.example/', 'http://xn--bcher-kva.example/', 'whatever its case'],
  ['http://faß.example/', 'http://xn--fa-hia.example/', 'ß is a letter of its own in names (UTS 46, non-transitional)'],
  ['http://ｓｉｔｅ.example/', 'http://site.example/', 'wide letters are letters'],
  ['http://site。example/', 'http://site.example/', 'an ideographic full stop is a dot'],
  ['http://s%69te.example/', 'http://site.example/', 'a host is percent-decoded before it is looked up'],
  ['http://so\u00adft.example/', 'http://soft.example/', 'a soft hyphen is no part of a name'],
  [
    'http://site.example./a',
    'http://site.example/a',
    'the trailing dot: one name in DNS, and TLS does not send it (RFC 6066 §3)',
  ],
  ['http://site.example.:8080/', 'http://site.example:8080/', 'also before a port'],
  ['http://0x7f.1/', 'http://127.0.0.1/', 'numbers are an address: the guard must see which'],
  ['http://127.0.0.1./', 'http://127.0.0.1/', 'with a dot as well'],
  ['http://[0:0:0:0:0:0:0:1]/', 'http://[::1]/', 'IPv6 has one spelling (RFC 5952)'],
  ['http://site.example/a#part', 'http://site.example/a', 'a fragment is never sent'],
  ['http://site.example/a#', 'http://site.example/a', 'nor an empty one'],
  ['http://site.example/#!/state', 'http://site.example/', 'nor one that a script would read'],
  ['http://site.example/a?b#c?d', 'http://site.example/a?b', 'what follows it is fragment too'],
  ['http://site.example/a/../b/./c', 'http://site.example/b/c', 'dot segments are resolved (RFC 3986 §5.2.4)'],
  ['http://site.example/a/%2e%2E/b', 'http://site.example/b', 'also those a filter was not to see'],
  ['http://site.example/a/.%2e/b', 'http://site.example/b', 'half encoded'],
  ['http://site.example/../../a', 'http://site.example/a', 'there is nothing above the root'],
  ['http://site.example/a/..', 'http://site.example/', 'a last one leaves the folder'],
  ['http://site.example/ü', 'http://site.example/%C3%BC', 'a request carries ASCII only: UTF-8, encoded'],
  ['http://site.example/?q=ü', 'http://site.example/?q=%C3%BC', 'in a query too'],
  ['http://site.example/a b', 'http://site.example/a%20b', 'a space cannot be sent'],
  ['http://site.example/"<>`{}^', 'http://site.example/%22%3C%3E%60%7B%7D%5E', 'nor these'],
  ["http://site.example/?it's", 'http://site.example/?it%27s', 'an apostrophe in a query: as browsers send it'],
  ['http://site.example/\ud800', 'http://site.example/%EF%BF%BD', 'half a character is the replacement character'],
];

const kept: readonly (readonly [one: string, other: string, why: string])[] = [
  ['http://site.example/', 'https://site.example/', 'schemes are origins'],
  ['http://site.example/', 'http://www.site.example/', 'www is a host like any other'],
  ['http://site.example/', 'http://site.example:8080/', 'so are ports'],
  ['http://site.example:443/', 'https://site.example/', 'a port is default for its own scheme only'],
  ['http://site.example/a', 'http://site.example/A', 'paths know case'],
  ['http://site.example/a', 'http://site.example/a/', 'a slash at the end is a path of its own'],
  ['http://site.example/', 'http://site.example/index.html', 'which file answers for a folder is the server’s to say'],
  ['http://site.example/a/b', 'http://site.example/a//b', 'an empty segment is a segment'],
  ['http://site.example/~u', 'http://site.example/%7Eu', 'equivalent by RFC 3986 §6.2.2.2, two texts to a rule or a router'],
  ['http://site.example/a', 'http://site.example/%61', 'likewise'],
  [
    'http://site.example/%C3%BC',
    'http://site.example/%c3%bc',
    'sites redirect from one to the other: merged, it would be a loop',
  ],
  ['http://site.example/a/b', 'http://site.example/a%2Fb', 'an encoded slash is data'],
  ['http://site.example/a?b', 'http://site.example/a%3Fb', 'so is a question mark'],
  ['http://site.example/a/../b', 'http://site.example/a/..%2Fb', '`..%2F` is no dot segment'],
  ['http://site.example/a', 'http://site.example/a%00', 'an encoded zero is data'],
  ['http://site.example/100%', 'http://site.example/100%25', 'a broken escape is kept broken'],
  ['http://site.example/a', 'http://site.example/a;s=1', 'path parameters belong to the path'],
  ['http://site.example/a', 'http://site.example/a?', 'an empty query is not none'],
  ['http://site.example/?a', 'http://site.example/?a=', 'nor is an empty value'],
  ['http://site.example/?a=1&b=2', 'http://site.example/?b=2&a=1', 'order is never changed'],
  ['http://site.example/?a=1', 'http://site.example/?a=1&a=1', 'repetition means something'],
  ['http://site.example/?a=1', 'http://site.example/?a=1&', 'an empty piece stays'],
  ['http://site.example/?a=1&b', 'http://site.example/?a=1;b', 'a semicolon parts nothing'],
  ['http://site.example/?a+b', 'http://site.example/?a%20b', 'a plus is a space to forms only'],
  ['http://site.example/?A=1', 'http://site.example/?a=1', 'names of parameters know case'],
  ['http://site.example/?utm_source=x', 'http://site.example/', 'nothing is dropped unless configured'],
  ['http://site.example/?PHPSESSID=1', 'http://site.example/', 'a session is no tracking parameter to this rule set'],
];

const dropped: readonly (readonly [names: string, text: string, form: string, why: string])[] = [
  ['utm_*', '/a?utm_source=x', '/a', 'a query of nothing else goes with its question mark'],
  ['utm_*', '/a?', '/a?', 'an empty query that was found stays'],
  ['utm_*', '/a?b=1&utm_medium=x&c', '/a?b=1&c', 'the rest keeps its order'],
  ['utm_*', '/a?c&&b=1&utm_id', '/a?c&&b=1', 'and its empty pieces'],
  ['utm_*', '/a?&utm_id', '/a?', 'even where one is all that is left'],
  ['utm_*', '/a?UTM_source=x', '/a?UTM_source=x', 'names are compared as they are written'],
  ['utm_*', '/a?utm%5Fsource=x', '/a?utm%5Fsource=x', 'octet by octet'],
  ['utm_*', '/a?x=utm_source', '/a?x=utm_source', 'a value is no name'],
  ['utm_*', '/utm_a?b', '/utm_a?b', 'a path is no query'],
  ['utm_*', '/a?b=1;utm_id=2', '/a?b=1;utm_id=2', 'a semicolon parts nothing'],
  ['gclid', '/a?gclid=1&gclid=2&b', '/a?b', 'every one of the name'],
  ['gclid', '/a?gclids=1', '/a?gclids=1', 'and no other'],
  ['gclid', '/a?b#?gclid=1', '/a?b', 'a fragment is gone before'],
  ['gclid', '/a?b=%67clid&=gclid', '/a?b=%67clid&=gclid', 'spelling of what stays is untouched'],
];

describe('the canonical form of a URL', () => {
  test.each(written)('%j → %s: %s', (text, form) => {
    expect(canonical(text)).toBe(form);
    expect(canonical(form)).toBe(form);
  });

  test.each(kept)('%s and %s are two: %s', (one, other) => {
    expect(canonical(one)).not.toBe(canonical(other));
    expect(canonical(canonical(other))).toBe(canonical(other));
  });

  test.each(dropped)('without %s, %s → %s: %s', (names, text, form) => {
    expect(canonical(`http://site.example${text}`, [names])).toBe(`http://site.example${form}`);
  });

  test.each([
    ['', 'url', 'nothing'],
    ['/a', 'url', 'a relative URL has no origin'],
    ['http://', 'url', 'a host is needed'],
    ['http://site.example:65536/', 'url', 'no such port'],
    ['http://1.2.3.256/', 'url', 'a numeric host that is no address'],
    ['ftp://site.example/', 'scheme', 'nobody here speaks it'],
    ['mailto:a@site.example', 'scheme', 'not a page'],
    ['javascript:void(0)', 'scheme', 'not a place'],
  ])('%j is refused (%s): %s', (text, refusal) => {
    expect(canonical(text)).toBe(`refused.${refusal}`);
  });

  test.each(['http://site.example../', 'http://./', 'http://a..example/', 'http://.example/'])(
    '%s has an empty label: it is kept as it is, and not asked',
    text => {
      expect(canonical(text)).toBe(text);
      expect(checkUrl(canonical(text))).toEqual({ ok: false, refusal: 'url' });
    },
  );

  test('the origin whose robots.txt is asked is the origin of the canonical form', () => {
    for (const [text, form] of written) expect(`${originKey(text)} of ${text}`).toBe(`${originKey(form)} of ${text}`);
  });
});

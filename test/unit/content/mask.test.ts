import { describe, expect, test } from 'vitest';
import { phoneRegionOf } from '../../../src/content/find-phones.ts';
import { maskPersonalData } from '../../../src/content/mask.ts';
import { busyness, processorMs } from '../signals/processor-time.ts';

const mask = maskPersonalData;

describe('personal data is replaced by its kind and counted', () => {
  test('e-mail addresses, with what stands around them left alone', () => {
    expect(mask('Mail anna.meier@example.ch, <x+y@mail.example.co.uk> or info@müller.example.')).toEqual({
      text: 'Mail <email-pii>, <<email-pii>> or <email-pii>.',
      masked: { email: 3 },
    });
  });

  test('IBANs with a valid checksum, solid or in groups, and not the word after them', () => {
    expect(mask('CH93 0076 2011 6238 5295 7 BIC POFICHBE; DE89370400440532013000; gb82 west 1234 5698 7654 32')).toEqual({
      text: '<iban-pii> BIC POFICHBE; <iban-pii>; <iban-pii>',
      masked: { iban: 3 },
    });
  });

  test('Swiss social security numbers with a valid checksum', () => {
    expect(mask('AHV 756.9217.0769.85, 7569217076985')).toEqual({ text: 'AHV <ahv-pii>, <ahv-pii>', masked: { ahv: 2 } });
  });

  test('payment cards by issuer, length and Luhn checksum', () => {
    expect(mask('4111 1111 1111 1111, 3782 822463 10005, 5500005555555559')).toEqual({
      text: '<card-pii>, <card-pii>, <card-pii>',
      masked: { card: 3 },
    });
  });

  test('public IP addresses of both families', () => {
    expect(mask('from 8.8.8.8 and 2a00:1450:4001:830::200e.')).toEqual({
      text: 'from <ip-pii> and <ip-pii>.',
      masked: { ip: 2 },
    });
  });

  test('phone numbers in international form, wherever the page is from', () => {
    expect(mask('+41 44 668 18 00, +49 (0)30 901820, tel:+442079460958, 0041 44 668 18 00, +41 44 668 18 00 7')).toEqual({
      text: '<phone-pii>, <phone-pii>, tel:<phone-pii>, <phone-pii>, <phone-pii> 7',
      masked: { phone: 5 },
    });
    for (const alone of ['call 0041 44 668 18 00', 'call 00 49 30 901820', 'call +41 44 668 18 00', 'call (+41) 44 668 18 00'])
      expect(mask(alone), alone).toEqual({ text: 'call <phone-pii>', masked: { phone: 1 } });
  });

  test('local phone numbers only when it is known where the page is from', () => {
    expect(mask('Tel. 044 668 18 00').masked).toEqual({});
    expect(mask('Tel. 044 668 18 00 044 668 18 01', 'CH')).toEqual({
      text: 'Tel. <phone-pii> <phone-pii>',
      masked: { phone: 2 },
    });
    expect(mask('Tel. 044 668 18 00 / 044 668 18 01', 'CH').masked).toEqual({ phone: 2 });
    expect(mask('Tel. 01 42 68 53 00', 'FR').masked).toEqual({ phone: 1 });
    expect(mask('Call (212) 736-5000', 'US').masked).toEqual({ phone: 1 });
  });

  test('a class that was not found is not counted', () =>
    expect(mask('nothing here')).toEqual({ text: 'nothing here', masked: {} }));
});

describe('what is nobody’s number stays', () => {
  test.each([
    'a handle @anna, an expression a@b, a price 3 @ 4.50',
    'a broken IBAN CH93 0076 2011 6238 5295 8 and AHV 756.9217.0769.84',
    'an order 4111111111111112, an EAN 4006381333931, zeros 0000000000000000',
    'books ISBN 978-3-16-148410-0, ISBN 0-306-40615-2, 0-306-40615-2, ISBN: 0306406152',
    'dates 01.02.2023, 05.11.2023 14:30, 2023-11-24 10:00, 24/11/2023, 01.02.2023-03.02.2023',
    'private 192.168.1.1, 10.0.0.1, 127.0.0.1, documentation 203.0.113.5, 2001:db8::1, ::1, fe80::1',
    'versions v1.2.3.4 and 1.2.3.4.5, times 12:34:56, names std::vector',
    'a calendar 05 06 07 08 09 10 11, an address example.org/posts/2395361813834269',
    'sums 1’234’567.00, 0.123456789, 1 000 000 000, chapters 01 02 03 04 05 06 07 08 09 10 11 12',
    'pi 3.14159265358979323846 and a hash 4111a1111b1111c1111d',
  ])('%s', text => {
    for (const region of [undefined, 'CH', 'DE', 'US', 'FR'] as const) expect(mask(text, region)).toEqual({ text, masked: {} });
  });
});

test('where a page is from: its top-level domain, else the region of its language; a domain sold to everybody tells nothing', () => {
  expect(phoneRegionOf('https://www.example.ch/a')).toBe('CH');
  expect(phoneRegionOf('https://www.example.co.uk/')).toBe('GB');
  expect(phoneRegionOf('https://example.com/', 'fr-CA')).toBe('CA');
  expect(phoneRegionOf('https://example.io/', 'de')).toBeUndefined();
  expect(phoneRegionOf('https://192.0.2.1/')).toBeUndefined();
});

test.each([
  ['at signs', '@'],
  ['one local part', 'a'],
  ['addresses', 'a@b.'],
  ['labels', '@a.a.a.a'],
  ['digits', '1'],
  ['numbers with dots', '1.1.'],
  ['groups of hexadecimals', '2aaa:'],
  ['plus signs', '+1 '],
  ['trunk prefixes', '01 '],
  ['beginnings of IBANs', 'CH93 '],
])('a megabyte of %s is masked in linear time', (_, piece) => {
  const text = piece.repeat(Math.ceil(1_000_000 / piece.length));
  const started = processorMs();
  mask(text, 'CH');
  expect(processorMs() - started).toBeLessThan(3000 * busyness());
});

import { countrySpecs, isValidIBAN } from 'ibantools';
import type { Span } from './span.ts';

/** IBANs (ISO 13616) of a known country with the right length and checksum, written solid or with single spaces or hyphens. */
export function findIbans(text: string): readonly Span[] {
  const spans: Span[] = [];
  for (const match of text.matchAll(ibanStart)) {
    const last = spans.at(-1);
    if (last && match.index < last[1]) continue;
    const country = match[0].slice(0, 2).toUpperCase();
    const length = (Object.hasOwn(countrySpecs, country) ? countrySpecs[country] : undefined)?.chars;
    if (!length) continue;
    const end = endOfCharacters(text, match.index, length);
    if (end === undefined) continue;
    if (
      isValidIBAN(
        text
          .slice(match.index, end)
          .replace(/[ \u00a0-]/g, '')
          .toUpperCase(),
      )
    )
      spans.push([match.index, end]);
  }
  return spans;
}

const ibanStart = /(?<![\p{L}\p{N}])[a-z]{2}\d{2}(?=[ \u00a0-]?[a-z0-9])/giu;

/** Where `length` letters and digits from `start` end, separators between them allowed one at a time; undefined when more or fewer follow. */
function endOfCharacters(text: string, start: number, length: number): number | undefined {
  let at = start;
  for (let seen = 0; seen < length; at += 1) {
    const char = text[at] ?? '';
    if (/[A-Za-z0-9]/.test(char)) seen += 1;
    else if (!/[ \u00a0-]/.test(char) || /[ \u00a0-]/.test(text[at - 1] ?? '')) return undefined;
  }
  return /[\p{L}\p{N}]/u.test(text[at] ?? '') ? undefined : at;
}

/** Swiss social security numbers: EAN-13 with prefix 756, written `756.1234.5678.97` or solid. */
export function findAhvNumbers(text: string): readonly Span[] {
  if (!text.includes('756')) return [];
  return [...text.matchAll(ahv)]
    .filter(match => isEan13(digitsOf(match[0])))
    .map(match => [match.index, match.index + match[0].length]);
}

const ahv = /(?<![\d.-])756[. \u00a0-]?\d{4}[. \u00a0-]?\d{4}[. \u00a0-]?\d{2}(?!\d|[.-]\d)/g;

/**
 * Payment card numbers: an issuer's prefix and length (ISO/IEC 7812), the Luhn checksum, written solid or in the groups printed on cards.
 * Thirteen digits that are a valid EAN are a product; what follows a slash or an equals sign is part of an address.
 */
export function findCards(text: string): readonly Span[] {
  return [...text.matchAll(card)]
    .filter(match => {
      const digits = digitsOf(match[0]);
      if (!hasIssuer(digits) || !isLuhn(digits) || /^(\d)\1*$/.test(digits)) return false;
      return digits.length !== 13 || !isEan13(digits);
    })
    .map(match => [match.index, match.index + match[0].length]);
}

const card =
  /(?<![\p{L}\d.,+/=_#-])(?:\d{4}([ \u00a0-])\d{4}\1\d{4}\1\d{1,4}(?:\1\d{1,3})?|3\d{3}([ \u00a0-])\d{6}\2\d{4,5}|\d{13,19})(?![\p{L}\d]|[.,-]\d)/gu;

function hasIssuer(digits: string): boolean {
  const { length } = digits;
  const first4 = Number(digits.slice(0, 4));
  if (digits.startsWith('4')) return length === 13 || length === 16 || length === 19;
  if ((first4 >= 5100 && first4 <= 5599) || (first4 >= 2221 && first4 <= 2720)) return length === 16;
  if (/^3[47]/.test(digits)) return length === 15;
  if (/^3(?:0[0-5]|[689])/.test(digits)) return length === 14 || length === 16;
  if (/^35(?:2[89]|[3-8])/.test(digits)) return length >= 16;
  return /^6(?:011|4[4-9]|5|2)/.test(digits) && length >= 16;
}

const digitsOf = (text: string): string => text.replace(/\D/g, '');

function isEan13(digits: string): boolean {
  let sum = 0;
  for (let index = 0; index < 13; index += 1) sum += Number(digits[index]) * (index % 2 === 0 ? 1 : 3);
  return digits.length === 13 && sum % 10 === 0;
}

function isLuhn(digits: string): boolean {
  let sum = 0;
  for (let index = 0; index < digits.length; index += 1) {
    const digit = Number(digits[digits.length - 1 - index]);
    const doubled = index % 2 === 0 ? digit : digit * 2;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}

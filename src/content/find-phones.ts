import { type CountryCode, findPhoneNumbersInText, getCountryCallingCode, isSupportedCountry } from 'libphonenumber-js/max';
import type { Span } from './span.ts';

/** ISO 3166-1 alpha-2, of a country with a numbering plan. */
export type PhoneRegion = CountryCode;

/**
 * Where a page's local phone numbers are from: its country-code top-level domain, else the region subtag of its language
 * (`de-CH`). Undefined when neither tells; then only international numbers are found.
 */
export function phoneRegionOf(url: string, htmlLang?: string): PhoneRegion | undefined {
  const label = URL.parse(url)?.hostname.split('.').at(-1)?.toUpperCase() ?? '';
  const topLevel = label === 'UK' ? 'GB' : label;
  // These are sold as something else than a country.
  if (/^[A-Z]{2}$/.test(topLevel) && !genericInUse.has(topLevel) && isSupportedCountry(topLevel)) return topLevel;
  const region = /^[a-z]{2,3}(?:-[a-z]{4})?-([a-z]{2})(?:-|$)/i.exec(htmlLang ?? '')?.[1]?.toUpperCase();
  return region && isSupportedCountry(region) ? region : undefined;
}

const genericInUse: ReadonlySet<string> = new Set('IO AI CO ME TV CC FM AM GG SH AC LY TO WS LA'.split(' '));

/**
 * Phone numbers that are valid in their numbering plan. The finder is dear, so it is only given what a
 * cheap expression proposes: `+41 …`, `0041 …`, and with a region also what begins with the trunk prefix 0, or `(212) 555-0123` in
 * North America. Countries without a trunk prefix are found by their international form only.
 */
export function findPhones(text: string, region?: PhoneRegion): readonly Span[] {
  const spans = text.includes('+')
    ? findProposed(text, international, region)
    : text.includes('00')
      ? findProposed(text, dialled, region)
      : [];
  if (!region) return spans;
  const local = findProposed(text, localFor(region), region).filter(
    ([start, end]) => !spans.some(([from, to]) => start < to && from < end),
  );
  return [...spans, ...local].sort((a, b) => a[0] - b[0]);
}

function findProposed(text: string, pattern: RegExp, region: PhoneRegion | undefined): Span[] {
  const spans: Span[] = [];
  const proposal = new RegExp(pattern);
  for (let checked = 0; ; checked += 1) {
    const match = proposal.exec(text);
    if (!match) return spans;
    const { 0: proposed, index } = match;
    const before = text.slice(Math.max(0, index - 12), index);
    // A local number does not begin in the middle of a list of numbers, only after another phone number.
    if (localStart.test(proposed) && /\d[ \u00a0]$/.test(before) && index - (spans.at(-1)?.[1] ?? -4) > 3) continue;
    const found = checked < maxChecked ? phoneIn(proposed, before, region) : ([0, proposed.length] as const);
    if (!found) continue;
    spans.push([index + found[0], index + found[1]]);
    // One proposal may hold two numbers.
    proposal.lastIndex = index + found[1];
  }
}

const localStart = /^\(?0?[1-9]/;

/** A page of more proposals is a directory or a trap: the rest is masked unchecked, because leaving it would be the laxer error. */
const maxChecked = 2000;

const dialledStart = String.raw`(?<![\p{L}\d+])00 ?`;
const digits = String.raw`[1-9][\d\u00a0 ()./-]{5,24}\d`;
const international = new RegExp(String.raw`(?:\+ ?|\(\+|${dialledStart})${digits}`, 'gu');
/** What of these a text without a plus can hold: half of the time, or a third. */
const dialled = new RegExp(`${dialledStart}${digits}`, 'gu');
const withTrunkPrefix = /(?<![\p{L}\d+.,/:-])\(?0[1-9][\d\u00a0 ()./-]{5,18}\d/gu;
const northAmerican = /(?<![\p{L}\d+.,/:-])\(?[2-9]\d{2}\)?[ \u00a0.-]\d{3}[ \u00a0.-]\d{4}(?![\d-])/gu;

const localFor = (region: PhoneRegion): RegExp => (getCountryCallingCode(region) === '1' ? northAmerican : withTrunkPrefix);

const date = /^\(?(?:\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d{4}[./-]\d{1,2}[./-]\d{1,2})(?!\d)/;
/** ISBN-10 in groups: the only book number that can begin with 0. */
const isbn = /^\d{1,5}[- ]\d{1,7}[- ]\d{1,7}[- ][\dX]$/;
const bookBefore = /(?:isbn|issn)(?:-1[03])?[:\s]*$/i;

function phoneIn(proposed: string, before: string, region: PhoneRegion | undefined): Span | undefined {
  if (date.test(proposed) || bookBefore.test(before) || isCount(proposed)) return undefined;
  for (const shorter of readings(proposed)) {
    const found = phoneAtStart(shorter, region);
    if (found) return found;
  }
  return undefined;
}

/**
 * The proposal itself, then what is left of it when a second number or a stray one is taken off its end. A local number is only cut where
 * another one visibly begins: in a list of numbers every few of them would make a phone number.
 */
function* readings(proposed: string): Generator<string> {
  yield proposed;
  const cut = /^(?:\+|\(\+|00)/.test(proposed) ? /[ \u00a0/-]+(?=[(\d])/g : /[ \u00a0]+(?:[/-][ \u00a0]+(?=[(\d])|(?=\(|0\d\d))/g;
  const cuts = [...proposed.matchAll(cut)].map(match => match.index).reverse();
  for (const end of cuts) if (proposed.slice(0, end).replace(/\D/g, '').length >= 7) yield proposed.slice(0, end);
}

function phoneAtStart(proposed: string, region: PhoneRegion | undefined): Span | undefined {
  const isLocal = localStart.test(proposed);
  if (isLocal && isbn.test(proposed) && isIsbn10(proposed.replace(/\D/g, ''))) return undefined;
  // `00` is the international prefix of most countries but not of all; written as `+` it needs no region.
  const isDialled = proposed.startsWith('00');
  if (isDialled && !/[ ()./-]/.test(proposed)) return undefined;
  const asked = isDialled ? ` +${proposed.slice(2)}` : proposed;
  const [found] = findPhoneNumbersInText(asked, region && isLocal ? { defaultCountry: region } : undefined);
  // A number found only after others were skipped is part of something else.
  if (!found || found.startsAt > 2) return undefined;
  return [isDialled || proposed.startsWith('(+') ? 0 : found.startsAt, found.endsAt];
}

/** `05 06 07 08 09`: a row of a calendar. */
function isCount(proposed: string): boolean {
  const groups = proposed.match(/\d+/g)?.map(Number) ?? [];
  return groups.length >= 4 && groups.every((value, index) => index === 0 || value === groups[index - 1]! + 1);
}

function isIsbn10(digits: string): boolean {
  if (digits.length !== 10) return false;
  return [...digits].reduce((sum, digit, index) => sum + Number(digit) * (10 - index), 0) % 11 === 0;
}

import { findAhvNumbers, findCards, findIbans } from './find-accounts.ts';
import { findEmails, findPublicAddresses } from './find-addresses.ts';
import { findPhones, type PhoneRegion } from './find-phones.ts';
import type { Span } from './span.ts';

/** What is masked, in the order it is looked for: what is found first is no longer there for the next. */
const personalDataClasses = ['email', 'iban', 'ahv', 'card', 'ip', 'phone'] as const;
export type PersonalDataClass = (typeof personalDataClasses)[number];

export interface MaskedText {
  readonly text: string;
  /** How many of each class; a class that was not found is left out. */
  readonly masked: Readonly<Partial<Record<PersonalDataClass, number>>>;
}

/**
 * Puts typed placeholders (`<email-pii>`, `<phone-pii>`, …) in the place of e-mail addresses, phone numbers, IBANs, public IP addresses,
 * Swiss social security numbers and payment card numbers. Checksums decide wherever there is one. It errs to leaving text alone where a
 * number could as well be a date, a book or an order; local phone numbers are found only when `region` says where the page is from.
 * @param onEmail told of each e-mail address, as it is written
 */
export function maskPersonalData(text: string, region?: PhoneRegion, onEmail?: (address: string) => void): MaskedText {
  const masked: Partial<Record<PersonalDataClass, number>> = {};
  let rest = text;
  for (const kind of personalDataClasses) {
    const spans = finders[kind](rest, region);
    if (spans.length === 0) continue;
    masked[kind] = spans.length;
    if (kind === 'email' && onEmail) for (const [start, end] of spans) onEmail(rest.slice(start, end));
    rest = replaceSpans(rest, spans, `<${kind}-pii>`);
  }
  return { text: rest, masked };
}

const finders: Readonly<Record<PersonalDataClass, (text: string, region?: PhoneRegion) => readonly Span[]>> = {
  email: findEmails,
  iban: findIbans,
  ahv: findAhvNumbers,
  card: findCards,
  ip: findPublicAddresses,
  phone: findPhones,
};

function replaceSpans(text: string, spans: readonly Span[], placeholder: string): string {
  let from = 0;
  const pieces: string[] = [];
  for (const [start, end] of spans) {
    pieces.push(text.slice(from, start), placeholder);
    from = end;
  }
  pieces.push(text.slice(from));
  return pieces.join('');
}

import type { Anomaly, Evidence, Exchange, SignalId } from '../vocab/index.ts';
import { maxQuoteBytes } from '../vocab/index.ts';

const utf8 = new TextDecoder('utf-8');
const encoder = new TextEncoder();

/** The bytes of a body as the quote they stand for: at most 512 octets, decoded as UTF-8 (damage becomes U+FFFD). */
export const quoteBytes = (body: Uint8Array, start: number, end: number): string =>
  utf8.decode(body.subarray(start, Math.min(end, start + maxQuoteBytes)));

/** A field value as its quote: at most 512 octets of UTF-8 (a lone surrogate becomes U+FFFD). */
export function quoteText(text: string): string {
  if (text.length * 3 <= maxQuoteBytes) return text.toWellFormed();
  const bytes = encoder.encode(text);
  return bytes.length <= maxQuoteBytes ? text.toWellFormed() : utf8.decode(bytes.subarray(0, maxQuoteBytes));
}

export const sourceOf = ({ url, retrievedAt, digest }: Exchange): Evidence['source'] => ({ url, retrievedAt, digest });

export const citeAbsence = (signal: SignalId, exchange: Exchange, looked: string, spec: string): Evidence => ({
  signal,
  source: sourceOf(exchange),
  locator: { kind: 'absence', looked },
  quote: '',
  spec,
});

export const citeField = (
  signal: SignalId,
  exchange: Exchange,
  name: string,
  index: number,
  value: string,
  spec: string,
): Evidence => ({
  signal,
  source: sourceOf(exchange),
  locator: { kind: 'field', name: name.toLowerCase(), index },
  quote: quoteText(value),
  spec,
});

export const citeStatus = (signal: SignalId, exchange: Exchange, status: number, spec: string): Evidence =>
  citeField(signal, exchange, ':status', 0, String(status), spec);

export const anomaly = (code: string, effect: Anomaly['effect'], evidence: Evidence, detail?: string): Anomaly => ({
  code,
  effect,
  signal: evidence.signal,
  evidence,
  ...(detail === undefined ? {} : { detail }),
});

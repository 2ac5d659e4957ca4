import type { FieldLine } from '../../vocab/index.ts';
import { allFields } from './fields.ts';

/**
 * How long a server asks us to stay away, in ms, between 0 and `maxMs`; undefined where nothing readable was said (RFC 9110 §10.2.3: seconds
 * or a date). Of several lines the longest counts.
 */
export function retryAfterMs(fields: readonly FieldLine[], nowMs: number, maxMs: number): number | undefined {
  const waits = allFields(fields, 'retry-after').flatMap(value => {
    const wait = waitMs(value.trim(), nowMs);
    return wait === undefined ? [] : [Math.min(Math.max(wait, 0), maxMs)];
  });
  return waits.length === 0 ? undefined : Math.max(...waits);
}

function waitMs(value: string, nowMs: number): number | undefined {
  if (/^\d+$/.test(value)) return Number(value) * 1_000;
  const at = parseHttpDate(value);
  return at === undefined ? undefined : at - nowMs;
}

const dateForms: readonly RegExp[] = [
  /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/, // IMF-fixdate
  /^[A-Z][a-z]{5,8}, \d{2}-[A-Z][a-z]{2}-\d{2} \d{2}:\d{2}:\d{2} GMT$/, // RFC 850
  /^[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d{2}:\d{2}:\d{2} \d{4}$/, // asctime, always UTC
];

/** Milliseconds since 1970 of an HTTP date (RFC 9110 §5.6.7). `Date.parse` alone reads a date into almost anything (`-5`). */
export function parseHttpDate(value: string): number | undefined {
  if (!dateForms.some(form => form.test(value))) return undefined;
  const at = Date.parse(value.endsWith('GMT') ? value : `${value} GMT`);
  return Number.isNaN(at) ? undefined : at;
}

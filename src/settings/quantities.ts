import { z } from 'zod';
import { CodedError, exitCodes } from '../vocab/index.ts';

/** A longer timer would fire at once. */
const maxTimerMs = 24 * 24 * 3_600_000;

/** `250`, `250ms`, `2s`, `5min`, `1h` → milliseconds. Bare numbers are milliseconds. */
export const durationMs: z.ZodType<number> = z
  .union([z.number(), z.string()])
  .transform((raw, context) => {
    const match = /^(\d+(?:\.\d+)?)\s*(ms|s|min|m|h)?$/.exec(String(raw).trim());
    const factor = { ms: 1, s: 1_000, m: 60_000, min: 60_000, h: 3_600_000 }[match?.[2] ?? 'ms'] ?? 1;
    const ms = Number(match?.[1]) * factor;
    if (ms <= maxTimerMs) return ms;
    if (match) {
      context.issues.push({ code: 'custom', message: `\`${raw}\` is longer than 24 days`, input: raw });
      return z.NEVER;
    }
    context.issues.push({ code: 'custom', message: `\`${raw}\` is no duration; write 500, 500ms, 2s, 5min or 1h`, input: raw });
    return z.NEVER;
  })
  .meta({ description: 'a duration: milliseconds, or with a unit (ms, s, min, h)', examples: [1000, '2s'] });

const maxPeriodMs = 3_650 * 24 * 3_600_000;

/** `36h`, `7d`, `2w` → milliseconds: a time that is compared with dates and waited for by no timer. */
export const periodMs: z.ZodType<number> = z
  .union([z.number(), z.string()])
  .transform((raw, context) => {
    const match = /^(\d+(?:\.\d+)?)\s*(ms|s|min|m|h|d|w)?$/.exec(String(raw).trim());
    const units = { ms: 1, s: 1_000, m: 60_000, min: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const;
    const ms = Number(match?.[1]) * units[(match?.[2] ?? 'ms') as keyof typeof units];
    if (ms <= maxPeriodMs) return ms;
    const message = match ? `\`${raw}\` is longer than ten years` : `\`${raw}\` is no period; write 12h, 7d or 2w`;
    context.issues.push({ code: 'custom', message, input: raw });
    return z.NEVER;
  })
  .meta({ description: 'a period: milliseconds, or with a unit (ms, s, min, h, d, w)', examples: ['7d'] });

/** A period that is no key of the configuration. @throws CodedError ERR_PERIOD */
export function parsePeriod(flag: string, text: string): number {
  const parsed = periodMs.safeParse(text);
  if (parsed.success) return parsed.data;
  const message = `${flag}: ${parsed.error.issues[0]?.message ?? 'no period'}`;
  throw new CodedError('ERR_PERIOD', exitCodes.usage, message, { next: 'write 12h, 7d or 2w' });
}

/** `1048576`, `512kB`, `10MiB` → bytes. */
export const byteCount: z.ZodType<number> = z
  .union([z.number(), z.string()])
  .transform((raw, context) => {
    const match = /^(\d+(?:\.\d+)?)\s*(b|kb|mb|gb|kib|mib|gib)?$/i.exec(String(raw).trim());
    const units: Record<string, number> = { b: 1, kb: 1e3, mb: 1e6, gb: 1e9, kib: 2 ** 10, mib: 2 ** 20, gib: 2 ** 30 };
    if (match) return Math.floor(Number(match[1]) * (units[(match[2] ?? 'b').toLowerCase()] ?? 1));
    context.issues.push({ code: 'custom', message: `\`${raw}\` is no size; write 1048576, 512kB or 10MiB`, input: raw });
    return z.NEVER;
  })
  .meta({ description: 'a size: bytes, or with a unit (kB, MB, kiB, MiB)', examples: ['10MiB'] });

/** A whole number, also when it arrives as text from a flag or the environment. */
export const wholeNumber = (minimum: number): z.ZodType<number> =>
  z.union([z.number(), z.string()]).transform((raw, context) => {
    const value = typeof raw === 'number' ? raw : /^\d+$/.test(raw.trim()) ? Number(raw) : Number.NaN;
    if (Number.isSafeInteger(value) && value >= minimum) return value;
    context.issues.push({ code: 'custom', message: `\`${raw}\` is not a whole number of at least ${minimum}`, input: raw });
    return z.NEVER;
  });

/** A decimal number of at least 0, also when it arrives as text. */
export const factor: z.ZodType<number> = z.union([z.number(), z.string()]).transform((raw, context) => {
  const value = typeof raw === 'number' ? raw : /^\d+(\.\d+)?$/.test(raw.trim()) ? Number(raw) : Number.NaN;
  if (Number.isFinite(value) && value >= 0) return value;
  context.issues.push({ code: 'custom', message: `\`${raw}\` is not a number of at least 0`, input: raw });
  return z.NEVER;
});

export const flag: z.ZodType<boolean> = z.union([z.boolean(), z.string()]).transform((raw, context) => {
  if (typeof raw === 'boolean') return raw;
  if (/^(true|1|yes|on)$/i.test(raw)) return true;
  if (/^(false|0|no|off)$/i.test(raw)) return false;
  context.issues.push({ code: 'custom', message: `\`${raw}\` is neither true nor false`, input: raw });
  return z.NEVER;
});

/** One value or a list of them: repeatable flags, YAML lists, comma-separated environment variables. */
export const listOf = <T>(item: z.ZodType<T>): z.ZodType<T[]> =>
  z.union([item.transform(one => [one]), z.array(item)]) as unknown as z.ZodType<T[]>;

/** Of a quantity: none at all is refused. */
export const positive = (quantity: z.ZodType<number>): z.ZodType<number> =>
  quantity.refine(value => value > 0, { error: 'must be more than 0' });

export const portNumber: z.ZodType<string> = z.union([z.string(), z.number()]).transform((raw, context) => {
  const text = String(raw).trim();
  if (/^[1-9]\d{0,4}$/.test(text) && Number(text) <= 65_535) return text;
  context.issues.push({ code: 'custom', message: `\`${raw}\` is no port; write a number from 1 to 65535`, input: raw });
  return z.NEVER;
});

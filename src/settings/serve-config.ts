import { z } from 'zod';
import { durationMs, listOf } from './quantities.ts';

/** `9464`, `127.0.0.1:9464`, `[::1]:9464`. */
export function isListenAddress(text: string): boolean {
  const port = /^(?:(?:\d{1,3}(?:\.\d{1,3}){3}|\[[0-9a-f:.]+\]):)?(\d{1,5})$/i.exec(text)?.[1];
  return (
    port !== undefined && Number(port) <= 65_535 && URL.canParse(`http://${text.includes(':') ? text : `127.0.0.1:${text}`}/`)
  );
}

const cron = z.string().min(1);
/** Whether it is one at all is looked at where it is used. */
const schedule = z.union([
  cron.transform((crawl): Schedule => ({ crawl })),
  z.strictObject({
    crawl: cron.exactOptional(),
    recheck: cron.exactOptional(),
    compact: cron.exactOptional(),
    report: cron.exactOptional(),
  }),
]) as unknown as z.ZodType<Schedule>;

/** `0 3 * * *` or `@daily`, or with a time zone: `0 3 * * * Europe/Zurich`. */
export interface Schedule {
  readonly crawl?: string;
  readonly recheck?: string;
  readonly compact?: string;
  readonly report?: string;
}

/** What only `heed serve` has a use for. */
export interface ServeConfig {
  readonly schedule?: Schedule | undefined;
  readonly 'schedule-jitter': number;
  readonly listen: string;
  readonly 'token-file'?: string | undefined;
  readonly 'server-name': readonly string[];
}

/** Keys of `heed.yaml`; see `config.ts`. */
export const serveShape: { readonly [key in keyof ServeConfig]-?: z.ZodType<ServeConfig[key]> } = {
  schedule: schedule
    .optional()
    .describe(
      'of `heed serve`: when each job runs (crawl, recheck, compact, report), a cron expression of five fields and a time zone (UTC by default); a single one is that of crawl',
    ),
  'schedule-jitter': durationMs
    .default(0)
    .describe(
      'of `heed serve`: each time of the schedule is put off by a random part of this, so that not everybody asks on the hour',
    ),
  listen: z
    .string()
    .refine(isListenAddress, { error: 'must be a port, or ADDRESS:PORT where it is not for this machine only' })
    .default('127.0.0.1:9465')
    .describe(
      'of `heed serve`: [ADDRESS:]PORT of the dashboard; on 127.0.0.1 unless an address is given, and then token-file is needed',
    ),
  'token-file': z
    .string()
    .min(1)
    .optional()
    .describe('of `heed serve`: file with the secret that whoever reads the dashboard must know, at least 24 characters'),
  'server-name': listOf(
    z
      .string()
      .regex(/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/i, { error: 'must be a host name without a port, such as heed.example.org' }),
  )
    .default([])
    .describe('of `heed serve`: host names it may be asked by, besides addresses and localhost'),
};

/** No flags of the other commands. */
export const serveKeys: readonly (keyof ServeConfig)[] = ['schedule', 'schedule-jitter', 'listen', 'token-file', 'server-name'];

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { CodedError, exitCodes } from '../vocab/index.ts';

/** How one path of a demonstration site is answered, where that is not simply its file. */
export interface SiteResponse {
  /** Default 200. */
  readonly status?: number;
  /** Pairs of name and value, in order; repetition is meant. A Content-Type here replaces the one of the file's extension. */
  readonly headers?: readonly (readonly [string, string])[];
  readonly body?: string;
  /** Served instead of the file at the path, relative to the site's folder. */
  readonly file?: string;
}

/** `site.json` of a folder in `fixtures/sites`. */
export interface SiteFile {
  readonly host: string;
  /** What the site says, in one line for people. */
  readonly title: string;
  readonly responses: Readonly<Record<string, SiteResponse>>;
}

export const siteFileName = 'site.json';

const response = z.strictObject({
  status: z.int().min(200).max(599).exactOptional(),
  headers: z.array(z.tuple([z.string().min(1), z.string()])).exactOptional(),
  body: z.string().exactOptional(),
  file: z.string().exactOptional(),
});

const schema = z.strictObject({
  host: z.string().regex(/^[a-z0-9.-]+\.test$/, { error: 'must be a name under .test (RFC 6761 §6.2)' }),
  title: z.string().min(1).max(90),
  responses: z.record(z.string().startsWith('/'), response).default({}),
});

/** @throws CodedError ERR_SITE_INVALID (exit 3) */
export function readSiteFile(folder: string): SiteFile {
  try {
    return schema.parse(JSON.parse(readFileSync(join(folder, siteFileName), 'utf8')));
  } catch (cause) {
    const why = cause instanceof z.ZodError ? z.prettifyError(cause).replaceAll('\n', ' ') : (cause as Error).message;
    throw siteInvalid(folder, why, cause);
  }
}

export const siteInvalid = (folder: string, why: string, cause?: unknown): CodedError =>
  new CodedError('ERR_SITE_INVALID', exitCodes.config, `\`${join(folder, siteFileName)}\`: ${why}`, {
    next: 'fixtures/sites/README.md shows the shape',
    cause,
  });

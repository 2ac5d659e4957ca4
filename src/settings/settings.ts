import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type yaml from 'yaml';
import type { z } from 'zod';
import { CodedError, exitCodes } from '../vocab/index.ts';
import { type Config, type ConfigKey, configKeys, listKeys, parseConfig } from './config.ts';
import { suggest } from './suggest.ts';

export type Origin = 'flag' | 'environment' | 'file' | 'default';

export interface Settings {
  readonly config: Readonly<Config>;
  /** Where each value came from. */
  readonly from: Readonly<Record<ConfigKey, Origin>>;
}

export interface SettingsInput {
  /** Values of the flags that were given, by key. */
  readonly flags: Readonly<Partial<Record<ConfigKey, unknown>>>;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Path of a YAML file, `-` for standard input, or undefined. */
  readonly file?: string | undefined;
}

/** Most commands read no file. */
const require = createRequire(import.meta.url);

const environmentName = (key: string): string => `HEED_${key.toUpperCase().replaceAll('-', '_')}`;

/**
 * Flags over environment over file over defaults, checked as one.
 * @throws CodedError ERR_CONFIG_UNREADABLE, ERR_CONFIG_YAML, ERR_CONFIG_KEY, ERR_CONFIG_VALUE (exit 3)
 */
export function readSettings({ flags, environment, file }: SettingsInput): Settings {
  refuseUnknownVariables(environment);
  const fromFile = file === undefined ? {} : readConfigFile(file);
  const merged: Record<string, unknown> = {};
  const from = {} as Record<ConfigKey, Origin>;
  for (const key of configKeys) {
    const text = environment[environmentName(key)];
    from[key] = 'default';
    if (Object.hasOwn(fromFile, key)) [merged[key], from[key]] = [fromFile[key], 'file'];
    if (text !== undefined && text !== '') [merged[key], from[key]] = [listKeys.has(key) ? itemsOf(text) : text, 'environment'];
    if (flags[key] !== undefined) [merged[key], from[key]] = [flags[key], 'flag'];
  }
  const parsed = parseConfig(merged);
  if (parsed.success) return { config: Object.freeze(parsed.data), from };
  throw badValue(parsed.error, from, file);
}

const itemsOf = (text: string): readonly string[] =>
  text
    .split(',')
    .map(item => item.trim())
    .filter(item => item !== '');

/** A misspelt variable would be passed over: an exclusion that does not exclude. */
function refuseUnknownVariables(environment: SettingsInput['environment']): void {
  const known = configKeys.map(environmentName);
  const unknown = Object.keys(environment).find(name => name.startsWith('HEED_') && !known.includes(name));
  if (unknown === undefined) return;
  const near = suggest(unknown.slice('HEED_'.length).toLowerCase().replaceAll('_', '-'), configKeys);
  throw new CodedError('ERR_CONFIG_KEY', exitCodes.config, `environment: \`${unknown}\` is no setting`, {
    next: near.replace(/`(.*)`/, (_, key: string) => `\`${environmentName(key)}\``),
  });
}

function badValue(error: z.ZodError, from: Record<ConfigKey, Origin>, file: string | undefined): CodedError {
  const issue = error.issues[0];
  const key = String(issue?.path[0] ?? '') as ConfigKey;
  const origin = from[key];
  const place =
    origin === 'flag'
      ? `--${key}`
      : origin === 'environment'
        ? environmentName(key)
        : `\`${key}\` in ${file ?? 'the configuration'}`;
  const isUsage = origin === 'flag';
  return new CodedError(
    'ERR_CONFIG_VALUE',
    isUsage ? exitCodes.usage : exitCodes.config,
    `${place}: ${issue?.message ?? 'invalid value'}`,
    {
      next: '`heed schema config` lists every key with its unit and default',
    },
  );
}

const maxConfigBytes = 2 ** 20;

function readConfigFile(file: string): Record<string, unknown> {
  let text: string;
  try {
    text = readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch (cause) {
    throw new CodedError('ERR_CONFIG_UNREADABLE', exitCodes.config, `cannot read the configuration \`${file}\``, {
      next: 'check the path, or write one with `heed init`',
      cause,
    });
  }
  if (text.length > maxConfigBytes)
    throw new CodedError('ERR_CONFIG_YAML', exitCodes.config, `\`${file}\` is larger than 1 MiB`, {
      next: 'a configuration is a page of keys; put seeds into a file of their own',
    });
  return parseYaml(file, text);
}

function parseYaml(file: string, text: string): Record<string, unknown> {
  const { parseDocument } = require('yaml') as typeof yaml;
  const document = parseDocument(text, { uniqueKeys: true, merge: false, schema: 'core', stringKeys: true });
  // An unknown tag is only a warning to YAML; here it would be a value nobody meant.
  const problem = document.errors[0] ?? document.warnings[0];
  if (problem) {
    const at = problem.linePos?.[0];
    const place = at ? `${file}:${at.line}:${at.col}` : file;
    throw new CodedError(
      'ERR_CONFIG_YAML',
      exitCodes.config,
      `${place}: ${(problem.message.split('\n')[0] ?? '').replace(/:$/, '').slice(0, 200)}`,
      {
        next: 'correct the YAML; `heed init` writes a valid file',
      },
    );
  }
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: 50 });
  } catch (cause) {
    throw new CodedError('ERR_CONFIG_YAML', exitCodes.config, `${file}: ${(cause as Error).message}`, {
      next: 'write the values out instead of aliases',
      cause,
    });
  }
  if (value === null || value === undefined) return {};
  if (typeof value !== 'object' || Array.isArray(value)) {
    throw new CodedError('ERR_CONFIG_YAML', exitCodes.config, `${file}: expected keys and values at the top level`, {
      next: 'write lines like `max-pages: 100`; `heed init` writes a valid file',
    });
  }
  const unknown = Object.keys(value).find(key => key !== '$schema' && !configKeys.includes(key as ConfigKey));
  if (unknown !== undefined) {
    throw new CodedError('ERR_CONFIG_KEY', exitCodes.config, `${file}: unknown key \`${unknown}\``, {
      next: suggest(unknown, configKeys),
    });
  }
  return value as Record<string, unknown>;
}

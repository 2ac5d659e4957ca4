import { type Command, Option } from 'commander';
import { type ConfigKey, configKeys, defaultOf, describeKey, flagKeys, listKeys, serveKeys } from '../../settings/index.ts';
import { collect } from '../commands/command.ts';

const placeholders: Readonly<Partial<Record<ConfigKey, string>>> = {
  out: 'dir',
  seeds: 'file|-',
  operator: 'name',
  contact: 'url|e-mail',
  from: 'e-mail',
  'signing-key': 'file',
  'signature-agent': 'https-origin',
  'signature-agent-form': 'dictionary|string',
  addresses: 'cidr',
  policy: 'name|file',
  category: 'id',
  source: 'name',
  'operator-records': 'file',
  'operator-key': 'file',
  scope: 'host|domain|prefix|any',
  include: 'glob',
  exclude: 'glob',
  'drop-parameters': 'name',
  delay: 'duration',
  'adaptive-delay': 'factor',
  'max-delay': 'duration',
  backoff: 'duration',
  'quiet-hours': 'window',
  'defer-limit': 'duration',
  'request-timeout': 'duration',
  'max-bytes': 'size',
  'max-held-bytes': 'size',
  'content-memory': 'size',
  port: 'n',
  'min-free-disk': 'size',
  grace: 'duration',
  'outage-limit': 'duration',
  resolve: 'pattern=addr[:port]',
  render: 'never|auto|always',
  browser: 'path',
  'render-timeout': 'duration',
  'render-bytes': 'size',
  due: 'schedule|all',
  'recrawl-min': 'duration',
  'recrawl-max': 'duration',
  stands: 'duration',
  'withdraw-within': 'duration',
  stats: 'file',
  metrics: '[address:]port',
  'progress-every': 'duration',
  schedule: 'cron',
  'schedule-jitter': 'duration',
  listen: '[address:]port',
  'token-file': 'file',
  'server-name': 'host',
  'debug-url': 'url',
};

/** Every key of the configuration that is not for `heed serve` alone as a flag; values are checked by the settings, not here, so that all sources give the same errors. */
export function addConfigFlags(command: Command, without: readonly ConfigKey[] = []): Command {
  command.option('--config <file|->', 'YAML configuration; flags win over HEED_* variables, which win over it');
  for (const key of configKeys) {
    if (without.includes(key) || (isServeKey(key) && command.name() !== 'serve')) continue;
    const about = `${describeKey(key)}${defaultText(key)}`;
    const placeholder = placeholders[key];
    if (flagKeys.has(key)) {
      const isOn = defaultOf(key) === true;
      command.addOption(new Option(`--${key}`, about));
      command.addOption(new Option(`--no-${key}`, `switches --${key} off`).hideHelp(!isOn));
    } else if (listKeys.has(key)) {
      command.addOption(new Option(`--${key} <${placeholder ?? 'value'}>`, `${about} (repeatable)`).argParser(collect));
    } else {
      command.option(`--${key} <${placeholder ?? 'n'}>`, about);
    }
  }
  return command;
}

const isServeKey = (key: ConfigKey): boolean => (serveKeys as readonly ConfigKey[]).includes(key);

/** What finding pages and making text of them needs: of no use to a command that does neither. */
export const pageKeys: readonly ConfigKey[] = [
  ...(['seeds', 'source', 'category', 'scope', 'max-pages', 'max-pages-per-origin', 'max-pages-per-domain'] as const),
  ...(['max-depth', 'max-links', 'include', 'exclude', 'drop-parameters', 'nofollow', 'follow-refresh', 'traps'] as const),
  ...(['max-path-segments', 'max-siblings', 'content-threads', 'content-memory', 'render', 'browser', 'render-timeout'] as const),
  ...(['render-concurrency', 'render-requests', 'render-bytes', 'sitemaps', 'max-sitemap-urls', 'due', 'addresses'] as const),
  ...(['recrawl-min', 'recrawl-max', 'email-index'] as const),
];

/** As one would write it on the command line. */
function defaultText(key: ConfigKey): string {
  const value = defaultOf(key);
  if (value === undefined || value === false || (Array.isArray(value) && value.length === 0)) return '';
  if (value === true) return ' (on by default)';
  const text =
    typeof value !== 'number'
      ? String(value)
      : placeholders[key] === 'duration'
        ? durationText(value)
        : placeholders[key] === 'size'
          ? sizeText(value)
          : value;
  return ` (default: ${text})`;
}

const durationText = (ms: number): string =>
  ms % 86_400_000 === 0 && ms > 0
    ? `${ms / 86_400_000}d`
    : ms % 3_600_000 === 0 && ms > 0
      ? `${ms / 3_600_000}h`
      : ms % 60_000 === 0 && ms > 0
        ? `${ms / 60_000}m`
        : ms % 1_000 === 0
          ? `${ms / 1_000}s`
          : `${ms}ms`;
const sizeText = (bytes: number): string => (bytes % 2 ** 20 === 0 ? `${bytes / 2 ** 20}MiB` : `${bytes / 2 ** 10}KiB`);

const camel = (key: string): string => key.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());

/** The flags that were really given, by configuration key. */
export function givenFlags(command: Command): Partial<Record<ConfigKey, unknown>> {
  const options = command.opts();
  const given: Partial<Record<ConfigKey, unknown>> = {};
  for (const key of configKeys) {
    const name = camel(key);
    if (command.getOptionValueSource(name) === 'cli') given[key] = options[name];
  }
  return given;
}

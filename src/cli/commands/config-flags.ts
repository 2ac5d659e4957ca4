import { type Command, Option } from 'commander';
import { type ConfigKey, configKeys, describeKey, flagKeys, listKeys } from '../../settings/index.ts';
import { collect } from './command.ts';

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
  stats: 'file',
  metrics: '[address:]port',
  'debug-url': 'url',
};

/** Every key of the configuration as a flag; values are checked by the settings, not here, so that all sources give the same errors. */
export function addConfigFlags(command: Command, without: readonly ConfigKey[] = []): Command {
  command.option('--config <file|->', 'YAML configuration; flags win over HEED_* variables, which win over it');
  for (const key of configKeys) {
    if (without.includes(key)) continue;
    if (flagKeys.has(key)) {
      command.addOption(new Option(`--${key}`, describeKey(key)));
      command.addOption(new Option(`--no-${key}`).hideHelp());
    } else if (listKeys.has(key)) {
      command.addOption(
        new Option(`--${key} <${placeholders[key] ?? 'value'}>`, `${describeKey(key)} (repeatable)`).argParser(collect),
      );
    } else {
      command.option(`--${key} <${placeholders[key] ?? 'n'}>`, describeKey(key));
    }
  }
  return command;
}

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

import type { Command } from 'commander';
import { loadAgents, loadPolicy, loadPresets, presetNames, readSettings } from '../../settings/index.ts';
import { forms, type Policy } from '../../vocab/index.ts';
import { collect, command, terminalOf } from './command.ts';

export const policyShowCommand = (): Command =>
  command('show', 'the policy that would apply here, and where each line of it comes from')
    .argument('[name|file]', 'preset or file; default: what --config, HEED_POLICY or the defaults say')
    .option('--config <file|->', 'YAML configuration')
    .option('--category <id>', 'category of use (repeatable)', collect)
    .option('--list', 'list the presets')
    .addHelpText(
      'after',
      `
With --json the policy is printed as a policy file: change it and pass it to --policy.

Examples:
  heed policy show strict
  heed policy show --config heed.yaml
  heed policy show standard --json > mine.json`,
    )
    .action(async (name: string | undefined, options) => {
      const { data, isJson } = terminalOf(options);
      if (options.list) {
        const presets = loadPresets();
        return data(
          isJson ? `${JSON.stringify(presets, null, 2)}\n` : presets.map(p => `${p.id.padEnd(10)} ${p.description}\n`).join(''),
        );
      }
      const flags = { policy: name, category: options.category };
      const { config, from } = readSettings({ flags, environment: process.env, file: options.config });
      const shown = loadPolicy(config.policy);
      if (isJson) return data(`${JSON.stringify(shown, null, 2)}\n`);
      const origin = (key: 'policy' | 'category' | 'operator-records'): string =>
        ({
          flag: 'command line',
          environment: `HEED_${key.toUpperCase().replaceAll('-', '_')}`,
          file: options.config,
          default: 'default',
        })[from[key]];
      const lines: Line[] = [
        ['policy', config.policy, origin('policy')],
        ['categories asked', config.category.join(', '), origin('category')],
        ['operator records', config['operator-records'] ?? '–', origin('operator-records')],
        ['agent list', `${loadAgents().version}, ${loadAgents().agents.length} agents`, 'config/agents.json'],
        ...policyLines(shown, presetNames.includes(config.policy) ? `config/policies/${config.policy}.json` : config.policy),
      ];
      await data(`${shown.id}  ${shown.digest}\n${shown.description}\n\n${lines.map(lineOf).join('')}`);
    });

type Line = readonly [name: string, value: string, source: string];

const lineOf = ([name, value, source]: Line): string => `${name.padEnd(21)} ${value}  [${source}]\n`;

function policyLines(
  { signals, hears, namedAgents, onUnknown, allowBesideUnknown, silenceMustBeClean }: Policy,
  file: string,
): Line[] {
  const at = (key: string): string => `${file}: ${key}`;
  const unknown = (table: Policy['onUnknown']['usage']): string =>
    Object.entries(table)
      .map(([because, disposition]) => `${because} → ${disposition}`)
      .join(', ');
  return [
    ['signals read', signals === 'all' ? 'all' : signals.join(', '), at('signals')],
    ['forms heard', hears.join(', '), at('hears')],
    ['forms not heard', forms.filter(form => !hears.includes(form)).join(', ') || '–', at('hears')],
    ['named agents', namedLine(namedAgents), at('namedAgents')],
    ['unknown, acquisition', unknown(onUnknown.acquisition), at('onUnknown.acquisition')],
    ['unknown, usage', unknown(onUnknown.usage), at('onUnknown.usage')],
    ['allow beside unknown', allowBesideUnknown === 'allow' ? 'stands' : 'becomes unknown', at('allowBesideUnknown')],
    [
      'silence',
      silenceMustBeClean ? 'keeps only if every probe answered and nothing was malformed' : 'as the table says',
      at('silenceMustBeClean'),
    ],
  ];
}

const namedLine = (named: Policy['namedAgents']): string => {
  if (named === 'ignore') return 'ignored';
  return 'classes' in named ? `any agent of class ${named.classes.join(', ')}` : `any of ${named.tokens.join(', ')}`;
};

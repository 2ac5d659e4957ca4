import type { Command } from 'commander';
import { loadPolicy, loadPresets } from '../../settings/index.ts';
import { forms, type Policy } from '../../vocab/index.ts';
import type { Exit } from '../main.ts';
import { command, terminalOf } from './command.ts';

export function policyCommand(_exit: Exit): Command {
  const policy = command('policy', 'what a policy hears and does');
  policy.addCommand(
    command('show', 'the effective policy')
      .argument('[name|file]', 'preset or file', 'standard')
      .option('--list', 'list the presets')
      .action(async (name: string, options) => {
        const { data, isJson } = terminalOf(options);
        if (options.list) {
          const presets = loadPresets();
          await data(
            isJson ? `${JSON.stringify(presets, null, 2)}\n` : presets.map(p => `${p.id.padEnd(10)} ${p.description}\n`).join(''),
          );
          return;
        }
        const shown = loadPolicy(name);
        await data(isJson ? `${JSON.stringify(shown, null, 2)}\n` : describePolicy(shown));
      }),
  );
  return policy;
}

function describePolicy(policy: Policy): string {
  const { namedAgents, onUnknown } = policy;
  const named =
    namedAgents === 'ignore'
      ? 'ignored'
      : 'classes' in namedAgents
        ? `any agent of class ${namedAgents.classes.join(', ')} (config/agents.json)`
        : `any of ${namedAgents.tokens.join(', ')}`;
  const unknown = (table: Policy['onUnknown']['usage']): string =>
    Object.entries(table)
      .map(([because, disposition]) => `${because} → ${disposition}`)
      .join(', ');
  return [
    `${policy.id}  ${policy.digest}`,
    policy.description,
    '',
    `signals read          ${policy.signals === 'all' ? 'all' : policy.signals.join(', ')}`,
    `forms heard           ${policy.hears.join(', ')}`,
    `forms not heard       ${forms.filter(form => !policy.hears.includes(form)).join(', ') || '–'}`,
    `named agents          ${named}`,
    `unknown, acquisition  ${unknown(onUnknown.acquisition)}`,
    `unknown, usage        ${unknown(onUnknown.usage)}`,
    `allow beside unknown  ${policy.allowBesideUnknown === 'allow' ? 'stands' : 'becomes unknown'}`,
    `silence               ${policy.silenceMustBeClean ? 'keeps only if every probe answered and nothing was malformed' : 'as the table says'}`,
    `data-nosnippet        ${policy.omitsNosnippet ? 'marked elements leave the text' : 'marked elements stay in the text'}`,
    '',
  ].join('\n');
}

import { existsSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import * as prompts from '@clack/prompts';
import type { Command } from 'commander';
import { stringify } from 'yaml';
import { configJsonSchema, presetNames, readSettings } from '../../settings/index.ts';
import { CodedError, exitCodes } from '../../vocab/index.ts';
import type { Exit } from '../exit.ts';
import { command, terminalOf } from './command.ts';

interface Answers {
  readonly operator: string;
  readonly contact: string;
  readonly policy: string;
  readonly out: string;
}

export const initCommand = (_exit: Exit): Command =>
  command('init')
    .option('--operator <name>', 'who runs the crawl')
    .option('--contact <url|e-mail>', 'where site owners reach you')
    .option('--policy <name>', 'preset', 'standard')
    .option('--out <dir>', 'dataset folder written into the file', './dataset')
    .option('--file <path>', 'configuration file to write', 'heed.yaml')
    .option('--force', 'replace an existing file')
    .addHelpText('after', '\nExamples:\n  heed init\n  heed init --operator "Example Lab" --contact https://example.org/bot')
    .action(async options => {
      const { data, talk, isJson } = terminalOf(options);
      const path = resolve(options.file);
      if (existsSync(path) && !options.force) {
        throw new CodedError('ERR_INIT_EXISTS', exitCodes.usage, `\`${options.file}\` exists already`, {
          next: 'pass --force to replace it, or --file for another name',
        });
      }
      const answers = await complete(options);
      const { operator, contact, policy, out } = answers;
      readSettings({ flags: { operator, contact, policy, out }, environment: {} });
      const schemaPath = path.replace(/(\.ya?ml)?$/, '.schema.json');
      writeFileSync(schemaPath, `${JSON.stringify(configJsonSchema(), null, 2)}\n`);
      writeFileSync(path, render(answers, schemaPath));
      if (isJson) await data(`${JSON.stringify({ file: path, schema: schemaPath })}\n`);
      else
        talk(
          `wrote ${path}\nnext: put seeds behind \`heed crawl --config ${options.file} https://…\`, or look first with \`heed doctor\`\n`,
        );
    });

async function complete(options: Partial<Answers>): Promise<Answers> {
  const { operator, contact, policy = 'standard', out = './dataset' } = options;
  if (operator && contact) return { operator, contact, policy, out };
  if (!process.stdin.isTTY || !process.stdout.isTTY) {
    throw new CodedError(
      'ERR_CONTACT_MISSING',
      exitCodes.refusedByPolicy,
      'a crawl needs an operator and a contact that site owners can reach',
      {
        next: 'pass --operator "Your organisation" --contact https://your.site/bot (or an e-mail address)',
      },
    );
  }
  const asked = await prompts.group(
    {
      operator: () => prompts.text({ message: 'Who runs this crawl?', initialValue: operator ?? '', validate: required }),
      contact: () =>
        prompts.text({
          message: 'Where can site owners reach you (https URL or e-mail)?',
          initialValue: contact ?? '',
          validate: required,
        }),
      policy: () =>
        prompts.select({
          message: 'Which policy?',
          initialValue: policy,
          options: presetNames.map(value => ({ value, label: value })),
        }),
      out: () => prompts.text({ message: 'Where should the dataset lie?', initialValue: out, validate: required }),
    },
    {
      onCancel: () => {
        throw new CodedError('ERR_INIT_CANCELLED', exitCodes.interruptedSoftly, 'nothing was written');
      },
    },
  );
  return asked as Answers;
}

const required = (value: string | undefined): string | undefined => (value?.trim() ? undefined : 'required');

const render = (answers: Answers, schemaPath: string): string =>
  `# yaml-language-server: $schema=./${schemaPath.split(/[/\\]/).at(-1)}\n# Every key is also a flag (--max-pages) and an environment variable (HEED_MAX_PAGES).\n${stringify({ ...answers })}`;

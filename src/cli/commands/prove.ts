import { Argument, type Command, Option } from 'commander';
import { CodedError, exitCodes } from '../../vocab/index.ts';
import type { Exit } from '../exit.ts';
import { command, terminalOf } from './command.ts';

export const proveCommand = (_exit: Exit): Command =>
  command('prove')
    .addArgument(new Argument('<url>'))
    .requiredOption('--out <dir>', 'dataset folder')
    .addOption(
      new Option('--of <what>', 'the row that says why it is in or out, or its document')
        .choices(['row', 'document'])
        .default('row'),
    )
    .addHelpText(
      'after',
      `
The proof is one JSON document on standard output. Who has it checks it with \`heed verify --proof FILE --manifest FILE\`.

Example:
  heed prove https://site.example/a --out dataset > proof.json`,
    )
    .action(async (text: string, options) => {
      const { data } = terminalOf(options);
      const { canonicaliser } = await import('../../http/index.ts');
      const form = canonicaliser()(text);
      if (!form.ok)
        throw new CodedError('ERR_URL', exitCodes.usage, `\`${text.slice(0, 200)}\` is not an absolute http or https URL`, {
          next: 'copy it from the provenance, e.g. https://site.example/a',
        });
      const { prove } = await import('../../upkeep/index.ts');
      const proof = await prove(options.out, form.url.href, options.of === 'document' ? 'documents' : 'provenance');
      return data(`${JSON.stringify(proof)}\n`);
    });

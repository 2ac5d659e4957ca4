import { writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import { CodedError, exitCodes } from '../../vocab/index.ts';
import type { Exit } from '../exit.ts';
import { plain } from '../talk/terminal.ts';
import { command, terminalOf } from './command.ts';

export const explainCommand = (_exit: Exit): Command =>
  command('explain')
    .argument('<url>')
    .requiredOption('--out <dir>', 'dataset folder')
    .option('--html <file|->', 'write one self-contained page with the deciding bytes marked')
    .addHelpText(
      'after',
      `
Examples:
  heed explain https://site.example/a --out dataset
  heed explain https://site.example/a --out dataset --html why.html`,
    )
    .action(async (text: string, options) => {
      const { data, talk, isJson, style } = terminalOf(options);
      const { canonicaliser } = await import('../../http/index.ts');
      const form = canonicaliser()(text);
      if (!form.ok) {
        throw new CodedError('ERR_URL', exitCodes.usage, `\`${text.slice(0, 200)}\` is not an absolute http or https URL`, {
          next: 'copy it from the provenance, e.g. https://site.example/a',
        });
      }
      const { url } = form;
      const { explainUrl, explanationLines, sourcesOf } = await import('../../upkeep/index.ts');
      const explanation = await explainUrl(options.out, url.href);
      if (!explanation) {
        throw new CodedError(
          'ERR_URL_UNKNOWN',
          exitCodes.usage,
          `\`${url.href}\` was never offered to a crawl of \`${options.out}\``,
          {
            next: 'check the spelling (scheme, trailing slash), or look into provenance/',
          },
        );
      }
      if (options.html !== undefined) {
        const { explanationHtml } = await import('../../report/index.ts');
        const page = explanationHtml({ ...explanation, sources: await sourcesOf(options.out, explanation.record) });
        if (options.html === '-') return data(page);
        writeFileSync(options.html, page);
        if (!isJson) return talk(`wrote ${options.html}\n`);
      }
      if (isJson) return data(`${JSON.stringify(explanation)}\n`);
      const [head = '', ...rest] = explanationLines(explanation).map(plain);
      return data(`${style(explanation.record.disposition === 'keep' ? 'green' : 'red', head)}\n${rest.join('\n')}\n`);
    });

import type { Command } from 'commander';
import { answer, assess, type CaseReader, caseReader, isCaseError } from '../../assess/index.ts';
import { digestOf, loadAgents, loadPolicy, presetNames, suggest } from '../../settings/index.ts';
import { exitCodes, type Facts, type Policy } from '../../vocab/index.ts';
import type { Exit } from '../main.ts';
import { command, terminalOf } from './command.ts';
import { type Line, linesOf } from './lines.ts';

export const decideCommand = (exit: Exit): Command =>
  command('decide', 'judge cases from stdin: one JSON object a line in, one verdict a line out, no network')
    .option('--policy <name|file>', 'policy for cases that name none', 'standard')
    .addHelpText('after', `\nExample:\n  echo '{"id":"1","url":"https://site.example/","missing":"absent"}' | heed decide`)
    .action(async options => {
      const { data } = terminalOf(options);
      const judgeLine = lineJudge(loadPolicy(options.policy), { agents: loadAgents() });
      let hasErrors = false;
      for await (const line of linesOf(process.stdin, maxCaseBytes)) {
        if (line.text !== null && line.text.trim() === '') continue;
        const output = judgeLine(line);
        hasErrors ||= output.isError;
        await data(`${output.json}\n`);
      }
      if (hasErrors) exit.code = exitCodes.usage;
    });

/** One case with its bodies; the largest page and licence the crawler takes fit in base64. */
const maxCaseBytes = 64 * 2 ** 20;

interface Judged {
  readonly json: string;
  readonly isError: boolean;
}

const failed = (id: string | null, code: string, message: string, line: number): Judged => ({
  json: JSON.stringify({ id, ...(id === null ? { line } : {}), error: { code, message } }),
  isError: true,
});

/** A function from one input line to one output line. Pure but for its memo of parsed declarations. */
export function lineJudge(policy: Policy, facts: Facts, reader: CaseReader = caseReader(digestOf)): (line: Line) => Judged {
  return ({ text, number }) => {
    if (text === null) return failed(null, 'ERR_CASE_TOO_LONG', `line ${number} is longer than ${maxCaseBytes} bytes`, number);
    let raw: unknown;
    try {
      raw = JSON.parse(text);
    } catch (error) {
      return failed(null, 'ERR_CASE_JSON', `line ${number} is not JSON: ${(error as Error).message}`, number);
    }
    const parsed = reader.read(raw);
    if (isCaseError(parsed)) return failed(parsed.id, parsed.code, parsed.message, number);
    const name = parsed.policy ?? policy.id;
    // Cases come from anywhere: they may name a preset, but only the command line may name a file.
    if (name !== policy.id && !presetNames.includes(name)) {
      return failed(
        parsed.id,
        'ERR_CASE_POLICY',
        `unknown policy \`${name.slice(0, 80)}\`; ${suggest(name, presetNames)}`,
        number,
      );
    }
    const own = name === policy.id ? policy : loadPolicy(name);
    const asker = { productToken: parsed.productToken, at: null, policy: own, facts };
    const { carriers, categories, isComplete } = parsed;
    const { disposition, verdicts, anomalies, policy: stamp } = answer(assess(carriers, categories, asker), isComplete);
    return {
      json: JSON.stringify({ id: parsed.id, url: parsed.url, disposition, verdicts, anomalies, policy: stamp }),
      isError: false,
    };
  };
}

import type { Command } from 'commander';
import { answer, assess, type CaseReader, caseReader, isCaseError } from '../../assess/index.ts';
import { digestOf, loadAgents, loadOperatorRecords, loadPolicy, presetNames, suggest } from '../../settings/index.ts';
import { CodedError, exitCodes, type Facts, type Instant, type Policy } from '../../vocab/index.ts';
import type { Exit } from '../exit.ts';
import { type Line, linesOf } from '../flags/lines.ts';
import { command, terminalOf } from './command.ts';

export const decideCommand = (exit: Exit): Command =>
  command('decide')
    .option('--policy <name|file>', 'policy for cases that name none', 'standard')
    .option('--operator-records <file>', "the operator's own grants and denials")
    .option('--operator-key <file>', 'PEM of the Ed25519 public key they are signed with')
    .option('--at <instant>', 'when the question is asked, ISO 8601 in UTC; without it dated grants are not heard')
    .addHelpText('after', `\nExample:\n  echo '{"id":"1","url":"https://site.example/","missing":"absent"}' | heed decide`)
    .action(async options => {
      const { data } = terminalOf({ ...options, json: true });
      const operator = loadOperatorRecords(options.operatorRecords, options.operatorKey)?.records;
      const facts: Facts = { agents: loadAgents(), ...(operator ? { operator } : {}) };
      const judgeLine = lineJudge(loadPolicy(options.policy), facts, caseReader(digestOf), instantOf(options.at));
      let hasErrors = false;
      for await (const line of linesOf(process.stdin, maxCaseBytes)) {
        if (line.text !== null && line.text.trim() === '') continue;
        const output = judgeLine(line);
        hasErrors ||= output.isError;
        await data(`${output.json}\n`);
      }
      if (hasErrors) exit.code = exitCodes.usage;
    });

function instantOf(text: string | undefined): Instant | null {
  if (text === undefined) return null;
  if (/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,3})?Z$/.test(text) && !Number.isNaN(Date.parse(text))) return text as Instant;
  throw new CodedError('ERR_INSTANT', exitCodes.usage, `--at: \`${text.slice(0, 80)}\` is no instant`, {
    next: 'write it in UTC, e.g. 2026-11-26T10:00:00Z',
  });
}

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
export function lineJudge(
  policy: Policy,
  facts: Facts,
  reader: CaseReader = caseReader(digestOf),
  at: Instant | null = null,
): (line: Line) => Judged {
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
    const asker = { productToken: parsed.productToken, at, policy: own, facts };
    const { carriers, categories, isComplete } = parsed;
    const { disposition, verdicts, anomalies, policy: stamp } = answer(assess(carriers, categories, asker), isComplete);
    return {
      json: JSON.stringify({ id: parsed.id, url: parsed.url, disposition, verdicts, anomalies, policy: stamp }),
      isError: false,
    };
  };
}

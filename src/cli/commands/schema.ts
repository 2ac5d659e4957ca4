import { Argument, type Command } from 'commander';
import { configJsonSchema, operatorRecordJsonSchema, policyJsonSchema } from '../../settings/index.ts';
import { signalIds } from '../../signals/index.ts';
import { allReasons, reasonListVersion } from '../../vocab/index.ts';
import type { Exit } from '../exit.ts';
import { answerJsonSchema } from '../schemas/answer.ts';
import { auditRecordJsonSchema } from '../schemas/audit.ts';
import { caseJsonSchema } from '../schemas/case.ts';
import { checkJsonSchema } from '../schemas/check.ts';
import { summaryJsonSchema } from '../schemas/summary.ts';
import { command, terminalOf } from './command.ts';

const recordNames = [
  'document',
  'provenance',
  'declarations',
  'tombstone',
  'suppression',
  'receipt',
  'feed-entry',
  'inclusion-proof',
  'politeness',
  'visit',
  'manifest',
] as const;

const ownSchemas: Readonly<Record<string, () => unknown>> = {
  config: configJsonSchema,
  policy: policyJsonSchema,
  'operator-record': operatorRecordJsonSchema,
  case: () => caseJsonSchema,
  answer: () => answerJsonSchema,
  check: () => checkJsonSchema,
  summary: () => summaryJsonSchema,
  'audit-record': () => auditRecordJsonSchema,
  reasons: () => ({ version: reasonListVersion, reasons: allReasons(signalIds) }),
};

const schemaOf = async (name: string): Promise<unknown> => {
  const { jsonSchemas } = await import('../../store/index.ts');
  return ownSchemas[name]?.() ?? jsonSchemas()[name];
};

export function schemaCommand(_exit: Exit): Command {
  const names = [...Object.keys(ownSchemas), ...recordNames];
  return command('schema')
    .addArgument(new Argument('[name]', 'which one; without it the names are listed').choices(names))
    .addHelpText('after', '\nExamples:\n  heed schema reasons\n  heed schema config > heed.schema.json')
    .action(async (name: string | undefined, options) => {
      const { data, isJson } = terminalOf(options);
      if (name === undefined) return data(isJson ? `${JSON.stringify(names)}\n` : `${names.join('\n')}\n`);
      if (name === 'reasons' && !isJson) return data(`${allReasons(signalIds).join('\n')}\n`);
      return data(`${JSON.stringify(await schemaOf(name), null, 2)}\n`);
    });
}

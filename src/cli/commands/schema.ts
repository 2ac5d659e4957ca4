import { Argument, type Command } from 'commander';
import { configJsonSchema, policyJsonSchema } from '../../settings/index.ts';
import { signalIds } from '../../signals/index.ts';
import { jsonSchemas } from '../../store/index.ts';
import { allReasons, reasonListVersion } from '../../vocab/index.ts';
import type { Exit } from '../main.ts';
import { caseJsonSchema } from './case-schema.ts';
import { command, terminalOf } from './command.ts';

export function schemaCommand(_exit: Exit): Command {
  const schemas: Readonly<Record<string, () => unknown>> = {
    config: configJsonSchema,
    policy: policyJsonSchema,
    case: () => caseJsonSchema,
    reasons: () => ({ version: reasonListVersion, reasons: allReasons(signalIds) }),
    ...Object.fromEntries(Object.entries(jsonSchemas()).map(([name, schema]) => [name, () => schema])),
  };
  const names = Object.keys(schemas);
  return command('schema', 'JSON Schemas of every record, of the configuration, and the closed list of reasons')
    .addArgument(new Argument('[name]', 'which one; without it the names are listed').choices(names))
    .action(async (name: string | undefined, options) => {
      const { data, isJson } = terminalOf(options);
      if (name === undefined) return data(isJson ? `${JSON.stringify(names)}\n` : `${names.join('\n')}\n`);
      const schema = schemas[name]?.();
      if (name === 'reasons' && !isJson) return data(`${allReasons(signalIds).join('\n')}\n`);
      return data(`${JSON.stringify(schema, null, 2)}\n`);
    });
}

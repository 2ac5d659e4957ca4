import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { packagePath } from './package.ts';

/** `list:tracking` in `drop-parameters`. A parameter of such a name could not be named; forms write its colon as `%3A`. */
const listName = 'list:tracking';

const schema = z.object({
  version: z.string(),
  origin: z.string(),
  parameters: z.array(z.object({ name: z.string().regex(/^[A-Za-z0-9_]+\*?$/), setBy: z.string() })).min(1),
});

/**
 * The names of `drop-parameters` with the ready list (`config/tracking-parameters.json`) in the place of its name; sorted, each once.
 * @throws ZodError when the file of this package is damaged
 */
export function expandParameters(given: readonly string[]): readonly string[] {
  const names = given.flatMap(name => (name === listName ? readList() : name));
  return [...new Set(names)].sort();
}

const readList = (): readonly string[] =>
  schema
    .parse(JSON.parse(readFileSync(packagePath('config/tracking-parameters.json'), 'utf8')))
    .parameters.map(({ name }) => name);

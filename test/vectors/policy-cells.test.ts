import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { assess, isCaseError } from '../../src/assess/index.ts';
import { strictest } from '../../src/policy/index.ts';
import type { Category } from '../../src/vocab/index.ts';
import { agents, policies, reader, withDefaults } from './load.ts';

interface Cell {
  readonly cell: string;
  readonly about: string;
  readonly case: Record<string, unknown>;
  readonly verdicts: Readonly<Record<string, string>>;
}

const { cells } = JSON.parse(readFileSync(new URL('../../fixtures/cells/policies.json', import.meta.url), 'utf8')) as {
  cells: readonly Cell[];
};

describe('what each preset does, cell by cell of the policy table (disposition of acquisition and usage together)', () => {
  test.each(cells.map(cell => [`${cell.cell} [${cell.about}]`, cell] as const))('%s', (_name, { about, case: raw, verdicts }) => {
    const parsed = reader.read(withDefaults(raw));
    if (isCaseError(parsed)) throw new Error(parsed.message);
    const actual = Object.fromEntries(
      Object.keys(verdicts).map(name => {
        const policy = policies[name];
        if (!policy) throw new Error(`no policy ${name}`);
        const assessment = assess(parsed.carriers, [about as Category], {
          productToken: parsed.productToken,
          at: null,
          policy,
          facts: { agents },
        });
        return [name, strictest([...assessment.values()].map(verdict => verdict.disposition))];
      }),
    );
    expect(actual).toEqual(verdicts);
  });
});

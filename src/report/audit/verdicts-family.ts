import type { AuditRecord } from '../../assess/index.ts';
import { type About, type Because, becauses, categories, type Disposition, dispositions } from '../../vocab/index.ts';
import type { Definition, Family } from './family.ts';
import { text } from './sql.ts';

export const abouts: readonly About[] = ['acquisition', ...categories];

const dispositionWords: Readonly<Record<Disposition, string>> = {
  keep: 'would keep',
  withhold: 'would leave out',
  defer: 'would ask again later',
};
const becauseWords: Readonly<Record<Because, string>> = {
  silent: 'nothing was said',
  unreadable: 'something was there that could not be read',
  unreachable: 'a place where it could be said did not answer',
  'not-attempted': 'a place where it could be said was not asked',
};

function ofQuestion(policy: string, about: string): readonly (Definition & { readonly value: string })[] {
  const key = `verdict.${policy}.${about}`;
  const field = (name: string): string => `verdicts[${text(policy)}][${text(about)}].${name}`;
  const subject = `the question of ${about}`;
  return [
    ...dispositions.map(disposition => ({
      value: disposition,
      key: `${key}.${disposition}`,
      definition: `that policy ${policy} ${dispositionWords[disposition]}, by ${subject}`,
      sql: `${field('disposition')} = ${text(disposition)}`,
    })),
    ...(['allow', 'disallow'] as const).map(preference => ({
      value: preference,
      key: `${key}.${preference}`,
      definition: `where policy ${policy} finds ${subject} answered with ${preference === 'allow' ? 'a permission' : 'a refusal'}`,
      sql: `${field('preference')} = ${text(preference)}`,
    })),
    ...becauses.map(because => ({
      value: `unknown-${because}`,
      key: `${key}.unknown-${because}`,
      definition: `where policy ${policy} finds no answer to ${subject}, because ${becauseWords[because]}`,
      sql: `${field('preference')} = 'unknown' AND ${field('because')} = ${text(because)}`,
    })),
    {
      value: 'not-judged',
      key: `${key}.not-judged`,
      definition: `where policy ${policy} had nothing to judge ${subject} by: no answer, not a permission`,
      sql: `${field('disposition')} IS NULL`,
    },
  ];
}

/** Every policy × acquisition and every category × what was found and what would be done. */
export function verdictsFamily(policies: readonly string[]): Family {
  const definitions = new Map<string, Definition>();
  const questions = policies.flatMap(policy =>
    abouts.map(about => {
      const own = ofQuestion(policy, about);
      for (const { key, definition, sql } of own) definitions.set(key, { key, definition, sql });
      return { policy, about, keyOf: new Map(own.map(({ value, key }) => [value, key])) };
    }),
  );
  return {
    id: 'verdicts',
    title: 'Verdicts',
    known: [...definitions.keys()],
    *of({ verdicts }: AuditRecord) {
      for (const { policy, about, keyOf } of questions) {
        const verdict = verdicts[policy]?.[about];
        if (!verdict) {
          yield keyOf.get('not-judged')!;
          continue;
        }
        yield keyOf.get(verdict.disposition)!;
        const found = verdict.preference === 'unknown' ? `unknown-${verdict.because ?? 'not-attempted'}` : verdict.preference;
        yield keyOf.get(found)!;
      }
    },
    define: key => definitions.get(key)!,
  };
}

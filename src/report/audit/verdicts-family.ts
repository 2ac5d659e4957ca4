import type { AuditRecord } from '../../assess/index.ts';
import { type About, type Because, becauses, categories, type Disposition, dispositions } from '../../vocab/index.ts';
import type { Definition, Family, See } from './family.ts';
import { text } from './sql.ts';

export const abouts: readonly About[] = ['acquisition', ...categories];

const dispositionWords: Readonly<Record<Disposition, string>> = {
  keep: 'would keep',
  withhold: 'would leave out',
  defer: 'would ask again later',
};
const becauseWords: Readonly<Record<Because, string>> = {
  silent: 'nothing was said that it hears',
  unreadable: 'something was there that could not be read',
  unreachable: 'a place where it could be said did not answer',
  'not-attempted': 'a place where it could be said was not asked',
};

const unknowns: Readonly<Record<Because, string>> = {
  ...{ silent: 'unknown-silent', unreadable: 'unknown-unreadable' },
  ...{ unreachable: 'unknown-unreachable', 'not-attempted': 'unknown-not-attempted' },
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
      return { policy, about, keyOf: Object.fromEntries(own.map(({ value, key }) => [value, key])) };
    }),
  );
  return {
    id: 'verdicts',
    title: 'Verdicts',
    known: [...definitions.keys()],
    each({ verdicts }: AuditRecord, see: See) {
      for (const { policy, about, keyOf } of questions) {
        const verdict = verdicts[policy]?.[about];
        if (!verdict) {
          see(keyOf['not-judged']!);
          continue;
        }
        const { preference, because = 'not-attempted', disposition } = verdict;
        see(keyOf[disposition]!);
        see(keyOf[preference === 'unknown' ? unknowns[because] : preference]!);
      }
    },
    define: key => definitions.get(key)!,
  };
}

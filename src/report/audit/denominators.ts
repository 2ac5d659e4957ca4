import type { AuditRecord } from '../../assess/index.ts';
import { readableClasses, readableRobots } from './sql.ts';

/** What a share is a share of. Published figures differ by this more than by anything else, so each figure has all three. */
export type Denominator = 'all' | 'reachable' | 'robots';

export const denominators: Readonly<
  Record<
    Denominator,
    {
      /** In a sentence: "12 % of …". */
      readonly words: string;
      readonly definition: string;
      readonly sql: string;
      holds(record: AuditRecord): boolean;
    }
  >
> = {
  all: {
    words: 'all domains',
    definition: 'every entry of the list, those included that did not answer, were not checked or name no host',
    sql: 'true',
    holds: () => true,
  },
  reachable: {
    words: 'reachable domains',
    definition: 'domains whose origin answered robots.txt or the front page with any HTTP status',
    sql: "reach = 'reachable'",
    holds: ({ reach }) => reach === 'reachable',
  },
  robots: {
    words: 'domains with a readable robots.txt',
    definition: 'domains that serve a robots.txt which could be read, with or without rules',
    sql: readableRobots,
    holds: ({ robots }) => readableClasses.includes(robots.class),
  },
};

export const denominatorKeys: readonly Denominator[] = ['all', 'reachable', 'robots'];

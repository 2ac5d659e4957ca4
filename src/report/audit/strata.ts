import type { AuditRecord } from '../../assess/index.ts';
import { text } from './sql.ts';

/** A way to divide the list. A line may lie in several parts of one division (hosting), or in none. */
export interface Dimension {
  readonly id: 'rank' | 'tld' | 'country' | 'language' | 'hosting';
  readonly title: string;
  /** Values in the order in which they are shown; others come by size. */
  readonly known: readonly string[];
  of(record: AuditRecord): readonly string[];
  define(value: string): { readonly definition: string; readonly sql: string };
}

/** Ranks above, and up to. The bands do not overlap: "the top 10,000" is the sum of the first two. */
const bands: Readonly<Record<string, readonly [above: number, upTo: number]>> = {
  'top-1k': [0, 1_000],
  '1k-10k': [1_000, 10_000],
  '10k-100k': [10_000, 100_000],
  '100k-1m': [100_000, 1_000_000],
  'beyond-1m': [1_000_000, Number.MAX_SAFE_INTEGER],
};

const one = (value: string | undefined): readonly string[] => (value === undefined || value === '' ? [] : [value]);

export const dimensions: readonly Dimension[] = [
  {
    id: 'rank',
    title: 'Rank',
    known: Object.keys(bands),
    of: ({ rank }) =>
      rank === undefined ? [] : one(Object.entries(bands).find(([, [above, upTo]]) => rank > above && rank <= upTo)?.[0]),
    define(value) {
      const [above, upTo] = bands[value] ?? [0, 0];
      return {
        definition: upTo === Number.MAX_SAFE_INTEGER ? `ranked below ${above}` : `ranked ${above + 1} to ${upTo}`,
        sql: `rank > ${above} AND rank <= ${upTo}`,
      };
    },
  },
  {
    id: 'tld',
    title: 'Top-level domain',
    known: [],
    of: ({ tld }) => one(tld),
    define: value => ({ definition: `under .${value}`, sql: `tld = ${text(value)}` }),
  },
  {
    id: 'country',
    title: 'Country of the top-level domain',
    known: [],
    of: ({ country }) => one(country),
    define: value => ({
      definition: `under a top-level domain of the country ${value} (ISO 3166-1)`,
      sql: `country = ${text(value)}`,
    }),
  },
  {
    id: 'language',
    title: 'Language that the front page declares',
    known: [],
    of: ({ language }) => one(language),
    define: value => ({
      definition: `whose front page declares that its language is ${value} (ISO 639-3)`,
      sql: `language = ${text(value)}`,
    }),
  },
  {
    id: 'hosting',
    title: 'Server and hosting, as the answers name them',
    known: [],
    of: ({ hosting }) => [...new Set(hosting)],
    define: value => ({ definition: `whose answers name ${value}`, sql: `list_contains(hosting, ${text(value)})` }),
  },
];

/** Figures that every part of a division has. */
export const stratumFigures = (policy: string): readonly string[] => [
  'reach.reachable',
  'robots.readable',
  'robots.names-an-agent',
  'robots.star.root',
  'optout.any',
  'optout.closes-a-training-agent',
  'optout.refuses-training',
  'optout.grants-training',
  `verdict.${policy}.train-ai.disallow`,
  `verdict.${policy}.train-ai.withhold`,
  `verdict.${policy}.train-ai.keep`,
  'contradiction.any',
  'malformed.any',
  'no-file.any',
  'barrier.any',
];

/** A division has at most so many parts; domains of further ones are counted, not divided. No list of real domains has so many. */
export const maxParts = 4_096;

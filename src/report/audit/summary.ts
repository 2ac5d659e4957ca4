/** `summary.json`: every figure of an audit with its three denominators, its definition and its SQL condition. */
import type { Trend } from '../../assess/index.ts';
import type { Agent, Digest } from '../../vocab/index.ts';
import { agentsFamily, classesFamily } from './agents-family.ts';
import { type Denominator, denominators } from './denominators.ts';
import type { Definition, Family } from './family.ts';
import { barriersFamily, contradictionsFamily, malformedFamily, noFileFamily, oddityFamily } from './flaw-families.ts';
import { rounded, type Share, shareOf } from './interval.ts';
import { mechanismsFamily, signalsFamily } from './mechanism-families.ts';
import { optoutFamily } from './optout-family.ts';
import { reachFamily, robotsFamily } from './reach-families.ts';
import { dimensions, stratumFigures } from './strata.ts';
import { type Counted, type Sums, Tally } from './tally.ts';
import { type AuditTime, timeOf } from './time-summary.ts';
import { verdictsFamily } from './verdicts-family.ts';

export const auditSummaryVersion = 1;

/** What an audit was made with; it stands in the summary and at the head of the report. */
export interface AuditHeader {
  /** The run's id, or what the bodies came from. */
  readonly run: string;
  /** The list's name, e.g. `tranco-2026-11.csv`. */
  readonly list?: string;
  readonly software: { readonly name: string; readonly version: string };
  readonly policies: readonly { readonly id: string; readonly digest: Digest }[];
  /** The policy whose verdicts stand for the audit where one figure has to. Default `standard`, or the first where an audit went without it. */
  readonly policy?: string;
  readonly agents: { readonly version: string; readonly list: readonly Pick<Agent, 'token' | 'operator' | 'class'>[] };
  /** What else a reader must know: overrides, what was not asked, how the list was made. */
  readonly notes?: readonly string[];
}

type Shares = Readonly<Record<Denominator, Share>>;

/** Of documents or tokens: no interval, because documents of one domain are no independent draws. */
export interface WeightedShare {
  readonly n: number;
  readonly of: number;
  readonly share?: number;
}

export interface AuditFigure extends Definition, Shares {
  readonly family: string;
  readonly weighted?: {
    readonly documents?: Readonly<Record<Denominator, WeightedShare>>;
    readonly tokens?: Readonly<Record<Denominator, WeightedShare>>;
  };
}

export interface AuditStratum {
  readonly dimension: string;
  readonly value: string;
  readonly definition: string;
  readonly sql: string;
  /** Domains of the part, under each denominator. */
  readonly of: Readonly<Record<Denominator, number>>;
  /** By key of the figure. */
  readonly figures: Readonly<Record<string, Shares>>;
}

export interface AuditSummary {
  readonly v: typeof auditSummaryVersion;
  readonly audit: AuditHeader;
  readonly policy: string;
  /** When the first and the last of the answers arrived. */
  readonly first?: string;
  readonly last?: string;
  readonly denominators: Readonly<
    Record<Denominator, { readonly definition: string; readonly sql: string; readonly of: number }>
  >;
  readonly interval: { readonly method: 'Wilson'; readonly confidence: 0.95 };
  readonly weights: {
    readonly documents?: Readonly<Record<Denominator, number>>;
    readonly tokens?: Readonly<Record<Denominator, number>>;
  };
  readonly families: readonly { readonly id: string; readonly title: string }[];
  /** By key. */
  readonly figures: Readonly<Record<string, AuditFigure>>;
  readonly strata: readonly AuditStratum[];
  /** Domains of parts beyond the first that a division has room for; absent where there are none. */
  readonly undivided?: readonly { readonly dimension: string; readonly domains: number }[];
  /** Where it was compared with earlier audits. */
  readonly time?: AuditTime;
}

/** Every figure there is. */
export const familiesOf = ({ agents, ...judged }: Pick<AuditHeader, 'agents' | 'policies' | 'policy'>): readonly Family[] => [
  reachFamily,
  optoutFamily(leadingPolicy(judged)),
  robotsFamily,
  classesFamily(agents.list as readonly Agent[]),
  mechanismsFamily,
  signalsFamily,
  verdictsFamily(judged.policies.map(({ id }) => id)),
  contradictionsFamily,
  malformedFamily,
  noFileFamily,
  oddityFamily,
  barriersFamily,
  agentsFamily(agents.list as readonly Agent[]),
];

export const leadingPolicy = ({ policy, policies }: Pick<AuditHeader, 'policy' | 'policies'>): string =>
  policy ?? policies.find(({ id }) => id === 'standard')?.id ?? policies[0]?.id ?? 'standard';

export const tallyOf = (header: AuditHeader): Tally => new Tally(familiesOf(header), stratumFigures(leadingPolicy(header)));

export function summaryOf(audit: AuditHeader, counted: Counted, trend?: Trend): AuditSummary {
  const { totals, isWeighted, first, last } = counted;
  return {
    v: auditSummaryVersion,
    audit,
    policy: leadingPolicy(audit),
    ...(first === undefined ? {} : { first }),
    ...(last === undefined ? {} : { last }),
    denominators: byDenominator(key => {
      const { definition, sql } = denominators[key];
      return { definition, sql, of: totals.domains[key] };
    }),
    interval: { method: 'Wilson', confidence: 0.95 },
    weights: {
      ...(isWeighted.documents ? { documents: totals.documents } : {}),
      ...(isWeighted.tokens ? { tokens: totals.tokens } : {}),
    },
    families: [...counted.figures.keys()].map(({ id, title }) => ({ id, title })),
    figures: Object.fromEntries(figuresOf(counted).map(figure => [figure.key, figure])),
    strata: strataOf(counted),
    ...(counted.undivided.size === 0
      ? {}
      : { undivided: [...counted.undivided].map(([{ id }, domains]) => ({ dimension: id, domains })) }),
    ...(trend === undefined ? {} : { time: timeOf(trend) }),
  };
}

const byDenominator = <T>(make: (key: Denominator) => T): Readonly<Record<Denominator, T>> => ({
  all: make('all'),
  reachable: make('reachable'),
  robots: make('robots'),
});

const byName = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function figuresOf(counted: Counted): readonly AuditFigure[] {
  return [...counted.figures].flatMap(([family, sums]) => {
    const known = new Set(family.known);
    // What was met with on the way stands in an order that does not depend on the list's.
    const met = [...sums.keys()].filter(key => !known.has(key)).sort(byName);
    return [...family.known, ...met].map(key => figureOf(family, key, sums.get(key)!, counted));
  });
}

function figureOf(family: Family, key: string, sums: Sums, { totals, isWeighted }: Counted): AuditFigure {
  const weights = (['documents', 'tokens'] as const).filter(weight => isWeighted[weight]);
  return {
    ...family.define(key),
    family: family.id,
    ...byDenominator(of => shareOf(sums.domains[of], totals.domains[of])),
    ...(weights.length === 0
      ? {}
      : {
          weighted: Object.fromEntries(
            weights.map(weight => [weight, byDenominator(of => weightedShare(sums[weight][of], totals[weight][of]))]),
          ),
        }),
  };
}

const weightedShare = (n: number, of: number): WeightedShare => ({ n, of, ...(of === 0 ? {} : { share: rounded(n / of) }) });

/** Known parts in their order, the others by size. */
function strataOf({ parts }: Counted): readonly AuditStratum[] {
  return dimensions.flatMap(dimension => {
    const own = parts.get(dimension) ?? new Map<string, never>();
    const place = (value: string): number => {
      const index = dimension.known.indexOf(value);
      return index < 0 ? dimension.known.length : index;
    };
    return [...own]
      .sort(([a, one], [b, other]) => place(a) - place(b) || other.of.all - one.of.all || byName(a, b))
      .map(([value, part]) => ({
        dimension: dimension.id,
        value,
        ...dimension.define(value),
        of: part.of,
        figures: Object.fromEntries(
          [...part.figures].map(([key, counts]) => [
            key,
            byDenominator(denominator => shareOf(counts[denominator], part.of[denominator])),
          ]),
        ),
      }));
  });
}

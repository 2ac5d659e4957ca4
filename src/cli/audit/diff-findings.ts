import type { DomainChange } from '../../assess/index.ts';
import type { Comparison } from '../../audit/index.ts';
import { CodedError, exitCodes } from '../../vocab/index.ts';

/** What `heed diff --fail-on` knows, and what a domain must be to count; over all steps. */
export const diffFindings = {
  'opted-out': 'a domain that refuses somebody or something it did not refuse before',
  'came-back': 'a domain that no longer refuses somebody or something',
  changed: 'a domain with any answer that changed, these two included',
  'not-comparable':
    'a domain of which nothing changed that is known, and something is not known or is said by another domain by now',
  new: 'a domain that only the later audit has',
  gone: 'a domain that only the earlier audit has',
} as const;

export type DiffFinding = keyof typeof diffFindings;
export type DiffCounts = Record<DiffFinding, number>;

export interface DiffThreshold {
  readonly kind: DiffFinding;
  readonly above: number;
  readonly isShare: boolean;
}

/** `opted-out`, `opted-out>10`, `not-comparable>5%`; for repeatable flags. @throws CodedError ERR_USAGE */
export function diffThreshold(value: string, previous: readonly DiffThreshold[] | undefined): readonly DiffThreshold[] {
  const [, kind, above = '0', percent] = /^([a-z-]+)(?:\s*>\s*(\d+(?:\.\d+)?)(%)?)?$/.exec(value.trim()) ?? [];
  if (kind === undefined || !Object.hasOwn(diffFindings, kind))
    throw new CodedError('ERR_USAGE', exitCodes.usage, `\`${value}\` is nothing --fail-on knows`, {
      next: `known are ${Object.keys(diffFindings).join(', ')}, alone or with a bound: \`opted-out>10\`, \`not-comparable>5%\``,
    });
  const isShare = percent !== undefined;
  return [...(previous ?? []), { kind: kind as DiffFinding, above: Number(above) / (isShare ? 100 : 1), isShare }];
}

/** Counts domains as their changes pass. */
export const noDiffCounts = (): DiffCounts => ({
  'opted-out': 0,
  'came-back': 0,
  changed: 0,
  'not-comparable': 0,
  new: 0,
  gone: 0,
});

export function countChange(counts: DiffCounts, { kind, changes }: DomainChange): void {
  counts[kind]++;
  for (const moved of ['opted-out', 'came-back'] as const) if (changes.some(change => change.kind === moved)) counts[moved]++;
}

/** A share is one of the domains that both audits of a step have, over all steps; where there are none of those, any that is found is over. */
export function isDiffOver({ kind, above, isShare }: DiffThreshold, counts: DiffCounts, { steps }: Comparison): boolean {
  const both = steps.reduce((sum, step) => sum + step.both, 0);
  return (isShare ? counts[kind] / both : counts[kind]) > above;
}

import type { DomainChange } from '../../assess/index.ts';
import type { Comparison } from '../../audit/index.ts';
import { type Bound, boundsOn, exceeds, type ReadBound } from './bounds.ts';

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

export type DiffThreshold = Bound<DiffFinding>;

export const diffThreshold: ReadBound<DiffFinding> = boundsOn(diffFindings, '`opted-out>10`, `not-comparable>5%`');

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

/** A share is one of the domains that both audits of a step have, over all steps. */
export const isDiffOver = (bound: DiffThreshold, counts: DiffCounts, { steps }: Comparison): boolean =>
  exceeds(
    bound,
    counts,
    steps.reduce((sum, step) => sum + step.both, 0),
  );

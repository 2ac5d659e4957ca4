import type { Variant } from '../../charts/bars.ts';
import { grouped, interval, percent } from '../../charts/numbers.ts';
import type { TableCell } from '../../charts/table.ts';
import { type Denominator, denominatorKeys } from '../denominators.ts';
import type { Share } from '../interval.ts';
import type { AuditSummary } from '../summary.ts';
import { denominatorLabels, ofClass } from './choices.ts';

export type Shares = Readonly<Record<Denominator, Share>>;

const none: Share = { n: 0, of: 0 };
const noShares: Shares = { all: none, reachable: none, robots: none };

export const sharesIn = ({ figures }: Pick<AuditSummary, 'figures'>, key: string): Shares => figures[key] ?? noShares;

/** One bar under each denominator. @param parts of the bar, of which the last may reach beyond the figure that is written beside it */
export const variants = (
  figure: Shares,
  parts: (key: Denominator) => readonly number[] = key => [figure[key].share ?? 0],
  withInterval = true,
): readonly Variant[] =>
  denominatorKeys.map(key => {
    const { n, of, share, low, high } = figure[key];
    return {
      choice: ofClass(key),
      parts: parts(key),
      ...(withInterval && of > 0 ? { low, high } : {}),
      text: percent(share),
      note: `${grouped(n)} of ${grouped(of)}`,
    };
  });

export const shareHead: readonly string[] = denominatorKeys.flatMap(key => [
  `n (${denominatorLabels[key]})`,
  `share of ${denominatorLabels[key]}`,
  '95 % interval',
]);

export const shareCells = (figure: Shares): readonly TableCell[] =>
  denominatorKeys.flatMap((key): readonly TableCell[] => {
    const { n, of, share, low, high } = figure[key];
    return [
      { text: `${grouped(n)} of ${grouped(of)}`, value: n },
      { text: percent(share), value: share ?? '' },
      { text: interval(low, high), value: low === undefined || high === undefined ? '' : `${low}-${high}` },
    ];
  });

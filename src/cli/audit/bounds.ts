import { CodedError, exitCodes } from '../../vocab/index.ts';

/** Exit 4 where more than so many, or more than this share, are found. */
export interface Bound<Kind extends string> {
  readonly kind: Kind;
  readonly above: number;
  readonly isShare: boolean;
}

/** One value of a repeatable flag after those before it: `opt-out`, `opt-out>10`, `unreachable>5%`. @throws CodedError ERR_USAGE */
export type ReadBound<Kind extends string> = (
  value: string,
  previous: readonly Bound<Kind>[] | undefined,
) => readonly Bound<Kind>[];

/** @param known what `--fail-on` knows @param examples two of them with a bound */
export const boundsOn =
  <Kind extends string>(known: Readonly<Record<Kind, string>>, examples: string): ReadBound<Kind> =>
  (value, previous = []) => {
    const [, kind, above = '0', percent] = /^([a-z-]+)(?:\s*>\s*(\d+(?:\.\d+)?)(%)?)?$/.exec(value.trim()) ?? [];
    if (kind === undefined || !Object.hasOwn(known, kind))
      throw new CodedError('ERR_USAGE', exitCodes.usage, `\`${value}\` is nothing --fail-on knows`, {
        next: `known are ${Object.keys(known).join(', ')}, alone or with a bound: ${examples}`,
      });
    const isShare = percent !== undefined;
    return [...previous, { kind: kind as Kind, above: Number(above) / (isShare ? 100 : 1), isShare }];
  };

/** @param of what a share is one of; where there is none of it, any that is found is over */
export const exceeds = <Kind extends string>(
  { kind, above, isShare }: Bound<Kind>,
  counts: Readonly<Record<Kind, number>>,
  of: number,
): boolean => (isShare ? counts[kind] / of : counts[kind]) > above;

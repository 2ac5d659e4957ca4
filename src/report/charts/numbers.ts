/** Numbers before people; the same on every machine, whatever its locale. */

/** `12,345` */
export const grouped = (value: number): string => String(value).replace(/\B(?=(\d{3})+(?!\d))/g, ',');

/** `12.3 %`; what is not nothing is never shown as 0. */
export function percent(share: number | undefined): string {
  if (share === undefined) return '–';
  const value = share * 100;
  if (value > 0 && value < 0.01) return '< 0.01 %';
  if (value > 99.99 && value < 100) return '> 99.99 %';
  const isFine = (value > 0 && value < 0.1) || (value > 99.9 && value < 100);
  return `${value.toFixed(isFine ? 2 : 1)} %`;
}

/** `30.1–31.9 %`, with more digits where an end would look like nothing, like everything, or like the other end. */
export function interval(low: number | undefined, high: number | undefined): string {
  if (low === undefined || high === undefined) return '';
  const written = (digits: number): readonly [string, string] => [(low * 100).toFixed(digits), (high * 100).toFixed(digits)];
  const isTrue = ([from, to]: readonly [string, string]): boolean =>
    (from !== to || low === high) && (low === 0 || Number(from) > 0) && (high === 1 || Number(to) < 100);
  return `${(finer.map(written).find(isTrue) ?? written(4)).join('–')} %`;
}

const finer: readonly number[] = [1, 2, 3];

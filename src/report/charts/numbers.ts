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

/** `30.1–31.9 %` */
export const interval = (low: number | undefined, high: number | undefined): string =>
  low === undefined || high === undefined ? '' : `${(low * 100).toFixed(1)}–${(high * 100).toFixed(1)} %`;

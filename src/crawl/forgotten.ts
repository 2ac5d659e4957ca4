import type { Dataset } from '../store/index.ts';

/** Would this record hold an e-mail address that somebody asked to be forgotten? Then nothing is written down of its page but that it is one. */
export const holdsForgotten = (record: object, { suppression }: Pick<Dataset, 'suppression'>): boolean => {
  if (!suppression.hasAddresses) return false;
  const text = JSON.stringify(record);
  return suppression.withoutAddresses(text) !== text;
};

/** Its text does not hold an address that was masked in it, and the page it comes from does. */
export const masksForgotten = (
  addresses: readonly string[] | undefined,
  { suppression }: Pick<Dataset, 'suppression'>,
): boolean => (addresses ?? []).some(address => suppression.withoutAddresses(address) !== address);

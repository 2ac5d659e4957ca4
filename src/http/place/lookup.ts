import { lookup as systemLookup } from 'node:dns/promises';

/** Every address of a name, or a rejection where there is none. */
export type Lookup = (hostname: string) => Promise<readonly string[]>;

export const lookupBySystem: Lookup = async hostname => {
  const found = await systemLookup(hostname, { all: true, verbatim: true });
  return found.map(({ address }) => address);
};

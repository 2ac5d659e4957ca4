import type { Trap } from '../../vocab/index.ts';

/** A URL space without an end, and how it shows. */
export interface TrapFinding {
  readonly trap: Trap;
  /** One sentence, lower case, for the URL's row. */
  readonly detail: string;
}

export const segmentsOf = (pathname: string): readonly string[] => pathname.split('/').filter(segment => segment !== '');

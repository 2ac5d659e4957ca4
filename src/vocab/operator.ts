import type { Instant } from './brand.ts';
import type { Category } from './question.ts';
import type { Exchange } from './retrieval.ts';

/**
 * How far a record reaches. `url`: that URL. `prefix`: URLs that begin so. `origin`: scheme, host and port. `domain`: a host and every host below it.
 */
export type OperatorScope = 'url' | 'prefix' | 'origin' | 'domain';

/** One line of the operator's own records: a licence that was granted to us off the web, or a promise to stay away. */
export interface OperatorRecord {
  readonly kind: 'grant' | 'deny';
  readonly scope: OperatorScope;
  /** An absolute http(s) URL, or for `domain` a host name; in WHATWG form. */
  readonly value: string;
  /** What a grant permits. Empty for a denial: it closes everything. */
  readonly categories: readonly Category[];
  /** In force from here on, up to and without `until`. */
  readonly from: Instant;
  readonly until: Instant | null;
  /** Its signature was verified with the operator's key when it was loaded. */
  readonly isSigned: boolean;
  /** Counts from 1. */
  readonly line: number;
  /** Of its line in the file: start inclusive, end exclusive. */
  readonly bytes: readonly [start: number, end: number];
}

export interface OperatorRecords {
  /** The file as it was read; its URL is `operatorRecordsUrl`. */
  readonly file: Exchange;
  readonly records: readonly OperatorRecord[];
}

/** What evidence from the operator's own records cites as its source. It is no place on the web: the text is in the run's manifest. */
export const operatorRecordsUrl = 'heed:operator-records';

/** Start inclusive, end exclusive, in UTF-16 code units. */
export type Span = readonly [start: number, end: number];

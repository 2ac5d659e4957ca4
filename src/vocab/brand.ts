/** A list that cannot be empty: a verdict without evidence does not compile. */
export type NonEmpty<T> = readonly [T, ...T[]];

declare const brand: unique symbol;
/** A string that only its own constructor makes. */
export type Brand<T, Name extends string> = T & { readonly [brand]: Name };

/** ISO 8601 instant in UTC, e.g. `2026-11-23T10:00:00.000Z`. */
export type Instant = Brand<string, 'Instant'>;

/** `sha256:` and 64 lower-case hexadecimal digits. */
export type Digest = Brand<string, 'Digest'>;

/** `scheme://host:port`, port always written: the scope of robots.txt and of every cache. */
export type OriginKey = Brand<string, 'OriginKey'>;

export const isNonEmpty = <T>(list: readonly T[]): list is NonEmpty<T> => list.length > 0;

import type { OriginKey, Reason, Validators } from '../vocab/index.ts';

/** A URL offered to the frontier. */
export interface Offer {
  /** Absolute and normalised: two spellings are two URLs here. */
  readonly url: string;
  readonly origin: OriginKey;
  readonly depth: number;
  /** The page that linked here. */
  readonly via?: string;
  /** URLs that answered with a redirect on the way here. */
  readonly hops?: readonly string[];
  /** It will not be fetched, and this is why: recorded and counted once, never popped. */
  readonly refusal?: Reason;
}

/** The answer to an offer. Nothing is stored yet: `apply` does that inside the transaction of the page the links came from. */
export interface Offered {
  /** Those nobody offered before, in order; each is reserved, so that the next offer of it is `seen`. */
  readonly fresh: readonly Offer[];
  readonly seenCount: number;
  /** Stores the fresh ones; from the commit on they can be popped. To be called once, inside the transaction or without any. */
  apply(): void;
  /** Gives the reservation back instead, when the page is not recorded after all. */
  forget(): void;
}

/** A URL whose turn has come. It stays pending in the database until it is finished, so that a crash offers it again. */
export interface Task {
  /** Names the task in this process. */
  readonly key: string;
  readonly url: string;
  readonly origin: OriginKey;
  readonly depth: number;
  readonly via?: string;
  readonly hops: readonly string[];
  /** How often it was retried. */
  readonly tries: number;
  readonly validators?: Validators;
  /** What it ended with before it was made pending again, and when it was asked then. */
  readonly before?: Before;
  /** When it was changed, as a sitemap said, where that is why it is asked now; wall time in ms since epoch. */
  readonly lastmodMs?: number;
}

/** An earlier visit of a URL that is asked again. */
export interface Before {
  readonly reason: string;
  /** Wall time in ms since epoch; absent where it was never asked. */
  readonly visitedAtMs?: number;
  /** The time between two visits that was in force then, in ms. */
  readonly intervalMs?: number;
}

/** When a finished URL is asked again, and what is known about it by then. Wall times in ms since epoch. */
export interface Revisit {
  readonly visitedAtMs: number;
  readonly intervalMs: number;
  readonly validators?: Validators;
}

import type { Digest, Instant } from './brand.ts';

/** One field line of a response as received, in order; repetition is meaningful (RFC 9110 §5.2). */
export type FieldLine = readonly [name: string, value: string];

/** What a site said about the version it sent; goes back with the next request for it (RFC 9110 §13.1). */
export interface Validators {
  readonly etag?: string;
  readonly lastModified?: string;
}

/** Why nothing usable came back. `status` = 429, 5xx or a status no specification knows. */
export type UnreachableCause =
  | 'dns'
  | 'timeout'
  | 'reset'
  | 'tls'
  | 'redirects'
  | 'too-large'
  | 'protocol'
  | 'encoding'
  | 'address'
  | 'status';

/**
 * Why nothing was asked. `omitted`: the caller did not look. `closed-by-robots`: the site's robots.txt closes its own carrier.
 * `refused-earlier`: an earlier carrier already refused, so the transfer was aborted. `redirected`: the answer was a redirect whose target was not asked.
 */
export type NotAttemptedWhy = 'omitted' | 'closed-by-robots' | 'refused-earlier' | 'redirected';

/** The outcome of asking a URL, in the words of RFC 9309 §2.3.1. No null, no boolean: every way of not knowing has its own name. */
export type Retrieval<B = Uint8Array> =
  | {
      readonly outcome: 'successful';
      readonly status: number;
      readonly fields: readonly FieldLine[];
      readonly body: B;
      /** True when `body` is only the beginning (our cap, or a 206). */
      readonly truncated: boolean;
      /** Set when the transfer was aborted after the header section because an earlier carrier refused; `body` is then empty. */
      readonly bodyNotRead?: 'refused-earlier';
      /** URLs that answered with a redirect before this one did. */
      readonly hops: readonly string[];
    }
  /** 3xx (never followed here: the target is a URL of its own) and 4xx except 429. */
  | { readonly outcome: 'unavailable'; readonly status: number; readonly fields: readonly FieldLine[]; readonly body?: B }
  | {
      readonly outcome: 'unreachable';
      readonly cause: UnreachableCause;
      readonly status?: number;
      readonly fields?: readonly FieldLine[];
    }
  | { readonly outcome: 'not-attempted'; readonly why: NotAttemptedWhy };

/** A retrieval with what makes it citable: where, when, and the digest of the decoded body. */
export interface Exchange {
  readonly url: string;
  readonly retrievedAt: Instant | null;
  readonly digest: Digest | null;
  readonly retrieval: Retrieval;
}

/**
 * Everything one URL is judged from. The same shape serves the live crawl, `heed decide`, and the re-judging of stored evidence.
 * `page` is null where only the declarations of the origin are known: then page-level signals are not read at all.
 */
export interface Carriers {
  readonly url: string;
  readonly robots: Exchange;
  readonly tdmrep: Exchange;
  readonly aiTxt: Exchange;
  readonly trustTxt: Exchange;
  /** RSL licence documents by absolute URL. */
  readonly licenses: ReadonlyMap<string, Exchange>;
  /** What a licence URL that is not in `licenses` counts as. */
  readonly otherLicenses: Retrieval;
  readonly page: Exchange | null;
}

/**
 * The class a status belongs to (RFC 9309 §2.3.1). 3xx is unavailable *here*: its target is a URL of its own. 429 is a 4xx that speaks of pace only,
 * so it counts as unreachable (deliberate, stricter than the RFC). A status that no specification knows is not understood, hence unreachable.
 */
export function statusClass(status: number): 'successful' | 'unavailable' | 'unreachable' {
  if (status >= 200 && status < 300) return 'successful';
  return status >= 300 && status < 500 && status !== 429 ? 'unavailable' : 'unreachable';
}

/** A retrieval from what an HTTP response consists of. */
export function retrievalOf(status: number, fields: readonly FieldLine[], body: Uint8Array, truncated: boolean): Retrieval {
  switch (statusClass(status)) {
    case 'successful':
      return { outcome: 'successful', status, fields, body, truncated: truncated || status === 206, hops: [] };
    case 'unavailable':
      return { outcome: 'unavailable', status, fields, body };
    case 'unreachable':
      return { outcome: 'unreachable', cause: 'status', status, fields };
  }
}

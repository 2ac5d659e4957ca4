import type { Exchange, FieldLine, Instant, OriginKey } from '../vocab/index.ts';
import type { ConditionalFields, Identity } from './identity.ts';
import type { Limits } from './limits.ts';
import type { Lookup } from './place/lookup.ts';
import type { ResolveRule } from './place/resolve-rule.ts';
import type { UrlRefusal } from './place/url-check.ts';
import type { Local } from './transfer/causes.ts';
import type { Admission } from './waiting/admission.ts';

/** What came of asking one URL once. Whatever the remote side does ends as a value here, never as a thrown error. */
export interface Answer extends Exchange {
  /** Where a 3xx points, absolute and without fragment; absent where it points nowhere. Not checked: it is a URL of its own. */
  readonly location?: string;
  /** Of the socket that answered. */
  readonly remoteAddress?: string;
  /** Octets of content received, before decoding. */
  readonly wireBytes: number;
  /** Monotonic. */
  readonly startedAtMs: number;
  /** Monotonic; the pause before the next request to the origin counts from here. */
  readonly endedAtMs: number;
  /** Set where it was our side that reached nobody; says nothing about the site. */
  readonly local?: Local;
  /** Technical cause for logs: one line of printable ASCII. */
  readonly detail?: string;
  /** What Retry-After asks for, between 0 and `maxRetryAfterMs`; absent where nothing readable was asked. */
  readonly retryAfterMs?: number;
  /** Set where nothing was sent because the URL itself may not be asked. */
  readonly refusal?: UrlRefusal;
}

/** The header section of a successful answer, before its body is read. */
export interface Head {
  readonly status: number;
  readonly fields: readonly FieldLine[];
}

export interface RetrieveRequest {
  /** The Accept field. Default: HTML first. */
  readonly accept?: string;
  /** Asked once for a 2xx, before any body byte is read; `abort` destroys the transfer. An error thrown here rejects `retrieve`. */
  readonly gate?: (head: Head) => 'read' | 'abort';
  /** Decoded content. Default: the retriever's limit. */
  readonly maxBytes?: number;
  /** What happens beyond `maxBytes`: true keeps the beginning (`truncated`), false (default) is unreachable `too-large`. */
  readonly cut?: boolean;
  readonly fields?: ConditionalFields;
  /** Called when the request may go out, however long it waited for that; what it throws rejects `retrieve`, and nothing is sent. */
  readonly beforeSending?: () => void;
  /** Asked once when the content of a 2xx is there and not decoded yet: decoding waits for the promise. */
  readonly beforeDecoding?: () => Promise<void> | undefined;
  /** When it aborts, `retrieve` rejects with its reason and the transfer is destroyed. */
  readonly signal?: AbortSignal;
}

export interface RetrieverOptions {
  readonly identity: Identity;
  readonly resolveRules?: readonly ResolveRule[];
  /** Loopback and private addresses may be connected to. Default false. Metadata, link-local and reserved addresses never. */
  readonly allowPrivateNetwork?: boolean;
  /** Ports allowed beside 80 and 443. */
  readonly ports?: readonly number[];
  /** URLs that are never asked, whoever points there. */
  readonly isDenied?: ((url: string) => boolean) | undefined;
  readonly limits?: Partial<Limits>;
  /** Default: the system's resolver. */
  readonly lookup?: Lookup;
  /** Asked for every URL that may be asked, before its name is looked up; no deadline runs while it waits. */
  readonly admit?: Admission;
  /** Wall clock. */
  readonly now?: () => Instant;
}

export interface Retriever {
  /**
   * Asks one URL with GET, once: no redirect is followed, no cookie is kept, and nothing is repeated but what finds a kept connection closed.
   * - 2xx: `successful` (206: truncated)
   * - 3xx, 4xx but 429: `unavailable`; a 4xx with up to 64 KiB of its body where it can be read
   * - 429, 5xx, unknown statuses: `unreachable`, cause `status`
   * - everything else (network, malformed or damaged messages, limits, forbidden addresses): `unreachable` with its cause
   * @throws ERR_RETRIEVER_CLOSED after `close`; the signal's reason; whatever `gate` throws
   */
  retrieve(url: string, request?: RetrieveRequest): Promise<Answer>;
  /** Nothing more will be asked of this origin soon: a connection that is kept for it is closed. */
  forget(origin: OriginKey): void;
  /** Ends transfers in flight (as `reset`) and closes every connection. */
  close(): Promise<void>;
}

import { z } from 'zod';
import type { AnomalyRecord, EvidenceRecord, VerdictRecord } from '../../assess/index.ts';
import type { About, Digest, Disposition, Instant, Reason } from '../../vocab/index.ts';
import { type ExchangeRecord, exchangeRecord } from './declarations.ts';
import {
  count,
  digest,
  evidenceRecord,
  instant,
  runName,
  type Sha256,
  sha256,
  signalId,
  type WarcRef,
  warcRef,
} from './words.ts';

/** Evidence with the stored bytes it can be checked against; absent `warc` means the signal was not in bytes we hold. */
export type CitedEvidence = EvidenceRecord & { readonly digest?: Digest; readonly warc?: WarcRef };

/** How a page was run in a browser; absent where it was not. Sizes in bytes, decoded. */
export interface RenderRecord {
  /** `Chromium/153.0.8010.0`. */
  readonly browser: string;
  /** Why it was: the sign of an application shell that was found, or `always`. */
  readonly why: string;
  /** `crash`: its process died. `left`: it went to what is no page of its own. Only what is `rendered` was judged and can be kept. */
  readonly outcome: 'rendered' | 'timeout' | 'crash' | 'too-large' | 'left';
  readonly ms: number;
  /** Sub-resources answered from the network, and from the run's cache. */
  readonly requests: number;
  readonly cached: number;
  readonly bytes: number;
  /** Asked and not answered. */
  readonly failed?: number;
  /** Never asked, by our own rule, by kind. */
  readonly blocked?: Readonly<Record<string, number>>;
  /** Not asked, or not handed to the page, because their origin refuses; the first ones. */
  readonly refused?: readonly { readonly url: string; readonly reason: Reason }[];
  /** Where more were refused than are listed. */
  readonly refused_count?: number;
  /** Of the rendered tree, written as UTF-8; the text was taken from it. */
  readonly dom_digest?: Digest;
  /** The tree's proof in the evidence store, with the digest of the proof's own bytes. */
  readonly proof?: WarcRef & { readonly digest: Digest };
}

/** One record per URL and run, kept or not: why this URL is in or out (contract §4). */
export interface ProvenanceRecord {
  readonly id: string;
  readonly url: string;
  /** Where the bytes came from, when not from `url`. */
  readonly final_url?: string;
  /** URLs that answered with a redirect on the way here. */
  readonly hops: readonly string[];
  /** The page that linked here. */
  readonly via?: string;
  readonly depth: number;
  /** When it was changed, as a sitemap said, where that is why it was asked sooner than it was due; a date counts to its end. */
  readonly lastmod?: Instant;
  readonly run: string;
  readonly at: Instant;
  /** How far the wall clock had jumped since the process began, in ms; absent while it had not. Times of such a record are doubtful. */
  readonly clock_skew_ms?: number;
  /** Product token we asked as. */
  readonly agent: string;
  readonly status?: number;
  readonly media_type?: string;
  readonly bytes?: number;
  readonly payload_sha256?: Sha256;
  readonly text_sha256?: Sha256;
  readonly document_id?: string;
  /** Target of a redirect; that URL has a record of its own. */
  readonly location?: string;
  readonly disposition: Disposition;
  readonly reason: Reason;
  readonly verdicts: Readonly<Partial<Record<About, VerdictRecord>>>;
  readonly anomalies?: readonly AnomalyRecord[];
  readonly evidence: readonly CitedEvidence[];
  /** The page's proof in the evidence store, with the digest of the proof's own bytes. */
  readonly page_proof?: WarcRef & { readonly digest: Digest };
  readonly render?: RenderRecord;
  /** Digest of the DeclarationsRecord this was judged with. */
  readonly declarations?: Digest;
  /** Licence documents found through the page itself. */
  readonly licenses?: readonly ExchangeRecord[];
  /** The reason in words, where its name alone does not tell what it rests on. */
  readonly detail?: string;
  readonly discovery?: DiscoveryRecord;
  readonly policy: Digest;
  readonly recheck_after?: Instant;
  /** Everything but the outcome was erased: it cannot be judged again. */
  readonly erased?: true;
}

/** What a page or a sitemap says about other URLs, as far as it is notable. */
export interface DiscoveryRecord {
  /** URLs that were found in it. */
  readonly found?: number;
  /** Of those, how many a limit left out: they were not offered and have no row. */
  readonly beyond?: number;
  /** Why there may be more in it than was found. */
  readonly cut?: string;
  /** Where it asks that its links are not followed. */
  readonly nofollow?: 'field' | 'markup';
  /** Where it says its text belongs, when not here. Recorded only: no two URLs are merged by it. */
  readonly canonical?: string;
  /** Where a meta refresh or a Refresh field points. */
  readonly refresh?: string;
}

const disposition = z.enum(['withhold', 'defer', 'keep']);
const evidenceList = z.array(evidenceRecord);

const states = z.enum(['read', 'silent', 'unreadable', 'unread', 'no-asset']);

const verdict = z.strictObject({
  preference: z.enum(['allow', 'disallow', 'unknown']),
  because: z.enum(['unreadable', 'unreachable', 'not-attempted', 'silent']).exactOptional(),
  disposition,
  complete: z.literal(false).exactOptional(),
  determining: evidenceList.exactOptional(),
  looked: evidenceList.exactOptional(),
  overridden: evidenceList.exactOptional(),
  unheard: evidenceList.exactOptional(),
  readings: z.partialRecord(states, z.array(signalId)),
});

const anomaly = z.strictObject({
  code: z.string(),
  effect: z.enum(['none', 'ignored', 'restricts']),
  signal: signalId,
  evidence: evidenceRecord,
  detail: z.string().exactOptional(),
});

const cited = (evidenceRecord as unknown as z.ZodObject).safeExtend({
  digest: digest.exactOptional(),
  warc: warcRef.exactOptional(),
});

const discovery = z.strictObject({
  found: count.exactOptional(),
  beyond: count.exactOptional(),
  cut: z.string().exactOptional(),
  nofollow: z.enum(['field', 'markup']).exactOptional(),
  canonical: z.string().exactOptional(),
  refresh: z.string().exactOptional(),
});

const reasonPattern =
  /^(kept|unchanged|redirected|sitemap|audited|empty|superseded|(withheld|deferred|refused|barrier|gone|trap|failed|duplicate|withdrawn)\.[a-z0-9.-]+)$/;

const proofRef = z.strictObject({ file: z.string(), record_id: z.string(), offset: count, digest });

const render = z.strictObject({
  browser: z.string(),
  why: z.string(),
  outcome: z.enum(['rendered', 'timeout', 'crash', 'too-large', 'left']),
  ms: count,
  requests: count,
  cached: count,
  bytes: count,
  failed: count.exactOptional(),
  blocked: z.record(z.string(), count).exactOptional(),
  refused: z.array(z.strictObject({ url: z.string(), reason: z.string().regex(reasonPattern) })).exactOptional(),
  refused_count: count.exactOptional(),
  dom_digest: digest.exactOptional(),
  proof: proofRef.exactOptional(),
});

export const provenanceRecord: z.ZodType<ProvenanceRecord> = z.strictObject({
  id: z.string().min(1),
  url: z.string(),
  final_url: z.string().exactOptional(),
  hops: z.array(z.string()),
  via: z.string().exactOptional(),
  depth: count,
  lastmod: instant.exactOptional(),
  run: runName,
  at: instant,
  clock_skew_ms: z.int().exactOptional(),
  agent: z.string(),
  status: z.int().exactOptional(),
  media_type: z.string().exactOptional(),
  bytes: count.exactOptional(),
  payload_sha256: sha256.exactOptional(),
  text_sha256: sha256.exactOptional(),
  document_id: z.string().exactOptional(),
  location: z.string().exactOptional(),
  disposition,
  reason: z.string().regex(reasonPattern),
  verdicts: z.partialRecord(z.enum(['acquisition', 'train-ai', 'ai-use', 'search', 'tdm', 'archive']), verdict),
  anomalies: z.array(anomaly).exactOptional(),
  evidence: z.array(cited),
  page_proof: proofRef.exactOptional(),
  render: render.exactOptional(),
  declarations: digest.exactOptional(),
  licenses: z.array(exchangeRecord).exactOptional(),
  detail: z.string().exactOptional(),
  discovery: discovery.exactOptional(),
  policy: digest,
  recheck_after: instant.exactOptional(),
  erased: z.literal(true).exactOptional(),
}) as unknown as z.ZodType<ProvenanceRecord>;

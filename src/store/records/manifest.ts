import { z } from 'zod';
import type { Digest, Instant } from '../../vocab/index.ts';
import type { SegmentKind } from '../disk/layout.ts';
import { type PolitenessSummary, politenessSummary } from './politeness.ts';
import { count, digest, instant, runName, type Sha256, sha256 } from './words.ts';

/** What a run is: `crawl` makes a corpus, `audit` asks many domains for their front page and makes none, the others change what an earlier run made. */
export type RunKind = 'crawl' | 'audit' | 'recrawl' | 'recheck' | 'revoke' | 'erase' | 'compact' | 'refilter';

/** What decided a run's outcome besides the web; written into its manifest as given. */
export interface RunSettings {
  readonly policy: { readonly id: string; readonly digest: Digest; readonly [name: string]: unknown };
  readonly agents: { readonly version: string; readonly [name: string]: unknown };
  readonly software: { readonly name: string; readonly version: string; readonly [name: string]: unknown };
  /** The operator's own records as they were, with the key they were verified with. */
  readonly operator?: { readonly digest: Digest; readonly text: string; readonly public_key?: string };
  /** `--resolve`, private network and the like: what makes this run no ordinary one. */
  readonly overrides: Readonly<Record<string, unknown>>;
  readonly config: Readonly<Record<string, unknown>>;
}

export interface Resource {
  /** Frictionless name: lower-case letters, digits, `-`, `.`, `_`, `/`. */
  readonly name: string;
  /** Relative to `<out>`. */
  readonly path: string;
  readonly kind: SegmentKind;
  readonly run: string;
  readonly mediatype: string;
  readonly sha256: Sha256;
  /** Over its lines, by RFC 6962; for files whose lines are records of their own. */
  readonly merkle_root?: Sha256;
  readonly bytes: number;
  readonly records: number;
}

/** How withdrawals stand. Superseded versions are tombstones too, and no statement's: times are those of the others. */
export interface WithdrawalSummary {
  /** Of all runs. */
  readonly tombstones: number;
  /** The declared limit from the first sight of a statement until the text has left every listed file, in ms. */
  readonly within_ms: number;
  /** Tombstones whose text still lies in a shard, and when the oldest of their statements was seen. */
  readonly pending: number;
  readonly oldest_pending?: Instant;
  /** Withdrawn by this run; from statement to tombstone. */
  readonly withdrawn?: { readonly documents: number; readonly slowest_ms: number };
  /** Removed from files by this run; from statement to removal. */
  readonly removed?: { readonly documents: number; readonly slowest_ms: number };
}

/** A full snapshot of the live dataset. Written last and atomically: no manifest, no dataset. */
export interface Manifest extends RunSettings {
  readonly run: string;
  readonly kind: RunKind;
  readonly started: Instant;
  readonly created: Instant;
  readonly previous?: { readonly run: string; readonly sha256: Sha256 };
  readonly resources: readonly Resource[];
  /** How the run treated the origins it asked; absent where it asked none. */
  readonly politeness?: PolitenessSummary;
  /** Absent where nothing was ever withdrawn. */
  readonly withdrawals?: WithdrawalSummary;
  /** Files that an earlier manifest listed, with the time until which they stay for its readers. */
  readonly retired?: readonly { readonly path: string; readonly until: Instant }[];
  /** Of this run; equal to its provenance rows. */
  readonly counts: {
    readonly urls: number;
    readonly byReason: Readonly<Record<string, number>>;
    readonly byDisposition: Readonly<Record<string, number>>;
  };
}

const spent = z.strictObject({ documents: count, slowest_ms: count });
const counts = z.record(z.string(), count);

export const manifest: z.ZodType<Manifest> = z.strictObject({
  run: runName,
  kind: z.enum(['crawl', 'audit', 'recrawl', 'recheck', 'revoke', 'erase', 'compact', 'refilter']),
  started: instant,
  created: instant,
  previous: z.strictObject({ run: runName, sha256 }).exactOptional(),
  policy: z.looseObject({ id: z.string(), digest }),
  agents: z.looseObject({ version: z.string() }),
  software: z.looseObject({ name: z.string(), version: z.string() }),
  operator: z.strictObject({ digest, text: z.string(), public_key: z.string().exactOptional() }).exactOptional(),
  overrides: z.record(z.string(), z.unknown()),
  config: z.record(z.string(), z.unknown()),
  politeness: politenessSummary.exactOptional(),
  withdrawals: z
    .strictObject({
      tombstones: count,
      within_ms: count,
      pending: count,
      oldest_pending: instant.exactOptional(),
      withdrawn: spent.exactOptional(),
      removed: spent.exactOptional(),
    })
    .exactOptional(),
  retired: z.array(z.strictObject({ path: z.string(), until: instant })).exactOptional(),
  counts: z.strictObject({ urls: count, byReason: counts, byDisposition: counts }),
  resources: z.array(
    z.strictObject({
      name: z.string().regex(/^[a-z0-9._/-]+$/),
      path: z.string(),
      kind: z.enum([
        'documents',
        'provenance',
        'declarations',
        'evidence',
        'tombstones',
        'politeness',
        'visits',
        'suppression',
        'receipts',
        'feed',
        'withdrawn-ids',
      ]),
      run: runName,
      mediatype: z.string(),
      sha256,
      merkle_root: sha256.exactOptional(),
      bytes: count,
      records: count,
    }),
  ),
}) as unknown as z.ZodType<Manifest>;

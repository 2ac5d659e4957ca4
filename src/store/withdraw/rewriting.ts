import type { DatabaseSync } from 'node:sqlite';
import type { SegmentKind } from '../disk/layout.ts';

/** A file that is to be written anew, and what becomes of its members. */
export interface Rewriting {
  readonly kind: SegmentKind;
  readonly segmentId: number;
  /** Members that are left out. */
  readonly dropped: ReadonlySet<number>;
  /** Members that are not copied as they are: their lines as they will be, asked for one member at a time. */
  readonly changed: ReadonlyMap<number, () => Promise<readonly string[]>>;
}

export interface RewriteContext {
  readonly out: string;
  readonly db: DatabaseSync;
  readonly runId: number;
  /** Wall time in ms. */
  readonly nowMs: number;
  /** How long the old file stays for readers of the manifest before, in ms. */
  readonly graceMs: number;
  /** Inside the transaction that swaps the files. @param segmentId of the new file */
  readonly onSwap?: (old: number, segmentId: number | undefined) => void;
}

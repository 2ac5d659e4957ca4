import { transaction } from '../../vocab/index.ts';
import { StoreError } from '../disk/errors.ts';
import { rootOf } from '../disk/merkle.ts';
import { segmentLeaves } from '../seal/seal.ts';
import type { RewriteContext, Rewriting } from './rewriting.ts';

/** One whose lines changed. */
export interface NewMember {
  readonly id: number;
  readonly off: number;
  readonly len: number;
  readonly records: number;
  readonly leaves: Buffer;
}

/** Neighbours that were copied in one piece, in the old file. */
export interface CopiedRange {
  readonly start: number;
  readonly end: number;
  /** Of the new place, from the old one. */
  readonly shift: number;
}

export interface WrittenFile {
  readonly copied: readonly CopiedRange[];
  readonly changed: readonly NewMember[];
  readonly bytes: number;
  readonly records: number;
  readonly sha256: string;
}

export interface Swapped extends Pick<Rewriting, 'kind' | 'segmentId'> {
  /** Of the new file; undefined where nothing stayed. */
  readonly path: string | undefined;
  /** Members that are in it no more. */
  readonly gone: readonly number[];
  /** How many are. */
  readonly kept: number;
}

/** One transaction puts the new file in the place of the old one. What does not add up is not recorded. @throws ERR_STORAGE */
export function swap(
  { db, runId, nowMs, graceMs, onSwap }: RewriteContext,
  { segmentId, kind, path, gone, kept }: Swapped,
  written: WrittenFile | undefined,
): void {
  const move = db.prepare('UPDATE member SET segment_id = ?, off = off + ? WHERE segment_id = ? AND off >= ? AND off < ?');
  const change = db.prepare('UPDATE member SET segment_id = ?, off = ?, len = ?, records = ?, dead = 0 WHERE id = ?');
  const setLeaves = db.prepare('UPDATE member_leaves SET leaves = ? WHERE member_id = ?');
  const drop = db.prepare('DELETE FROM member WHERE id = ?');
  const dropLeaves = db.prepare('DELETE FROM member_leaves WHERE member_id = ?');
  transaction(db, () => {
    let newId: number | undefined;
    if (path !== undefined && written !== undefined) {
      const { bytes, records, sha256 } = written;
      const insert = db.prepare(
        "INSERT INTO segment (run_id, kind, path, state, bytes, records, sha256) SELECT run_id, ?, ?, 'sealed', ?, ?, ? FROM segment WHERE id = ?",
      );
      newId = Number(insert.run(kind, path, bytes, records, sha256, segmentId).lastInsertRowid);
    }
    for (const id of gone) {
      drop.run(id);
      dropLeaves.run(id);
    }
    for (const { id, off, len, records, leaves } of written?.changed ?? []) {
      change.run(newId ?? null, off, len, records, id);
      setLeaves.run(leaves, id);
    }
    let moved = written?.changed.length ?? 0;
    for (const { start, end, shift } of written?.copied ?? [])
      moved += Number(move.run(newId ?? null, shift, segmentId, start, end).changes);
    if (moved !== kept) throw changedUnderUs();
    if (newId !== undefined) {
      const leaves = segmentLeaves(db, newId);
      db.prepare('UPDATE segment SET root = ? WHERE id = ?').run(leaves.length === 0 ? null : rootOf(leaves), newId);
    }
    const retire = db.prepare(
      "UPDATE segment SET state = 'retired', retired_run = ?, remove_after = ? WHERE id = ? AND state = 'sealed'",
    );
    if (retire.run(runId, nowMs + graceMs, segmentId).changes !== 1) throw changedUnderUs();
    onSwap?.(segmentId, newId);
  });
}

const changedUnderUs = (): StoreError =>
  new StoreError('ERR_STORAGE', 'a file changed while it was written anew; stop any other writer, then try again');

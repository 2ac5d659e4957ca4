import { type FileHandle, open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { StoreError } from '../disk/errors.ts';
import { ensureFolder, openFlags, syncFolder } from '../disk/files.ts';
import { parseSegmentPath, type SegmentKind, segmentPath } from '../disk/layout.ts';
import type { Run } from './runs.ts';

/** One append-only file. `bytes` and `records` are what the database records: what lies beyond does not exist. */
interface Segment {
  id: number | undefined;
  readonly path: string;
  readonly index: number;
  bytes: number;
  records: number;
  /** Where the next planned piece goes: `bytes` plus what is planned and not committed yet. */
  end: number;
  handle: FileHandle | undefined;
}

interface Piece {
  readonly kind: SegmentKind;
  readonly segment: Segment;
  readonly offset: number;
  readonly content: Buffer;
  readonly records: number;
  /** Set for a member of one origin, with the digests of its lines. */
  readonly origin: string | undefined;
  readonly leaves: Buffer | undefined;
  /** Of the member, once it is recorded. */
  memberId?: number;
}

/** Where a piece will lie once it is committed. */
export interface Place {
  readonly path: string;
  readonly offset: number;
  /** Of a member of one origin, after `record`. */
  memberId(): number;
}

/**
 * The run's open files. Order of a commit: `write` (bytes, then fdatasync), then `record` inside the one transaction, then `settle`.
 * Until `settle` nothing is counted as there, so after a failure the next start cuts the files back.
 */
export interface Segments {
  /** Would a piece of this length begin a new file? */
  isFull(kind: SegmentKind, length: number): boolean;
  /** Has the kind's current file its first bytes, planned ones included? */
  isEmpty(kind: SegmentKind): boolean;
  plan(kind: SegmentKind, content: Buffer, records: number, member?: { readonly origin: string; readonly leaves: Buffer }): Place;
  /** Begins a new file of this kind. */
  roll(kind: SegmentKind): void;
  /** Bytes planned and not taken yet. */
  readonly plannedBytes: number;
  /** Everything planned so far; what is planned later belongs to the next commit. */
  take(): Taken;
  close(): Promise<void>;
}

export interface Taken {
  readonly pieces: number;
  write(): Promise<void>;
  record(): void;
  settle(): Promise<void>;
  /** Best effort: cut the files back to what is recorded, so that a full disk gets its bytes back. */
  undo(): Promise<void>;
}

export function openSegments(out: string, db: DatabaseSync, run: Run, writer: string, maxSegmentBytes: number): Segments {
  const current = new Map<SegmentKind, Segment>();
  let planned: Piece[] = [];
  let plannedBytes = 0;
  const touched = new Set<Segment>();

  const insertSegment = db.prepare(
    "INSERT INTO segment (run_id, kind, path, state, bytes, records) VALUES (?, ?, ?, 'open', ?, ?)",
  );
  const growSegment = db.prepare(
    "UPDATE segment SET bytes = ?, records = records + ? WHERE id = ? AND bytes = ? AND state = 'open'",
  );
  const insertMember = db.prepare('INSERT INTO member (segment_id, off, len, records, origin) VALUES (?, ?, ?, ?, ?)');

  const insertLeaves = db.prepare('INSERT INTO member_leaves (member_id, leaves) VALUES (?, ?)');

  const fresh = (kind: SegmentKind, index: number): Segment => {
    const path = segmentPath(kind, run.name, writer, index);
    return { id: undefined, path, index, bytes: 0, records: 0, end: 0, handle: undefined };
  };
  const last = db.prepare('SELECT kind, path, id, state, bytes, records FROM segment WHERE run_id = ? ORDER BY id');
  for (const row of last.all(run.id)) {
    const kind = String(row.kind) as SegmentKind;
    const path = String(row.path);
    const place = parseSegmentPath(path);
    if (place === undefined || place.writer !== writer) continue;
    const [bytes, records] = [Number(row.bytes), Number(row.records)];
    const isOpen = row.state === 'open';
    const segment = { id: Number(row.id), path, index: place.index, bytes, records, end: bytes, handle: undefined };
    current.set(kind, isOpen ? segment : fresh(kind, place.index + 1));
  }
  const currentOf = (kind: SegmentKind): Segment => {
    const segment = current.get(kind) ?? fresh(kind, 0);
    current.set(kind, segment);
    return segment;
  };
  const isFull = (kind: SegmentKind, length: number): boolean => {
    const { end } = currentOf(kind);
    return end > 0 && end + length > maxSegmentBytes;
  };
  const roll = (kind: SegmentKind): void => void current.set(kind, fresh(kind, currentOf(kind).index + 1));

  return {
    isFull,
    isEmpty: kind => currentOf(kind).end === 0,
    roll,
    get plannedBytes() {
      return plannedBytes;
    },
    plan(kind, content, records, member) {
      if (isFull(kind, content.length)) roll(kind);
      const segment = currentOf(kind);
      const offset = segment.end;
      segment.end += content.length;
      plannedBytes += content.length;
      touched.add(segment);
      const { origin, leaves } = member ?? {};
      const piece: Piece = { kind, segment, offset, content, records, origin, leaves };
      planned.push(piece);
      return {
        path: segment.path,
        offset,
        memberId() {
          if (piece.memberId === undefined)
            throw new StoreError('ERR_STORAGE', `\`${segment.path}\` is not recorded yet; report this`);
          return piece.memberId;
        },
      };
    },
    take() {
      const pieces = planned;
      planned = [];
      plannedBytes = 0;
      const bySegment = Map.groupBy(pieces, piece => piece.segment);
      return {
        pieces: pieces.length,
        async write() {
          await Promise.all([...bySegment].map(([segment, list]) => append(out, segment, list)));
        },
        record() {
          for (const [segment, list] of bySegment) {
            const bytes = segment.bytes + list.reduce((sum, piece) => sum + piece.content.length, 0);
            const records = list.reduce((sum, piece) => sum + piece.records, 0);
            if (segment.id === undefined) {
              const kind = list[0]?.kind ?? null;
              segment.id = Number(insertSegment.run(run.id, kind, segment.path, bytes, records).lastInsertRowid);
            } else if (growSegment.run(bytes, records, segment.id, segment.bytes).changes !== 1) {
              throw new StoreError('ERR_STORAGE', `\`${segment.path}\` changed under us; stop any other writer, then resume`);
            }
            for (const piece of list) {
              const { offset, content, records, origin, leaves } = piece;
              if (origin === undefined) continue;
              piece.memberId = Number(insertMember.run(segment.id, offset, content.length, records, origin).lastInsertRowid);
              if (leaves !== undefined) insertLeaves.run(piece.memberId, leaves);
            }
          }
        },
        async settle() {
          for (const [segment, list] of bySegment) {
            for (const piece of list) segment.bytes += piece.content.length;
            segment.records += list.reduce((sum, piece) => sum + piece.records, 0);
            const isOver = list[0] !== undefined && current.get(list[0].kind) !== segment && segment.bytes === segment.end;
            if (!isOver) continue;
            await segment.handle?.close();
            segment.handle = undefined;
            touched.delete(segment);
          }
        },
        async undo() {
          for (const segment of bySegment.keys()) await segment.handle?.truncate(segment.bytes).catch(() => {});
        },
      };
    },
    async close() {
      for (const segment of touched) await segment.handle?.close();
      touched.clear();
      current.clear();
    },
  };
}

/** Bytes first: they are on the disk before anything says that they are there. */
async function append(out: string, segment: Segment, pieces: readonly Piece[]): Promise<void> {
  const file = join(out, segment.path);
  const isNew = segment.handle === undefined && segment.id === undefined;
  if (isNew) ensureFolder(dirname(file));
  segment.handle ??= await open(file, isNew ? openFlags.create : openFlags.append, 0o644);
  let rest: Buffer[] = pieces.map(piece => piece.content);
  for (let at = segment.bytes; rest.length > 0; ) {
    // A short write is no error of the system's: what is left is written in the next turn. IOV_MAX is 1024.
    const { bytesWritten } = await segment.handle.writev(rest.slice(0, 1000), at);
    at += bytesWritten;
    rest = after(rest, bytesWritten);
  }
  await segment.handle.datasync();
  if (isNew) syncFolder(dirname(file));
}

function after(buffers: readonly Buffer[], written: number): Buffer[] {
  let left = written;
  return buffers.flatMap(buffer => {
    const cut = Math.min(left, buffer.length);
    left -= cut;
    return cut === buffer.length ? [] : [buffer.subarray(cut)];
  });
}

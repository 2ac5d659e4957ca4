import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { StoreError } from '../disk/errors.ts';
import { ensureFolder, openFlags, replaceFile } from '../disk/files.ts';
import { type SegmentKind, segmentShapes } from '../disk/layout.ts';
import { leavesOf, rootOf } from '../disk/merkle.ts';
import type { Resource, Sha256 } from '../records/index.ts';
import type { Run } from '../state/runs.ts';

/** SHA-256 of exactly the recorded bytes of a file. @throws ERR_DATA_LOST when it has fewer. */
export async function sha256OfFile(out: string, path: string, bytes: number): Promise<Sha256> {
  const handle = await open(join(out, path), openFlags.read);
  const digest = createHash('sha256');
  const chunk = Buffer.allocUnsafe(1024 * 1024);
  try {
    for (let done = 0; done < bytes; ) {
      const { bytesRead } = await handle.read(chunk, 0, Math.min(chunk.length, bytes - done), done);
      if (bytesRead === 0)
        throw new StoreError('ERR_DATA_LOST', `\`${path}\` ends at byte ${done} of ${bytes}; restore it from a copy`);
      digest.update(chunk.subarray(0, bytesRead));
      done += bytesRead;
    }
  } finally {
    await handle.close();
  }
  return digest.digest('hex') as Sha256;
}

/** Sealing fixes the bytes of a run's files for good; it can be repeated after a crash. */
export async function sealSegments(out: string, db: DatabaseSync, run: Pick<Run, 'id'>): Promise<void> {
  const seal = db.prepare("UPDATE segment SET state = 'sealed', sha256 = ?, root = ? WHERE id = ? AND bytes = ?");
  const rows = db.prepare("SELECT id, path, bytes FROM segment WHERE state = 'open' AND run_id = ? ORDER BY id");
  for (const { id, path, bytes } of rows.all(run.id)) {
    const digest = await sha256OfFile(out, String(path), Number(bytes));
    const leaves = segmentLeaves(db, Number(id));
    seal.run(digest, leaves.length === 0 ? null : rootOf(leaves), id ?? null, bytes ?? null);
  }
}

/**
 * Digests of all lines of a file, in order; empty where it has none, as evidence. One row after the other: a file of an audit has hundreds of thousands of
 * members, and as objects they would take ten times what is in them.
 */
export function segmentLeaves(db: DatabaseSync, segmentId: number): Buffer {
  const from = 'FROM member JOIN member_leaves ON member_id = member.id WHERE segment_id = ?';
  const length = Number(db.prepare(`SELECT coalesce(sum(length(leaves)), 0) AS octets ${from}`).get(segmentId)?.octets);
  const all = Buffer.allocUnsafe(length);
  let end = 0;
  for (const { leaves } of db.prepare(`SELECT leaves ${from} ORDER BY off`).iterate(segmentId)) {
    const octets = leaves as Uint8Array;
    all.set(octets, end);
    end += octets.length;
  }
  return all;
}

/** What a manifest lists: files of finished runs, and of the run that ends with it. */
export function resourcesOf(db: DatabaseSync, run: Pick<Run, 'id'>): Resource[] {
  const rows = db.prepare(
    `SELECT segment.kind, path, sha256, root, bytes, records, run.name AS run FROM segment JOIN run ON run.id = run_id
     WHERE segment.state = 'sealed' AND (run.state = 'finished' OR run.id = ?) ORDER BY segment.kind, path`,
  );
  return rows.all(run.id).map(row => {
    const path = String(row.path);
    const kind = String(row.kind) as SegmentKind;
    return {
      name: path.toLowerCase(),
      path,
      kind,
      run: String(row.run),
      mediatype: segmentShapes[kind].mediaType,
      sha256: String(row.sha256) as Sha256,
      ...(row.root === null ? {} : { merkle_root: String(row.root) as Sha256 }),
      bytes: Number(row.bytes),
      records: Number(row.records),
    };
  });
}

/** Replaces a file by what comes, old or new. @returns what is recorded of it */
function replaceCounted(
  out: string,
  path: string,
  parts: Iterable<Uint8Array>,
): { readonly bytes: number; readonly sha256: string } {
  ensureFolder(dirname(join(out, path)));
  const digest = createHash('sha256');
  let bytes = 0;
  const counted = function* (): Iterable<Uint8Array> {
    for (const part of parts) {
      digest.update(part);
      bytes += part.length;
      yield part;
    }
  };
  replaceFile(out, path, counted());
  return { bytes, sha256: digest.digest('hex') };
}

/** Octets of a file that is written as it comes, and how many records are in them. */
export interface Part {
  readonly content: Uint8Array;
  readonly records: number;
}

/**
 * Writes a file of a run that the manifest lists, whole and atomically; it can be repeated after a crash. The row goes first and comes last, so that a
 * start never finds a file of another length than recorded.
 */
export function sealParts(
  out: string,
  db: DatabaseSync,
  run: Pick<Run, 'id'>,
  { kind, path, parts }: { readonly kind: SegmentKind; readonly path: string; readonly parts: Iterable<Part> },
): void {
  db.prepare('DELETE FROM segment WHERE path = ?').run(path);
  let records = 0;
  const contents = function* (): Iterable<Uint8Array> {
    for (const part of parts) {
      records += part.records;
      yield part.content;
    }
  };
  const { bytes, sha256 } = replaceCounted(out, path, contents());
  db.prepare("INSERT INTO segment (run_id, kind, path, state, bytes, records, sha256) VALUES (?, ?, ?, 'sealed', ?, ?, ?)").run(
    run.id,
    kind,
    path,
    bytes,
    records,
    sha256,
  );
}

const linesAtOnce = 500;

/** The same of a file of lines, whose digests are recorded too. A file of the same kind from an earlier run, where only the newest counts, is retired. */
export function sealWhole(
  out: string,
  db: DatabaseSync,
  run: Pick<Run, 'id'>,
  file: { readonly kind: SegmentKind; readonly path: string; readonly lines: Iterable<string>; readonly isOnlyOne: boolean },
): void {
  const { kind, path, lines, isOnlyOne } = file;
  const before = 'SELECT member.id FROM member JOIN segment ON segment.id = segment_id WHERE path = ?';
  db.prepare(`DELETE FROM member_leaves WHERE member_id IN (${before})`).run(path);
  db.prepare(`DELETE FROM member WHERE id IN (${before})`).run(path);
  db.prepare('DELETE FROM segment WHERE path = ?').run(path);
  const leaves: Buffer[] = [];
  // Hashed and written in pieces: a call for each of many short lines costs more than both.
  const taken = (piece: readonly string[]): Buffer => {
    leaves.push(leavesOf(piece));
    return Buffer.from(`${piece.join('\n')}\n`);
  };
  const pieces = function* (): Iterable<Buffer> {
    let piece: string[] = [];
    for (const line of lines) {
      piece.push(line);
      if (piece.length < linesAtOnce) continue;
      yield taken(piece);
      piece = [];
    }
    if (piece.length > 0) yield taken(piece);
  };
  const written = replaceCounted(out, path, pieces());
  insertWhole(db, { runId: run.id, kind, path, ...written, leaves: Buffer.concat(leaves) });
  if (isOnlyOne)
    db.prepare(
      "UPDATE segment SET state = 'retired', retired_run = ?, remove_after = 0 WHERE kind = ? AND path <> ? AND state = 'sealed'",
    ).run(run.id, kind, path);
}

/** A file of lines that is no chain of members: recorded as one piece, with the digests of its lines. */
export function insertWhole(
  db: DatabaseSync,
  file: {
    readonly runId: number;
    readonly kind: SegmentKind;
    readonly path: string;
    readonly bytes: number;
    readonly sha256: string;
    readonly leaves: Buffer;
  },
): void {
  const { runId, kind, path, bytes, sha256, leaves } = file;
  const records = leaves.length / 32;
  const insert = db.prepare(
    "INSERT INTO segment (run_id, kind, path, state, bytes, records, sha256, root) VALUES (?, ?, ?, 'sealed', ?, ?, ?, ?)",
  );
  const { lastInsertRowid } = insert.run(runId, kind, path, bytes, records, sha256, rootOf(leaves));
  const member = db.prepare("INSERT INTO member (segment_id, off, len, records, origin) VALUES (?, 0, ?, ?, '')");
  const { lastInsertRowid: id } = member.run(lastInsertRowid, bytes, records);
  db.prepare('INSERT INTO member_leaves (member_id, leaves) VALUES (?, ?)').run(id, leaves);
}

import { createHash, type Hash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { gunzipSync } from 'node:zlib';
import { StoreError, storageFailure } from '../disk/errors.ts';
import { openFlags, syncFolder } from '../disk/files.ts';
import { parseSegmentPath, type SegmentKind, segmentPath } from '../disk/layout.ts';
import { toMember } from '../disk/members.ts';
import { leavesOf } from '../disk/merkle.ts';
import { type CopiedRange, type NewMember, swap, type WrittenFile } from './compact-swap.ts';
import type { RewriteContext, Rewriting } from './rewriting.ts';

export interface Rewritten {
  readonly from: string;
  /** Undefined where nothing of it stayed. */
  readonly to: string | undefined;
  readonly bytesBefore: number;
  readonly bytesAfter: number;
}

interface OldMember {
  readonly id: number;
  readonly off: number;
  readonly len: number;
  readonly records: number;
}

/**
 * Writes one sealed file anew: whole gzip members are copied as ranges of bytes, only members that lose lines are decoded. The new file is written and
 * synced under a name that nothing records yet, so a crash leaves a file that the next start deletes; then one transaction puts it in the place of
 * the old one, which stays on the disk, listed no more, until the manifest that follows is there and its grace is over.
 * @throws ERR_DATA_DAMAGED, ERR_STORAGE
 */
export async function rewriteSegment(rewriting: Rewriting, context: RewriteContext): Promise<Rewritten> {
  const { segmentId, dropped, kind } = rewriting;
  const { out, db } = context;
  const segment = db.prepare('SELECT path, bytes, run_id FROM segment WHERE id = ?').get(segmentId);
  const from = String(segment?.path);
  const members = db
    .prepare('SELECT id, off, len, records FROM member WHERE segment_id = ? ORDER BY off')
    .all(segmentId)
    .map(({ id, off, len, records }) => ({ id: Number(id), off: Number(off), len: Number(len), records: Number(records) }));
  const path = members.some(({ id }) => !dropped.has(id)) ? nextPath(db, kind, Number(segment?.run_id), from) : undefined;
  try {
    const written =
      path === undefined
        ? undefined
        : await write(
            out,
            from,
            path,
            members.filter(({ id }) => !dropped.has(id)),
            rewriting.changed,
          );
    const gone = members.flatMap(({ id }) => (dropped.has(id) ? [id] : []));
    swap(context, { kind, segmentId, path, gone, kept: members.length - gone.length }, written);
    const bytesAfter = written?.bytes ?? 0;
    return { from, to: path, bytesBefore: Number(segment?.bytes), bytesAfter };
  } catch (error) {
    throw storageFailure(error, `writing \`${from}\` anew`);
  }
}

/** In the folder of the run whose records they are, under the next number that was never used. */
export function nextPath(db: DatabaseSync, kind: SegmentKind, runId: number, from: string): string {
  const place = parseSegmentPath(from);
  if (place === undefined) throw new StoreError('ERR_DATA_DAMAGED', `\`${from}\` is no file of a dataset; report this`);
  const used = db.prepare('SELECT path FROM segment WHERE run_id = ? AND kind = ?').all(runId, kind);
  const last = Math.max(
    ...used.flatMap(({ path }) => {
      const other = parseSegmentPath(String(path));
      return other?.writer === place.writer ? other.index : -1;
    }),
  );
  return segmentPath(kind, place.run, place.writer, last + 1);
}

async function write(
  out: string,
  from: string,
  path: string,
  members: readonly OldMember[],
  changed: Rewriting['changed'],
): Promise<WrittenFile> {
  const source = await open(join(out, from), openFlags.read);
  let target: FileHandle | undefined;
  try {
    target = await open(join(out, path), openFlags.create, 0o644);
    const digest = createHash('sha256');
    const made: NewMember[] = [];
    const ranges: CopiedRange[] = [];
    const chunk = Buffer.allocUnsafe(chunkBytes);
    let end = 0;
    let records = 0;
    let range: { readonly start: number; readonly end: number } | undefined;
    const copied = async (): Promise<void> => {
      if (range === undefined || target === undefined) return;
      const { start, end: stop } = range;
      const at = end - (stop - start);
      await copyRange({ source, start, end: stop, target, at, digest, chunk, from });
      ranges.push({ start, end: stop, shift: at - start });
      range = undefined;
    };
    for (const { id, off, len, records: lines } of members) {
      const change = changed.get(id);
      if (change === undefined) {
        if (range?.end !== off) await copied();
        range = { start: range?.start ?? off, end: off + len };
        end += len;
        records += lines;
        continue;
      }
      await copied();
      const left = await change();
      const content = toMember(left);
      await writeAll(target, content, end);
      digest.update(content);
      made.push({ id, off: end, len: content.length, records: left.length, leaves: leavesOf(left) });
      end += content.length;
      records += left.length;
    }
    await copied();
    await target.datasync();
    syncFolder(dirname(join(out, path)));
    return { copied: ranges, changed: made, bytes: end, records, sha256: digest.digest('hex') };
  } catch (error) {
    // A disk that is full gets its bytes back now, not at the next start.
    if (target !== undefined) rmSync(join(out, path), { force: true });
    throw error;
  } finally {
    await target?.close();
    await source.close();
  }
}

interface Range {
  readonly source: FileHandle;
  readonly start: number;
  readonly end: number;
  readonly target: FileHandle;
  readonly at: number;
  readonly digest: Hash;
  /** One for all ranges: a fresh megabyte for each costs as much as reading it. */
  readonly chunk: Buffer;
  readonly from: string;
}

const chunkBytes = 1024 * 1024;

async function copyRange({ source, start, end, target, at, digest, chunk, from }: Range): Promise<void> {
  for (let done = start; done < end; ) {
    const { bytesRead } = await source.read(chunk, 0, Math.min(chunk.length, end - done), done);
    if (bytesRead === 0) throw new StoreError('ERR_DATA_LOST', `\`${from}\` ends at byte ${done}; restore it from a copy`);
    const piece = chunk.subarray(0, bytesRead);
    digest.update(piece);
    await writeAll(target, piece, at + done - start);
    done += bytesRead;
  }
}

async function writeAll(target: FileHandle, content: Buffer, at: number): Promise<void> {
  for (let done = 0; done < content.length; ) done += (await target.writev([content.subarray(done)], at + done)).bytesWritten;
}

/** Lines of one member. @throws ERR_DATA_DAMAGED */
export async function memberLines(out: string, path: string, off: number, len: number): Promise<readonly string[]> {
  const handle = await open(join(out, path), openFlags.read);
  try {
    const content = Buffer.allocUnsafe(len);
    const { bytesRead } = await handle.read(content, 0, len, off);
    if (bytesRead < len)
      throw new StoreError('ERR_DATA_LOST', `\`${path}\` ends before byte ${off + len}; restore it from a copy`);
    return gunzipSync(content).toString('utf8').split('\n').slice(0, -1);
  } catch (error) {
    if (error instanceof StoreError) throw error;
    throw new StoreError(
      'ERR_DATA_DAMAGED',
      `\`${path}\` at byte ${off}: ${(error as Error).message}; restore the file from a copy`,
      error,
    );
  } finally {
    await handle.close();
  }
}

import { hash } from 'node:crypto';
import { closeSync, fsyncSync, ftruncateSync, openSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { StoreError } from '../disk/errors.ts';
import { openFlags, sizeOf, syncFolder } from '../disk/files.ts';
import { manifestPath, parseSegmentPath, segmentShapes } from '../disk/layout.ts';
import { markFinished, unfinishedRuns } from '../state/runs.ts';

/** What a start had to put right after a crash. */
export interface Recovery {
  /** Files that were longer than recorded, cut back. */
  readonly truncated: readonly string[];
  /** Files of a known run that no commit recorded. */
  readonly deleted: readonly string[];
}

const dataFolders = [...new Set(Object.values(segmentShapes).map(shape => shape.folder))];

function segmentFiles(out: string): string[] {
  return dataFolders
    .flatMap(folder =>
      readdirSync(join(out, folder), { withFileTypes: true })
        .filter(entry => entry.isDirectory())
        .flatMap(entry => readdirSync(join(out, folder, entry.name)).map(name => `${folder}/${entry.name}/${name}`)),
    )
    .filter(path => parseSegmentPath(path) !== undefined);
}

/** New state beside old files would take them for leftovers of a crash and delete them. */
export function refuseForeignFiles(out: string, db: DatabaseSync): void {
  if (db.prepare('SELECT 1 FROM run LIMIT 1').get() !== undefined) return;
  const found = segmentFiles(out)[0] ?? readdirSync(join(out, 'manifests')).find(name => name.endsWith('.json'));
  if (found === undefined) return;
  throw new StoreError(
    'ERR_STATE_MISSING',
    `\`${out}\` holds a dataset (\`${found}\`) but not its working state; restore \`state/\` or choose another --out`,
  );
}

/** A manifest that was renamed into place just before a crash finishes its run; any other one is newer than this state. */
export function adoptManifest(out: string, db: DatabaseSync): void {
  for (const name of readdirSync(join(out, 'manifests'))) {
    if (/\.json(\.dsse)?\.tmp$/.test(name)) rmSync(join(out, 'manifests', name));
    else if (
      /^\d{8}T\d{6}Z-[a-z0-9]+\.json$/.test(name) &&
      db.prepare('SELECT 1 FROM run WHERE name = ?').get(name.slice(0, -5)) === undefined
    )
      throw stale(out, name.slice(0, -5));
  }
  for (const run of unfinishedRuns(db)) {
    let content: string;
    try {
      content = readFileSync(join(out, manifestPath(run.name)), 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') continue;
      throw error;
    }
    if (run.state !== 'finishing') throw stale(out, run.name);
    const { created } = JSON.parse(content) as { created: string };
    markFinished(db, run.id, created, hash('sha256', content));
  }
}

const stale = (out: string, run: string): StoreError =>
  new StoreError(
    'ERR_STATE_STALE',
    `\`${out}\` has the manifest of run \`${run}\`, which its working state does not know as finished; restore the newest \`state/\``,
  );

/**
 * Files and database agree again: a longer file is cut, a file of a known run that nothing recorded is deleted, files of other names
 * are left alone.
 * @throws ERR_DATA_LOST when a file is missing or shorter than recorded: that is no crash of ours, and nothing here can mend it.
 */
export function recover(out: string, db: DatabaseSync): Recovery {
  const truncated: string[] = [];
  const deleted: string[] = [];
  const recorded = new Map<string, number>();
  const kept = new Set<string>();
  for (const { path, bytes, state } of db.prepare("SELECT path, bytes, state FROM segment WHERE state <> 'removed'").all())
    if (state === 'retired') kept.add(String(path));
    else recorded.set(String(path), Number(bytes));
  for (const [path, bytes] of recorded) {
    if (cutBack(join(out, path), path, bytes)) truncated.push(path);
  }
  const runs = new Set(
    db
      .prepare('SELECT name FROM run')
      .all()
      .map(row => String(row.name)),
  );
  for (const path of segmentFiles(out)) {
    if (recorded.has(path) || kept.has(path) || !runs.has(parseSegmentPath(path)?.run ?? '')) continue;
    rmSync(join(out, path));
    syncFolder(dirname(join(out, path)));
    deleted.push(path);
  }
  return { truncated, deleted };
}

function cutBack(file: string, path: string, bytes: number): boolean {
  let fd: number;
  try {
    // Whole files are only looked at: a finished dataset may lie on a read-only mount.
    fd = openSync(file, openFlags.read);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    throw new StoreError('ERR_DATA_LOST', `\`${path}\` is missing; it should hold ${bytes} bytes; restore it from a copy`, error);
  }
  const size = sizeOf(fd);
  closeSync(fd);
  if (size === bytes) return false;
  if (size < bytes)
    throw new StoreError('ERR_DATA_LOST', `\`${path}\` has ${size} bytes and should hold ${bytes}; restore it from a copy`);
  fd = openSync(file, openFlags.append);
  try {
    ftruncateSync(fd, bytes);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
  return true;
}

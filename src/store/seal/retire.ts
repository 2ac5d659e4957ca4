import { rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { syncFolder } from '../disk/files.ts';
import type { Manifest } from '../records/index.ts';

/**
 * Removes files that no manifest lists any more, when their time is over. Only after the manifest without them is in place: until then the one
 * before it is the dataset. It can be repeated after a crash.
 * @returns their paths
 */
export function removeRetired(out: string, db: DatabaseSync, nowMs: number): readonly string[] {
  const rows = db
    .prepare(
      `SELECT segment.id, path FROM segment JOIN run ON run.id = retired_run
       WHERE segment.state = 'retired' AND remove_after <= ? AND run.state = 'finished'`,
    )
    .all(nowMs);
  const mark = db.prepare("UPDATE segment SET state = 'removed' WHERE id = ?");
  for (const { id, path } of rows) {
    const file = join(out, String(path));
    rmSync(file, { force: true });
    try {
      syncFolder(dirname(file));
    } catch {
      // The folder is gone with it.
    }
    mark.run(id ?? null);
  }
  return rows.map(({ path }) => String(path));
}

/** Files that are on the disk still, and until when. */
export function retiredFiles(db: DatabaseSync, nowMs: number): NonNullable<Manifest['retired']> {
  const rows = db.prepare("SELECT path, remove_after FROM segment WHERE state = 'retired' AND remove_after > ? ORDER BY path");
  return rows.all(nowMs).map(({ path, remove_after }) => ({
    path: String(path),
    until: new Date(Number(remove_after)).toISOString() as NonNullable<Manifest['retired']>[number]['until'],
  }));
}

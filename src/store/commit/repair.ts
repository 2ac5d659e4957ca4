import { existsSync, renameSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { StoreError, storageFailure } from '../disk/errors.ts';
import { syncFolder } from '../disk/files.ts';
import { databaseName } from '../disk/layout.ts';
import { takeLock } from '../disk/lock.ts';
import { openDataset } from './dataset.ts';
import type { Recovery } from './recovery.ts';

export interface Repaired extends Recovery {
  /** Where the damaged state database was put aside, when a mended copy took its place. */
  readonly putAside?: string;
}

/**
 * Mends what can be mended without losing anything: what a crash left behind, and a state database whose indices are damaged (its tables are copied,
 * the indices made anew). The damaged file is put aside, never deleted.
 * @throws ERR_STATE_CORRUPT when the tables themselves are damaged, ERR_LOCKED, and what opening a dataset throws
 */
export async function repairDataset(out: string, nowMs: number): Promise<Repaired> {
  const root = resolve(out);
  const file = join(root, databaseName);
  if (!existsSync(file)) throw new StoreError('ERR_STATE_MISSING', `there is no \`${file}\` to repair; check --out`);
  const lock = takeLock(root, nowMs);
  let putAside: string | undefined;
  try {
    if (isDamaged(file)) putAside = replaceByCopy(root, file, nowMs);
  } finally {
    lock.release();
  }
  const dataset = openDataset(root, { now: () => nowMs });
  await dataset.close();
  return { ...dataset.recovery, ...(putAside === undefined ? {} : { putAside }) };
}

function isDamaged(file: string): boolean {
  const db = new DatabaseSync(file);
  try {
    return Object.values(db.prepare('PRAGMA integrity_check(1)').get() ?? {})[0] !== 'ok';
  } catch {
    return true;
  } finally {
    db.close();
  }
}

function replaceByCopy(root: string, file: string, nowMs: number): string {
  const copy = `${file}.mended`;
  rmSync(copy, { force: true });
  try {
    copyTables(file, copy);
  } catch (error) {
    rmSync(copy, { force: true });
    throw storageFailure(error, 'copying its tables');
  }
  const aside = `${file}.damaged-${nowMs}`;
  for (const suffix of ['-wal', '-shm', '']) if (existsSync(file + suffix)) renameSync(file + suffix, aside + suffix);
  renameSync(copy, file);
  syncFolder(join(root, 'state'));
  return aside;
}

/** Row by row into new tables, whose indices are made when they are full: no index of the damaged file is read but those that hold its keys. */
function copyTables(file: string, copy: string): void {
  const db = new DatabaseSync(copy);
  try {
    db.prepare('ATTACH ? AS damaged').run(file);
    const version = Number(db.prepare('PRAGMA damaged.user_version').get()?.user_version);
    const schema = db
      .prepare("SELECT type, name, sql FROM damaged.sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%'")
      .all();
    for (const { type, sql } of schema) if (type === 'table') db.exec(String(sql));
    for (const { type, name } of schema)
      if (type === 'table') db.exec(`INSERT INTO main."${name}" SELECT * FROM damaged."${name}" NOT INDEXED`);
    for (const { type, sql } of schema) if (type === 'index') db.exec(String(sql));
    db.exec(`PRAGMA user_version = ${version}`);
    checkCopy(db);
  } finally {
    db.close();
  }
}

/** A copy counts only if nothing is missing from it: it is whole, and every row that was counted lies in a file. */
function checkCopy(db: DatabaseSync): void {
  const answer = Object.values(db.prepare('PRAGMA main.integrity_check(1)').get() ?? {})[0];
  const lost = db
    .prepare(
      `SELECT 1 FROM run WHERE (SELECT coalesce(sum(records), 0) FROM run_count WHERE run_id = run.id)
         <> (SELECT coalesce(sum(records), 0) FROM segment WHERE run_id = run.id AND kind = 'provenance' AND state IN ('open', 'sealed'))`,
    )
    .get();
  if (answer !== 'ok' || lost !== undefined)
    throw new StoreError('ERR_STATE_CORRUPT', 'the tables of the state database are damaged; restore state/ from a copy');
}

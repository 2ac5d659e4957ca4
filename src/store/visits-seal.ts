import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { toMember } from './batch.ts';
import { ensureFolder, replaceFile } from './files.ts';
import { visitsPath } from './layout.ts';
import type { VisitRecord } from './records/index.ts';
import type { Run } from './runs.ts';

const charactersPerMember = 256 * 1024;

/**
 * Writes an audit's visits as a file that the manifest lists, whole and atomically; it can be repeated after a crash. The row goes first and comes
 * last, so that a start never finds a file of another length than recorded.
 */
export function sealVisits(out: string, db: DatabaseSync, run: Pick<Run, 'id' | 'name'>, visits: Iterable<VisitRecord>): void {
  const path = visitsPath(run.name);
  db.prepare('DELETE FROM segment WHERE path = ?').run(path);
  ensureFolder(join(out, 'reports', run.name));
  const digest = createHash('sha256');
  let bytes = 0;
  let records = 0;
  const members = function* (): Iterable<Uint8Array> {
    for (const lines of groupsOf(visits)) {
      const member = toMember(lines);
      records += lines.length;
      digest.update(member);
      bytes += member.length;
      yield member;
    }
  };
  replaceFile(out, path, members());
  db.prepare(
    "INSERT INTO segment (run_id, kind, path, state, bytes, records, sha256) VALUES (?, 'visits', ?, 'sealed', ?, ?, ?)",
  ).run(run.id, path, bytes, records, digest.digest('hex'));
}

function* groupsOf(visits: Iterable<VisitRecord>): Iterable<readonly string[]> {
  let lines: string[] = [];
  let characters = 0;
  for (const visit of visits) {
    const line = JSON.stringify(visit);
    lines.push(line);
    characters += line.length;
    if (characters < charactersPerMember) continue;
    yield lines;
    lines = [];
    characters = 0;
  }
  if (lines.length > 0) yield lines;
}

import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import type { OriginKey } from '../vocab/index.ts';
import { ensureFolder, replaceFile } from './files.ts';
import { politenessPath } from './layout.ts';
import { maxBusiest, type PolitenessRecord, type PolitenessSummary } from './records/index.ts';
import type { Run } from './runs.ts';

const recordColumns = 'requests, pages, bytes, min_gap_ms, delay_ms, longest_delay_ms, backoffs, longest_backoff_ms';

const shapeOf = (row: Record<string, unknown>): Omit<PolitenessRecord, 'origin'> => ({
  requests: Number(row.requests),
  pages: Number(row.pages),
  bytes: Number(row.bytes),
  ...(row.min_gap_ms === null ? {} : { min_gap_ms: Number(row.min_gap_ms) }),
  delay_ms: Number(row.delay_ms),
  longest_delay_ms: Number(row.longest_delay_ms),
  backoffs: Number(row.backoffs),
  ...(row.longest_backoff_ms === null ? {} : { longest_backoff_ms: Number(row.longest_backoff_ms) }),
});

const recordOf = (row: Record<string, unknown>): PolitenessRecord => ({
  origin: String(row.origin) as OriginKey,
  ...shapeOf(row),
});

/** The run's sums as committed; undefined where nothing was asked. */
export function politenessOf(db: DatabaseSync, run: Pick<Run, 'id' | 'name'>): PolitenessSummary | undefined {
  const totals = db
    .prepare(
      `SELECT count(*) AS origins, sum(requests) AS requests, sum(pages) AS pages, sum(bytes) AS bytes, min(min_gap_ms) AS min_gap_ms,
         min(delay_ms) AS delay_ms, max(longest_delay_ms) AS longest_delay_ms, sum(backoffs) AS backoffs,
         max(longest_backoff_ms) AS longest_backoff_ms FROM politeness WHERE run_id = ?`,
    )
    .get(run.id);
  if (totals === undefined || Number(totals.origins) === 0) return undefined;
  const busiest = db
    .prepare(`SELECT origin, ${recordColumns} FROM politeness WHERE run_id = ? ORDER BY requests DESC, origin LIMIT ?`)
    .all(run.id, maxBusiest);
  return { origins: Number(totals.origins), ...shapeOf(totals), path: politenessPath(run.name), busiest: busiest.map(recordOf) };
}

/**
 * Writes the run's ledger as a file that the manifest lists, whole and atomically; it can be repeated after a crash. The row goes first and
 * comes last, so that a start never finds a file of another length than recorded.
 */
export function sealPoliteness(out: string, db: DatabaseSync, run: Run): PolitenessSummary | undefined {
  const summary = politenessOf(db, run);
  if (summary === undefined) return undefined;
  const { path, origins } = summary;
  db.prepare('DELETE FROM segment WHERE path = ?').run(path);
  ensureFolder(join(out, 'reports', run.name));
  const digest = createHash('sha256');
  let bytes = 0;
  const lines = function* (): Iterable<string> {
    const rows = db.prepare(`SELECT origin, ${recordColumns} FROM politeness WHERE run_id = ? ORDER BY origin`);
    for (const row of rows.iterate(run.id)) {
      const line = `${JSON.stringify(recordOf(row))}\n`;
      digest.update(line);
      bytes += Buffer.byteLength(line);
      yield line;
    }
  };
  replaceFile(out, path, lines());
  db.prepare(
    "INSERT INTO segment (run_id, kind, path, state, bytes, records, sha256) VALUES (?, 'politeness', ?, 'sealed', ?, ?, ?)",
  ).run(run.id, path, bytes, origins, digest.digest('hex'));
  return summary;
}

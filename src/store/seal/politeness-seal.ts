import type { DatabaseSync } from 'node:sqlite';
import type { OriginKey } from '../../vocab/index.ts';
import { politenessPath } from '../disk/layout.ts';
import { maxBusiest, type PolitenessRecord, type PolitenessSummary } from '../records/index.ts';
import type { Run } from '../state/runs.ts';
import { type Part, sealParts } from './seal.ts';

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

/** Writes the run's ledger as a file that the manifest lists. */
export function sealPoliteness(out: string, db: DatabaseSync, run: Run): PolitenessSummary | undefined {
  const summary = politenessOf(db, run);
  if (summary === undefined) return undefined;
  const parts = function* (): Iterable<Part> {
    const rows = db.prepare(`SELECT origin, ${recordColumns} FROM politeness WHERE run_id = ? ORDER BY origin`);
    for (const row of rows.iterate(run.id)) yield { content: Buffer.from(`${JSON.stringify(recordOf(row))}\n`), records: 1 };
  };
  sealParts(out, db, run, { kind: 'politeness', path: summary.path, parts: parts() });
  return summary;
}

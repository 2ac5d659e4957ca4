import type { DatabaseSync } from 'node:sqlite';
import type { Instant, OriginKey } from '../../vocab/index.ts';
import { receiptsPath, suppressionPath } from '../disk/layout.ts';
import type { Manifest, Receipt, Sha256, WithdrawnReason } from '../records/index.ts';
import type { Run } from '../state/runs.ts';
import { recordedSuppressions } from '../state/suppress.ts';
import { sealWhole } from './seal.ts';

const msBetween = (from: string, to: string): number => Math.max(0, Date.parse(to) - Date.parse(from));

/** What left its file in this run, and how long that took. */
export function sealReceipts(out: string, db: DatabaseSync, run: Run, withinMs: number): void {
  if (db.prepare('SELECT 1 FROM tombstone WHERE left_run = ? LIMIT 1').get(run.id) === undefined) return;
  const rows = db.prepare(
    `SELECT document_id, url, origin, reason, ticket, run.name AS withdrawn_in, sighted_at, withdrawn_at, left_at,
       old.path AS old_path, old.sha256 AS old_sha256, new.path AS new_path, new.sha256 AS new_sha256
     FROM tombstone JOIN run ON run.id = tombstone.run_id JOIN segment old ON old.id = left_segment
       LEFT JOIN segment new ON new.id = new_segment WHERE left_run = ? ORDER BY tombstone.id`,
  );
  const lines = function* (): Iterable<string> {
    for (const row of rows.iterate(run.id)) {
      const [sighted, withdrawn, left] = [String(row.sighted_at), String(row.withdrawn_at), String(row.left_at)];
      const receipt: Receipt = {
        document_id: String(row.document_id),
        url: String(row.url),
        origin: String(row.origin) as OriginKey,
        reason: String(row.reason) as WithdrawnReason,
        ...(row.ticket === null ? {} : { ticket: String(row.ticket) }),
        withdrawn_in: String(row.withdrawn_in),
        from: { path: String(row.old_path), sha256: String(row.old_sha256) as Sha256 },
        ...(row.new_path === null ? {} : { to: { path: String(row.new_path), sha256: String(row.new_sha256) as Sha256 } }),
        sighted_at: sighted as Instant,
        withdrawn_at: withdrawn as Instant,
        removed_at: left as Instant,
        withdrawn_after_ms: msBetween(sighted, withdrawn),
        removed_after_ms: msBetween(sighted, left),
        within_ms: withinMs,
      };
      yield JSON.stringify(receipt);
    }
  };
  sealWhole(out, db, run, { kind: 'receipts', path: receiptsPath(run.name), lines: lines(), isOnlyOne: false });
}

/** The suppression list beside the tombstones, where this run added to it: an import elsewhere, or a new state, can go on with it. */
export function sealSuppression(out: string, db: DatabaseSync, run: Run): void {
  if (db.prepare('SELECT 1 FROM suppression WHERE run_id = ? LIMIT 1').get(run.id) === undefined) return;
  const lines = function* (): Iterable<string> {
    for (const entry of recordedSuppressions(db)) yield JSON.stringify(entry);
  };
  sealWhole(out, db, run, { kind: 'suppression', path: suppressionPath(run.name), lines: lines(), isOnlyOne: true });
}

/** How withdrawals stand at the end of a run; undefined where there never was one. */
export function withdrawalsOf(db: DatabaseSync, run: Run, withinMs: number): Manifest['withdrawals'] {
  const total = Number(
    db
      .prepare("SELECT count(*) AS n FROM tombstone JOIN run ON run.id = run_id WHERE run.state = 'finished' OR run.id = ?")
      .get(run.id)?.n,
  );
  if (total === 0) return undefined;
  // In listed shards; those of a crawl that is not finished are no part of the dataset yet.
  const pending = db
    .prepare(
      `SELECT count(*) AS n, min(CASE WHEN reason <> 'superseded' THEN sighted_at END) AS first
       FROM tombstone JOIN member ON member.id = member_id JOIN segment ON segment.id = segment_id JOIN run ON run.id = segment.run_id
       WHERE member_id IS NOT NULL AND segment.state = 'sealed' AND (run.state = 'finished' OR run.id = ?)`,
    )
    .get(run.id);
  const slowest = (
    to: 'withdrawn_at' | 'left_at',
    of: 'run_id' | 'left_run',
  ): { documents: number; slowest_ms: number } | undefined => {
    const found = db
      .prepare(
        `SELECT count(*) AS n, max(CAST(round((julianday(${to}) - julianday(sighted_at)) * 86400000) AS INTEGER)) AS ms
         FROM tombstone WHERE ${of} = ? AND reason <> 'superseded'`,
      )
      .get(run.id);
    const documents = Number(found?.n);
    return documents === 0 ? undefined : { documents, slowest_ms: Math.max(0, Number(found?.ms)) };
  };
  const withdrawn = slowest('withdrawn_at', 'run_id');
  const removed = slowest('left_at', 'left_run');
  return {
    tombstones: total,
    within_ms: withinMs,
    pending: Number(pending?.n),
    ...(pending?.first == null ? {} : { oldest_pending: String(pending.first) as Instant }),
    ...(withdrawn === undefined ? {} : { withdrawn }),
    ...(removed === undefined ? {} : { removed }),
  };
}

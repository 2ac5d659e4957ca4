import { hash } from 'node:crypto';
import { closeSync, fsyncSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { type Instant, transaction } from '../../vocab/index.ts';
import { ensureFolder, openFlags, syncFolder } from '../disk/files.ts';
import { feedPath, withdrawnIdsPath } from '../disk/layout.ts';
import type { FeedEntry, Sha256, WithdrawnReason } from '../records/index.ts';
import type { Run } from '../state/runs.ts';
import { sealWhole, sha256OfFile } from './seal.ts';

export const noHead: Sha256 = '0'.repeat(64) as Sha256;

/**
 * Puts the run's tombstones at the end of the feed. Bytes first, synced, then one transaction that counts them: what a crash leaves beyond that is cut
 * off at the next start. It can be repeated.
 */
export async function feedWithdrawals(out: string, db: DatabaseSync, run: Run): Promise<void> {
  const rows = db
    .prepare(
      `SELECT id, document_id, url, reason, withdrawn_at FROM tombstone
       WHERE run_id = ?1 AND id > (SELECT coalesce(fed_through, 0) FROM run WHERE id = ?1) ORDER BY id`,
    )
    .all(run.id);
  if (rows.length === 0) return;
  const known = db.prepare("SELECT id, bytes, records FROM segment WHERE kind = 'feed'").get();
  const [bytes, records] = [Number(known?.bytes ?? 0), Number(known?.records ?? 0)];
  let prev = String(db.prepare('SELECT head FROM feed').get()?.head ?? noHead) as Sha256;
  let text = '';
  for (const [index, { document_id, url, reason, withdrawn_at }] of rows.entries()) {
    const entry: FeedEntry = {
      seq: records + index,
      prev,
      document_id: String(document_id),
      url_sha256: hash('sha256', String(url)) as Sha256,
      reason: String(reason) as WithdrawnReason,
      withdrawn_at: String(withdrawn_at) as Instant,
      run: run.name,
    };
    const line = JSON.stringify(entry);
    prev = hash('sha256', line) as Sha256;
    text += `${line}\n`;
  }
  const added = Buffer.from(text);
  append(join(out, feedPath), added, bytes);
  const total = bytes + added.length;
  const digest = await sha256OfFile(out, feedPath, total);
  transaction(db, () => {
    if (known === undefined)
      db.prepare(
        "INSERT INTO segment (run_id, kind, path, state, bytes, records, sha256) VALUES (?, 'feed', ?, 'sealed', ?, ?, ?)",
      ).run(run.id, feedPath, total, rows.length, digest);
    else
      db.prepare('UPDATE segment SET bytes = ?, records = ?, sha256 = ?, run_id = ? WHERE id = ?').run(
        ...[total, records + rows.length, digest, run.id, known.id ?? null],
      );
    db.prepare('INSERT INTO feed (id, head) VALUES (1, ?) ON CONFLICT DO UPDATE SET head = excluded.head').run(prev);
    db.prepare('UPDATE run SET fed_through = ? WHERE id = ?').run(rows.at(-1)?.id ?? null, run.id);
  });
}

function append(file: string, added: Buffer, at: number): void {
  const isNew = at === 0;
  ensureFolder(dirname(file));
  const fd = openSync(file, isNew ? openFlags.replace : openFlags.append, 0o644);
  try {
    ftruncateSync(fd, at);
    for (let done = 0; done < added.length; ) done += writeSync(fd, added, done, added.length - done, at + done);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
  if (isNew) syncFolder(dirname(file));
}

/** Ids of documents that are withdrawn and were not collected anew, sorted, one a line: all that a filter needs. */
export function sealWithdrawnIds(out: string, db: DatabaseSync, run: Run): void {
  if (db.prepare('SELECT 1 FROM tombstone LIMIT 1').get() === undefined) return;
  const ids = db.prepare('SELECT DISTINCT document_id FROM tombstone WHERE revived = 0 ORDER BY document_id');
  const lines = function* (): Iterable<string> {
    for (const { document_id } of ids.iterate()) yield String(document_id);
  };
  sealWhole(out, db, run, { kind: 'withdrawn-ids', path: withdrawnIdsPath(run.name), lines: lines(), isOnlyOne: true });
}

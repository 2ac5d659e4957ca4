import { hash, type KeyObject } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import type { Instant } from '../../vocab/index.ts';
import { storageFailure } from '../disk/errors.ts';
import { replaceFile } from '../disk/files.ts';
import { manifestPath } from '../disk/layout.ts';
import type { Manifest } from '../records/index.ts';
import { feedWithdrawals, sealWithdrawnIds } from '../seal/feed.ts';
import { sealPoliteness } from '../seal/politeness-seal.ts';
import { sealReceipts, sealSuppression, withdrawalsOf } from '../seal/receipts.ts';
import { removeRetired, retiredFiles } from '../seal/retire.ts';
import { resourcesOf, sealSegments } from '../seal/seal.ts';
import { signaturePath, signedManifest } from '../seal/seal-signature.ts';
import { lastFinished, markFinished, type Run } from '../state/runs.ts';
import { applyReplacements } from '../withdraw/erase.ts';

/** Counted from committed rows, never from memory. */
export function runCounts(db: DatabaseSync, runId: number): Manifest['counts'] {
  const byReason: Record<string, number> = {};
  const byDisposition: Record<string, number> = {};
  let urls = 0;
  const rows = db.prepare('SELECT disposition, reason, records FROM run_count WHERE run_id = ? ORDER BY reason, disposition');
  for (const row of rows.all(runId)) {
    const [disposition, reason, records] = [String(row.disposition), String(row.reason), Number(row.records)];
    byReason[reason] = (byReason[reason] ?? 0) + records;
    byDisposition[disposition] = (byDisposition[disposition] ?? 0) + records;
    urls += records;
  }
  return { urls, byReason, byDisposition };
}

interface ManifestParts {
  readonly out: string;
  readonly db: DatabaseSync;
  readonly run: Run;
  readonly counts: Manifest['counts'];
  readonly created: Instant;
  /** Declared limit of a withdrawal, in ms. */
  readonly withinMs: number;
  /** Private, Ed25519: the manifest is signed with it. */
  readonly signingKey?: KeyObject | undefined;
}

/**
 * Ends a run. Order: run marked `finishing` → files sealed → manifest renamed into place → run marked `finished`. A crash before the rename
 * leaves a run to be ended (its last lines may be in the feed, so before any other), one after it a manifest that the next start adopts; never a
 * manifest of something else.
 */
export async function writeManifest({ out, db, run, counts, created, withinMs, signingKey }: ManifestParts): Promise<Manifest> {
  try {
    const isEnding = db.prepare("UPDATE run SET state = 'finishing' WHERE id = ?");
    isEnding.run(run.id);
    await sealSegments(out, db, run);
    const politeness = sealPoliteness(out, db, run);
    await feedWithdrawals(out, db, run);
    sealWithdrawnIds(out, db, run);
    sealSuppression(out, db, run);
    sealReceipts(out, db, run, withinMs);
    const { settings } = run;
    const previous = lastFinished(db);
    const withdrawals = withdrawalsOf(db, run, withinMs);
    const retired = retiredFiles(db, Date.parse(created));
    const manifest: Manifest = {
      run: run.name,
      kind: run.kind,
      started: run.started,
      created,
      ...(previous === undefined ? {} : { previous }),
      ...settings,
      ...(politeness === undefined ? {} : { politeness }),
      ...(withdrawals === undefined ? {} : { withdrawals }),
      ...(retired.length === 0 ? {} : { retired }),
      counts,
      resources: resourcesOf(db, run),
    };
    const content = `${JSON.stringify(manifest, null, 2)}\n`;
    // FULL syncs the log with this commit: the state is durable before a manifest says that everything is there.
    db.exec('PRAGMA synchronous = FULL');
    isEnding.run(run.id);
    db.exec('PRAGMA synchronous = NORMAL');
    // Before it: a manifest is never there without its signature.
    if (signingKey !== undefined) replaceFile(out, signaturePath(run.name), signedManifest(manifest, content, signingKey));
    replaceFile(out, manifestPath(run.name), content);
    markFinished(db, run.id, created, hash('sha256', content));
    applyReplacements(out, db);
    removeRetired(out, db, Date.parse(created));
    return manifest;
  } catch (error) {
    throw storageFailure(error, `finishing run \`${run.name}\``);
  }
}

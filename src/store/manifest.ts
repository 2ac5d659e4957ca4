import { createHash, hash } from 'node:crypto';
import { open, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import type { Instant } from '../vocab/index.ts';
import { StoreError, storageFailure } from './errors.ts';
import { openFlags, replaceFile } from './files.ts';
import { manifestPath, type SegmentKind, segmentShapes } from './layout.ts';
import { sealPoliteness } from './politeness-seal.ts';
import { type Manifest, manifest as manifestSchema, type Resource, type Sha256 } from './records/index.ts';
import type { Run } from './runs.ts';

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

/** SHA-256 of exactly the recorded bytes of a file. @throws ERR_DATA_LOST when it has fewer. */
export async function sha256OfFile(out: string, path: string, bytes: number): Promise<Sha256> {
  const handle = await open(join(out, path), openFlags.read);
  const digest = createHash('sha256');
  const chunk = Buffer.allocUnsafe(1024 * 1024);
  try {
    for (let done = 0; done < bytes; ) {
      const { bytesRead } = await handle.read(chunk, 0, Math.min(chunk.length, bytes - done), done);
      if (bytesRead === 0)
        throw new StoreError('ERR_DATA_LOST', `\`${path}\` ends at byte ${done} of ${bytes}; restore it from a copy`);
      digest.update(chunk.subarray(0, bytesRead));
      done += bytesRead;
    }
  } finally {
    await handle.close();
  }
  return digest.digest('hex') as Sha256;
}

/** Sealing fixes a file's bytes for good; it can be repeated after a crash. */
async function sealSegments(out: string, db: DatabaseSync): Promise<void> {
  const seal = db.prepare("UPDATE segment SET state = 'sealed', sha256 = ? WHERE id = ? AND bytes = ?");
  for (const row of db.prepare("SELECT id, path, bytes FROM segment WHERE state = 'open' ORDER BY id").all())
    seal.run(await sha256OfFile(out, String(row.path), Number(row.bytes)), row.id ?? null, row.bytes ?? null);
}

function resources(db: DatabaseSync): Resource[] {
  const rows = db.prepare(
    `SELECT segment.kind, path, sha256, bytes, records, run.name AS run FROM segment JOIN run ON run.id = run_id
     WHERE segment.state = 'sealed' ORDER BY segment.kind, path`,
  );
  return rows.all().map(row => {
    const path = String(row.path);
    const kind = String(row.kind) as SegmentKind;
    return {
      name: path.toLowerCase(),
      path,
      kind,
      run: String(row.run),
      mediatype: segmentShapes[kind].mediaType,
      sha256: String(row.sha256) as Sha256,
      bytes: Number(row.bytes),
      records: Number(row.records),
    };
  });
}

interface ManifestParts {
  readonly out: string;
  readonly db: DatabaseSync;
  readonly run: Run;
  readonly counts: Manifest['counts'];
  readonly created: Instant;
}

/**
 * Ends a run. Order: files sealed → run marked `finishing` → manifest renamed into place → run marked `finished`. A crash before the rename
 * leaves a run to be resumed, one after it a manifest that the next start adopts; never a manifest of something else.
 */
export async function writeManifest({ out, db, run, counts, created }: ManifestParts): Promise<Manifest> {
  try {
    await sealSegments(out, db);
    const politeness = sealPoliteness(out, db, run);
    const { settings, previous } = run;
    const manifest: Manifest = {
      run: run.name,
      kind: run.kind,
      started: run.started,
      created,
      ...(previous === undefined ? {} : { previous }),
      ...settings,
      ...(politeness === undefined ? {} : { politeness }),
      counts,
      resources: resources(db),
    };
    const content = `${JSON.stringify(manifest, null, 2)}\n`;
    // FULL syncs the log with this commit: the state is durable before a manifest says that everything is there.
    db.exec('PRAGMA synchronous = FULL');
    db.prepare("UPDATE run SET state = 'finishing' WHERE id = ?").run(run.id);
    db.exec('PRAGMA synchronous = NORMAL');
    replaceFile(out, manifestPath(run.name), content);
    db.prepare("UPDATE run SET state = 'finished', finished_at = ?, manifest_sha256 = ? WHERE id = ?").run(
      created,
      hash('sha256', content),
      run.id,
    );
    return manifest;
  } catch (error) {
    throw storageFailure(error, `finishing run \`${run.name}\``);
  }
}

/** A manifest with the digest of its own bytes. */
export interface StoredManifest {
  readonly manifest: Manifest;
  readonly path: string;
  readonly sha256: Sha256;
}

/** All manifests, oldest first. @throws ERR_RECORD_INVALID for a file that is none. */
export async function readManifests(out: string): Promise<readonly StoredManifest[]> {
  const names = await readdir(join(out, 'manifests')).catch(error => {
    throw new StoreError('ERR_NO_DATASET', `\`${out}\` holds no dataset; check --out`, error);
  });
  const found = await Promise.all(
    names.filter(name => name.endsWith('.json')).map(name => readManifest(out, manifestPath(name.slice(0, -5)))),
  );
  return found.sort((a, b) => (a.manifest.created < b.manifest.created ? -1 : 1));
}

/** The newest manifest: the one no other names as its previous. @throws ERR_NO_DATASET when there is none. */
export async function newestManifest(out: string): Promise<StoredManifest> {
  const all = await readManifests(out);
  const followed = new Set(all.map(({ manifest }) => manifest.previous?.run));
  const newest = all.findLast(({ manifest }) => !followed.has(manifest.run));
  if (newest === undefined)
    throw new StoreError('ERR_NO_DATASET', `\`${out}\` has no manifest, so it is no dataset yet; finish its run`);
  return newest;
}

async function readManifest(out: string, path: string): Promise<StoredManifest> {
  const content = await readFile(join(out, path), 'utf8');
  try {
    const manifest = manifestSchema.parse(JSON.parse(content));
    return { manifest, path, sha256: hash('sha256', content) as Sha256 };
  } catch (error) {
    throw new StoreError(
      'ERR_RECORD_INVALID',
      `\`${path}\` is not a manifest: ${(error as Error).message}; restore it from a copy`,
      error,
    );
  }
}

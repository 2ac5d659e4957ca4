import { hash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { StoreError } from '../disk/errors.ts';
import { manifestPath } from '../disk/layout.ts';
import { type Manifest, manifest as manifestSchema, type Sha256 } from '../records/index.ts';

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

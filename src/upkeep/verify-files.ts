import type { KeyObject } from 'node:crypto';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import {
  eachLine,
  feedChain,
  leafOf,
  locateFlaw,
  parseSegmentPath,
  type Resource,
  readSignature,
  rootOf,
  type StoredManifest,
  sha256OfFile,
  signatureFlaw,
  signaturePath,
  type Witness,
} from '../store/index.ts';
import type { Fail } from './verify-failure.ts';

/** Each manifest names the one before it by the digest of its bytes; the working state knows them all, the newest too. */
export function checkManifests(all: readonly StoredManifest[], witness: Witness | undefined, fail: Fail): void {
  const byRun = new Map(all.map(stored => [stored.manifest.run, stored]));
  for (const { manifest, path } of all) {
    if (!manifest.previous) continue;
    const previous = byRun.get(manifest.previous.run);
    if (!previous) fail('manifest-chain', path, `names run ${manifest.previous.run} before it, which has no manifest`);
    else if (previous.sha256 !== manifest.previous.sha256)
      fail('manifest-chain', previous.path, `is not the manifest that ${path} was linked to`);
  }
  const firsts = all.filter(({ manifest }) => manifest.previous === undefined);
  for (const { path } of firsts.slice(1)) fail('manifest-chain', path, 'begins a second chain');
  for (const [run, sha256] of witness?.manifests ?? []) {
    const stored = byRun.get(run);
    if (!stored) fail('manifest-missing', `manifests/${run}.json`, 'is not there, and the run was finished');
    else if (stored.sha256 !== sha256) fail('manifest-changed', stored.path, 'is not the manifest that the run ended with');
  }
}

/** Runs by whether a signature lies beside their manifest; with a key: one that holds. */
export interface Signatures {
  readonly signed: readonly string[];
  readonly unsigned: readonly string[];
}

/** A signed manifest vouches for all before it, which it is chained to: so with a key the newest has to be signed, and no older one otherwise. */
export async function checkSignatures(
  out: string,
  all: readonly StoredManifest[],
  newest: StoredManifest,
  key: KeyObject | undefined,
  fail: Fail,
): Promise<Signatures> {
  const signed: string[] = [];
  const unsigned: string[] = [];
  for (const { manifest, sha256, path } of all) {
    const text = await readSignature(out, manifest.run);
    const flaw = text === undefined || key === undefined ? undefined : signatureFlaw(text, manifest.run, sha256, key);
    if (flaw !== undefined) fail('signature', signaturePath(manifest.run), flaw);
    else if (text === undefined && key !== undefined && path === newest.path) fail('signature', path, 'is not signed');
    (text === undefined || flaw !== undefined ? unsigned : signed).push(manifest.run);
  }
  return { signed, unsigned };
}

type Progress = (step: string, done: number, total: number) => void;

/** Every listed file has its length, its digest and its root; where not, the first record that differs is named. */
export async function checkFiles(
  out: string,
  { manifest, path }: Pick<StoredManifest, 'manifest' | 'path'>,
  witness: Witness | undefined,
  fail: Fail,
  onProgress: Progress,
): Promise<number> {
  for (const [index, resource] of manifest.resources.entries()) {
    onProgress('files', index, manifest.resources.length);
    await checkFile(out, resource, path, witness, fail);
  }
  await checkStrangers(out, { manifest, path }, witness, fail);
  return manifest.resources.length;
}

async function checkFile(
  out: string,
  resource: Resource,
  manifestPath: string,
  witness: Witness | undefined,
  fail: Fail,
): Promise<void> {
  const { path, bytes, sha256 } = resource;
  const size = await stat(join(out, path)).then(
    ({ size }) => size,
    () => null,
  );
  if (size === null) return fail('file-missing', path, `is listed in ${manifestPath} and is not there`);
  // The feed may be ahead of the manifest by what a run has put there that was killed in its last steps: it is no part of the dataset yet.
  const isAhead = resource.kind === 'feed' && size > bytes && (witness?.unfinished.size ?? 0) > 0;
  const isSame = (size === bytes || isAhead) && (await sha256OfFile(out, path, bytes)) === sha256;
  if (!isSame) {
    const flaw = await locateFlaw(out, resource, witness);
    const what =
      size === bytes ? `does not have the digest that ${manifestPath} says` : `has ${size} bytes, ${manifestPath} says ${bytes}`;
    const where = flaw === undefined ? path : `${path} ${flaw.at}`;
    return fail(size === bytes ? 'file-digest' : 'file-size', where, flaw === undefined ? what : `${flaw.why}; the file ${what}`);
  }
  if (resource.merkle_root === undefined && resource.kind !== 'feed') return;
  if (resource.kind === 'feed') {
    const chain = feedChain();
    // Beyond what the working state has recorded lies what the next start cuts off.
    const isOver = (): boolean => isAhead && chain.lines >= resource.records && chain.head === witness?.feedHead;
    await eachLine(out, path, (line, index) => isOver() || chain.take(line, index));
    const flaw = chain.flaw(witness?.feedHead);
    if (flaw !== undefined) fail('feed-chain', `${path} ${flaw.at}`, flaw.why);
    if (chain.lines !== resource.records && !isAhead)
      fail('file-records', path, `has ${chain.lines} lines, ${manifestPath} says ${resource.records}`);
    return;
  }
  const leaves: Buffer[] = [];
  await eachLine(out, path, line => void leaves.push(leafOf(line)));
  if (rootOf(Buffer.concat(leaves)) !== resource.merkle_root)
    fail('merkle-root', path, `does not have the root that ${manifestPath} says`);
  if (leaves.length !== resource.records)
    fail('file-records', path, `has ${leaves.length} lines, ${manifestPath} says ${resource.records}`);
}

const ownFolders = ['documents', 'provenance', 'evidence', 'tombstones'] as const;

/** Nothing but documents under documents/, and so on, and none that the manifest does not know: what was erased may lie in an old file. */
async function checkStrangers(
  out: string,
  { manifest, path }: Pick<StoredManifest, 'manifest' | 'path'>,
  witness: Witness | undefined,
  fail: Fail,
): Promise<void> {
  const known = new Set([...manifest.resources, ...(manifest.retired ?? [])].map(resource => resource.path));
  const files = await Promise.all(ownFolders.map(folder => filesBelow(out, folder)));
  for (const file of files.flat()) {
    const place = parseSegmentPath(file);
    const folder = file.slice(0, file.indexOf('/'));
    if (place === undefined) fail('foreign-file', file, `nothing but ${folder} lies under ${folder}/`);
    // What a run that is not finished has written is no part of the dataset yet.
    else if (!known.has(file) && !witness?.unfinished.has(place.run)) fail('unlisted-file', file, `is not listed in ${path}`);
  }
}

const filesBelow = async (out: string, folder: string): Promise<readonly string[]> => {
  const entries = await readdir(join(out, folder), { recursive: true, withFileTypes: true }).catch(() => []);
  return entries
    .filter(entry => !entry.isDirectory())
    .map(entry => join(entry.parentPath, entry.name).slice(join(out, '/').length).replaceAll('\\', '/'));
};

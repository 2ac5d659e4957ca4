import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { StoreError, storageFailure } from './errors.ts';

const { O_CREAT, O_DIRECTORY, O_EXCL, O_NOFOLLOW, O_RDONLY, O_TRUNC, O_WRONLY } = constants;

/** Opening one of our own files never follows a link: a planted link cannot make us write or cut a file elsewhere. */
export const openFlags: Readonly<Record<'create' | 'append' | 'replace' | 'read', number>> = {
  create: O_CREAT | O_EXCL | O_NOFOLLOW | O_WRONLY,
  append: O_NOFOLLOW | O_WRONLY,
  replace: O_CREAT | O_NOFOLLOW | O_TRUNC | O_WRONLY,
  read: O_NOFOLLOW | O_RDONLY,
};

/** Makes a file's name durable, not only its bytes. */
export function syncFolder(folder: string): void {
  const fd = openSync(folder, O_RDONLY | O_DIRECTORY);
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

/** Creates one folder of ours; refuses a link or a file in its place. */
export function ensureFolder(folder: string): void {
  try {
    mkdirSync(folder);
    syncFolder(dirname(folder));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    if (!lstatSync(folder).isDirectory())
      throw new StoreError('ERR_OUT_UNWRITABLE', `\`${folder}\` is not a folder of its own; remove it or choose another --out`);
  }
}

/**
 * Creates `<out>` with its parents; `<out>` itself may be a link, that is its user's choice. Step by step, because Node's recursive mkdir
 * never returns on file systems that answer ENOENT below an existing folder (`/proc`).
 */
export function ensureTree(folder: string): void {
  try {
    mkdirSync(folder);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const parent = dirname(folder);
    if (code === 'EEXIST' && statSync(folder).isDirectory()) return;
    if (code !== 'ENOENT' || parent === folder || existsSync(parent)) throw error;
    ensureTree(parent);
    mkdirSync(folder);
  }
}

/** Refuses a link at a place where a library opens the file for us. */
export function refuseLink(file: string): void {
  const found = lstatSync(file, { throwIfNoEntry: false });
  if (found !== undefined && !found.isFile())
    throw new StoreError('ERR_OUT_UNWRITABLE', `\`${file}\` is not a plain file; remove it or choose another --out`);
}

/** Old or new, never mixed: written beside, synced, renamed, and the folder synced. */
export function replaceFile(out: string, path: string, content: string | Iterable<string | Uint8Array>): void {
  const target = join(out, path);
  const beside = `${target}.tmp`;
  try {
    refuseLink(target);
    const fd = openSync(beside, openFlags.replace, 0o644);
    try {
      for (const part of typeof content === 'string' ? [content] : content) {
        const bytes = typeof part === 'string' ? Buffer.from(part) : part;
        for (let done = 0; done < bytes.length; ) done += writeSync(fd, bytes, done);
      }
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    renameSync(beside, target);
    syncFolder(dirname(target));
  } catch (error) {
    rmSync(beside, { force: true });
    throw storageFailure(error, `writing \`${path}\``);
  }
}

/** Size of an open file in bytes. */
export const sizeOf = (fd: number): number => fstatSync(fd).size;

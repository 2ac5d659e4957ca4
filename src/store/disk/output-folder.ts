import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { StoreError, storageFailure } from './errors.ts';
import { openFlags, refuseLink, syncFolder } from './files.ts';
import { temporary } from './temporary.ts';

/** One file of a set that is put into place as a whole. */
export interface OutputFile {
  /** Appends text (as UTF-8) or octets. */
  write(part: string | Uint8Array): void;
}

/**
 * Files that are made together: each is written beside its place, and all are moved into place at the end. Before that a reader sees the older ones.
 */
export interface OutputFolder {
  /** @throws StoreError with the file's name where it cannot be written */
  create(name: string): OutputFile;
  /** Syncs and moves every file into place. */
  commit(): void;
  /** Removes what was written; after `commit` nothing. */
  discard(): void;
}

const bufferOctets = 256 * 1024;

/** @param folder is created where it is missing (its parent is not) */
export function outputFolder(folder: string): OutputFolder {
  const open = new Map<string, { readonly fd: number; readonly flush: () => void; readonly settled: () => void }>();
  if (!existsSync(folder)) guarded(folder, () => mkdirSync(folder));
  const beside = (name: string): string => join(folder, `${name}.tmp`);
  return {
    create(name) {
      if (name === '' || /[\\/]/.test(name) || open.has(name))
        throw new StoreError('ERR_OUT_UNWRITABLE', `\`${name}\` is no name of an output`);
      return guarded(name, () => {
        refuseLink(join(folder, name));
        const fd = openSync(beside(name), openFlags.replace, 0o644);
        const settled = temporary(beside(name));
        let parts: Uint8Array[] = [];
        let size = 0;
        const flush = (): void => {
          const bytes = Buffer.concat(parts);
          parts = [];
          size = 0;
          for (let done = 0; done < bytes.length; ) done += writeSync(fd, bytes, done);
        };
        open.set(name, { fd, flush, settled });
        return {
          write: part => {
            const bytes = typeof part === 'string' ? Buffer.from(part) : part;
            parts.push(bytes);
            size += bytes.length;
            if (size >= bufferOctets) guarded(name, flush);
          },
        };
      });
    },
    commit() {
      for (const [name, { fd, flush }] of open) {
        guarded(name, () => {
          flush();
          fsyncSync(fd);
          closeSync(fd);
        });
      }
      for (const [name, { settled }] of open) {
        guarded(name, () => renameSync(beside(name), join(folder, name)));
        settled();
      }
      open.clear();
      guarded(folder, () => syncFolder(folder));
    },
    discard() {
      for (const [name, { fd, settled }] of open) {
        try {
          closeSync(fd);
        } catch {
          // Closed already: it is to be removed either way.
        }
        rmSync(beside(name), { force: true });
        settled();
      }
      open.clear();
    },
  };
}

function guarded<T>(name: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    throw error instanceof StoreError ? error : storageFailure(error, `writing \`${name}\``);
  }
}

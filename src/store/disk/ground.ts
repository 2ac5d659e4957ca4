import { statfsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { StoreError } from './errors.ts';
import { databaseName } from './layout.ts';

/** What every commit stands on: the state file is still the one that was opened, and the disk has room for what comes after. */
export interface Ground {
  /** Looked at before each commit. @throws ERR_STATE_GONE: SQLite would go on writing into a file that has no name any more. */
  check(): void;
  /** Set once less than the watermark was free: what is staged may still be committed, nothing new should begin. */
  readonly low: StoreError | undefined;
}

/** Octets an unprivileged process may still write in a folder; undefined where the system does not say. */
export function freeBytes(folder: string): number | undefined {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize;
  } catch {
    return undefined;
  }
}

export const mebibytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(1)} MiB`;

function lowOf(out: string, minFreeBytes: number): StoreError | undefined {
  const free = freeBytes(out);
  if (free === undefined || free >= minFreeBytes) return undefined;
  return new StoreError(
    'ERR_STORAGE_LOW',
    `\`${out}\` has ${mebibytes(free)} free and min-free-disk asks for ${mebibytes(minFreeBytes)}; free ${mebibytes(minFreeBytes - free)} more or lower min-free-disk, then run the same command again`,
  );
}

/** @throws ERR_STORAGE_LOW before anything is asked of anybody */
export function refuseLowDisk(out: string, minFreeBytes: number): void {
  const low = lowOf(out, minFreeBytes);
  if (low !== undefined) throw low;
}

export function groundOf(out: string, minFreeBytes: number): Ground {
  const file = join(out, databaseName);
  const opened = statSync(file, { bigint: true });
  let low: StoreError | undefined;
  return {
    check() {
      const now = statSync(file, { bigint: true, throwIfNoEntry: false });
      if (now === undefined || now.ino !== opened.ino || now.dev !== opened.dev)
        throw new StoreError(
          'ERR_STATE_GONE',
          `\`${file}\` was removed or replaced while it was in use; put the file back that belongs to this dataset, then resume`,
        );
      low ??= lowOf(out, minFreeBytes);
    },
    get low() {
      return low;
    },
  };
}

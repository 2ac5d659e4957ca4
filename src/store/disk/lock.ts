import { closeSync, existsSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { StoreError, storageFailure } from './errors.ts';
import { openFlags, refuseLink } from './files.ts';

/**
 * One process works on a dataset at a time.
 *
 * What holds is an exclusive lock of the kernel, taken through SQLite on `state/lock.sqlite` (Node has no flock of its own): it
 * ends with the process however that ends, so a killed holder is taken over at once, also after its pid was given to another
 * process or its container came back under another host name. `state/lock` only says who holds it.
 */
export interface Lock {
  release(): void;
}

export interface LockHolder {
  readonly pid: number;
  readonly host: string;
  readonly startedAt: string;
}

/** Who holds the lock, as `state/lock` says; undefined when it cannot be read. */
function holder(file: string): LockHolder | undefined {
  try {
    const found = JSON.parse(readFileSync(file, 'utf8')) as LockHolder;
    return Number.isInteger(found.pid) ? found : undefined;
  } catch {
    return undefined;
  }
}

function locked(file: string): StoreError {
  const by = holder(file);
  const who = by === undefined ? 'another process' : `process ${by.pid} on \`${by.host}\` since ${by.startedAt}`;
  return new StoreError('ERR_LOCKED', `the dataset is in use by ${who}; wait for it to end or stop it, then try again`);
}

/**
 * Who works on the dataset now; undefined where nobody does. A look takes the lock for an instant, so whoever begins at that instant is told that
 * it is in use: look only while nothing of yours is about to begin.
 */
export function heldBy(out: string): LockHolder | 'unknown' | undefined {
  const kernelFile = join(out, 'state/lock.sqlite');
  let kernel: DatabaseSync | undefined;
  try {
    if (!existsSync(kernelFile)) return undefined;
    kernel = new DatabaseSync(kernelFile, { timeout: 0, readOnly: true });
    kernel.prepare('SELECT count(*) FROM sqlite_schema').get();
    return undefined;
  } catch {
    // Not knowing is no sign that nobody does.
    return holder(join(out, 'state/lock')) ?? 'unknown';
  } finally {
    kernel?.close();
  }
}

/**
 * @param name of the lock; `lock` is the one that whoever writes into the dataset takes
 * @throws ERR_LOCKED (exit code 13) while a live process holds it; ERR_STORAGE when the lock cannot be written.
 */
export function takeLock(out: string, startedAtMs: number, name = 'lock'): Lock {
  const file = join(out, `state/${name}`);
  const kernelFile = join(out, `state/${name}.sqlite`);
  refuseLink(file);
  refuseLink(kernelFile);
  const kernel = new DatabaseSync(kernelFile, { timeout: 0 });
  try {
    kernel.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    kernel.close();
    // SQLITE_BUSY = 5: somebody alive has it. Anything else is no answer, and no answer is no lock.
    if (((error as { errcode?: number }).errcode ?? 0) % 256 === 5) throw locked(file);
    throw storageFailure(error, 'taking the lock');
  }
  try {
    const fd = openSync(file, openFlags.replace, 0o644);
    const startedAt = new Date(startedAtMs).toISOString();
    writeSync(fd, `${JSON.stringify({ pid: process.pid, host: hostname(), startedAt })}\n`);
    closeSync(fd);
  } catch (error) {
    kernel.close();
    throw storageFailure(error, 'writing `state/lock`');
  }
  return {
    release() {
      rmSync(file, { force: true });
      kernel.close();
    },
  };
}

/**
 * Loaded before heed with `node --import`: makes one call of the system fail, in the real command line, at a place a test names.
 * Nothing of this is in the product. The plan is the environment variable FAULT, a JSON list of `Fault`.
 */

import dns from 'node:dns/promises';
import fs from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';

export interface Fault {
  /**
   * `append`: bytes of a shard · `sync`: its fdatasync · `commit`: the transaction · `write`: a file written in one piece (manifest) ·
   * `rename` · `mkdir` · `free`: how much space is left · `lookup`: a name is resolved · `clock`: the wall clock is read
   */
  readonly at: 'append' | 'sync' | 'commit' | 'write' | 'rename' | 'mkdir' | 'free' | 'lookup' | 'clock';
  /** Which call is the first to fail; counts from 1, the default. */
  readonly from?: number;
  /** The last one. Default: all that follow. */
  readonly to?: number;
  /**
   * `kill` and `kill-after`: SIGKILL before or after the call · `short`: half the bytes are written and no error is told ·
   * a number: what `free` answers (octets), or how far `clock` jumps (ms) · anything else: the code of the error, SQLite's too.
   */
  readonly act: 'kill' | 'kill-after' | 'short' | number | (string & {});
}

/** Flags of Node that load this file into a process of its own. */
export const injecting: readonly string[] = ['--import', fileURLToPath(import.meta.url)];
export const plan = (...faults: readonly Fault[]): Record<string, string> => ({ FAULT: JSON.stringify(faults) });

let faults = JSON.parse(process.env.FAULT ?? '[]') as readonly Fault[];
const calls = new Map<Fault['at'], number>();

function faultOf(at: Fault['at']): Fault['act'] | undefined {
  const call = (calls.get(at) ?? 0) + 1;
  calls.set(at, call);
  return faults.find(fault => fault.at === at && call >= (fault.from ?? 1) && call <= (fault.to ?? Number.POSITIVE_INFINITY))
    ?.act;
}

const die = (): void => void process.kill(process.pid, 'SIGKILL');
/** https://sqlite.org/rescode.html */
const sqliteCodes: Readonly<Record<string, number>> = { SQLITE_BUSY: 5, SQLITE_CORRUPT: 11, SQLITE_FULL: 13 };

function failure(act: Fault['act']): Error {
  const errcode = sqliteCodes[act];
  const fields = errcode === undefined ? { code: act } : { code: 'ERR_SQLITE_ERROR', errcode };
  return Object.assign(new Error(`${act}: made to fail by a test`), fields);
}

/** The call itself, unless the plan has something else for it. */
function around<T>(at: Fault['at'], call: () => T, short?: () => T): T {
  const act = faultOf(at);
  if (act === undefined) return call();
  if (act === 'kill') die();
  if (act === 'short' && short) return short();
  if (act !== 'kill-after') throw failure(act);
  const result = call();
  if (result instanceof Promise) return result.finally(die) as T;
  die();
  return result;
}

async function patchFileHandle(): Promise<void> {
  const handle = await open(fileURLToPath(import.meta.url));
  const prototype = Object.getPrototypeOf(handle) as FileHandle;
  await handle.close();
  const { writev, datasync } = prototype;
  prototype.writev = async function (this: FileHandle, buffers: readonly Buffer[], position: number) {
    const half = (): readonly Buffer[] => [Buffer.concat(buffers).subarray(0, Math.ceil(Buffer.concat(buffers).length / 2))];
    return around(
      'append',
      () => writev.call(this, buffers, position),
      () => writev.call(this, half(), position),
    );
  } as FileHandle['writev'];
  prototype.datasync = async function (this: FileHandle) {
    return around('sync', () => datasync.call(this));
  };
}

function patchDatabase(): void {
  const { exec } = DatabaseSync.prototype;
  DatabaseSync.prototype.exec = function (this: DatabaseSync, sql: string) {
    return sql === 'COMMIT' ? around('commit', () => exec.call(this, sql)) : exec.call(this, sql);
  };
}

function patchFiles(): void {
  const { renameSync, mkdirSync, writeSync, statfsSync } = fs;
  fs.renameSync = (from, to) => around('rename', () => renameSync(from, to));
  fs.mkdirSync = ((path: fs.PathLike, options: fs.MakeDirectoryOptions) =>
    around('mkdir', () => mkdirSync(path, options))) as typeof fs.mkdirSync;
  fs.writeSync = ((...args: Parameters<typeof writeSync>) => around('write', () => writeSync(...args))) as typeof fs.writeSync;
  fs.statfsSync = ((...args: Parameters<typeof statfsSync>) => {
    const act = faultOf('free');
    return typeof act === 'number' ? { bavail: act, bsize: 1 } : statfsSync(...args);
  }) as typeof fs.statfsSync;
}

function patchSurroundings(): void {
  const { lookup } = dns;
  dns.lookup = (async (...args: Parameters<typeof lookup>) => around('lookup', () => lookup(...args))) as typeof dns.lookup;
  const now = Date.now;
  Date.now = () => {
    const act = faultOf('clock');
    return now() + (typeof act === 'number' ? act : 0);
  };
}

/** The same in this process, while `work` runs. */
export async function faulty<T>(plan: readonly Fault[], work: () => Promise<T>): Promise<T> {
  faults = plan;
  calls.clear();
  await patch();
  try {
    return await work();
  } finally {
    faults = [];
  }
}

let isPatched = false;
async function patch(): Promise<void> {
  if (isPatched) return;
  isPatched = true;
  await patchFileHandle();
  patchDatabase();
  patchFiles();
  patchSurroundings();
  syncBuiltinESMExports();
}

if (faults.length > 0) await patch();

/**
 * Errors of the store: few, coded, each with the exit code a command ends with (contract §1).
 * They are for the operator; what a site does is never an error here.
 */
export type StoreErrorCode =
  /** Another process works on this folder. */
  | 'ERR_LOCKED'
  | 'ERR_OUT_UNWRITABLE'
  /** A write, a sync or a transaction failed (ENOSPC, EROFS, EIO, …): nothing after it counts as stored. */
  | 'ERR_STORAGE'
  /** … because nothing more fits: disk, quota or the largest file size. */
  | 'ERR_STORAGE_FULL'
  /** Less is free than the watermark asks for; nothing failed yet. */
  | 'ERR_STORAGE_LOW'
  /** A file is shorter than the database recorded: stored bytes are gone. */
  | 'ERR_DATA_LOST'
  | 'ERR_STATE_NEWER'
  /** Made by an older version whose state this one cannot convert. */
  | 'ERR_STATE_OLDER'
  | 'ERR_STATE_CORRUPT'
  /** Some other program holds the state database and did not let go in time. */
  | 'ERR_STATE_BUSY'
  /** The state database was removed or replaced under us. */
  | 'ERR_STATE_GONE'
  /** Files of a dataset without the working state that belongs to them. */
  | 'ERR_STATE_MISSING'
  /** The working state is older than the dataset beside it. */
  | 'ERR_STATE_STALE'
  | 'ERR_RUN_UNFINISHED'
  | 'ERR_NO_RUN'
  | 'ERR_NO_DATASET'
  | 'ERR_CLOSED'
  /** A document came without a `keep` verdict, or its record says otherwise. */
  | 'ERR_NOT_KEPT'
  /** The same text or the same document was staged twice. */
  | 'ERR_DUPLICATE_DOCUMENT'
  | 'ERR_DATA_DAMAGED'
  | 'ERR_RECORD_TOO_LONG'
  | 'ERR_RECORD_INVALID'
  | 'ERR_EVIDENCE_MISSING'
  | 'ERR_EVIDENCE_DIGEST'
  | 'ERR_EVIDENCE_UNREADABLE';

const exitCodes: Readonly<Record<StoreErrorCode, number>> = {
  ERR_LOCKED: 13,
  ERR_OUT_UNWRITABLE: 9,
  ERR_STORAGE: 9,
  ERR_STORAGE_FULL: 9,
  ERR_STORAGE_LOW: 9,
  ERR_DATA_LOST: 9,
  ERR_STATE_NEWER: 10,
  ERR_STATE_OLDER: 10,
  ERR_STATE_CORRUPT: 10,
  ERR_STATE_BUSY: 10,
  ERR_STATE_GONE: 10,
  ERR_STATE_MISSING: 10,
  ERR_STATE_STALE: 10,
  ERR_RUN_UNFINISHED: 2,
  ERR_NO_RUN: 1,
  ERR_NO_DATASET: 2,
  ERR_CLOSED: 1,
  ERR_NOT_KEPT: 1,
  ERR_DUPLICATE_DOCUMENT: 1,
  ERR_DATA_DAMAGED: 14,
  ERR_RECORD_TOO_LONG: 14,
  ERR_RECORD_INVALID: 14,
  ERR_EVIDENCE_MISSING: 14,
  ERR_EVIDENCE_DIGEST: 14,
  ERR_EVIDENCE_UNREADABLE: 14,
};

export class StoreError extends Error {
  readonly code: StoreErrorCode;
  readonly exitCode: number;

  constructor(code: StoreErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'StoreError';
    this.code = code;
    this.exitCode = exitCodes[code];
  }
}

/** SQLite's primary result codes (https://sqlite.org/rescode.html), the low byte of what it answers. */
const sqlite = { busy: 5, locked: 6, corrupt: 11, full: 13, notADatabase: 26 } as const;
const fullCodes: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

/**
 * A failed write, sync or transaction as the coded error it is; coded errors pass through.
 * @param need what is free and what is needed, as one clause: told where the disk is full
 */
export function storageFailure(error: unknown, what: string, need: () => string = () => 'free some space'): Error {
  if (error instanceof StoreError) return error;
  const { code = '', errcode } = (error ?? {}) as { code?: string; errcode?: number };
  const result = code === 'ERR_SQLITE_ERROR' ? (errcode ?? 0) & 0xff : 0;
  const reason = error instanceof Error ? error.message : String(error);
  if (result === sqlite.corrupt || result === sqlite.notADatabase)
    return new StoreError(
      'ERR_STATE_CORRUPT',
      `the state database is damaged while ${what}: ${reason}; try \`heed doctor --out DIR --repair\`, or restore state/ from a copy`,
      error,
    );
  if (result === sqlite.busy || result === sqlite.locked)
    return new StoreError(
      'ERR_STATE_BUSY',
      `another program holds the state database while ${what}: ${reason}; close it, then run the same command again`,
      error,
    );
  if (result === sqlite.full || fullCodes.has(code))
    return new StoreError(
      'ERR_STORAGE_FULL',
      `no space left while ${what}: ${reason}; ${need()}, then run the same command again: what was committed is safe`,
      error,
    );
  if (/^(E[A-Z]+|ERR_SQLITE_ERROR)$/.test(code))
    return new StoreError(
      'ERR_STORAGE',
      `storage failed while ${what}: ${reason}; repair it, then run the same command again`,
      error,
    );
  return error instanceof Error ? error : new Error(String(error));
}

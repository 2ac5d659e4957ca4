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
  /** A file is shorter than the database recorded: stored bytes are gone. */
  | 'ERR_DATA_LOST'
  | 'ERR_STATE_NEWER'
  | 'ERR_STATE_CORRUPT'
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
  ERR_DATA_LOST: 9,
  ERR_STATE_NEWER: 10,
  ERR_STATE_CORRUPT: 10,
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

const corrupt = new Set(['SQLITE_CORRUPT', 'SQLITE_NOTADB']);

/** A failed write, sync or transaction as the coded error it is; coded errors pass through. */
export function storageFailure(error: unknown, what: string): Error {
  if (error instanceof StoreError) return error;
  const { code, errcode } = (error ?? {}) as { code?: string; errcode?: number };
  // SQLite result codes: the low byte is the primary code, 11 = SQLITE_CORRUPT, 26 = SQLITE_NOTADB.
  if ((code !== undefined && corrupt.has(code)) || (errcode !== undefined && [11, 26].includes(errcode & 0xff)))
    return new StoreError('ERR_STATE_CORRUPT', `the state database is damaged while ${what}; restore it from a backup`, error);
  if (code !== undefined && /^(E[A-Z]+|ERR_SQLITE_ERROR)$/.test(code)) {
    const reason = error instanceof Error ? error.message : String(error);
    return new StoreError('ERR_STORAGE', `storage failed while ${what}: ${reason}; free space or repair it, then resume`, error);
  }
  return error instanceof Error ? error : new Error(String(error));
}

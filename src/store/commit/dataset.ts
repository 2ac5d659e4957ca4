import type { KeyObject } from 'node:crypto';
import { join, resolve } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import type { Instant, OriginKey } from '../../vocab/index.ts';
import { StoreError, storageFailure } from '../disk/errors.ts';
import { ensureFolder, ensureTree } from '../disk/files.ts';
import { freeBytes, groundOf, refuseLowDisk } from '../disk/ground.ts';
import { folders } from '../disk/layout.ts';
import { type Lock, takeLock } from '../disk/lock.ts';
import type { StoredPlace } from '../evidence/evidence.ts';
import type { EvidenceItem } from '../evidence/evidence-write.ts';
import type {
  DeclarationsRecord,
  Manifest,
  PolitenessSummary,
  RunKind,
  RunSettings,
  Sha256,
  Suppression,
  VisitRecord,
} from '../records/index.ts';
import { politenessOf } from '../seal/politeness-seal.ts';
import { removeRetired } from '../seal/retire.ts';
import { sealVisits } from '../seal/visits-seal.ts';
import { refuseLostKeys } from '../state/address-key.ts';
import { openDatabase } from '../state/database.ts';
import { type DeclarationCache, openDeclarationCache } from '../state/declaration-cache.ts';
import { type DocumentIndex, type LiveDocument, openDocumentIndex } from '../state/documents.ts';
import { type Asked, type AskedBefore, openPoliteness } from '../state/politeness.ts';
import {
  addOverrides,
  insertRun,
  lastKind,
  leftRuns,
  type NewRun,
  type OfflineRun,
  offlineRun,
  type Run,
  unfinishedRun,
} from '../state/runs.ts';
import { openSuppression, type SuppressionList } from '../state/suppress.ts';
import { type Compacted, compactDocuments } from '../withdraw/compact-documents.ts';
import { applyReplacements, type Erased, type Erasure, eraseFromState, eraseRecords, type Redact } from '../withdraw/erase.ts';
import type { Selection, Withdrawal, Withdrawn } from '../withdraw/withdraw.ts';
import type { Outcome } from './batch.ts';
import { writeManifest } from './finish-run.ts';
import { adoptManifest, type Recovery, recover, refuseForeignFiles } from './recovery.ts';
import { openWriter, type Writer, type WriterLimits } from './writer.ts';

export interface DatasetOptions {
  /** Wall clock in ms since epoch; for records and the age of caches. */
  readonly now: () => number;
  /** Names this process's files; lower-case letters and digits. Default `w0`. */
  readonly writer?: string;
  readonly limits?: Partial<WriterLimits>;
  /** Octets that must be free where `<out>` lies: asked at the start and before each commit. Default 0: not asked. */
  readonly minFreeBytes?: number;
  /** Declared limit from the first sight of a refusal until its text has left every file, in ms. Default 24 h. */
  readonly withdrawWithinMs?: number;
  /** Private, Ed25519: manifests are signed with it. */
  readonly signingKey?: KeyObject | undefined;
}

const defaultWithdrawWithinMs: number = 24 * 60 * 60 * 1000;

/** One dataset, opened by its one writer. */
export interface Dataset {
  /** Absolute path of `<out>`. */
  readonly out: string;
  /** What was put right when it was opened. */
  readonly recovery: Recovery;
  /** The state database, for the frontier's tables: they commit together with ours. */
  readonly database: DatabaseSync;
  /** The run being written; undefined before `beginRun` or `resumeRun` and after `finishRun`. */
  readonly run: Run | undefined;
  /** Of the newest run that asks the web, finished or not; undefined before the first. */
  readonly lastKind: RunKind | undefined;
  /** The run an earlier process left unfinished. @param kinds of these only; default: those that ask the web */
  unfinished(kinds?: ReadonlySet<RunKind>): Run | undefined;
  /** @throws ERR_RUN_UNFINISHED */
  beginRun(run: NewRun): Promise<Run>;
  /**
   * Ends what a crash left within its last steps, and withdrawals that it left anywhere: whatever they committed is whole, their lines may be in the feed
   * already, and so no other run may end before them. To be called before one begins or goes on. @returns them
   */
  endLeft(): Promise<readonly Run[]>;
  /** Begins a run that asks nobody, under the policy of the last one, after `endLeft`. @throws ERR_NO_DATASET where there never was a run */
  beginOffline(run: OfflineRun): Promise<Run>;
  /**
   * Goes on with the unfinished run; undefined where there is none.
   * @param overrides of this process, added to the run's own
   * @param kinds as in `unfinished`
   */
  resumeRun(overrides?: RunSettings['overrides'], kinds?: ReadonlySet<RunKind>): Promise<Run | undefined>;
  /**
   * Buffers one URL's outcome; cheap and synchronous. Outcomes staged in one turn (without an `await` between) are committed together.
   * @throws ERR_NOT_KEPT, ERR_DUPLICATE_DOCUMENT, and what an earlier commit failed with.
   */
  stage(outcome: Outcome): void;
  /** Buffers what an origin declares, once per digest and run, for which there may be no outcome; `apply` runs inside the commit's transaction. */
  declare(record: DeclarationsRecord, apply?: () => void): void;
  /** Resolves when more may be staged: at once, or after commits caught up. */
  ready(): Promise<void>;
  /** Resolves when everything staged so far is durable. */
  flush(): Promise<void>;
  readonly evidence: {
    /** The place is final at once; the bytes are on the disk before any record that is staged after this cites them. */
    put(item: EvidenceItem): Promise<StoredPlace>;
  };
  readonly declarations: Pick<DeclarationCache, 'get' | 'find' | 'last' | 'put'>;
  /** How the run treats each origin; committed with the outcomes of its requests. */
  readonly politeness: {
    note(asked: Asked): void;
    /** What earlier processes asked in this run, and what is owed from others. @param nowMs wall time in ms since epoch */
    before(nowMs: number): Iterable<AskedBefore>;
    /** The end of the last request of any run, wall time in ms since epoch. */
    lastEndedAtMs(): number | undefined;
    /** Sums of this run as committed; undefined where nothing was asked. */
    totals(): PolitenessSummary | undefined;
  };
  /**
   * Withdraws live documents in one commit: tombstones, and a provenance row for each unless `rows` is false because the caller stages its own.
   * Several calls in one turn are one commit. Resolves when it is durable. Documents staged in the same turn are newer and stay.
   * @throws ERR_NO_RUN
   */
  withdraw(selection: Selection, withdrawal: Withdrawal & { readonly rows?: boolean }): Promise<Withdrawn>;
  /** What is not collected or imported again: to be asked before a URL is offered, fetched or kept. */
  readonly suppression: SuppressionList;
  /** In force at once, durable with the next commit. */
  suppress(entries: readonly Suppression[]): void;
  /**
   * Writes the shards anew that hold text which is no longer live (`compact.ts`); in a run of its own.
   * @param graceMs how long the old files stay for readers of the manifest before
   */
  compact(graceMs: number, onProgress?: (done: number, total: number) => void): Promise<Compacted>;
  /**
   * Takes what is erased out of provenance, evidence, tombstones and the working state; after `withdraw` and `compact`, in the same run.
   * @param eraseOthers takes a value out of what others keep in the database; in the transaction that takes it out of our tables
   */
  erase(erasure: Erasure, eraseOthers: (redact: Redact) => void): Promise<Erased>;
  /** A live document with this text, staged ones included. Ask last, in the same turn as `stage`: nothing is reserved in between. */
  findText(textSha256: Sha256): LiveDocument | undefined;
  /** The live document of a URL, staged ones included. */
  findUrl(origin: OriginKey, url: string): LiveDocument | undefined;
  /** Set when less is free than `minFreeBytes`: begin nothing new, commit what is staged, then throw it. */
  readonly low: StoreError | undefined;
  /** Octets free where `<out>` lies; undefined where the system does not say. */
  freeBytes(): number | undefined;
  /** Counts of the run as committed. */
  counts(): Manifest['counts'];
  /** Writes an audit's visits, after everything staged is durable; the manifest then lists them. */
  sealVisits(visits: Iterable<VisitRecord>): void;
  /** Commits what is staged, seals the run's files and writes its manifest, last and atomically. */
  finishRun(): Promise<Manifest>;
  /** Commits what is staged and gives the folder free. An unfinished run can be resumed. */
  close(): Promise<void>;
}

function prepareFolders(out: string): void {
  try {
    ensureTree(out);
    for (const folder of folders) ensureFolder(join(out, folder));
  } catch (error) {
    if (error instanceof StoreError) throw error;
    const { message } = error as Error;
    throw new StoreError(
      'ERR_OUT_UNWRITABLE',
      `cannot write to \`${out}\`: ${message}; choose another --out or its rights`,
      error,
    );
  }
}

/**
 * Opens or creates the dataset in `out` for its one writer: folders, lock, state database, and whatever a crash left behind.
 * @throws ERR_OUT_UNWRITABLE, ERR_STORAGE_LOW, ERR_LOCKED, ERR_STATE_*, ERR_DATA_LOST, ERR_STORAGE
 */
export function openDataset(out: string, options: DatasetOptions): Dataset {
  const root = resolve(out);
  prepareFolders(root);
  refuseLowDisk(root, options.minFreeBytes ?? 0);
  const lock = takeLock(root, options.now());
  let database: DatabaseSync | undefined;
  try {
    database = openDatabase(root);
    refuseForeignFiles(root, database);
    refuseLostKeys(root, database);
    adoptManifest(root, database);
    const recovery = recover(root, database);
    applyReplacements(root, database);
    removeRetired(root, database, options.now());
    return dataset(root, database, lock, recovery, options);
  } catch (error) {
    database?.close();
    lock.release();
    throw storageFailure(error, `opening \`${out}\``);
  }
}

function dataset(out: string, db: DatabaseSync, lock: Lock, recovery: Recovery, options: DatasetOptions): Dataset {
  const { now, writer: writerName = 'w0', limits = {} } = options;
  const declarations = openDeclarationCache(db);
  const documents: DocumentIndex = openDocumentIndex(db);
  const ground = groundOf(out, options.minFreeBytes ?? 0);
  const politeness = openPoliteness(db);
  const suppressions = openSuppression(out, db);
  let writer: Writer | undefined;
  let isClosed = false;

  const active = (): Writer => {
    if (isClosed) throw new StoreError('ERR_CLOSED', 'the dataset is closed; open it again');
    if (writer === undefined) throw new StoreError('ERR_NO_RUN', 'no run is open; begin or resume one first');
    return writer;
  };
  const start = async (run: Run): Promise<Run> => {
    if (writer !== undefined) throw new StoreError('ERR_RUN_UNFINISHED', `run \`${writer.run.name}\` is open; finish it first`);
    writer = openWriter({ out, db, run, writerName, documents, declarations, politeness, suppressions, now, ground, limits });
    return run;
  };
  const finish = async (): Promise<Manifest> => {
    const finishing = active();
    await finishing.close();
    writer = undefined;
    const counts = finishing.counts();
    const created = new Date(now()).toISOString() as Instant;
    return writeManifest({
      out,
      db,
      run: finishing.run,
      counts,
      created,
      withinMs: options.withdrawWithinMs ?? defaultWithdrawWithinMs,
      signingKey: options.signingKey,
    });
  };
  const endLeft = async (): Promise<readonly Run[]> => {
    const left = leftRuns(db);
    for (const run of left) {
      await start(run);
      await finish();
    }
    return left;
  };

  return {
    out,
    recovery,
    database: db,
    get run() {
      return writer?.run;
    },
    lastKind: lastKind(db),
    unfinished: kinds => unfinishedRun(db, kinds),
    beginRun: async run => start(insertRun(db, run, now())),
    endLeft,
    async beginOffline(run) {
      await endLeft();
      return start(insertRun(db, offlineRun(db, run), now()));
    },
    async resumeRun(overrides, kinds) {
      const run = unfinishedRun(db, kinds);
      if (run === undefined) return undefined;
      return start(overrides === undefined ? run : addOverrides(db, run, overrides));
    },
    stage: outcome => active().stage(outcome),
    declare: (record, apply) => active().declare(record, apply),
    ready: async () => active().ready(),
    flush: async () => active().flush(),
    evidence: { put: async item => active().putEvidence(item) },
    declarations,
    politeness: {
      note: politeness.note,
      before: nowMs => politeness.before(active().run.id, nowMs),
      lastEndedAtMs: politeness.lastEndedAtMs,
      totals: () => politenessOf(db, active().run),
    },
    withdraw: async (selection, withdrawal) => active().withdraw(selection, withdrawal),
    async compact(graceMs, onProgress) {
      const { run } = active();
      await active().flush();
      return compactDocuments({ out, db, runId: run.id, nowMs: now(), graceMs }, onProgress);
    },
    async erase(erasure, eraseOthers) {
      const { run } = active();
      await active().flush();
      const erased = await eraseRecords({ out, db, runId: run.id, nowMs: now(), graceMs: 0 }, erasure);
      if (erasure.redact !== undefined) eraseFromState(db, erasure.redact, eraseOthers);
      return erased;
    },
    suppression: suppressions.list,
    suppress: entries => active().suppress(entries),
    findText: documents.findText,
    findUrl: documents.findUrl,
    get low() {
      return ground.low;
    },
    freeBytes: () => freeBytes(out),
    counts: () => active().counts(),
    sealVisits: visits => sealVisits(out, db, active().run, visits),
    finishRun: finish,
    async close() {
      if (isClosed) return;
      isClosed = true;
      try {
        await writer?.close();
      } finally {
        db.close();
        lock.release();
      }
    },
  };
}

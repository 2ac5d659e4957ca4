import type { DatabaseSync } from 'node:sqlite';
import { type Instant, transaction } from '../../vocab/index.ts';
import { storageFailure } from '../disk/errors.ts';
import { freeBytes, type Ground, mebibytes } from '../disk/ground.ts';
import { octetsToMember } from '../disk/members.ts';
import { leavesOf, leavesOfOctets } from '../disk/merkle.ts';
import { openEvidence, type StoredPlace } from '../evidence/evidence.ts';
import type { EvidenceItem } from '../evidence/evidence-write.ts';
import type { DeclarationsRecord, Manifest, Suppression } from '../records/index.ts';
import type { DeclarationCache } from '../state/declaration-cache.ts';
import { openSets } from '../state/declaration-sets.ts';
import type { DocumentIndex } from '../state/documents.ts';
import type { PolitenessLedger } from '../state/politeness.ts';
import type { Run } from '../state/runs.ts';
import { openSegments, type Place, type Taken } from '../state/segments.ts';
import type { Suppressions } from '../state/suppress.ts';
import { openWithdrawals, type Selection, type Withdrawal, type Withdrawn } from '../withdraw/withdraw.ts';
import {
  addDeclarations,
  addOutcome,
  type Batch,
  type Demand,
  newBatch,
  type Outcome,
  refuseSuppressed,
  refuseWithheld,
} from './batch.ts';
import { runCounts } from './finish-run.ts';
import { planWithdrawals, type WithdrawalPlan } from './withdraw-plan.ts';

export interface WriterLimits {
  /** A commit begins when this many outcomes are staged. Default 128. */
  readonly maxRows: number;
  /** … or this many octets of records. Default 8 Mi. */
  readonly maxBytes: number;
  /** … or this long after the first of them, in ms. Default 500. */
  readonly maxAgeMs: number;
  /** `ready` waits while more than this much is staged or on its way to the disk, in bytes. Default 64 Mi. */
  readonly maxStagedBytes: number;
  /** A file is followed by the next one before it grows beyond this; a single piece may be longer. Default 256 MiB. */
  readonly maxSegmentBytes: number;
}

const MiB = 1024 * 1024;
const defaults: WriterLimits = {
  maxRows: 128,
  maxBytes: 8 * MiB,
  maxAgeMs: 500,
  maxStagedBytes: 64 * MiB,
  maxSegmentBytes: 256 * MiB,
};

interface WriterParts {
  readonly out: string;
  readonly db: DatabaseSync;
  readonly run: Run;
  readonly writerName: string;
  readonly documents: DocumentIndex;
  readonly declarations: DeclarationCache;
  readonly politeness: PolitenessLedger;
  readonly suppressions: Suppressions;
  readonly now: () => number;
  readonly ground: Ground;
  readonly limits: Partial<WriterLimits>;
}

/** Stages outcomes of one run and commits them in groups, one commit at a time. */
export interface Writer {
  readonly run: Run;
  stage(outcome: Outcome): void;
  declare(record: DeclarationsRecord, apply?: () => void): void;
  ready(): Promise<void>;
  flush(): Promise<void>;
  putEvidence(item: EvidenceItem): Promise<StoredPlace>;
  /** Resolves when it is durable. */
  withdraw(selection: Selection, withdrawal: Withdrawal & { readonly rows?: boolean }): Promise<Withdrawn>;
  suppress(entries: readonly Suppression[]): void;
  counts(): Manifest['counts'];
  close(): Promise<void>;
}

/**
 * A commit: members are made and planned (one origin each), bytes are appended and synced, then one transaction records them
 * together with counts, documents, declarations and the callers' own changes. A failure anywhere ends the writer: nothing staged after
 * it is stored, and the next start cuts the files back to what is recorded.
 */
export function openWriter(parts: WriterParts): Writer {
  const { out, db, run, writerName, documents, declarations, politeness, suppressions, now, ground } = parts;
  const limits = { ...defaults, ...parts.limits };
  const segments = openSegments(out, db, run, writerName, limits.maxSegmentBytes);
  const sum = db.prepare("SELECT coalesce(sum(records), 0) AS records FROM segment WHERE run_id = ? AND kind = 'evidence'");
  const evidence = openEvidence(segments, run, Number(sum.get(run.id)?.records), () => new Date(now()).toISOString());
  const sets = openSets(db, run.id);
  const count = db.prepare(
    `INSERT INTO run_count (run_id, disposition, reason, records) VALUES (?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET records = records + excluded.records`,
  );
  const withdrawals = openWithdrawals(db);
  // By a clock that was set back, a document would be younger than its tombstone, and count as collected anew.
  const finished = db.prepare("SELECT max(finished_at) AS at FROM run WHERE state = 'finished'").get()?.at;
  const notBeforeMs = typeof finished === 'string' ? Date.parse(finished) : Number.NEGATIVE_INFINITY;
  const isFirstRun = db.prepare('SELECT 1 FROM run WHERE id < ? LIMIT 1').get(run.id) === undefined;

  let batch = newBatch();
  let failure: Error | undefined;
  let tail: Promise<void> = Promise.resolve();
  let queued = 0;
  let inCommitBytes = 0;
  let timer: NodeJS.Timeout | undefined;

  const refuseAfterFailure = (): void => {
    if (failure !== undefined) throw failure;
  };

  function flush(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    queued++;
    const done = tail.then(commit).finally(() => queued--);
    // The next commit waits for this one whatever became of it; `failure` tells it to stop.
    tail = done.catch(() => {});
    return done;
  }

  /** Started by size or age: nobody waits for it, so its failure is kept for the next caller. */
  const flushAlone = (): void => void flush().catch(() => {});

  function commitSoon(): void {
    if (queued === 0 && (batch.rows >= limits.maxRows || batch.bytes + segments.plannedBytes >= limits.maxBytes)) flushAlone();
    else timer ??= setTimeout(flushAlone, limits.maxAgeMs).unref();
  }

  async function commit(): Promise<void> {
    refuseAfterFailure();
    const current = batch;
    batch = newBatch();
    inCommitBytes = current.bytes + segments.plannedBytes;
    let taken: Taken | undefined;
    try {
      ground.check();
      const at = new Date(Math.max(now(), notBeforeMs)).toISOString() as Instant;
      const withdrawn = planWithdrawals(withdrawals, current, { run, at, isFirstRun });
      const members = planMembers(current, withdrawn);
      const suppressed = suppressions.take();
      taken = segments.take();
      const found = declarations.take();
      const asked = politeness.take();
      if (taken.pieces + found.count + asked.count + suppressed.count + current.applies.length === 0) return;
      const pieces = taken;
      await pieces.write();
      transaction(db, () => {
        pieces.record();
        withdrawn.record();
        suppressed.record(run.id);
        record(current, members);
        found.record();
        asked.record(run.id);
      });
      found.settle();
      for (const lines of current.origins.values()) documents.settle(lines.staged);
      sets.settle(current.declarations);
      await pieces.settle();
    } catch (error) {
      failure = storageFailure(error, `committing run \`${run.name}\``, () => needOf(out, limits.maxStagedBytes));
      await taken?.undo();
      throw failure;
    } finally {
      inCommitBytes = 0;
    }
  }

  function planMembers(current: Batch, { tombstones }: WithdrawalPlan): ReadonlyMap<string, Place> {
    const members = new Map<string, Place>();
    for (const [origin, lines] of current.origins) {
      for (const kind of ['documents', 'provenance', 'declarations'] as const) {
        if (lines[kind].length === 0) continue;
        const member = { origin, leaves: leavesOfOctets(lines[kind]) };
        const place = segments.plan(kind, octetsToMember(lines[kind]), lines[kind].length, member);
        if (kind === 'documents') members.set(origin, place);
      }
    }
    const lines = tombstones.map(tombstone => JSON.stringify(tombstone));
    // Of no origin: these lines are never taken out by origin.
    const member = { origin: '', leaves: leavesOf(lines) };
    if (lines.length > 0) segments.plan('tombstones', Buffer.from(`${lines.join('\n')}\n`), lines.length, member);
    return members;
  }

  function record(current: Batch, members: ReadonlyMap<string, Place>): void {
    for (const { disposition, reason, records } of current.counts.values()) count.run(run.id, disposition, reason, records);
    sets.record(current.declarations);
    for (const [origin, place] of members) {
      const lines = current.origins.get(origin as Parameters<DocumentIndex['record']>[0]);
      if (lines !== undefined) documents.record(origin as Parameters<DocumentIndex['record']>[0], run.id, lines.staged, place);
    }
    for (const apply of current.applies) apply();
  }

  return {
    run,
    stage(outcome) {
      refuseAfterFailure();
      refuseWithheld(outcome);
      if (outcome.document !== undefined) {
        refuseSuppressed(suppressions.list, outcome.document.row);
        documents.stage(outcome.document.row);
      }
      const digest = outcome.declarations?.digest;
      addOutcome(batch, outcome, digest !== undefined && sets.isNew(digest));
      commitSoon();
    },
    declare(record, apply) {
      refuseAfterFailure();
      if (sets.isNew(record.digest)) addDeclarations(batch, record);
      if (apply !== undefined) batch.applies.push(apply);
      commitSoon();
    },
    async ready() {
      refuseAfterFailure();
      while (batch.bytes + segments.plannedBytes + inCommitBytes > limits.maxStagedBytes) await flush();
    },
    flush,
    async putEvidence(item) {
      refuseAfterFailure();
      const place = await evidence.put(item);
      refuseAfterFailure();
      commitSoon();
      return place;
    },
    async withdraw(selection, { rows = true, ...withdrawal }) {
      refuseAfterFailure();
      const demand: Demand = { selection, withdrawal, isRowed: rows, withdrawn: { documents: 0, origins: 0 } };
      batch.demands.push(demand);
      await flush();
      return demand.withdrawn;
    },
    suppress(entries) {
      refuseAfterFailure();
      suppressions.add(entries);
      commitSoon();
    },
    counts: () => runCounts(db, run.id),
    async close() {
      try {
        if (failure === undefined) await flush();
      } finally {
        await segments.close();
      }
      refuseAfterFailure();
    },
  };
}

/** Told when a commit found no room. What may be staged at once must fit; the log of the state database takes about as much again. */
function needOf(out: string, maxStagedBytes: number): string {
  const free = freeBytes(out);
  const has = free === undefined ? '' : `${mebibytes(free)} are free at \`${out}\` and `;
  return `${has}a crawl needs ${mebibytes(2 * maxStagedBytes)} to go on; free that much`;
}

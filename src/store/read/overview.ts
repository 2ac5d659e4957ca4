/** What a dataset looks like from outside, read beside whoever writes into it: counts and the newest rows, each query bounded. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import type { Instant, Reason } from '../../vocab/index.ts';
import { manifestPath } from '../disk/layout.ts';
import { type Manifest, type ProvenanceRecord, provenanceRecord, type RunKind } from '../records/index.ts';
import { readState } from '../state/database.ts';
import { lastFinished } from '../state/runs.ts';
import { readSlices, type Slice } from './read.ts';

export interface RunOverview {
  readonly run: string;
  readonly kind: RunKind;
  readonly started: Instant;
  readonly isFinished: boolean;
  /** Of its rows so far. */
  readonly byDisposition: Readonly<Record<string, number>>;
}

export interface WithdrawalOverview {
  readonly url: string;
  readonly reason: Extract<Reason, `withdrawn.${string}`>;
  /** When the statement it answers was first seen. */
  readonly sighted: Instant;
  readonly withdrawn: Instant;
  /** Its text has left the shard it lay in. */
  readonly isCompacted: boolean;
}

export interface RefusalOverview {
  readonly url: string;
  readonly reason: Reason;
  readonly at: Instant;
}

export interface Overview {
  /** Newest first, `mostRuns` at most. */
  readonly runs: readonly RunOverview[];
  /** Documents that are neither withdrawn nor superseded. */
  readonly documents: number;
  /** URLs to be asked. */
  readonly pending: number;
  /** Documents withdrawn, superseded versions not counted. */
  readonly withdrawn: number;
  readonly withdrawnByReason: Readonly<Record<string, number>>;
  /** Withdrawn documents whose text is still in a shard. */
  readonly uncompacted: number;
  /** Of the newest withdrawals, thousand at most: from the first sighting to the tombstone, ms, sorted. */
  readonly latenciesMs: readonly number[];
  /** Newest first, `mostRows` at most. */
  readonly withdrawals: readonly WithdrawalOverview[];
  readonly removal: RemovalOverview;
}

/** How long withdrawn text takes to leave its file, from the first sight of what it answers; superseded versions not counted. */
export interface RemovalOverview {
  /** As the newest manifest declares it; ms. Undefined before the first that does. */
  readonly withinMs?: number;
  readonly removed: number;
  readonly slowestMs: number;
  /** Of those removed, beyond it. */
  readonly late: number;
  /** The first sight that some text still waits for. */
  readonly oldestPending?: Instant;
}

const mostRuns = 30;
const mostRows = 15;
const mostLatencies = 1_000;

const number = (db: DatabaseSync, sql: string): number => Number(Object.values(db.prepare(sql).get() ?? {})[0] ?? 0);
const hasTable = (db: DatabaseSync, name: string): boolean =>
  db.prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?").get(name) !== undefined;

/** Undefined where there is no state database that can be read. */
export function readOverview(out: string): Overview | undefined {
  return readState(out, db => {
    // One snapshot for all of them.
    db.exec('BEGIN');
    const byReason = withdrawnByReason(db);
    const newest = newestWithdrawals(db, mostLatencies);
    return {
      runs: newestRuns(db),
      documents: number(
        db,
        `SELECT coalesce(sum(records), 0) - (SELECT coalesce(sum(dead), 0) FROM member WHERE dead > 0)
         FROM segment WHERE kind = 'documents' AND state <> 'removed'`,
      ),
      pending: hasTable(db, 'url_pending') ? number(db, 'SELECT coalesce(sum(urls), 0) FROM url_pending') : 0,
      withdrawn: Object.values(byReason).reduce((sum, count) => sum + count, 0),
      withdrawnByReason: byReason,
      uncompacted: number(db, 'SELECT count(*) FROM tombstone WHERE member_id IS NOT NULL'),
      latenciesMs: newest.map(({ sighted, withdrawn }) => Date.parse(withdrawn) - Date.parse(sighted)).sort((a, b) => a - b),
      withdrawals: newest.slice(0, mostRows),
      removal: removalOf(out, db),
    };
  });
}

function removalOf(out: string, db: DatabaseSync): RemovalOverview {
  const withinMs = declaredLimit(out, db);
  const row = db
    .prepare(
      `SELECT count(*) AS removed, coalesce(max(ms), 0) AS slowest, count(*) FILTER (WHERE ms > ?) AS late FROM (
         SELECT CAST(round((julianday(left_at) - julianday(sighted_at)) * 86400000) AS INTEGER) AS ms
         FROM tombstone WHERE left_run IS NOT NULL AND ${isWithdrawal})`,
    )
    .get(withinMs ?? Number.MAX_SAFE_INTEGER);
  const first = db
    .prepare(`SELECT min(sighted_at) AS first FROM tombstone WHERE member_id IS NOT NULL AND ${isWithdrawal}`)
    .get()?.first;
  return {
    ...(withinMs === undefined ? {} : { withinMs }),
    ...{ removed: Number(row?.removed), slowestMs: Number(row?.slowest), late: Number(row?.late) },
    ...(first == null ? {} : { oldestPending: String(first) as Instant }),
  };
}

/** Undefined where the newest manifest does not say it, or cannot be read: that is for `heed verify` to tell of. */
function declaredLimit(out: string, db: DatabaseSync): number | undefined {
  const run = lastFinished(db)?.run;
  if (run === undefined) return undefined;
  try {
    const said = (JSON.parse(readFileSync(join(out, manifestPath(run)), 'utf8')) as Manifest).withdrawals?.within_ms;
    return typeof said === 'number' ? said : undefined;
  } catch {
    return undefined;
  }
}

function newestRuns(db: DatabaseSync): RunOverview[] {
  const counts = db.prepare('SELECT disposition, sum(records) AS records FROM run_count WHERE run_id = ? GROUP BY disposition');
  return db
    .prepare('SELECT id, name, kind, state, started_at FROM run ORDER BY id DESC LIMIT ?')
    .all(mostRuns)
    .map(row => ({
      run: String(row.name),
      kind: String(row.kind) as RunKind,
      started: String(row.started_at) as Instant,
      isFinished: row.state === 'finished',
      byDisposition: Object.fromEntries(counts.all(Number(row.id)).map(row => [String(row.disposition), Number(row.records)])),
    }));
}

/** A version that gave way to a newer one was not withdrawn from anybody. */
const isWithdrawal = "reason LIKE 'withdrawn.%'";

const withdrawnByReason = (db: DatabaseSync): Record<string, number> =>
  Object.fromEntries(
    db
      .prepare(`SELECT reason, count(*) AS rows FROM tombstone WHERE ${isWithdrawal} GROUP BY reason ORDER BY rows DESC, reason`)
      .all()
      .map(row => [String(row.reason), Number(row.rows)]),
  );

const newestWithdrawals = (db: DatabaseSync, most: number): WithdrawalOverview[] =>
  db
    .prepare(
      `SELECT url, reason, sighted_at, withdrawn_at, member_id FROM tombstone WHERE ${isWithdrawal} ORDER BY id DESC LIMIT ?`,
    )
    .all(most)
    .map(withdrawalOf);

const withdrawalOf = (row: Record<string, unknown>): WithdrawalOverview => ({
  url: String(row.url),
  reason: String(row.reason) as WithdrawalOverview['reason'],
  sighted: String(row.sighted_at) as Instant,
  withdrawn: String(row.withdrawn_at) as Instant,
  isCompacted: row.member_id === null,
});

/** Withdrawals of one URL, newest first. */
export function withdrawalsOf(out: string, origin: string, url: string): readonly WithdrawalOverview[] {
  const found = readState(out, db =>
    db
      .prepare(
        `SELECT url, reason, sighted_at, withdrawn_at, member_id FROM tombstone WHERE origin = ? AND url = ? AND ${isWithdrawal} ORDER BY id DESC LIMIT 20`,
      )
      .all(origin, url)
      .map(withdrawalOf),
  );
  return found ?? [];
}

/** A member is what one origin had in one commit; of so many of them the newest refusals are looked for. */
const mostMembers = 40;
const isRefusal = ({ reason }: ProvenanceRecord): boolean =>
  (reason.startsWith('withheld.') && !reason.startsWith('withheld.unknown.')) || reason.startsWith('barrier.');

/** The newest rows in which a site said no, one an origin, newest first. */
export async function newestRefusals(out: string): Promise<readonly RefusalOverview[]> {
  const found: RefusalOverview[] = [];
  for (const member of newestMembers(out)) {
    let newest: ProvenanceRecord | undefined;
    for await (const { record } of readSlices(out, [member], provenanceRecord))
      if (isRefusal(record) && (newest === undefined || newest.at <= record.at)) newest = record;
    if (newest) found.push({ url: newest.url, reason: newest.reason, at: newest.at });
  }
  const origins = new Set<string>();
  return found
    .sort((a, b) => (a.at < b.at ? 1 : -1))
    .filter(({ url }) => {
      const origin = URL.parse(url)?.origin ?? url;
      return !origins.has(origin) && origins.add(origin);
    })
    .slice(0, mostRows);
}

function newestMembers(out: string): readonly Slice[] {
  const found = readState(out, db =>
    db
      .prepare(
        `SELECT path, off, len FROM member JOIN segment ON segment.id = member.segment_id
         WHERE segment.kind = 'provenance' AND segment.state <> 'removed' ORDER BY member.id DESC LIMIT ?`,
      )
      .all(mostMembers)
      .map(sliceOf),
  );
  return found ?? [];
}

/** Line numbers are not asked for here. */
const sliceOf = (row: Record<string, unknown>): Slice => ({
  path: String(row.path),
  start: Number(row.off),
  end: Number(row.off) + Number(row.len),
  linesBefore: 0,
});

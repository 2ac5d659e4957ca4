import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { openPending } from './pending.ts';
import { inTransaction } from './transaction.ts';

/** Which finished URLs are made pending again. */
export interface Reopen {
  /** Those that have a time for their next visit, and it is not after this wall time in ms; Infinity: whatever it is. */
  readonly dueByMs?: number;
  /** And all whose reason begins with none of these. */
  readonly except?: readonly string[];
  /** Names the occasion: for the same one, in this process or a later one, it is done once. */
  readonly occasion?: string;
}

/** What is to be made pending again, and how far that has come. */
interface Reopening extends Pick<Reopen, 'except'> {
  /** Null stands for any time: JSON has no Infinity. */
  readonly dueByMs?: number | null;
  /** The last row that was looked at: rows are in order of `(origin_id, seq)`. */
  readonly after: readonly [originId: number, seq: number];
}

/**
 * Rows looked at in one transaction. All in one would write a log as large as the database, and hold it in memory and on disk until
 * the end; a transaction each would take a hundred times as long.
 */
const rowsPerTransaction = 20_000;

const last: Reopening['after'] = [Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER];

/** Ends what an earlier process began: a recrawl that was killed in the middle of this would leave out the rest. */
export function goOnReopening(db: DatabaseSync): void {
  const found = db.prepare('SELECT reopening FROM url_queue').get()?.reopening;
  if (typeof found === 'string') reopenRows(db, JSON.parse(found) as Reopening);
}

/** Makes finished rows pending. @returns how many */
export function reopen(db: DatabaseSync, { dueByMs, except, occasion }: Reopen): number {
  if (occasion !== undefined && db.prepare('SELECT 1 FROM url_queue WHERE occasion = ?').get(occasion) !== undefined) return 0;
  const due = dueByMs === undefined ? {} : { dueByMs: Number.isFinite(dueByMs) ? dueByMs : null };
  const task: Reopening = { ...due, ...(except ? { except } : {}), after: [0, 0] };
  // Both at once: who is killed after this goes on with it, who is killed before it begins anew.
  const begin = db.prepare('UPDATE url_queue SET occasion = coalesce(?, occasion), reopening = ?');
  begin.run(occasion ?? null, JSON.stringify(task));
  return reopenRows(db, task);
}

function reopenRows(db: DatabaseSync, task: Reopening): number {
  const slices = slicesOf(db, task);
  let { after } = task;
  let count = 0;
  do {
    const from = after;
    inTransaction(db, () => {
      after = slices.endAfter(from);
      count += slices.reopen(from, after);
      slices.note(after === last ? null : { ...task, after });
    });
  } while (after !== last);
  return count;
}

interface Slices {
  endAfter(from: Reopening['after']): Reopening['after'];
  reopen(from: Reopening['after'], to: Reopening['after']): number;
  note(rest: Reopening | null): void;
}

function slicesOf(db: DatabaseSync, { dueByMs, except }: Reopening): Slices {
  const isDue = dueByMs === undefined ? 'FALSE' : dueByMs === null ? 'due_at IS NOT NULL' : 'due_at <= ?';
  const isNotExcepted = except === undefined ? 'FALSE' : ['TRUE', ...except.map(() => 'reason NOT GLOB ?')].join(' AND ');
  const within = `(origin_id, seq) > (?, ?) AND (origin_id, seq) <= (?, ?) AND status = 1 AND (${isDue} OR ${isNotExcepted})`;
  const conditions = [...(typeof dueByMs === 'number' ? [dueByMs] : []), ...(except ?? []).map(prefix => `${prefix}*`)];
  const end: StatementSync = db.prepare(
    `SELECT origin_id, seq FROM url WHERE (origin_id, seq) > (?, ?) ORDER BY origin_id, seq LIMIT 1 OFFSET ${rowsPerTransaction - 1}`,
  );
  const pending = openPending(db);
  const tally = db.prepare(
    `SELECT origin_id, reason, count(*) AS n, min(seq) AS first FROM url WHERE ${within} GROUP BY origin_id, reason`,
  );
  const update = db.prepare(`UPDATE url SET status = 0, tries = 0 WHERE ${within}`);
  const uncount = db.prepare('UPDATE url_finished SET urls = urls - ? WHERE reason = ?');
  const note = db.prepare('UPDATE url_queue SET reopening = ?');
  return {
    endAfter(from) {
      const row = end.get(...from);
      return row === undefined ? last : [Number(row.origin_id), Number(row.seq)];
    },
    reopen(from, to) {
      for (const { origin_id, reason, n, first } of tally.all(...from, ...to, ...conditions)) {
        uncount.run(n ?? 0, reason ?? null);
        pending.add(Number(origin_id), Number(n), Number(first));
      }
      return Number(update.run(...from, ...to, ...conditions).changes);
    },
    note: rest => void note.run(rest === null ? null : JSON.stringify(rest)),
  };
}

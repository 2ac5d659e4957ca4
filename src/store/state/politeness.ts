import type { DatabaseSync } from 'node:sqlite';
import type { OriginKey } from '../../vocab/index.ts';

// Times in ms since epoch; the other columns are those of a PolitenessRecord. The version of the state database counts for it too.
const schema = `
CREATE TABLE IF NOT EXISTS politeness (
  run_id INTEGER NOT NULL, origin TEXT NOT NULL, requests INTEGER NOT NULL, pages INTEGER NOT NULL, bytes INTEGER NOT NULL,
  min_gap_ms INTEGER, delay_ms INTEGER NOT NULL, longest_delay_ms INTEGER NOT NULL,
  backoffs INTEGER NOT NULL, longest_backoff_ms INTEGER, ended_at INTEGER NOT NULL, held_until INTEGER NOT NULL,
  PRIMARY KEY (run_id, origin)) STRICT, WITHOUT ROWID;
`;

/** One request, or several of one origin added up. */
export interface Asked {
  readonly origin: OriginKey;
  readonly requests: number;
  readonly pages: number;
  readonly bytes: number;
  readonly minGapMs?: number;
  readonly minDelayMs: number;
  readonly maxDelayMs: number;
  readonly backoffs: number;
  readonly longestBackoffMs?: number;
  /** Wall time in ms since epoch. */
  readonly endedAtMs: number;
  /** Wall time until which the origin is to be left alone; 0 where nothing was said. */
  readonly heldUntilMs: number;
}

/** What earlier processes spent at an origin, and still owe it. */
export interface AskedBefore {
  readonly origin: OriginKey;
  /** Of the run under way. */
  readonly isOfRun: boolean;
  readonly pages: number;
  readonly longestDelayMs: number;
  readonly endedAtMs: number;
  readonly heldUntilMs: number;
}

/**
 * The politeness ledger. Notes are kept in memory until the next commit and become durable in its transaction, with the evidence of the
 * requests they count: a kill loses those of the last unfinished commit, never more.
 */
export interface PolitenessLedger {
  note(asked: Asked): void;
  /** As committed: every origin of this run, and those of other runs whose pause is not over. @param nowMs wall time in ms since epoch */
  before(runId: number, nowMs: number): Iterable<AskedBefore>;
  /** The end of the last request of any run, wall time in ms since epoch; undefined where there was none. */
  lastEndedAtMs(): number | undefined;
  take(): { readonly count: number; record(runId: number): void };
}

export function openPoliteness(db: DatabaseSync): PolitenessLedger {
  db.exec(schema);
  let notes = new Map<OriginKey, Asked>();
  const least = (column: string): string =>
    `min(ifnull(${column}, excluded.${column}), ifnull(excluded.${column}, politeness.${column}))`;
  const most = (column: string): string =>
    `max(ifnull(${column}, excluded.${column}), ifnull(excluded.${column}, politeness.${column}))`;
  const add = db.prepare(
    `INSERT INTO politeness (run_id, origin, requests, pages, bytes, min_gap_ms, delay_ms, longest_delay_ms,
       backoffs, longest_backoff_ms, ended_at, held_until) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET requests = requests + excluded.requests, pages = pages + excluded.pages, bytes = bytes + excluded.bytes,
       min_gap_ms = ${least('min_gap_ms')}, delay_ms = min(delay_ms, excluded.delay_ms),
       longest_delay_ms = max(longest_delay_ms, excluded.longest_delay_ms), backoffs = backoffs + excluded.backoffs,
       longest_backoff_ms = ${most('longest_backoff_ms')}, ended_at = max(ended_at, excluded.ended_at),
       held_until = max(held_until, excluded.held_until)`,
  );

  return {
    note(asked) {
      const before = notes.get(asked.origin);
      notes.set(asked.origin, before === undefined ? asked : sum(before, asked));
    },
    *before(runId, nowMs) {
      const rows = db.prepare(
        `SELECT origin, run_id, pages, longest_delay_ms, ended_at, held_until FROM politeness
         WHERE run_id = ?1 OR held_until > ?2 OR ended_at + longest_delay_ms > ?2`,
      );
      for (const row of rows.iterate(runId, nowMs))
        yield {
          origin: String(row.origin) as OriginKey,
          isOfRun: Number(row.run_id) === runId,
          pages: Number(row.pages),
          longestDelayMs: Number(row.longest_delay_ms),
          endedAtMs: Number(row.ended_at),
          heldUntilMs: Number(row.held_until),
        };
    },
    lastEndedAtMs() {
      const last = db.prepare('SELECT max(ended_at) AS last FROM politeness').get()?.last;
      return typeof last === 'number' ? last : undefined;
    },
    take() {
      const taken = notes;
      notes = new Map();
      return {
        count: taken.size,
        record(runId) {
          for (const asked of taken.values()) add.run(runId, ...columnsOf(asked));
        },
      };
    },
  };
}

/** A gap is rounded down and so is a pause: the ledger never says more than was kept. */
const columnsOf = (asked: Asked): (string | number | null)[] => [
  ...[asked.origin, asked.requests, asked.pages, asked.bytes],
  asked.minGapMs === undefined ? null : Math.floor(asked.minGapMs),
  ...[Math.floor(asked.minDelayMs), Math.floor(asked.maxDelayMs), asked.backoffs],
  asked.longestBackoffMs === undefined ? null : Math.floor(asked.longestBackoffMs),
  ...[Math.ceil(asked.endedAtMs), Math.ceil(asked.heldUntilMs)],
];

const leastOf = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined ? b : b === undefined ? a : Math.min(a, b);
const mostOf = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined ? b : b === undefined ? a : Math.max(a, b);

function sum(a: Asked, b: Asked): Asked {
  const minGapMs = leastOf(a.minGapMs, b.minGapMs);
  const longestBackoffMs = mostOf(a.longestBackoffMs, b.longestBackoffMs);
  return {
    origin: a.origin,
    requests: a.requests + b.requests,
    pages: a.pages + b.pages,
    bytes: a.bytes + b.bytes,
    ...(minGapMs === undefined ? {} : { minGapMs }),
    minDelayMs: Math.min(a.minDelayMs, b.minDelayMs),
    maxDelayMs: Math.max(a.maxDelayMs, b.maxDelayMs),
    backoffs: a.backoffs + b.backoffs,
    ...(longestBackoffMs === undefined ? {} : { longestBackoffMs }),
    endedAtMs: Math.max(a.endedAtMs, b.endedAtMs),
    heldUntilMs: Math.max(a.heldUntilMs, b.heldUntilMs),
  };
}

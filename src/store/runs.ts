import type { DatabaseSync } from 'node:sqlite';
import type { Instant } from '../vocab/index.ts';
import { StoreError } from './errors.ts';
import { runId } from './layout.ts';
import type { RunKind, RunSettings, Sha256 } from './records/index.ts';

/** One activity with one policy and, at its end, one manifest. */
export interface Run {
  /** Row id in the state database. */
  readonly id: number;
  /** Sortable and safe as a file name, e.g. `20261123T100000Z-ab12cd`. */
  readonly name: string;
  readonly kind: RunKind;
  readonly started: Instant;
  readonly settings: RunSettings;
  readonly previous?: { readonly run: string; readonly sha256: Sha256 };
}

export interface NewRun extends RunSettings {
  readonly kind: RunKind;
  /** 4 to 16 of `a-z0-9`, from the caller: nothing here is random. */
  readonly random: string;
}

const columns = 'id, name, kind, state, started_at, settings, previous';

function fromRow(row: Record<string, unknown>): Run {
  const previous = row.previous === null ? undefined : JSON.parse(String(row.previous));
  return {
    id: Number(row.id),
    name: String(row.name),
    kind: String(row.kind) as RunKind,
    started: String(row.started_at) as Instant,
    settings: JSON.parse(String(row.settings)),
    ...(previous === undefined ? {} : { previous }),
  };
}

/** The run that has no manifest yet; there is at most one. */
export function unfinishedRun(db: DatabaseSync): (Run & { readonly state: 'open' | 'finishing' }) | undefined {
  const row = db.prepare(`SELECT ${columns} FROM run WHERE state <> 'finished' ORDER BY id DESC LIMIT 1`).get();
  return row === undefined ? undefined : { ...fromRow(row), state: row.state === 'open' ? 'open' : 'finishing' };
}

/** The newest finished run, of these kinds where some are named. */
export function lastFinishedRun(db: DatabaseSync, kinds?: readonly RunKind[]): Run | undefined {
  const rows = db.prepare(`SELECT ${columns} FROM run WHERE state = 'finished' ORDER BY id DESC`);
  for (const row of rows.iterate()) if (kinds === undefined || kinds.includes(String(row.kind) as RunKind)) return fromRow(row);
  return undefined;
}

export function lastKind(db: DatabaseSync): RunKind | undefined {
  const row = db.prepare('SELECT kind FROM run ORDER BY id DESC LIMIT 1').get();
  return row === undefined ? undefined : (String(row.kind) as RunKind);
}

/** @throws ERR_RUN_UNFINISHED while an earlier run waits to be resumed. */
export function insertRun(db: DatabaseSync, run: NewRun, nowMs: number): Run {
  const open = unfinishedRun(db);
  if (open !== undefined)
    throw new StoreError('ERR_RUN_UNFINISHED', `run \`${open.name}\` is not finished; resume it before another one begins`);
  const { kind, random, policy, agents, software, operator, overrides, config } = run;
  const before = db.prepare('SELECT settings FROM run ORDER BY id DESC LIMIT 1').get();
  if (before !== undefined && !isSame(JSON.parse(String(before.settings)).overrides, overrides)) forgetDeclarations(db);
  const last = db
    .prepare("SELECT name AS run, manifest_sha256 AS sha256 FROM run WHERE state = 'finished' ORDER BY id DESC LIMIT 1")
    .get();
  // FULL: the run is known for good before its first file exists, else a power cut could leave files that nobody knows.
  db.exec('PRAGMA synchronous = FULL');
  db.prepare("INSERT INTO run (name, kind, state, started_at, settings, previous) VALUES (?, ?, 'open', ?, ?, ?)").run(
    runId(nowMs, random),
    kind,
    new Date(nowMs).toISOString(),
    JSON.stringify({ policy, agents, software, ...(operator === undefined ? {} : { operator }), overrides, config }),
    last === undefined ? null : JSON.stringify(last),
  );
  db.exec('PRAGMA synchronous = NORMAL');
  const made = unfinishedRun(db);
  if (made === undefined) throw new StoreError('ERR_NO_RUN', 'the new run is not in the state database; report this');
  return made;
}

/** A process that goes on with other overrides leaves both in the manifest. */
export function addOverrides(db: DatabaseSync, run: Run, overrides: RunSettings['overrides']): Run {
  const { overrides: before } = run.settings;
  if (isSame(before, overrides)) return run;
  const merged: Record<string, unknown> = { ...before };
  for (const [key, value] of Object.entries(overrides)) {
    const old = before[key];
    merged[key] = Array.isArray(old) && Array.isArray(value) ? [...new Set([...old, ...value])] : value;
  }
  const settings: RunSettings = { ...run.settings, overrides: merged };
  db.prepare('UPDATE run SET settings = ? WHERE id = ?').run(JSON.stringify(settings), run.id);
  forgetDeclarations(db);
  return { ...run, settings };
}

const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

/** What was declared under another mapping of hosts to addresses may not be the site's own word. */
const forgetDeclarations = (db: DatabaseSync): void => db.exec('DELETE FROM declaration');

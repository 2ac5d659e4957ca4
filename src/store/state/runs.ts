import type { DatabaseSync } from 'node:sqlite';
import type { Instant } from '../../vocab/index.ts';
import { StoreError } from '../disk/errors.ts';
import { runId } from '../disk/layout.ts';
import type { Manifest, RunKind, RunSettings } from '../records/index.ts';

/** One activity with one policy and, at its end, one manifest. */
export interface Run {
  /** Row id in the state database. */
  readonly id: number;
  /** Sortable and safe as a file name, e.g. `20261123T100000Z-ab12cd`. */
  readonly name: string;
  readonly kind: RunKind;
  readonly started: Instant;
  readonly settings: RunSettings;
}

export interface NewRun extends RunSettings {
  readonly kind: RunKind;
  /** 4 to 16 of `a-z0-9`, from the caller: nothing here is random. */
  readonly random: string;
}

/** A run that asks nobody. `config` says what it was told to do, and holds nothing that is to be forgotten. */
export type OfflineRun = Pick<NewRun, 'random' | 'software' | 'config'> & { readonly kind: 'revoke' | 'erase' | 'compact' };

const columns = 'id, name, kind, state, started_at, settings';

function fromRow(row: Record<string, unknown>): Run {
  return {
    id: Number(row.id),
    name: String(row.name),
    kind: String(row.kind) as RunKind,
    started: String(row.started_at) as Instant,
    settings: JSON.parse(String(row.settings)),
  };
}

/** Runs that ask nobody and take out what an earlier one made. One may begin beside a crawl that is not finished: a withdrawal does not wait. */
export const offlineKinds: ReadonlySet<RunKind> = new Set(['revoke', 'erase', 'compact']);

/** Runs that make a corpus or measure the web. */
export const crawlKinds: ReadonlySet<RunKind> = new Set(['crawl', 'recrawl', 'audit']);
/** A new refusal is looked for beside a crawl that waits to go on, too. */
export const recheckKinds: ReadonlySet<RunKind> = new Set(['recheck']);

/** Of which unfinished runs each sort waits for: withdrawals for none but their own, and a crawl for whoever may find out what it must not keep. */
const waitsFor = (kind: RunKind): ReadonlySet<RunKind> =>
  offlineKinds.has(kind) ? offlineKinds : recheckKinds.has(kind) ? recheckKinds : new Set([...crawlKinds, ...recheckKinds]);

export type UnfinishedRun = Run & { readonly state: 'open' | 'finishing' };

/** Runs that have no manifest yet, newest first: at most one crawl, one recheck, and one that asks nobody. */
export function unfinishedRuns(db: DatabaseSync): UnfinishedRun[] {
  const rows = db.prepare(`SELECT ${columns} FROM run WHERE state <> 'finished' ORDER BY id DESC`).all();
  return rows.map(row => ({ ...fromRow(row), state: row.state === 'open' ? 'open' : 'finishing' }));
}

/** @param kinds of these only; default: the ones that ask the web */
export const unfinishedRun = (db: DatabaseSync, kinds?: ReadonlySet<RunKind>): UnfinishedRun | undefined =>
  unfinishedRuns(db).find(({ kind }) => (kinds === undefined ? !offlineKinds.has(kind) : kinds.has(kind)));

/** What a crash left of which nothing is to be done but to end it, oldest first. */
export const leftRuns = (db: DatabaseSync): readonly UnfinishedRun[] =>
  unfinishedRuns(db)
    .filter(({ kind, state }) => state === 'finishing' || offlineKinds.has(kind))
    .reverse();

/** What the next manifest follows: runs need not end in the order in which they began. */
export function lastFinished(db: DatabaseSync): Manifest['previous'] {
  return db
    .prepare("SELECT name AS run, manifest_sha256 AS sha256 FROM run WHERE state = 'finished' ORDER BY finish_order DESC LIMIT 1")
    .get() as Manifest['previous'];
}

export function markFinished(db: DatabaseSync, runId: number, at: string, manifestSha256: string): void {
  db.prepare(
    `UPDATE run SET state = 'finished', finished_at = ?, manifest_sha256 = ?,
       finish_order = 1 + (SELECT coalesce(max(finish_order), 0) FROM run) WHERE id = ?`,
  ).run(at, manifestSha256, runId);
}

/** Runs of these kinds, finished or not, newest first. */
export function runsOf(db: DatabaseSync, kinds: readonly RunKind[]): readonly Run[] {
  const rows = db.prepare(`SELECT ${columns} FROM run ORDER BY id DESC`).all();
  return rows.map(fromRow).filter(({ kind }) => kinds.includes(kind));
}

/** The newest finished run, of these kinds where some are named. */
export function lastFinishedRun(db: DatabaseSync, kinds?: readonly RunKind[]): Run | undefined {
  const rows = db.prepare(`SELECT ${columns} FROM run WHERE state = 'finished' ORDER BY id DESC`);
  for (const row of rows.iterate()) if (kinds === undefined || kinds.includes(String(row.kind) as RunKind)) return fromRow(row);
  return undefined;
}

export function lastKind(db: DatabaseSync): RunKind | undefined {
  const row = db.prepare("SELECT kind FROM run WHERE kind NOT IN ('revoke', 'erase', 'compact') ORDER BY id DESC LIMIT 1").get();
  return row === undefined ? undefined : (String(row.kind) as RunKind);
}

/** @throws ERR_RUN_UNFINISHED while an earlier run waits to be resumed. */
export function insertRun(db: DatabaseSync, run: NewRun, nowMs: number): Run {
  const open = unfinishedRun(db, waitsFor(run.kind));
  if (open !== undefined)
    throw new StoreError('ERR_RUN_UNFINISHED', `run \`${open.name}\` is not finished; resume it before another one begins`);
  const { kind, random, policy, agents, software, operator, overrides, config } = run;
  if (!offlineKinds.has(kind)) forgetDeclarationsOfOthers(db, overrides);
  // FULL: the run is known for good before its first file exists, else a power cut could leave files that nobody knows.
  db.exec('PRAGMA synchronous = FULL');
  db.prepare("INSERT INTO run (name, kind, state, started_at, settings) VALUES (?, ?, 'open', ?, ?)").run(
    runId(nowMs, random),
    kind,
    new Date(nowMs).toISOString(),
    JSON.stringify({ policy, agents, software, ...(operator === undefined ? {} : { operator }), overrides, config }),
  );
  db.exec('PRAGMA synchronous = NORMAL');
  const made = unfinishedRuns(db)[0];
  if (made === undefined) throw new StoreError('ERR_NO_RUN', 'the new run is not in the state database; report this');
  return made;
}

/** A process that goes on with other overrides leaves both in the manifest. */
export function addOverrides(db: DatabaseSync, run: Run, overrides: RunSettings['overrides']): Run {
  forgetDeclarationsOfOthers(db, overrides);
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

const forgetDeclarations = (db: DatabaseSync): void => db.exec('DELETE FROM declaration');

/** What was declared to the last run that asked, under another mapping of hosts to addresses, may not be the site's own word. */
function forgetDeclarationsOfOthers(db: DatabaseSync, overrides: RunSettings['overrides']): void {
  const last = db
    .prepare("SELECT settings FROM run WHERE kind NOT IN ('revoke', 'erase', 'compact') ORDER BY id DESC LIMIT 1")
    .get();
  if (last !== undefined && !isSame(JSON.parse(String(last.settings)).overrides, overrides)) forgetDeclarations(db);
}

/** Policy, agents and operator's records are those of the last run. @throws ERR_NO_DATASET */
export function offlineRun(db: DatabaseSync, run: OfflineRun): NewRun {
  const last = db.prepare('SELECT settings FROM run ORDER BY id DESC LIMIT 1').get();
  if (last === undefined) throw new StoreError('ERR_NO_DATASET', 'nothing was ever collected here; check --out');
  const { policy, agents, operator } = JSON.parse(String(last.settings)) as RunSettings;
  return { ...run, policy, agents, ...(operator === undefined ? {} : { operator }), overrides: {} };
}

import { hash } from 'node:crypto';
import { closeSync, fsyncSync, openSync, readdirSync, renameSync, rmSync, writeSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { transaction } from '../../vocab/index.ts';
import { storageFailure } from '../disk/errors.ts';
import { openFlags, syncFolder } from '../disk/files.ts';
import { gzipMembers, memberOfLength } from '../disk/gzip-members.ts';
import { hash52 } from '../disk/hash.ts';
import { leavesOf } from '../disk/merkle.ts';
import type { ProvenanceRecord } from '../records/index.ts';
import { insertWhole, sealWhole } from '../seal/seal.ts';
import { originOf } from '../state/places.ts';
import { memberLines, nextPath, rewriteSegment } from './compact.ts';
import type { RewriteContext } from './rewriting.ts';

/** What is to be forgotten, beside the documents themselves. */
export interface Erasure {
  /** Pages of which only the outcome stays. */
  readonly covers: (url: string) => boolean;
  /** Origins that its pages may be of; undefined: any. */
  readonly origins: ReadonlySet<string> | undefined;
  /** Undefined where no value is to be forgotten. */
  readonly redact: Redact | undefined;
}

/** The text without the value; undefined where it is not in it. */
export type Redact = (text: string) => string | undefined;

export interface Erased {
  /** Provenance rows that were made anew. */
  readonly rows: number;
  /** Proofs of pages, in evidence, in whose place a blank record lies now. */
  readonly proofs: number;
  /** Proofs too short for the blank one: nothing of them could be replaced. */
  readonly left: number;
  readonly tombstones: number;
}

interface Row {
  readonly id: number;
  readonly path: string;
}

const sealed = (db: DatabaseSync, kind: string): Row[] =>
  db
    .prepare(
      `SELECT segment.id, path FROM segment JOIN run ON run.id = run_id
       WHERE segment.kind = ? AND segment.state = 'sealed' AND run.state = 'finished' ORDER BY segment.id`,
    )
    .all(kind)
    .map(({ id, path }) => ({ id: Number(id), path: String(path) }));

/**
 * Takes what is erased out of provenance, evidence and tombstones. Files with other content are other files, put in the place of the old ones as
 * compaction does it; a proof is replaced by a blank record of the same length, so that no reference to any other record changes.
 */
export async function eraseRecords(context: RewriteContext, erasure: Erasure): Promise<Erased> {
  // Nobody is given time to read on in a file that holds what is to be forgotten.
  context.db.exec("UPDATE segment SET remove_after = 0 WHERE state = 'retired'");
  const proofs = new Map<string, Set<number>>();
  const rows = await eraseRows(context, erasure, proofs);
  if (erasure.redact !== undefined) await findProofs(context, erasure.redact, proofs);
  const { replaced, left } = await blankProofs(context, proofs);
  const tombstones = erasure.redact === undefined ? 0 : await eraseTombstones(context, erasure.redact);
  if (erasure.redact !== undefined) await eraseReceipts(context, erasure.redact);
  return { rows, proofs: replaced, left, tombstones };
}

async function eraseRows(context: RewriteContext, erasure: Erasure, proofs: Map<string, Set<number>>): Promise<number> {
  const { out, db } = context;
  let rows = 0;
  for (const { id: segmentId, path } of sealed(db, 'provenance')) {
    const changed = new Map<number, () => Promise<readonly string[]>>();
    for (const { id, off, len, origin } of db
      .prepare('SELECT id, off, len, origin FROM member WHERE segment_id = ? ORDER BY off')
      .all(segmentId)) {
      if (erasure.origins !== undefined && !erasure.origins.has(String(origin))) continue;
      const lines = await memberLines(out, path, Number(off), Number(len));
      const edited = lines.map(line => erasedRow(line, erasure, proofs));
      const count = edited.filter((line, index) => line !== lines[index]).length;
      if (count === 0) continue;
      rows += count;
      changed.set(Number(id), async () => edited);
    }
    if (changed.size > 0) await rewriteSegment({ kind: 'provenance', segmentId, dropped: new Set(), changed }, context);
  }
  return rows;
}

function erasedRow(line: string, { covers, redact }: Erasure, proofs: Map<string, Set<number>>): string {
  const record = JSON.parse(line) as ProvenanceRecord;
  if (record.erased || !covers(record.url)) return redact?.(line) ?? line;
  for (const ref of [record.page_proof, record.render?.proof]) {
    if (ref === undefined) continue;
    const offsets = proofs.get(ref.file) ?? new Set<number>();
    proofs.set(ref.file, offsets.add(ref.offset));
  }
  const { id, url, depth, run, at, agent, disposition, reason, policy } = record;
  const rest: ProvenanceRecord = {
    ...{ id, url, hops: [], depth, run, at, agent, disposition, reason, verdicts: {}, evidence: [], policy, erased: true },
  };
  const text = JSON.stringify(rest);
  return redact?.(text) ?? text;
}

/** Proofs that hold the value, whichever row they belong to. Declarations are not proofs: what an origin publishes about itself stays. */
async function findProofs({ out, db }: RewriteContext, redact: Redact, proofs: Map<string, Set<number>>): Promise<void> {
  for (const { path } of sealed(db, 'evidence')) {
    for (const { offset, content } of gzipMembers(await readFile(join(out, path)))) {
      if (!isProof(content) || redact(content.toString('utf8')) === undefined) continue;
      const offsets = proofs.get(path) ?? new Set<number>();
      proofs.set(path, offsets.add(offset));
    }
  }
}

export const isProof = (record: Buffer): boolean => {
  const head = record.toString('latin1', 0, Math.min(record.length, 2_048));
  return /^WARC-Type: metadata\r$/im.test(head) && !/^Heed-Exchange:/im.test(head);
};

/** The same record id and nothing of the page. */
function blankOf(record: Buffer): Buffer {
  const head = record.toString('latin1', 0, record.indexOf('\r\n\r\n'));
  const field = (name: string): string => new RegExp(`^${name}: (.*?)\\r?$`, 'im').exec(head)?.[1] ?? '';
  const block = '{"erased":true}';
  const digest = `sha256:${hash('sha256', block)}`;
  return Buffer.from(
    `WARC/1.1\r\nWARC-Type: metadata\r\nWARC-Record-ID: ${field('WARC-Record-ID')}\r\nWARC-Date: ${field('WARC-Date')}\r\n` +
      `Content-Type: application/json\r\nWARC-Payload-Digest: ${digest}\r\nWARC-Block-Digest: ${digest}\r\nContent-Length: ${block.length}\r\n\r\n${block}\r\n\r\n`,
  );
}

async function blankProofs(
  { out, db, runId }: RewriteContext,
  proofs: ReadonlyMap<string, ReadonlySet<number>>,
): Promise<{ replaced: number; left: number }> {
  let [replaced, left] = [0, 0];
  const isBlank = Buffer.from('{"erased":true}');
  for (const { id, path } of sealed(db, 'evidence')) {
    const offsets = proofs.get(path);
    if (offsets === undefined) continue;
    const file = await readFile(join(out, path));
    let changes = 0;
    for (const { offset, length, content } of gzipMembers(file)) {
      if (!offsets.has(offset) || !isProof(content) || content.includes(isBlank)) continue;
      const blank = memberOfLength(blankOf(content), length);
      if (blank === undefined) left++;
      else changes += blank.copy(file, offset) > 0 ? 1 : 0;
    }
    if (changes === 0) continue;
    writeSynced(join(out, path) + besideSuffix, file);
    transaction(db, () => {
      db.prepare('UPDATE segment SET sha256 = ? WHERE id = ?').run(hash('sha256', file), id);
      db.prepare('INSERT INTO replacement (path, run_id) VALUES (?, ?) ON CONFLICT DO NOTHING').run(path, runId);
    });
    replaced += changes;
  }
  return { replaced, left };
}

const besideSuffix = '.erased';

/** Under a name that nothing records yet. */
function writeSynced(file: string, content: Buffer): void {
  const fd = openSync(file, openFlags.replace, 0o644);
  try {
    for (let done = 0; done < content.length; ) done += writeSync(fd, content, done);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
  syncFolder(dirname(file));
}

/**
 * Puts files of the same name and length in the place of old ones, once the manifest with their digests is there; what no commit recorded is removed.
 * It can be repeated after a crash.
 */
export function applyReplacements(out: string, db: DatabaseSync): void {
  const rows = db.prepare('SELECT path, state FROM replacement JOIN run ON run.id = run_id').all();
  const waiting = new Set(rows.map(({ path }) => String(path)));
  for (const { path, state } of rows) {
    if (state !== 'finished') continue;
    const file = join(out, String(path));
    try {
      renameSync(file + besideSuffix, file);
    } catch (error) {
      // It was renamed before a crash.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw storageFailure(error, `replacing \`${path}\``);
    }
    syncFolder(dirname(file));
    db.prepare('DELETE FROM replacement WHERE path = ?').run(path ?? null);
  }
  for (const folder of readdirSync(join(out, 'evidence'), { withFileTypes: true })) {
    if (!folder.isDirectory()) continue;
    for (const name of readdirSync(join(out, 'evidence', folder.name))) {
      const path = `evidence/${folder.name}/${name}`;
      if (name.endsWith(besideSuffix) && !waiting.has(path.slice(0, -besideSuffix.length)))
        rmSync(join(out, path), { force: true });
    }
  }
}

/** Plain files, without members: written anew under the next number. */
async function eraseTombstones({ out, db, runId }: RewriteContext, redact: Redact): Promise<number> {
  let count = 0;
  for (const { id, path } of sealed(db, 'tombstones')) {
    const lines = (await readFile(join(out, path), 'utf8')).split('\n').slice(0, -1);
    const edited = lines.map(line => redact(line) ?? line);
    const changes = edited.filter((line, index) => line !== lines[index]).length;
    if (changes === 0) continue;
    count += changes;
    const runOf = Number(db.prepare('SELECT run_id FROM segment WHERE id = ?').get(id)?.run_id);
    const target = nextPath(db, 'tombstones', runOf, path);
    const content = Buffer.from(`${edited.join('\n')}\n`);
    writeSynced(join(out, target), content);
    transaction(db, () => {
      const [bytes, sha256] = [content.length, hash('sha256', content)];
      insertWhole(db, { runId: runOf, kind: 'tombstones', path: target, bytes, sha256, leaves: leavesOf(edited) });
      db.prepare("UPDATE segment SET state = 'retired', retired_run = ?, remove_after = 0 WHERE id = ?").run(runId, id);
    });
  }
  return count;
}

/** There is one file of them for each run, so it is replaced under its name. */
async function eraseReceipts({ out, db }: RewriteContext, redact: Redact): Promise<void> {
  for (const { id, path } of sealed(db, 'receipts')) {
    const lines = (await readFile(join(out, path), 'utf8')).split('\n').slice(0, -1);
    if (lines.every(line => redact(line) === undefined)) continue;
    const runOf = Number(db.prepare('SELECT run_id FROM segment WHERE id = ?').get(id)?.run_id);
    const edited = lines.map(line => redact(line) ?? line);
    sealWhole(out, db, { id: runOf }, { kind: 'receipts', path, lines: edited, isOnlyOne: false });
  }
}

/**
 * Columns of the store's own tables in which a URL or words of the operator stand, and so a value that is part of them; `key`: the number by which a row
 * is found, made of the first of them.
 */
const textColumns: readonly { readonly table: string; readonly columns: readonly string[]; readonly key?: string }[] = [
  { table: 'document', columns: ['url'], key: 'url_h' },
  { table: 'standing', columns: ['render', 'licenses'] },
  { table: 'tombstone', columns: ['url'], key: 'url_h' },
  { table: 'suppression', columns: ['value'] },
  { table: 'run', columns: ['settings'] },
];

/**
 * The working state forgets it as well: what was moved about within the file before is found in it still, until it is written anew.
 * @param eraseOthers the tables that others keep in it, in the same transaction
 */
export function eraseFromState(db: DatabaseSync, redact: Redact, eraseOthers: (redact: Redact) => void): void {
  db.function('redacted', { deterministic: true }, text => (typeof text === 'string' ? (redact(text) ?? null) : null));
  db.function('key_of', { deterministic: true }, text => hash52(String(text)));
  db.exec('PRAGMA secure_delete = ON');
  const found = db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all();
  const tables = new Set(found.map(({ name }) => String(name)));
  transaction(db, () => {
    for (const { table, columns, key } of textColumns)
      for (const column of tables.has(table) ? columns : [])
        db.exec(
          `UPDATE OR REPLACE ${table} SET ${column} = redacted(${column})${key === undefined ? '' : `, ${key} = key_of(redacted(${column}))`}
           WHERE redacted(${column}) IS NOT NULL`,
        );
    eraseOthers(redact);
  });
  db.exec('PRAGMA temp_store = FILE; VACUUM; PRAGMA temp_store = MEMORY; PRAGMA wal_checkpoint(TRUNCATE)');
}

export const originsOf = (urls: Iterable<string>): ReadonlySet<string> => new Set([...urls].flatMap(url => originOf(url) ?? []));

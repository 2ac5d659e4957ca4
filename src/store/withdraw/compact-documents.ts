import type { DatabaseSync } from 'node:sqlite';
import { StoreError } from '../disk/errors.ts';
import { memberLines, type Rewritten, rewriteSegment } from './compact.ts';
import type { RewriteContext, Rewriting } from './rewriting.ts';

export interface Compacted {
  readonly files: readonly Rewritten[];
  /** Withdrawn and superseded documents whose text left. */
  readonly documents: number;
}

/**
 * Writes every shard anew that holds the text of a document which is no longer live. Shard by shard: what is done stays done, and a second call goes
 * on with the rest. Shards of a run that is not finished come later.
 */
export async function compactDocuments(
  context: RewriteContext,
  onProgress: (done: number, total: number) => void = () => {},
): Promise<Compacted> {
  const { db, runId, nowMs, graceMs } = context;
  // Not before the old file is gone has the text left.
  const leftAt = new Date(nowMs + graceMs).toISOString();
  const shards = db
    .prepare(
      `SELECT DISTINCT segment.id, path FROM member JOIN segment ON segment.id = segment_id JOIN run ON run.id = segment.run_id
       WHERE dead > 0 AND segment.kind = 'documents' AND segment.state = 'sealed' AND run.state = 'finished' ORDER BY segment.id`,
    )
    .all();
  const files: Rewritten[] = [];
  let documents = 0;
  const leave = db.prepare(
    `UPDATE tombstone SET member_id = NULL, left_run = ?, left_at = ?, left_segment = ?, new_segment = ?
     WHERE member_id IN (SELECT value FROM json_each(?))`,
  );
  const forget = db.prepare(
    `UPDATE document SET member_id = NULL WHERE origin = ? AND state <> 'live' AND member_id IN (SELECT value FROM json_each(?))`,
  );
  for (const [index, shard] of shards.entries()) {
    onProgress(index, shards.length);
    const [id, path] = [Number(shard.id), String(shard.path)];
    const plan = planOf(context, id, path);
    const dead = Map.groupBy(deadOf(db, id), ({ origin }) => origin);
    const onSwap = (old: number, made: number | undefined): void => {
      // An origin's documents are walked over once, however many of its members are affected.
      for (const [origin, members] of dead) {
        const ids = JSON.stringify(members.map(({ member }) => member));
        documents += Number(leave.run(runId, leftAt, old, made ?? null, ids).changes);
        forget.run(origin, ids);
      }
    };
    files.push(await rewriteSegment({ kind: 'documents', segmentId: id, ...plan }, { ...context, onSwap }));
  }
  return { files, documents };
}

const deadOf = (db: DatabaseSync, segmentId: number): { readonly member: number; readonly origin: string }[] =>
  db
    .prepare('SELECT id, origin FROM member WHERE segment_id = ? AND dead > 0')
    .all(segmentId)
    .map(({ id, origin }) => ({ member: Number(id), origin: String(origin) }));

/** Members that hold dead lines only are dropped, those with others too are decoded. Members without any are not even read. */
function planOf({ out, db }: RewriteContext, segmentId: number, path: string): Pick<Rewriting, 'dropped' | 'changed'> {
  const members = db
    .prepare('SELECT id, off, len, records, dead, origin FROM member WHERE segment_id = ? AND dead > 0 ORDER BY off')
    .all(segmentId);
  const mixed = members.filter(({ records, dead }) => records !== dead);
  const live = liveIds(db, segmentId, new Set(mixed.map(({ origin }) => String(origin))));
  const dropped = new Set(members.flatMap(({ id, records, dead }) => (records === dead ? [Number(id)] : [])));
  const changed = new Map(
    mixed.map(({ id, off, len, records, dead }) => [
      Number(id),
      async () => {
        const ids = live.get(Number(id)) ?? new Set<string>();
        const all = await memberLines(out, path, Number(off), Number(len));
        const lines = all.filter(line => ids.has((JSON.parse(line) as { id: string }).id));
        const expected = Number(records) - Number(dead);
        // Never a line too many, and none too few: what does not add up is not written.
        if (lines.length !== expected)
          throw new StoreError(
            'ERR_DATA_DAMAGED',
            `\`${path}\` at byte ${off} holds ${lines.length} live documents and should hold ${expected}; run \`heed verify\`, and restore the file from a copy`,
          );
        return lines;
      },
    ]),
  );
  return { dropped, changed };
}

/** One walk over an origin's documents, however many of its members are affected. */
function liveIds(db: DatabaseSync, segmentId: number, origins: ReadonlySet<string>): ReadonlyMap<number, ReadonlySet<string>> {
  const find = db.prepare(
    `SELECT member_id, id FROM document WHERE origin = ? AND state = 'live'
       AND member_id IN (SELECT id FROM member WHERE segment_id = ? AND dead > 0)`,
  );
  const found = new Map<number, Set<string>>();
  for (const origin of origins)
    for (const { member_id, id } of find.iterate(origin, segmentId)) {
      const ids = found.get(Number(member_id)) ?? new Set<string>();
      found.set(Number(member_id), ids.add(String(id)));
    }
  return found;
}

import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Instant, OriginKey } from '../../vocab/index.ts';
import { StoreError } from '../disk/errors.ts';
import { hash52 } from '../disk/hash.ts';
import type { CitedEvidence, Sha256, WithdrawnReason } from '../records/index.ts';
import type { LiveDocument, StagedDocument } from '../state/documents.ts';
import { isBelow, originOf } from '../state/places.ts';

/** Why documents are withdrawn, and on what that rests. */
export interface Withdrawal {
  readonly reason: WithdrawnReason;
  /** When the statement it answers was first seen: a request received, the refusing bytes retrieved. */
  readonly sightedAt: Instant;
  readonly evidence?: readonly CitedEvidence[];
  readonly ticket?: string | undefined;
  /** The reason in words, for the rows. */
  readonly detail?: string | undefined;
  /** What must not be written down, taken out of a URL; undefined where it is not in it. */
  readonly redact?: ((text: string) => string | undefined) | undefined;
}

/** Which live documents. `domain`: the host and every host below it. `prefix`: the beginning of the URL as written, one origin's. `digest`: of text or payload. */
export type Selection =
  | { readonly kind: 'url' | 'prefix' | 'domain'; readonly value: string }
  | { readonly kind: 'origin'; readonly value: OriginKey }
  | { readonly kind: 'digest'; readonly value: Sha256 }
  | {
      readonly kind: 'documents';
      readonly origin: OriginKey;
      readonly documents: readonly Pick<LiveDocument, 'url' | 'document_id'>[];
    };

export interface Withdrawn {
  readonly documents: number;
  readonly origins: number;
}

/** A document that is about to be withdrawn, with the place of its text. */
export interface Doomed {
  readonly origin: OriginKey;
  readonly url: string;
  readonly document_id: string;
  readonly member_id: number;
  readonly shard: string;
}

/** Live documents of one origin that one condition picks: one statement each for finding, recording and withdrawing them, whatever their number. */
interface Group {
  readonly origin: OriginKey;
  readonly condition: keyof typeof conditions;
  readonly values: readonly (string | number)[];
}

export interface DoomedGroup {
  readonly group: Group;
  readonly documents: readonly Doomed[];
}

const conditions = {
  all: '',
  url: 'AND url_h = ? AND url = ?',
  prefix: 'AND substr(url, 1, ?) = ?',
  document: 'AND url_h = ? AND id = ?',
  other: 'AND url_h = ? AND url = ? AND id <> ?',
} as const;

export interface Withdrawals {
  find(selection: Selection): readonly DoomedGroup[];
  /** Before the finds of another commit: which origins there are is remembered. */
  forget(): void;
  /** Versions that a newer one takes the place of. */
  superseded(origin: OriginKey, staged: readonly StagedDocument[]): readonly DoomedGroup[];
  /** Inside the commit's transaction. @returns how many were withdrawn */
  record(group: Group, withdrawal: Withdrawal, atMs: string, runId: number): number;
  /** Inside the commit's transaction: members that hold lines of withdrawn documents. */
  mark(documents: Iterable<Doomed>): void;
}

export function openWithdrawals(db: DatabaseSync): Withdrawals {
  let origins: readonly OriginKey[] | undefined;
  const prepared = new Map<string, StatementSync>();
  const prepare = (sql: string): StatementSync => {
    const statement = prepared.get(sql) ?? db.prepare(sql);
    prepared.set(sql, statement);
    return statement;
  };
  const anyMasked = db.prepare('SELECT 1 FROM masked_address LIMIT 1');
  const addDead = db.prepare('UPDATE member SET dead = dead + ? WHERE id = ?');
  const live = (condition: keyof typeof conditions): string => `origin = ? AND state = 'live' ${conditions[condition]}`;

  const doomed = (group: Group): DoomedGroup[] => {
    const rows = prepare(
      `SELECT found.url, found.id AS document_id, member_id, path AS shard
       FROM (SELECT url, id, member_id FROM document WHERE ${live(group.condition)}) AS found
       JOIN member ON member.id = found.member_id JOIN segment ON segment.id = segment_id`,
    ).all(group.origin, ...group.values);
    if (rows.length === 0) return [];
    const documents = rows.map(({ url, document_id, member_id, shard }) => ({
      origin: group.origin,
      url: String(url),
      document_id: String(document_id),
      member_id: Number(member_id),
      shard: String(shard),
    }));
    return [{ group, documents }];
  };

  return {
    find: selection => groupsOf(db, selection, () => (origins ??= allOrigins(db))).flatMap(doomed),
    forget: () => (origins = undefined),
    superseded: (origin, staged) =>
      staged.flatMap(({ url, document_id }) => doomed({ origin, condition: 'other', values: [hash52(url), url, document_id] })),
    record({ origin, condition, values }, { reason, sightedAt, ticket = null }, at, runId) {
      prepare(
        `INSERT INTO tombstone (origin, url_h, url, document_id, reason, ticket, sighted_at, withdrawn_at, run_id, member_id)
         SELECT origin, url_h, url, id, ?, ?, ?, ?, ?, member_id FROM document WHERE ${live(condition)}`,
      ).run(reason, ticket, sightedAt, at, runId, origin, ...values);
      if (anyMasked.get() !== undefined)
        prepare(
          `DELETE FROM masked_address WHERE (origin, url_h, id) IN (SELECT origin, url_h, id FROM document WHERE ${live(condition)})`,
        ).run(origin, ...values);
      const state = reason === 'superseded' ? 'superseded' : 'withdrawn';
      const { changes } = prepare(`UPDATE document SET state = ? WHERE ${live(condition)}`).run(state, origin, ...values);
      return Number(changes);
    },
    mark(documents) {
      const dead = new Map<number, number>();
      for (const { member_id } of documents) dead.set(member_id, (dead.get(member_id) ?? 0) + 1);
      for (const [member, lines] of dead) addDead.run(lines, member);
    },
  };
}

function groupsOf(db: DatabaseSync, selection: Selection, origins: () => readonly OriginKey[]): Group[] {
  switch (selection.kind) {
    case 'origin':
      return [{ origin: selection.value, condition: 'all', values: [] }];
    case 'domain':
      return origins()
        .filter(origin => isBelow(origin, selection.value))
        .map(origin => ({ origin, condition: 'all', values: [] }));
    case 'url':
    case 'prefix': {
      const { kind, value } = selection;
      const origin = originOf(value);
      if (origin === undefined) throw new StoreError('ERR_NO_DATASET', `\`${value}\` is no http or https URL; check it`);
      // Code points, as SQLite counts them.
      return [{ origin, condition: kind, values: [kind === 'url' ? hash52(value) : [...value].length, value] }];
    }
    case 'digest': {
      const digest = Buffer.from(selection.value, 'hex');
      const rows = db.prepare(
        `SELECT origin, url_h, id FROM document WHERE text_sha256 = ? AND state = 'live'
         UNION SELECT origin, url_h, id FROM document WHERE payload_sha256 = ? AND state = 'live'`,
      );
      return rows.all(digest, digest).map(({ origin, url_h, id }) => ({
        origin: String(origin) as OriginKey,
        condition: 'document',
        values: [Number(url_h), String(id)],
      }));
    }
    case 'documents':
      return selection.documents.map(({ url, document_id }) => ({
        origin: selection.origin,
        condition: 'document',
        values: [hash52(url), document_id],
      }));
  }
}

/** One step in the index an origin, not one a document. */
function allOrigins(db: DatabaseSync): OriginKey[] {
  const rows = db.prepare(
    `WITH RECURSIVE one (origin) AS (
       SELECT min(origin) FROM document
       UNION ALL SELECT (SELECT min(document.origin) FROM document WHERE document.origin > one.origin) FROM one WHERE one.origin IS NOT NULL)
     SELECT origin FROM one WHERE origin IS NOT NULL`,
  );
  return rows.all().map(({ origin }) => String(origin) as OriginKey);
}

import type { DatabaseSync } from 'node:sqlite';
import type { Digest, OriginKey } from '../../vocab/index.ts';
import { hash52 } from '../disk/hash.ts';
import type { ExchangeRecord, RenderRecord, WarcRef } from '../records/index.ts';
import type { LiveDocument } from './documents.ts';

type ProofRef = WarcRef & { readonly digest: Digest };

/** On what a document stands: what it was judged from last, and what of its page is needed to judge it again. */
export interface Standing {
  /** Digest of what its origin declared, as it was judged with, and of who judged. */
  readonly said: Digest;
  /** The last time it was judged from answers; wall time in ms since epoch. */
  readonly judgedAtMs: number;
  readonly proof: ProofRef;
  /** Where the text was taken from a page that was run in a browser: how, and the proof of its tree. */
  readonly render?: RenderRecord;
  /** Licence documents found through the page itself. */
  readonly licenses?: readonly ExchangeRecord[];
  /** Since when its page was asked in vain, wall time in ms; absent while the last answer could be judged. */
  readonly failingSinceMs?: number;
  /** Digest of what its row says beside the text: title, licence and the like. */
  readonly facts: Digest;
}

export interface StandingDocument extends LiveDocument, Standing {}

/** Standings of live documents; that of a withdrawn one counts no more. Writing belongs inside the commit that judged. */
export interface Standings {
  of(origin: OriginKey, url: string): StandingDocument | undefined;
  record(origin: OriginKey, url: string, documentId: string, standing: Standing): void;
  /** Its page was asked in vain: keeps the earliest time since the last answer. */
  failing(origin: OriginKey, url: string, documentId: string, sinceMs: number): void;
  /**
   * Live documents of an origin that were judged with something else than this, and those that point to licences of their own; `after`: the last one
   * that is known already.
   */
  judgedOtherwise(
    origin: OriginKey,
    said: Digest,
    limit: number,
    after?: Cursor,
  ): readonly (StandingDocument & { cursor: Cursor })[];
  /** Has it a live document that was judged with something else than this? */
  hasJudgedOtherwise(origin: OriginKey, said: Digest): boolean;
  /** They were judged anew with this, and stand. */
  judgedWith(origin: OriginKey, documents: readonly StandingDocument[], said: Digest, atMs: number): void;
  /** Origins with live documents, in order. */
  origins(): Iterable<OriginKey>;
  /** Pages to be asked for what they refuse, those first that were judged or asked longest ago; `limit` of them since `sinceMs`, those asked already included. */
  unasked(origin: OriginKey, limit: number, sinceMs: number): readonly string[];
  /** A document's page was asked, whatever came of it. */
  asked(origin: OriginKey, url: string, documentId: string, atMs: number): void;
  /** Since when an origin's declarations cannot be reached, and as what they were judged then; undefined while they can. */
  silenceOf(origin: OriginKey): Silence | undefined;
  /** Keeps the earliest time; undefined: they were reached. */
  setSilence(origin: OriginKey, silence: Silence | undefined): void;
}

export interface Silence {
  readonly sinceMs: number;
  readonly said: Digest;
}

export type Cursor = readonly [h: number, id: string];

// One row a document, in the order of the `document` table.
const schema = `
CREATE TABLE IF NOT EXISTS standing (
  origin TEXT NOT NULL, url_h INTEGER NOT NULL, id TEXT NOT NULL,
  said TEXT NOT NULL, judged_at INTEGER NOT NULL, proof TEXT NOT NULL, render TEXT, licenses TEXT, facts TEXT NOT NULL,
  failing_since INTEGER, asked_at INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (origin, url_h, id)) STRICT, WITHOUT ROWID;
-- origins whose declarations cannot be reached
CREATE TABLE IF NOT EXISTS silence (origin TEXT PRIMARY KEY, since INTEGER NOT NULL, said TEXT NOT NULL) STRICT, WITHOUT ROWID;
`;

export function openStandings(db: DatabaseSync): Standings {
  db.exec(schema);
  const columns = `document.url_h, url, document.id AS document_id, lower(hex(text_sha256)) AS text_sha256,
    lower(hex(payload_sha256)) AS payload_sha256, said, judged_at, proof, render, licenses, facts, failing_since`;
  const live = `document JOIN standing ON (standing.origin, standing.url_h, standing.id) = (document.origin, document.url_h, document.id)
    WHERE document.origin = ? AND state = 'live'`;
  const byUrl = db.prepare(`SELECT ${columns} FROM ${live} AND document.url_h = ? AND url = ?`);
  const otherwise = db.prepare(
    `SELECT ${columns} FROM ${live} AND (document.url_h, document.id) > (?, ?) AND (said <> ? OR licenses IS NOT NULL)
     ORDER BY document.url_h, document.id LIMIT ?`,
  );
  const anyOtherwise = db.prepare(`SELECT 1 FROM ${live} AND said <> ? LIMIT 1`);
  const upsert = db.prepare(
    `INSERT INTO standing (origin, url_h, id, said, judged_at, proof, render, licenses, facts) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (origin, url_h, id) DO UPDATE SET said = excluded.said, judged_at = excluded.judged_at, proof = excluded.proof,
       render = excluded.render, licenses = excluded.licenses, facts = excluded.facts, failing_since = NULL`,
  );
  const failing = db.prepare(
    'UPDATE standing SET failing_since = coalesce(failing_since, ?) WHERE origin = ? AND url_h = ? AND id = ?',
  );
  const judged = db.prepare('UPDATE standing SET said = ?, judged_at = ? WHERE origin = ? AND url_h = ? AND id = ?');
  const nextOrigin = db.prepare("SELECT origin FROM document WHERE origin > ? AND state = 'live' ORDER BY origin LIMIT 1");
  const unasked = db.prepare(
    `SELECT url FROM ${live} AND asked_at < ? ORDER BY max(judged_at, asked_at), document.url_h LIMIT ?`,
  );
  // Withdrawn ones were asked, too.
  const countAsked = db.prepare('SELECT count(*) AS n FROM standing WHERE origin = ? AND asked_at >= ?');
  const asked = db.prepare('UPDATE standing SET asked_at = ? WHERE origin = ? AND url_h = ? AND id = ?');
  const silence = db.prepare('SELECT since, said FROM silence WHERE origin = ?');
  const silent = db.prepare(
    'INSERT INTO silence (origin, since, said) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET said = excluded.said',
  );
  const heard = db.prepare('DELETE FROM silence WHERE origin = ?');

  return {
    of(origin, url) {
      const row = byUrl.get(origin, hash52(url), url);
      return row && fromRow(row);
    },
    record(origin, url, id, { said, judgedAtMs, proof, render, licenses, facts }) {
      const [run, own] = [render, licenses].map(value => (value === undefined ? null : JSON.stringify(value)));
      upsert.run(origin, hash52(url), id, said, judgedAtMs, JSON.stringify(proof), run ?? null, own ?? null, facts);
    },
    failing: (origin, url, id, sinceMs) => void failing.run(sinceMs, origin, hash52(url), id),
    judgedOtherwise: (origin, said, limit, [h, id] = [-1, '']) =>
      otherwise
        .all(origin, h, id, said, limit)
        .map(row => ({ ...fromRow(row), cursor: [Number(row.url_h), String(row.document_id)] as const })),
    hasJudgedOtherwise: (origin, said) => anyOtherwise.get(origin, said) !== undefined,
    judgedWith(origin, documents, said, atMs) {
      for (const { url, document_id } of documents) judged.run(said, atMs, origin, hash52(url), document_id);
    },
    *origins() {
      for (let row = nextOrigin.get(''); row !== undefined; row = nextOrigin.get(row.origin ?? null))
        yield String(row.origin) as OriginKey;
    },
    unasked(origin, limit, sinceMs) {
      const left = Math.max(0, limit - Number(countAsked.get(origin, sinceMs)?.n));
      return unasked.all(origin, sinceMs, left).map(({ url }) => String(url));
    },
    asked: (origin, url, id, atMs) => void asked.run(atMs, origin, hash52(url), id),
    silenceOf(origin) {
      const row = silence.get(origin);
      return row && { sinceMs: Number(row.since), said: String(row.said) as Digest };
    },
    setSilence(origin, found) {
      if (found) silent.run(origin, found.sinceMs, found.said);
      else heard.run(origin);
    },
  };
}

const fromRow = (row: Record<string, unknown>): StandingDocument => ({
  url: String(row.url),
  document_id: String(row.document_id),
  text_sha256: String(row.text_sha256) as LiveDocument['text_sha256'],
  payload_sha256: String(row.payload_sha256) as LiveDocument['payload_sha256'],
  said: String(row.said) as Digest,
  judgedAtMs: Number(row.judged_at),
  proof: JSON.parse(String(row.proof)),
  ...(row.render === null ? {} : { render: JSON.parse(String(row.render)) }),
  ...(row.licenses === null ? {} : { licenses: JSON.parse(String(row.licenses)) }),
  facts: String(row.facts) as Digest,
  ...(row.failing_since === null ? {} : { failingSinceMs: Number(row.failing_since) }),
});

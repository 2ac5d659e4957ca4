import type { DatabaseSync } from 'node:sqlite';
import { type Digest, transaction } from '../../vocab/index.ts';
import type { VisitRecord } from '../records/index.ts';

// The version of the state database counts for these tables too. `digest` is null while the list is being read; `fed` is the last position
// whose front page was offered. `is_attempt`: when this URL cannot be reached, the next address of its domain is tried.
const schema = `
CREATE TABLE IF NOT EXISTS audit_list (
  id INTEGER PRIMARY KEY CHECK (id = 1), digest TEXT, told TEXT, repeated INTEGER NOT NULL, fed INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS audit_domain (
  position INTEGER PRIMARY KEY, asked TEXT NOT NULL, domain TEXT, rank INTEGER, documents INTEGER, tokens INTEGER, why TEXT) STRICT;
CREATE UNIQUE INDEX IF NOT EXISTS audit_domain_name ON audit_domain (domain) WHERE domain IS NOT NULL;
CREATE TABLE IF NOT EXISTS audit_visit (url TEXT PRIMARY KEY, is_attempt INTEGER NOT NULL, visit TEXT) STRICT, WITHOUT ROWID;
`;

/** An entry as the list has it. */
export interface AuditEntry {
  readonly asked: string;
  /** Host in lower case, A-label form, with a port that is not the usual one; absent where the entry is no host, and `why` says so. */
  readonly domain?: string;
  readonly why?: string;
  readonly rank?: number;
  readonly documents?: number;
  readonly tokens?: number;
  /** It has a weight, which is added to that of the same domain before. Of a list's entries without one the first counts. */
  readonly isAdded?: boolean;
}

export type ListedDomain = Pick<VisitRecord, 'position' | 'asked' | 'domain' | 'rank' | 'documents' | 'tokens' | 'why'>;

/** What became of one URL of an audit: everything a visit's line needs of it. */
export interface StoredVisit extends Pick<VisitRecord, 'origin' | 'declarations' | 'page' | 'licenses' | 'language' | 'at'> {
  readonly attempt: VisitRecord['attempts'][number];
  /** No connection came about, so that the next address of the domain is tried. */
  readonly isCutOff?: boolean;
}

/** What a reader of the figures must know of a list, and its entries do not say. */
export interface AuditListTold {
  /** Of its files. */
  readonly name?: string;
  /** Where the tokens of a corpus are from: counted by a column, or words of its texts. */
  readonly tokensFrom?: 'column' | 'words' | 'both';
  /** Weights that are no whole numbers, and count for nothing. */
  readonly badWeights?: number;
}

export interface AuditListState {
  /** Of the list as it was read; undefined while it was not read to its end. */
  readonly digest: Digest | undefined;
  readonly entries: number;
  /** Entries that name a domain again. */
  readonly repeated: number;
  /** Entries that name no host; `why` of each says what is wrong with it. */
  readonly unusable: number;
  readonly fed: number;
  /** Of the list as it was read. */
  readonly told: AuditListTold;
}

/** The list of an audit and what was answered, in the state database. */
export interface AuditList {
  state(): AuditListState;
  clear(): void;
  /** In order, as one transaction. */
  add(entries: readonly AuditEntry[]): void;
  loaded(digest: Digest, told?: AuditListTold): void;
  /** Entries after this position, in order. */
  after(position: number, limit: number): readonly ListedDomain[];
  /** Everything up to this position was offered, durably. */
  fed(position: number): void;
  visit(url: string): { readonly isAttempt: boolean; readonly visit: StoredVisit | undefined } | undefined;
  /** Inside the transaction that ends the URL. */
  put(url: string, visit: StoredVisit): void;
  /** It is one of a domain's addresses, whoever led to it. */
  markAttempt(url: string): void;
  all(): Iterable<ListedDomain>;
}

export function openAuditList(db: DatabaseSync): AuditList {
  db.exec(schema);
  // What an audit looks up it has written lately: a quarter of the cache of a crawl, whose links come back, holds it.
  db.exec('PRAGMA cache_size = -16384');
  db.exec('INSERT INTO audit_list (id, digest, repeated, fed) VALUES (1, NULL, 0, 0) ON CONFLICT DO NOTHING');
  const insert = db.prepare(
    `INSERT INTO audit_domain (position, asked, domain, rank, documents, tokens, why) VALUES (?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (domain) WHERE domain IS NOT NULL DO NOTHING`,
  );
  const addUp = db.prepare(
    `UPDATE audit_domain SET documents = coalesce(documents + ?1, ?1, documents), tokens = coalesce(tokens + ?2, ?2, tokens) WHERE domain = ?3`,
  );
  const repeat = db.prepare('UPDATE audit_list SET repeated = repeated + ?');
  const last = db.prepare('SELECT coalesce(max(position), 0) AS last FROM audit_domain');
  const columns = 'position, asked, domain, rank, documents, tokens, why';
  const after = db.prepare(`SELECT ${columns} FROM audit_domain WHERE position > ? ORDER BY position LIMIT ?`);
  const select = db.prepare('SELECT is_attempt, visit FROM audit_visit WHERE url = ?');
  const put = db.prepare(
    'INSERT INTO audit_visit (url, is_attempt, visit) VALUES (?, 0, ?) ON CONFLICT DO UPDATE SET visit = excluded.visit',
  );
  const mark = db.prepare(
    'INSERT INTO audit_visit (url, is_attempt, visit) VALUES (?, 1, NULL) ON CONFLICT DO UPDATE SET is_attempt = 1',
  );
  const unusable = db.prepare('SELECT count(*) AS n FROM audit_domain WHERE domain IS NULL');
  const setFed = db.prepare('UPDATE audit_list SET fed = ?');

  const addAll = (entries: readonly AuditEntry[]): void => {
    let position = Number(last.get()?.last);
    let repeated = 0;
    for (const { asked, domain = null, rank = null, documents = null, tokens = null, why = null, isAdded } of entries) {
      if (insert.run(position + 1, asked, domain, rank, documents, tokens, why).changes === 1) position++;
      else if (isAdded === true) addUp.run(documents, tokens, domain);
      else repeated++;
    }
    repeat.run(repeated);
  };

  return {
    state() {
      const row = db.prepare('SELECT digest, told, repeated, fed FROM audit_list').get();
      return {
        digest: typeof row?.digest === 'string' ? (row.digest as Digest) : undefined,
        entries: Number(last.get()?.last),
        repeated: Number(row?.repeated),
        unusable: Number(unusable.get()?.n),
        fed: Number(row?.fed),
        told: typeof row?.told === 'string' ? (JSON.parse(row.told) as AuditListTold) : {},
      };
    },
    clear: () => db.exec('DELETE FROM audit_domain; UPDATE audit_list SET digest = NULL, told = NULL, repeated = 0, fed = 0'),
    add: entries => transaction(db, () => addAll(entries)),
    loaded: (digest, told = {}) =>
      void db.prepare('UPDATE audit_list SET digest = ?, told = ?').run(digest, JSON.stringify(told)),
    after: (position, limit) => after.all(position, limit).map(domainOf),
    fed: position => void setFed.run(position),
    visit(url) {
      const row = select.get(url);
      if (row === undefined) return undefined;
      return { isAttempt: row.is_attempt === 1, visit: row.visit === null ? undefined : JSON.parse(String(row.visit)) };
    },
    put: (url, visit) => void put.run(url, JSON.stringify(visit)),
    markAttempt: url => void mark.run(url),
    *all() {
      for (const row of db.prepare(`SELECT ${columns} FROM audit_domain ORDER BY position`).iterate()) yield domainOf(row);
    },
  };
}

const domainOf = (row: Record<string, unknown>): ListedDomain => ({
  position: Number(row.position),
  asked: String(row.asked),
  ...(row.domain === null ? {} : { domain: String(row.domain) }),
  ...(row.rank === null ? {} : { rank: Number(row.rank) }),
  ...(row.documents === null ? {} : { documents: Number(row.documents) }),
  ...(row.tokens === null ? {} : { tokens: Number(row.tokens) }),
  ...(row.why === null ? {} : { why: String(row.why) }),
});

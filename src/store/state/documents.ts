import type { DatabaseSync } from 'node:sqlite';
import type { OriginKey } from '../../vocab/index.ts';
import { StoreError } from '../disk/errors.ts';
import { hash52 } from '../disk/hash.ts';
import type { DocumentRow, Sha256 } from '../records/index.ts';
import type { Place } from './segments.ts';

/** A live document, as recorded; its text lies in the shard. */
export interface LiveDocument {
  readonly url: string;
  readonly document_id: string;
  readonly text_sha256: Sha256;
  readonly payload_sha256: Sha256;
}

/**
 * The index of documents: which texts are there already, and which document a URL has. It also sees what is staged and not committed yet.
 * A document has one place: the member its row names. A line of a shard whose row says another place or another state is dead.
 */
export interface DocumentIndex {
  findText(text: Sha256): LiveDocument | undefined;
  findUrl(origin: OriginKey, url: string): LiveDocument | undefined;
  /** Reserves text and id. @throws ERR_DUPLICATE_DOCUMENT when a document of another URL has the text. */
  stage(row: DocumentRow): void;
  /** Inside the commit's transaction, after what is superseded was withdrawn. */
  record(origin: OriginKey, runId: number, rows: readonly StagedDocument[], place: Place): void;
  settle(rows: readonly StagedDocument[]): void;
}

/** What stays in memory of a staged document until its commit. */
export type StagedDocument = LiveDocument;

export function openDocumentIndex(db: DatabaseSync): DocumentIndex {
  const overlay = new Map<Sha256, LiveDocument>();
  const overlayByUrl = new Map<string, LiveDocument>();
  const columns = 'url, id AS document_id, lower(hex(text_sha256)) AS text_sha256, lower(hex(payload_sha256)) AS payload_sha256';
  const byText = db.prepare(`SELECT ${columns} FROM document WHERE text_sha256 = ? AND state = 'live'`);
  const byUrl = db.prepare(`SELECT ${columns} FROM document WHERE origin = ? AND url_h = ? AND url = ? AND state = 'live'`);
  const insert = db.prepare(
    `INSERT INTO document (origin, url_h, id, url, text_sha256, payload_sha256, run_id, member_id, state)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'live')
     ON CONFLICT (origin, url_h, id) DO UPDATE SET state = 'live', text_sha256 = excluded.text_sha256, run_id = excluded.run_id,
       payload_sha256 = excluded.payload_sha256, member_id = excluded.member_id
       WHERE document.state <> 'live'`,
  );

  const revive = db.prepare(
    'UPDATE tombstone SET revived = 1 WHERE origin = ? AND url_h = ? AND document_id = ? AND revived = 0',
  );
  const hasTombstones = db.prepare('SELECT 1 FROM tombstone LIMIT 1');

  const findText = (text: Sha256): LiveDocument | undefined =>
    overlay.get(text) ?? (byText.get(Buffer.from(text, 'hex')) as LiveDocument | undefined);

  return {
    findText,
    findUrl: (origin, url) => overlayByUrl.get(url) ?? (byUrl.get(origin, hash52(url), url) as LiveDocument | undefined),
    stage({ id, url, metadata: { text_sha256, payload_sha256 } }) {
      const taken = findText(text_sha256);
      if (taken !== undefined && (taken.url !== url || taken.document_id === id || overlay.has(text_sha256)))
        throw new StoreError(
          'ERR_DUPLICATE_DOCUMENT',
          `the text of \`${url}\` is already kept from \`${taken.url}\`; ask findText first`,
        );
      const document = { url, document_id: id, text_sha256, payload_sha256 };
      overlay.set(text_sha256, document);
      overlayByUrl.set(url, document);
    },
    record(origin, runId, rows, place) {
      const mayRevive = hasTombstones.get() !== undefined;
      for (const { url, document_id, text_sha256, payload_sha256 } of rows) {
        const h = hash52(url);
        if (mayRevive) revive.run(origin, h, document_id);
        const [text, payload] = [Buffer.from(text_sha256, 'hex'), Buffer.from(payload_sha256, 'hex')];
        const { changes } = insert.run(origin, h, document_id, url, text, payload, runId, place.memberId());
        if (changes !== 1)
          throw new StoreError(
            'ERR_DUPLICATE_DOCUMENT',
            `document \`${document_id}\` of \`${url}\` is live already; ask findUrl first`,
          );
      }
    },
    settle(rows) {
      for (const { url, text_sha256, document_id } of rows) {
        if (overlay.get(text_sha256)?.document_id === document_id) overlay.delete(text_sha256);
        if (overlayByUrl.get(url)?.document_id === document_id) overlayByUrl.delete(url);
      }
    },
  };
}

import type { Kept, OriginKey } from '../../vocab/index.ts';
import { StoreError } from '../disk/errors.ts';
import { lineOctets } from '../disk/merkle.ts';
import type { DeclarationsRecord, DocumentRow, ProvenanceRecord } from '../records/index.ts';
import type { StagedDocument } from '../state/documents.ts';
import type { SuppressionList } from '../state/suppress.ts';
import type { Selection, Withdrawal, Withdrawn } from '../withdraw/withdraw.ts';

/** One URL's outcome. It becomes part of the dataset as a whole or not at all. */
export interface Outcome {
  readonly origin: OriginKey;
  readonly provenance: ProvenanceRecord;
  /** The dataset's door: it opens for a `Kept` verdict only, so a withheld document does not compile. */
  readonly document?: { readonly row: DocumentRow; readonly verdict: Kept };
  /** The verdict with which the document that is there already stays; its record says `unchanged`. */
  readonly stays?: Kept;
  /** Written once per digest and run, whoever brings it. */
  readonly declarations?: DeclarationsRecord;
  /** Withdraws the URL's live document, where it has one, in the same commit. */
  readonly withdraws?: Withdrawal;
  /** Runs inside the commit's transaction, in the order of staging: the frontier's part. It must not wait and not fail. */
  readonly apply?: () => void;
}

/** Lines of one origin that go into one commit, as one gzip member per kind. */
export interface OriginLines {
  /** As `lineOctets` gives them. */
  readonly documents: Buffer[];
  readonly provenance: Buffer[];
  readonly declarations: Buffer[];
  readonly staged: StagedDocument[];
}

/** Documents to be withdrawn in the batch's commit. */
export interface Demand {
  readonly selection: Selection;
  readonly withdrawal: Withdrawal;
  /** Each document that is found gets a provenance row: the caller has staged none for it. */
  readonly isRowed: boolean;
  withdrawn: Withdrawn;
}

export interface Batch {
  readonly origins: Map<OriginKey, OriginLines>;
  readonly demands: Demand[];
  readonly applies: (() => void)[];
  readonly counts: Map<string, { readonly disposition: string; readonly reason: string; records: number }>;
  readonly declarations: string[];
  rows: number;
  bytes: number;
}

export const newBatch = (): Batch => ({
  origins: new Map(),
  demands: [],
  applies: [],
  counts: new Map(),
  declarations: [],
  rows: 0,
  bytes: 0,
});

/** What the types promise, once more for callers without types. */
export function refuseWithheld({ document, stays, provenance }: Outcome): void {
  const { document_id: id, disposition, reason } = provenance;
  if (document === undefined && stays === undefined && id === undefined) return;
  const isKept = (document?.verdict ?? stays)?.disposition === 'keep' && disposition === 'keep';
  const isNamed = document === undefined ? id !== undefined && reason === 'unchanged' : id === document.row.id;
  if (!isKept || !isNamed)
    throw new StoreError(
      'ERR_NOT_KEPT',
      `a document of \`${provenance.url}\` needs a keep verdict and a record that names it; report this`,
    );
}

/** The list holds at the door, too: whoever brings a document asks it first. */
export function refuseSuppressed(list: SuppressionList, { url, metadata }: DocumentRow): void {
  const found = list.covers(url) ?? list.coversDigest(metadata.text_sha256) ?? list.coversDigest(metadata.payload_sha256);
  if (found !== undefined)
    throw new StoreError('ERR_NOT_KEPT', `\`${url}\` is suppressed by ${found.kind} since ${found.since}; ask the list first`);
}

/** Adds an outcome to the batch; `isNewSet` says whether its declarations are not written yet in this run. */
export function addOutcome(batch: Batch, outcome: Outcome, isNewSet: boolean): void {
  const { origin, provenance, document, declarations, withdraws, apply } = outcome;
  const lines = linesOf(batch, origin);
  addRecord(batch, origin, provenance);
  if (document !== undefined) {
    push(batch, lines.documents, document.row);
    const { id, url, metadata } = document.row;
    const { text_sha256, payload_sha256 } = metadata;
    lines.staged.push({ url, document_id: id, text_sha256, payload_sha256 });
  }
  if (declarations !== undefined && isNewSet) addDeclarations(batch, declarations);
  if (withdraws !== undefined) {
    const selection = { kind: 'url', value: provenance.url } as const;
    batch.demands.push({ selection, withdrawal: withdraws, isRowed: false, withdrawn: { documents: 0, origins: 0 } });
  }
  if (apply !== undefined) batch.applies.push(apply);
}

/** What an origin declares, whether or not a row cites it. */
export function addDeclarations(batch: Batch, record: DeclarationsRecord): void {
  push(batch, linesOf(batch, record.origin).declarations, record);
  batch.declarations.push(record.digest);
  batch.rows++;
}

function push(batch: Batch, list: Buffer[], record: object): void {
  const line = lineOctets(JSON.stringify(record));
  batch.bytes += line.length;
  list.push(line);
}

function linesOf(batch: Batch, origin: OriginKey): OriginLines {
  const lines = batch.origins.get(origin) ?? { documents: [], provenance: [], declarations: [], staged: [] };
  batch.origins.set(origin, lines);
  return lines;
}

/** One provenance row, and its place in the counts. */
export function addRecord(batch: Batch, origin: OriginKey, provenance: ProvenanceRecord): void {
  push(batch, linesOf(batch, origin).provenance, provenance);
  const { disposition, reason } = provenance;
  const key = `${disposition} ${reason}`;
  const counted = batch.counts.get(key);
  if (counted === undefined) batch.counts.set(key, { disposition, reason, records: 1 });
  else counted.records++;
  batch.rows++;
}

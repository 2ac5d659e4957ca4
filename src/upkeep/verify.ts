/**
 * Every promise of a dataset checked against its bytes: digests, counts, schemas, one keep record per document, no withheld text, evidence that
 * resolves, and verdicts that come out the same when the stored bytes are judged again.
 */
import { hash, type KeyObject } from 'node:crypto';
import {
  type DeclarationsRecord,
  isWithdrawn,
  type Manifest,
  newestManifest,
  openWitness,
  type ProvenanceRecord,
  readDeclarations,
  readDocumentLines,
  readEvidence,
  readManifests,
  readProvenance,
  readWithdrawn,
  StoreError,
} from '../store/index.ts';
import type { Digest } from '../vocab/index.ts';
import { carriersOf, exchangeReader, rejudge, verdictRecords } from './rejudge.ts';
import { askerOf } from './run-facts.ts';
import type { Fail, Failure } from './verify-failure.ts';
import { checkFiles, checkManifests, checkSignatures, type Signatures } from './verify-files.ts';
import { checkCited, checkKept, checkReadings } from './verify-kept.ts';
import { checkPoliteness } from './verify-politeness.ts';
import { checkWithdrawals, type WithdrawalState } from './verify-withdrawals.ts';

export interface Verification {
  readonly run: string;
  /** `withdrawn`: lines of shards that wait for compaction. */
  readonly checked: {
    files: number;
    documents: number;
    withdrawn: number;
    provenance: number;
    evidence: number;
    rejudged: number;
  };
  readonly withdrawals: WithdrawalState;
  readonly signatures: Signatures;
  readonly failures: readonly Failure[];
}

export interface VerifyOptions {
  /** Wall time in ms: withdrawn text that waits longer than declared is a failure. Default: not looked at. */
  readonly nowMs?: number;
  /** Another limit than the declared one, in ms. */
  readonly withinMs?: number;
  /** Public, Ed25519: the newest manifest must be signed with it, and no older one may be signed otherwise. */
  readonly key?: KeyObject;
  /** Called now and then: what is being done, how far, of how many. */
  readonly onProgress?: (step: string, done: number, total: number) => void;
  /** Failures beyond this are counted by the first ones only. Default 100. */
  readonly maxFailures?: number;
}

/** @throws StoreError ERR_NO_DATASET */
export async function verify(
  out: string,
  { onProgress = () => {}, maxFailures = 100, nowMs, withinMs, key }: VerifyOptions = {},
): Promise<Verification> {
  const failures: Failure[] = [];
  const fail = (check: string, where: string, message: string): void => {
    if (failures.length < maxFailures) failures.push({ check, where, message });
  };
  const checked = { files: 0, documents: 0, withdrawn: 0, provenance: 0, evidence: 0, rejudged: 0 };
  const none = { pending: 0, slowestMs: 0, late: 0 };
  let signatures: Signatures = { signed: [], unsigned: [] };
  const witness = openWitness(out);
  try {
    const all = await readManifests(out);
    checkManifests(all, witness, fail);
    const newest = await newestManifest(out);
    signatures = await checkSignatures(out, all, newest, key, fail);
    checked.files = await checkFiles(out, newest, witness, fail, onProgress);
    const { manifest } = newest;
    if (failures.length > 0) return { run: manifest.run, checked, withdrawals: none, signatures, failures };
    await checkRecords(out, manifest, fail, checked, onProgress);
    const times = { pending: checked.withdrawn, nowMs, withinMs };
    const withdrawals = await checkWithdrawals(out, manifest, times, fail);
    return { run: manifest.run, checked, withdrawals, signatures, failures };
  } catch (error) {
    // A manifest that is none.
    if (!(error instanceof StoreError) || error.code !== 'ERR_RECORD_INVALID') throw error;
    fail('manifest', 'manifests/', error.message);
    return { run: '', checked, withdrawals: none, signatures, failures };
  } finally {
    witness?.close();
  }
}

type Checked = { files: number; documents: number; withdrawn: number; provenance: number; evidence: number; rejudged: number };
type Progress = NonNullable<VerifyOptions['onProgress']>;

interface DocumentSeen {
  readonly url: string;
  readonly where: string;
  readonly provenanceId: string;
  records: number;
  /** The newest record that keeps it. */
  keptAt: string;
}

async function checkRecords(out: string, manifest: Manifest, fail: Fail, checked: Checked, onProgress: Progress): Promise<void> {
  const withdrawn = await readWithdrawn(out);
  const documents = await readAllDocuments(out, withdrawn, fail, checked);
  const sets = new Map<Digest, DeclarationsRecord>();
  for await (const { record } of readDeclarations(out)) sets.set(record.digest, record);
  const manifests = new Map((await readManifests(out)).map(stored => [stored.manifest.run, stored.manifest]));
  const total = manifest.resources.filter(r => r.kind === 'provenance').reduce((sum, r) => sum + r.records, 0);
  const counts = new Map<string, Counted>();
  const seen = new Set<string>();
  const outByUrl = new Map<string, { readonly where: string; readonly at: string }>();
  await checkPoliteness(out, manifests.values(), fail);
  const judgeAgain = rejudger(out, manifests, sets, fail, checked);
  for await (const { record, file, line } of readProvenance(out)) {
    const where = `${file} line ${line}`;
    if (checked.provenance++ % 64 === 0) onProgress('records', checked.provenance, total);
    if (seen.has(record.id)) fail('one-record-per-url-and-run', where, `a second record of ${record.url}`);
    seen.add(record.id);
    const ofRun = counts.get(record.run) ?? nothing();
    countOne(ofRun.byReason, record.reason);
    countOne(ofRun.byDisposition, record.disposition);
    counts.set(record.run, ofRun);
    const ownManifest = manifests.get(record.run);
    if (ownManifest) checkKept(record, ownManifest, where, fail);
    if (record.disposition === 'keep') {
      const document = record.document_id === undefined ? undefined : documents.get(record.document_id);
      if (
        !document &&
        record.reason === 'kept' &&
        !record.erased &&
        !isWithdrawn(withdrawn, { id: record.document_id ?? '', date: record.at })
      )
        fail('record-has-document', where, `${record.url} was kept, and its document is neither there nor withdrawn`);
      if (document && document.url === record.url) {
        document.records++;
        if (document.keptAt < record.at) document.keptAt = record.at;
      }
      outByUrl.delete(record.url);
    } else if (record.disposition === 'withhold') outByUrl.set(record.url, { where, at: record.at });
    await judgeAgain(record, where);
  }
  for (const run of new Set([...counts.keys(), ...manifests.keys()]))
    compareCounts(run, counts.get(run) ?? nothing(), manifests.get(run), fail);
  for (const [id, { url, where, records, keptAt }] of documents) {
    if (records === 0) fail('document-has-keep-record', where, `document ${id} of ${url} has no record that keeps it`);
    const refused = outByUrl.get(url);
    // A crawl that was interrupted may keep again what a recheck withdrew meanwhile, whose run has the later name.
    if (refused && keptAt <= refused.at) fail('no-withheld-text', where, `holds ${url}, which ${refused.where} does not keep`);
  }
}

async function readAllDocuments(
  out: string,
  withdrawn: ReadonlyMap<string, string>,
  fail: Fail,
  checked: Checked,
): Promise<Map<string, DocumentSeen>> {
  const documents = new Map<string, DocumentSeen>();
  for await (const { record, file, line } of readDocumentLines(out)) {
    if (isWithdrawn(withdrawn, record)) {
      checked.withdrawn++;
      continue;
    }
    const where = `${file} line ${line}`;
    checked.documents++;
    if (documents.has(record.id)) fail('document-unique', where, `document ${record.id} is there twice`);
    if (hash('sha256', record.text) !== record.metadata.text_sha256)
      fail('text-digest', where, `the text of ${record.url} does not have its digest`);
    documents.set(record.id, { url: record.url, where, provenanceId: record.metadata.provenance_id, records: 0, keptAt: '' });
  }
  return documents;
}

interface Counted {
  readonly byReason: Map<string, number>;
  readonly byDisposition: Map<string, number>;
}

const nothing = (): Counted => ({ byReason: new Map(), byDisposition: new Map() });
const countOne = (counts: Map<string, number>, name: string): unknown => counts.set(name, (counts.get(name) ?? 0) + 1);

function compareCounts(run: string, found: Counted, manifest: Manifest | undefined, fail: Fail): void {
  if (!manifest) {
    fail('counts', `run ${run}`, 'has records and no manifest');
    return;
  }
  const { urls, byReason, byDisposition } = manifest.counts;
  const compare = (of: ReadonlyMap<string, number>, said: Readonly<Record<string, number>>): void => {
    for (const name of new Set([...of.keys(), ...Object.keys(said)]))
      if ((of.get(name) ?? 0) !== (said[name] ?? 0))
        fail('counts', `manifests/${run}.json`, `says ${said[name] ?? 0} × ${name}, there are ${of.get(name) ?? 0}`);
  };
  compare(found.byReason, byReason);
  compare(found.byDisposition, byDisposition);
  compare(new Map([['urls', [...found.byReason.values()].reduce((sum, n) => sum + n, 0)]]), { urls });
}

type JudgeAgain = (record: ProvenanceRecord, where: string) => Promise<void>;

/** Every cited byte is looked up, and the verdicts are made again from them. */
function rejudger(
  out: string,
  manifests: ReadonlyMap<string, Manifest>,
  sets: ReadonlyMap<Digest, DeclarationsRecord>,
  fail: Fail,
  checked: Checked,
): JudgeAgain {
  const read = exchangeReader(out);
  const resolved = new Map<string, string>();
  const resolveEvidence = async (record: ProvenanceRecord, where: string): Promise<void> => {
    for (const { warc, digest, signal } of record.evidence) {
      if (warc === undefined) continue;
      const key = `${warc.file} ${warc.offset} ${warc.record_id}`;
      const stored = resolved.get(key) ?? (await readEvidence(out, warc)).digest;
      if (resolved.size > 100_000) resolved.clear();
      resolved.set(key, stored);
      checked.evidence++;
      if (stored !== digest) fail('evidence-digest', where, `evidence of ${signal} cites ${digest}, ${key} holds ${stored}`);
    }
  };
  return async (record, where) => {
    if (Object.keys(record.verdicts).length === 0) return;
    try {
      await resolveEvidence(record, where);
      const manifest = manifests.get(record.run);
      const declarations = record.declarations === undefined ? undefined : sets.get(record.declarations);
      if (!manifest) return;
      if (!declarations)
        return fail(
          'declarations',
          where,
          `the declaration set ${record.declarations ?? 'of this record'} is not in the dataset`,
        );
      checkCited(record, where, fail);
      if (record.disposition === 'keep') checkReadings(record, where, askerOf(manifest).policy, fail);
      const carriers = await carriersOf(out, record, declarations, read);
      const again = verdictRecords(rejudge(record, carriers, { ...askerOf(manifest), productToken: record.agent }));
      checked.rejudged++;
      if (JSON.stringify(again) !== JSON.stringify(record.verdicts))
        fail('rejudge', where, `the stored bytes of ${record.url} give other verdicts than its record`);
    } catch (error) {
      fail('evidence', where, (error as Error).message);
    }
  };
}

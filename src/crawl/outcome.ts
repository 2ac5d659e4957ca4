import { hash } from 'node:crypto';
import { type Found, nextIntervalMs, type Revisit } from '../frontier/index.ts';
import { validatorsOf } from '../http/index.ts';
import {
  type Dataset,
  type DiscoveryRecord,
  type DocumentRow,
  type Outcome,
  type Standing,
  type StandingDocument,
  sha256Of,
} from '../store/index.ts';
import { type Digest, isKept, type Kept, type Reason } from '../vocab/index.ts';
import { holdsForgotten, masksForgotten } from './forgotten.ts';
import type { PageResult } from './page.ts';
import { documentId, documentRow, provenanceRecord, type RecordContext, textDigest } from './record.ts';
import { type Fate, fateOf } from './recrawl/fate.ts';
import type { Recrawl } from './recrawl/recrawl.ts';
import { renderRecord } from './render/render-record.ts';

export interface OutcomeContext {
  readonly dataset: Pick<Dataset, 'findText' | 'suppression'>;
  readonly record: RecordContext;
  readonly recrawl: Recrawl;
  readonly wallClock: () => number;
}

export interface Staged {
  readonly outcome: Outcome;
  /** When it is asked again; undefined where it does not come due by itself. */
  readonly revisit?: Revisit;
}

/** A page's row, its document where it is kept, and what becomes of the document it had before. */
export function outcomeOf(result: PageResult, discovery: DiscoveryRecord | undefined, context: OutcomeContext): Staged {
  const { recrawl, wallClock } = context;
  const { task } = result;
  const earlier = recrawl.standings.of(task.origin, task.url);
  const version = versionOf(result, earlier, context);
  if (version.is === 'new') return newVersion(result, version, earlier, discovery, context);
  if (version.is === 'same') return sameVersion(result, version, earlier as StandingDocument, discovery, context);
  const fate: Fate =
    earlier === undefined
      ? { reason: version.reason }
      : fateOf({ ...result, reason: version.reason }, earlier, wallClock(), recrawl.standsMs);
  const row = provenanceRecord({ ...result, reason: fate.reason }, context.record, undefined, version.text, discovery);
  const withdraws = fate.withdrawn && {
    reason: fate.withdrawn,
    sightedAt: result.page?.retrievedAt ?? result.at,
    evidence: row.evidence,
  };
  const found = fate.reason === task.before?.reason ? 'unchanged' : 'changed';
  const outcome: Outcome = {
    origin: task.origin,
    provenance: { ...row, ...(fate.detail === undefined ? {} : { detail: fate.detail }) },
    declarations: result.origin.record,
    ...(withdraws ? { withdraws } : {}),
    ...(earlier && fate.reason.startsWith('deferred.')
      ? { apply: () => recrawl.standings.failing(task.origin, task.url, earlier.document_id, wallClock()) }
      : {}),
  };
  return dated(outcome, result, found, context);
}

type Version =
  | { readonly is: 'none'; readonly reason: Reason; readonly text?: ReturnType<typeof textDigest> }
  | { readonly is: 'same'; readonly text: ReturnType<typeof textDigest>; readonly verdict: Kept }
  | {
      readonly is: 'new';
      readonly text: ReturnType<typeof textDigest>;
      readonly row: DocumentRow;
      readonly facts: Digest;
      readonly document: NonNullable<Outcome['document']>;
    };

/** Is it kept, and is it what is there already? */
function versionOf(result: PageResult, earlier: StandingDocument | undefined, { dataset, record }: OutcomeContext): Version {
  const { task, reason, document, page, assessment } = result;
  const verdict = [...assessment.values()].at(-1);
  if (reason === 'unchanged' && earlier !== undefined && verdict && isKept(verdict))
    return { is: 'same', text: earlier.text_sha256, verdict };
  const text = document ? { text: textDigest(document.text) } : {};
  if (reason !== 'kept') return { is: 'none', reason: reason === 'unchanged' ? 'failed.protocol' : reason, ...text };
  // A page that should be kept and lacks what a document needs is not: the row says so.
  if (!document || !text.text || !page?.digest || !verdict || !isKept(verdict))
    return { is: 'none', reason: 'failed.parse', ...text };
  // An application's pages are all sent as the same bytes.
  const bytes = result.rendered?.dom?.digest ?? page.digest;
  const unwanted = [text.text, sha256Of(page.digest)].some(digest => dataset.suppression.coversDigest(digest) !== undefined);
  // Text or bytes that were withdrawn for good lie elsewhere, too.
  if (unwanted) return { is: 'none', reason: 'refused.suppressed', ...text };
  const id = documentId(task.url, bytes.slice('sha256:'.length) as Parameters<typeof documentId>[1]);
  const row = documentRow(result, document, id, text.text, record);
  if (holdsForgotten(row, dataset) || masksForgotten(document.addresses, dataset))
    return { is: 'none', reason: 'refused.suppressed', ...text };
  const facts = factsOf(row);
  if (earlier?.document_id === id || (earlier?.text_sha256 === text.text && earlier.facts === facts))
    return { is: 'same', text: text.text, verdict };
  // Asked in the same turn as it is staged: two equal texts never both pass.
  const taken = dataset.findText(text.text);
  if (taken !== undefined && taken.url !== task.url) return { is: 'none', reason: 'duplicate.exact', ...text };
  return { is: 'new', text: text.text, row, facts, document: { row, verdict } };
}

/** What a row says beside its text and where it comes from. */
function factsOf({ metadata: { title, license, terms_of_service, masked } }: DocumentRow): Digest {
  return `sha256:${hash('sha256', JSON.stringify([title, license, terms_of_service, masked]))}` as Digest;
}

function newVersion(
  result: PageResult,
  { text, row, facts, document }: Extract<Version, { is: 'new' }>,
  earlier: StandingDocument | undefined,
  discovery: DiscoveryRecord | undefined,
  context: OutcomeContext,
): Staged {
  const { task, origin } = result;
  const provenance = provenanceRecord(result, context.record, row.id, text, discovery);
  const outcome = { origin: task.origin, provenance, document, declarations: origin.record };
  const found = earlier === undefined ? (task.before === undefined ? 'first' : 'changed') : 'changed';
  return dated(standingOn(outcome, result, row.id, facts, context), result, found, context);
}

/** The document stays as it is: it was written from other octets perhaps, but says the same. */
function sameVersion(
  result: PageResult,
  { text, verdict }: Extract<Version, { is: 'same' }>,
  earlier: StandingDocument,
  discovery: DiscoveryRecord | undefined,
  context: OutcomeContext,
): Staged {
  const { task, origin, isConfirmed } = result;
  const id = earlier.document_id;
  const row = provenanceRecord({ ...result, reason: 'unchanged' }, context.record, id, text, discovery);
  const provenance = { ...row, ...(isConfirmed ? { status: 304 } : {}) };
  const outcome = { origin: task.origin, provenance, stays: verdict, declarations: origin.record };
  return dated(standingOn(outcome, result, id, earlier.facts, context), result, 'unchanged', context);
}

/** Records what the document stands on, in the same commit. */
function standingOn(outcome: Outcome, result: PageResult, id: string, facts: Digest, { recrawl }: OutcomeContext): Outcome {
  const { task, origin, proof, rendered, at, licenses, document } = result;
  if (proof === null) throw new Error(`ERR_NO_PROOF: a page that is kept has a proof, and \`${task.url}\` has none`);
  const standing: Standing = {
    said: recrawl.saidBy(origin.carriers),
    judgedAtMs: Date.parse(at),
    proof: { ...proof.warc, digest: proof.digest },
    ...(rendered ? { render: renderRecord(rendered) } : {}),
    ...(licenses.length > 0 ? { licenses } : {}),
    facts,
  };
  // Not the whole document until the commit.
  const addresses = document?.addresses ?? [];
  const apply = (): void => {
    recrawl.standings.record(task.origin, task.url, id, standing);
    recrawl.addresses?.record(task.origin, task.url, id, addresses);
  };
  return { ...outcome, apply };
}

/** With the time of the next visit; what was deferred is asked in the next run in any case. */
function dated(outcome: Outcome, result: PageResult, found: Found, { recrawl }: OutcomeContext): Staged {
  const { task, page, at } = result;
  const { reason } = outcome.provenance;
  if (reason.startsWith('deferred.') || reason === 'sitemap' || reason === 'audited') return { outcome };
  const visitedAtMs = Date.parse(at);
  const fields = page?.retrieval.outcome === 'successful' ? page.retrieval.fields : [];
  const validators = validatorsOf(fields, visitedAtMs);
  const revisit: Revisit = {
    visitedAtMs,
    intervalMs: nextIntervalMs(task.before?.intervalMs, task.before === undefined ? 'first' : found, recrawl.bounds),
    ...(validators ? { validators } : {}),
  };
  const due = new Date(visitedAtMs + revisit.intervalMs).toISOString() as NonNullable<Outcome['provenance']['recheck_after']>;
  return { outcome: { ...outcome, provenance: { ...outcome.provenance, recheck_after: due } }, revisit };
}

/**
 * Pages of live documents asked for their header section and markup alone: what they refuse now is withdrawn. Nothing is added here: a page that says
 * something else by now is left to the next crawl, which is told to come at once.
 */
import type { Outcome, StandingDocument } from '../../store/index.ts';
import { isKept } from '../../vocab/index.ts';
import type { OriginDeclarations } from '../declared/declarations.ts';
import { judgePage, type PageContext, type PageResult } from '../page.ts';
import { provenanceRecord } from '../record.ts';
import { fateOf } from '../recrawl/fate.ts';
import { unjudged } from '../recrawl/unjudged.ts';
import { endsTheRun, faultRecord } from '../watch/fault.ts';
import { type OriginContext, taskOf } from './check-origin.ts';

export interface PagesContext extends OriginContext {
  /** Its `content` is null: no text is made. */
  readonly page: PageContext;
}

export interface CheckedPages {
  readonly asked: number;
  readonly confirmed: number;
  readonly withdrawn: number;
}

export async function checkPages(
  urls: readonly string[],
  { origin }: OriginDeclarations,
  context: PagesContext,
): Promise<CheckedPages> {
  const { recrawl, dataset } = context;
  const sums = { asked: 0, confirmed: 0, withdrawn: 0 };
  for (const url of urls) {
    const document = recrawl.standings.of(origin, url);
    if (document === undefined) continue;
    const outcome = await checked(document, origin, sums, context);
    if (outcome === undefined) break;
    if (outcome.withdraws) sums.withdrawn++;
    const { document_id: id } = document;
    dataset.stage({
      ...outcome,
      apply: () => {
        outcome.apply?.();
        recrawl.standings.asked(origin, url, id, context.wallClock());
      },
    });
    await dataset.ready();
  }
  return sums;
}

/** Undefined where the origin is closed by faults of ours: its other pages are asked the next time. */
async function checked(
  document: StandingDocument,
  origin: OriginDeclarations['origin'],
  sums: { asked: number; confirmed: number },
  context: PagesContext,
): Promise<Outcome | undefined> {
  const { faults, page, record, recrawl, wallClock, isStopping } = context;
  if (faults.isClosed(origin)) return undefined;
  const task = taskOf(document, origin, context);
  try {
    const result = await judgePage(task, page);
    const outcome = outcomeOf(result, document, context);
    if (result.page !== null) sums.asked++;
    if (result.isConfirmed) sums.confirmed++;
    faults.judged(origin);
    return outcome;
  } catch (error) {
    if (isStopping() || endsTheRun(error)) throw error;
    faults.failed(task, error);
    const nowMs = wallClock();
    const { outcome } = unjudged(faultRecord(task, error, record, nowMs), document, nowMs, recrawl.standsMs);
    return { ...outcome, origin, apply: () => recrawl.standings.failing(origin, task.url, document.document_id, nowMs) };
  }
}

function outcomeOf(result: PageResult, document: StandingDocument, context: PagesContext): Outcome {
  const { recrawl, record, known, wallClock } = context;
  const { task, origin, page, proof, at, licenses, isConfirmed } = result;
  const base = { origin: task.origin, declarations: origin.record };
  const isAllowed = result.reason === 'unchanged' || result.reason === 'audited';
  const verdict = [...result.assessment.values()].at(-1);
  const isSame = page?.digest === `sha256:${document.payload_sha256}` && document.render === undefined;
  if (isAllowed && isSame && proof && verdict && isKept(verdict)) {
    const row = provenanceRecord({ ...result, reason: 'unchanged' }, record, document.document_id, document.text_sha256);
    const { facts } = document;
    const standing = {
      ...{ said: recrawl.saidBy(origin.carriers), judgedAtMs: Date.parse(at), facts },
      proof: { ...proof.warc, digest: proof.digest },
      ...(licenses.length > 0 ? { licenses } : {}),
    };
    return {
      ...base,
      provenance: { ...row, ...(isConfirmed ? { status: 304 } : {}) },
      stays: verdict,
      apply: () => recrawl.standings.record(task.origin, task.url, document.document_id, standing),
    };
  }
  if (isAllowed) {
    const row = provenanceRecord({ ...result, reason: 'deferred.page.not-attempted' }, record);
    const detail = 'it says something else by now, and allows it; the next crawl takes it, and the document stands until then';
    return {
      ...base,
      provenance: { ...row, detail },
      apply: () => known.bringForward(task.origin, task.url, wallClock()),
    };
  }
  const { reason, withdrawn, detail } = fateOf(result, document, wallClock(), recrawl.standsMs);
  const row = provenanceRecord({ ...result, reason }, record);
  return {
    ...base,
    provenance: { ...row, ...(detail === undefined ? {} : { detail }) },
    ...(withdrawn ? { withdraws: { reason: withdrawn, sightedAt: page?.retrievedAt ?? at, evidence: row.evidence } } : {}),
    ...(reason.startsWith('deferred.')
      ? { apply: () => recrawl.standings.failing(task.origin, task.url, document.document_id, wallClock()) }
      : {}),
  };
}

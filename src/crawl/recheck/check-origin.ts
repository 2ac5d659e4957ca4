/**
 * The consent clock at one origin: what it declares is asked for, for no more than is new, and every document that was judged with something else is
 * judged again. What is refused now is withdrawn in the commit that records what refuses it.
 */
import type { KnownUrls, Task } from '../../frontier/index.ts';
import type { Cursor, Dataset, Outcome, RenderRecord, Silence, StandingDocument, WarcRef } from '../../store/index.ts';
import type { Digest, Evidence, Exchange, Instant, OriginKey, Verdict } from '../../vocab/index.ts';
import type { OriginDeclarations } from '../declared/declarations.ts';
import type { PageResult } from '../page.ts';
import { provenanceRecord, type RecordContext } from '../record.ts';
import { refusingSignal, standing } from '../recrawl/fate.ts';
import type { Recrawl } from '../recrawl/recrawl.ts';
import { endsTheRun } from '../watch/fault.ts';
import type { FaultWatch } from '../watch/fault-watch.ts';
import { judgeStored, type StoredContext } from './judge-stored.ts';
import { ownProofs } from './own-proofs.ts';

export interface OriginContext extends StoredContext {
  readonly dataset: Dataset;
  readonly recrawl: Recrawl;
  readonly known: KnownUrls;
  readonly record: RecordContext;
  readonly wallClock: () => number;
  readonly faults: FaultWatch;
  /** Nothing more is to be asked: what fails now fails because of that. */
  readonly isStopping: () => boolean;
  /** False of bytes that a crawl has written which is not finished: they are no part of the dataset yet. */
  readonly mayCite: (place: WarcRef) => boolean;
}

export interface CheckedOrigin {
  /** Every file of it was answered. */
  readonly isReached: boolean;
  readonly judged: number;
  readonly withdrawn: number;
}

/** Documents judged between two commits. */
const slice = 200;

export async function checkOrigin(set: OriginDeclarations, context: OriginContext): Promise<CheckedOrigin> {
  const { dataset, recrawl, wallClock } = context;
  const { standings } = recrawl;
  const { origin } = set;
  const said = recrawl.saidBy(set.carriers);
  const isReached = exchangesOf(set.carriers).every(({ retrieval }) => retrieval.outcome !== 'unreachable');
  const before = standings.silenceOf(origin);
  const silence: Silence | undefined = isReached ? undefined : { sinceMs: before?.sinceMs ?? wallClock(), said };
  const isOver = silence !== undefined && wallClock() - silence.sinceMs > recrawl.standsMs;
  const sums = { judged: 0, withdrawn: 0 };
  // What was judged with the same silence stands by it until its time is over.
  const isKnown = silence !== undefined && before?.said === said && !isOver;
  for (let after: Cursor | undefined, isFirst = true; !isKnown && (isFirst || after); isFirst = false) {
    const documents = standings.judgedOtherwise(origin, said, slice, after);
    after = documents.length === slice ? documents.at(-1)?.cursor : undefined;
    const { withdrawn } = await judgeSlice(documents, { set, said, isOver }, context);
    sums.judged += documents.length;
    sums.withdrawn += withdrawn;
    await dataset.ready();
  }
  dataset.declare(set.record, () => standings.setSilence(origin, silence));
  return { isReached, ...sums };
}

interface Now {
  readonly set: OriginDeclarations;
  readonly said: Digest;
  /** The time is over for which documents stand while the origin cannot be reached. */
  readonly isOver: boolean;
}

async function judgeSlice(
  documents: readonly StandingDocument[],
  { set, said, isOver }: Now,
  context: OriginContext,
): Promise<{ withdrawn: number }> {
  const { dataset, recrawl, wallClock } = context;
  const outcomes: Outcome[] = [];
  const standing: StandingDocument[] = [];
  const unread: StandingDocument[] = [];
  for (const document of documents) {
    const task = taskOf(document, set.origin, context);
    const at = instantOf(wallClock());
    const judged = await judgedAgain(document, task, set, at, context);
    const fate = judged === null ? unreadable(document, context) : fateNow(judged, isOver);
    if (fate === 'stands') standing.push(document);
    else if (fate !== 'waits') {
      const own = await ownProofs(document, judged ?? bare(task, at, set), context);
      outcomes.push(withdrawal(own.document, own.judged, fate, context));
    } else if (judged === null) unread.push(document);
  }
  // One turn, and so one commit: what is withdrawn, and by what, and what stands.
  for (const outcome of outcomes) dataset.stage(outcome);
  const nowMs = wallClock();
  dataset.declare(set.record, () => {
    recrawl.standings.judgedWith(set.origin, standing, said, nowMs);
    for (const { url, document_id } of unread) recrawl.standings.failing(set.origin, url, document_id, nowMs);
  });
  return { withdrawn: outcomes.length };
}

/** Null where its stored page cannot be read, or heed fails at it: the other documents are judged all the same. */
async function judgedAgain(
  document: StandingDocument,
  task: Task,
  set: OriginDeclarations,
  at: Instant,
  context: OriginContext,
): Promise<PageResult | null> {
  try {
    return await judgeStored(document, task, set, at, context);
  } catch (error) {
    if (context.isStopping() || endsTheRun(error)) throw error;
    context.faults.failed(task, error);
    return null;
  }
}

type Fate = 'stands' | 'waits' | Extract<NonNullable<Outcome['withdraws']>['reason'], string>;

/** A refusal counts at once; an answer that is missing, when its time is over. */
function fateNow({ reason, assessment }: PageResult, isOver: boolean): Fate {
  if (reason === 'unchanged') return 'stands';
  if (reason.startsWith('withheld.')) return `withdrawn.${refusingSignal(assessment.values())}`;
  return isOver ? 'withdrawn.unreachable' : 'waits';
}

/** Its proof is lost: nobody knows what its page says, and nothing stands for ever on that. */
function unreadable(document: StandingDocument, { recrawl, wallClock }: OriginContext): Fate {
  return standing('deferred.page.not-attempted', document, wallClock(), recrawl.standsMs).withdrawn
    ? 'withdrawn.unreachable'
    : 'waits';
}

function withdrawal(
  document: StandingDocument,
  judged: Omit<PageResult, 'reason'>,
  reason: Exclude<Fate, 'stands' | 'waits'>,
  { record }: OriginContext,
): Outcome {
  const made = provenanceRecord({ ...judged, reason }, record);
  const { render } = document;
  const row = render === undefined ? made : { ...made, evidence: made.evidence.map(ofTree(render)), render };
  const refusing = [...judged.assessment.values()].find(({ disposition }) => disposition === 'withhold');
  const sighted = refusing && sightedAt(refusing);
  return {
    origin: judged.task.origin,
    provenance: row,
    declarations: judged.origin.record,
    withdraws: { reason, sightedAt: sighted ?? judged.at, evidence: row.evidence },
  };
}

/** When the bytes that refuse were retrieved. */
const sightedAt = ({ finding }: Verdict): Instant | null => {
  const evidence: readonly Evidence[] = finding.preference === 'unknown' ? finding.looked : finding.determining;
  return evidence[0]?.source.retrievedAt ?? null;
};

/** The tree of a page has the page's URL and a proof of its own. */
const ofTree =
  ({ dom_digest, proof }: RenderRecord) =>
  (cited: Outcome['provenance']['evidence'][number]): typeof cited => {
    if (proof === undefined || cited.source.digest === undefined || cited.source.digest !== dom_digest) return cited;
    const { digest, ...warc } = proof;
    return { ...cited, digest, warc };
  };

export function taskOf({ url }: StandingDocument, origin: OriginKey, { known }: Pick<OriginContext, 'known'>): Task {
  return known.task(origin, url) ?? { key: '', url, origin, depth: 0, hops: [], tries: 0 };
}

/** Nothing of the page is known. */
const bare = (task: Task, at: Instant, origin: OriginDeclarations): Omit<PageResult, 'reason'> => ({
  ...{ task, at, origin, assessment: new Map(), anomalies: [], page: null, proof: null, extraPlaces: new Map(), licenses: [] },
  ...{ document: null, scan: null, redirect: null, rendered: null, retryAfterMs: null, tookMs: 0, isConfirmed: false },
});

const instantOf = (ms: number): Instant => new Date(ms).toISOString() as Instant;

export const exchangesOf = ({
  robots,
  tdmrep,
  aiTxt,
  trustTxt,
  licenses,
}: OriginDeclarations['carriers']): readonly Exchange[] => [robots, tdmrep, aiTxt, trustTxt, ...licenses.values()];

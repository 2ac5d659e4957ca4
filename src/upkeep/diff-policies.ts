/**
 * What would be in the dataset under another policy: the newest record of every URL is judged again from its stored bytes, once under each policy.
 * Nothing is asked of any site. A page whose body was never stored because it was refused earlier can only be shown as "would be asked".
 */
import { type Assessment, type EvidenceRecord, isWaiting, toEvidenceRecord } from '../assess/index.ts';
import { strictest } from '../policy/index.ts';
import {
  type DeclarationsRecord,
  newestManifest,
  type ProvenanceRecord,
  readDeclarations,
  readManifests,
  readProvenance,
} from '../store/index.ts';
import type { About, Carriers, Digest, Disposition, NonEmpty, Policy, Verdict } from '../vocab/index.ts';
import { carriersOf, exchangeReader, rejudge } from './rejudge.ts';
import { askerOf } from './run-facts.ts';

/** A URL whose disposition the two policies do not share. */
export interface Flip {
  readonly url: string;
  readonly run: string;
  /** Why the record says it is in or out. */
  readonly recorded: string;
  readonly from: Outcome;
  readonly to: Outcome;
  /** What makes the difference: what the stricter of the two policies goes by. */
  readonly about: About;
  readonly evidence: readonly EvidenceRecord[];
  /** True where the page, or its body, was never fetched: under the milder policy it would be asked first, and its own signals read then. */
  readonly unseen?: true;
}

export interface Outcome {
  readonly disposition: Disposition;
  /** A word of the reason list; `deferred.unknown.<because>` where an answer is missing. */
  readonly reason: string;
}

export interface PolicyDiff {
  readonly policies: { readonly from: Policy['id']; readonly to: Policy['id'] };
  readonly digests: { readonly from: Digest; readonly to: Digest };
  /** `excluded`: no document under any policy (refused before it was asked, redirected, gone, empty, failed). */
  readonly urls: { readonly seen: number; readonly judged: number; readonly excluded: number };
  /** By disposition, under each policy. */
  readonly totals: { readonly from: Readonly<Record<string, number>>; readonly to: Readonly<Record<string, number>> };
  /** `reason → reason` of the flips, with how often. */
  readonly byReason: Readonly<Record<string, number>>;
  readonly flips: readonly Flip[];
  /** Records whose stored bytes could not be judged again. */
  readonly unjudged: readonly { readonly url: string; readonly why: string }[];
}

/** @throws StoreError ERR_NO_DATASET */
export async function diffPolicies(
  out: string,
  from: Policy,
  to: Policy,
  onProgress: (done: number, total: number) => void = () => {},
): Promise<PolicyDiff> {
  const { manifest } = await newestManifest(out);
  const total = manifest.resources.filter(({ kind }) => kind === 'provenance').reduce((sum, { records }) => sum + records, 0);
  const newest = await newestRecords(out);
  const facts = new Map((await readManifests(out)).map(stored => [stored.manifest.run, stored.manifest]));
  const sets = new Map<Digest, DeclarationsRecord>();
  for await (const { record } of readDeclarations(out)) sets.set(record.digest, record);
  const read = exchangeReader(out);
  const tally = createTally();
  let done = 0;
  for await (const { record } of readProvenance(out)) {
    if (done++ % 64 === 0) onProgress(done, total);
    if (newest.get(record.url) !== record.id) continue;
    if (isExcluded(record)) {
      tally.excluded++;
      continue;
    }
    try {
      const run = facts.get(record.run);
      const declarations = record.declarations === undefined ? undefined : sets.get(record.declarations);
      if (!run || !declarations) throw new Error('its run or its declarations are not in the dataset');
      const carriers = await carriersOf(out, record, declarations, read);
      const asker = { ...askerOf(run), productToken: record.agent };
      const under = (policy: Policy): Judged => judged(rejudge(record, carriers, { ...asker, policy }));
      tally.add(record, carriers, under(from), under(to));
    } catch (error) {
      tally.unjudged.push({ url: record.url, why: (error as Error).message });
    }
  }
  const { excluded, unjudged, flips, totals, byReason } = tally;
  return {
    policies: { from: from.id, to: to.id },
    digests: { from: from.digest, to: to.digest },
    urls: { seen: newest.size, judged: newest.size - excluded - unjudged.length, excluded },
    totals,
    byReason: Object.fromEntries([...byReason].sort(([, x], [, y]) => y - x)),
    flips,
    unjudged,
  };
}

async function newestRecords(out: string): Promise<ReadonlyMap<string, string>> {
  const newest = new Map<string, { id: string; at: string }>();
  for await (const { record } of readProvenance(out)) {
    const { url, id, at } = record;
    if ((newest.get(url)?.at ?? '') <= at) newest.set(url, { id, at });
  }
  return new Map([...newest].map(([url, { id }]) => [url, id]));
}

/** Never a document, whatever the policy says. Of equal texts one stays, so a duplicate may yet become the document. */
const isExcluded = ({ verdicts, reason }: ProvenanceRecord): boolean =>
  Object.keys(verdicts).length === 0 ||
  /^(redirected|empty|gone\.|failed\.|trap\.|refused\.|superseded|withdrawn\.(gone|revoked|erased|unreachable)$)/.test(reason);

interface Judged extends Outcome {
  readonly verdict: Verdict;
}

/** As a crawl ends it: the strictest of acquisition and the asked categories, and the verdict that makes it so. */
function judged(assessment: Assessment): Judged {
  const verdicts = [...assessment.values()] as unknown as NonEmpty<Verdict>;
  const disposition = isWaiting(verdicts) ? 'defer' : strictest(verdicts.map(verdict => verdict.disposition));
  const verdict = verdicts.find(v => v.disposition === disposition) ?? verdicts[0];
  return { disposition, reason: reasonOf(verdict), verdict };
}

function reasonOf({ disposition, finding }: Verdict): string {
  if (disposition === 'keep') return 'kept';
  const act = disposition === 'defer' ? 'deferred' : 'withheld';
  if (finding.preference === 'unknown') return `${act}.unknown.${finding.because}`;
  return finding.preference === 'disallow' ? `${act}.${finding.determining[0].signal}` : `${act}.page`;
}

const evidenceOf = ({ finding }: Verdict): readonly EvidenceRecord[] =>
  (finding.preference === 'unknown' ? finding.looked : finding.determining).map(toEvidenceRecord);

const isUnseen = ({ page }: Carriers): boolean =>
  page === null || (page.retrieval.outcome === 'successful' && page.retrieval.bodyNotRead !== undefined);

interface Tally {
  excluded: number;
  readonly flips: Flip[];
  readonly unjudged: { url: string; why: string }[];
  readonly totals: { readonly from: Record<string, number>; readonly to: Record<string, number> };
  readonly byReason: Map<string, number>;
  add(record: ProvenanceRecord, carriers: Carriers, from: Judged, to: Judged): void;
}

function createTally(): Tally {
  const totals = { from: { keep: 0, withhold: 0, defer: 0 }, to: { keep: 0, withhold: 0, defer: 0 } };
  const flips: Flip[] = [];
  const byReason = new Map<string, number>();
  return {
    excluded: 0,
    unjudged: [],
    ...{ flips, totals, byReason },
    add: (record, carriers, from, to) => {
      totals.from[from.disposition]++;
      totals.to[to.disposition]++;
      if (from.disposition === to.disposition) return;
      const stricter = strictest([from.disposition, to.disposition]) === from.disposition ? from : to;
      const key = `${from.reason} → ${to.reason}`;
      byReason.set(key, (byReason.get(key) ?? 0) + 1);
      flips.push({
        url: record.url,
        run: record.run,
        recorded: record.reason,
        from: { disposition: from.disposition, reason: from.reason },
        to: { disposition: to.disposition, reason: to.reason },
        about: stricter.verdict.question.about,
        evidence: evidenceOf(stricter.verdict),
        ...(isUnseen(carriers) ? { unseen: true as const } : {}),
      });
    },
  };
}

import type { Frontier, Offer } from '../frontier/index.ts';
import type { Dataset } from '../store/index.ts';
import { isKept, type Reason } from '../vocab/index.ts';
import { type OfferOptions, offerOf } from './offers.ts';
import type { PageResult } from './page.ts';
import { documentId, documentRow, provenanceRecord, type RecordContext, textDigest } from './record.ts';
import { refusalRecord } from './refusal.ts';
import type { StageClock } from './stage-clock.ts';

export interface StagingContext {
  readonly dataset: Dataset;
  readonly frontier: Frontier;
  readonly offering: OfferOptions;
  readonly record: RecordContext;
  readonly wallClock: () => number;
  readonly clock: StageClock;
}

export interface Staging {
  /** Writes down what became of a URL and offers its links, as one commit. Returns the reason it ended with. */
  stage(result: PageResult): Reason;
  seeds(urls: readonly string[]): Promise<void>;
  /** What a limit left over is refused by name, so that the sum by reason equals the URLs seen. */
  refuseRest(rest: Frontier): Promise<void>;
}

export function createStaging({ dataset, frontier, offering, record, wallClock, clock }: StagingContext): Staging {
  const refuse = (offer: Offer, reason: Reason, apply?: () => void): void =>
    dataset.stage({
      origin: offer.origin,
      provenance: refusalRecord(offer, reason, record, wallClock()),
      ...(apply ? { apply } : {}),
    });

  const refuseAll = (offers: readonly Offer[]): void => {
    for (const offer of offers) if (offer.refusal !== undefined) refuse(offer, offer.refusal);
  };

  /** Returns what stores the new links; it runs inside the page's own commit. */
  const offerLinks = ({ task, scan, redirect }: PageResult): (() => void) => {
    const links = (scan?.links ?? []).flatMap(
      ({ href, nofollow }) => offerOf({ href, isNofollow: nofollow }, { depth: task.depth + 1, via: task.url }, offering) ?? [],
    );
    const hops = [...task.hops, task.url];
    const hop =
      redirect === null
        ? null
        : offerOf({ href: redirect, isNofollow: false }, { depth: task.depth, via: task.url, hops }, offering);
    const offered = frontier.offer(hop ? [hop, ...links] : links);
    refuseAll(offered.fresh);
    return offered.apply;
  };

  const stageDocument = (result: PageResult, apply: () => void): Reason => {
    const { task, assessment, document, origin, page } = result;
    const text = document ? textDigest(document.text) : undefined;
    // Asked in the same turn as it is staged: two equal texts never both pass.
    const isDuplicate = text !== undefined && dataset.findText(text) !== undefined;
    const verdict = [...assessment.values()].at(-1);
    if (result.reason === 'kept' && !isDuplicate && document && text && page?.digest && verdict && isKept(verdict)) {
      const id = documentId(task.url, page.digest.slice('sha256:'.length) as Parameters<typeof documentId>[1]);
      const row = documentRow(result, document, id, text, record);
      const provenance = provenanceRecord(result, record, id, text);
      dataset.stage({ origin: task.origin, provenance, document: { row, verdict }, declarations: origin.record, apply });
      return 'kept';
    }
    // A page that should be kept and lacks what a document needs is not: the row says so.
    const reason = isDuplicate ? 'duplicate.exact' : result.reason === 'kept' ? 'failed.parse' : result.reason;
    const provenance = provenanceRecord({ ...result, reason }, record, undefined, text);
    dataset.stage({ origin: task.origin, provenance, declarations: origin.record, apply });
    return reason;
  };

  return {
    stage: result => {
      const storeLinks = clock.time('frontier', () => offerLinks(result));
      let reason: Reason = result.reason;
      reason = clock.time('write', () =>
        stageDocument(result, () => {
          frontier.finish(result.task, reason);
          storeLinks();
        }),
      );
      return reason;
    },
    seeds: async urls => {
      const offers = urls.flatMap(href => offerOf({ href, isNofollow: false }, { depth: 0, isSeed: true }, offering) ?? []);
      const offered = frontier.offer(offers);
      const [refused, ...others] = offered.fresh.filter(offer => offer.refusal !== undefined);
      if (refused?.refusal === undefined) return offered.apply();
      refuseAll(others);
      refuse(refused, refused.refusal, offered.apply);
      await dataset.flush();
    },
    refuseRest: async rest => {
      for (let task = rest.next(); task !== undefined; task = rest.next()) {
        const left = task;
        refuse(left, 'refused.budget', () => rest.finish(left, 'refused.budget'));
        rest.release(left.origin);
        await dataset.ready();
      }
    },
  };
}

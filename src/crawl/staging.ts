import type { Frontier, Offer, Offered, Task } from '../frontier/index.ts';
import type { Dataset, DiscoveryRecord } from '../store/index.ts';
import { isKept, type Reason } from '../vocab/index.ts';
import { type LinkOptions, linksOf } from './links.ts';
import { type OfferOptions, offerOf } from './offers.ts';
import type { PageResult } from './page.ts';
import { documentId, documentRow, provenanceRecord, type RecordContext, textDigest } from './record.ts';
import { refusalRecord } from './refusal.ts';
import type { StageClock } from './stage-clock.ts';
import type { TrapFinding, Traps } from './traps/index.ts';

export interface StagingContext {
  readonly dataset: Dataset;
  readonly frontier: Frontier;
  readonly offering: OfferOptions;
  readonly linking: LinkOptions;
  readonly traps: Traps;
  readonly record: RecordContext;
  readonly wallClock: () => number;
  readonly clock: StageClock;
}

export interface Staging {
  /** Writes down what became of a URL and offers its links, as one commit. Returns the reason it ended with. */
  stage(result: PageResult): Reason;
  seeds(urls: readonly string[]): Promise<void>;
  /** Ends a URL that is not asked after all. */
  trap(task: Task, finding: TrapFinding): Reason;
  /** What a limit left over is refused by name, so that the sum by reason equals the URLs seen. */
  refuseRest(rest: Frontier): Promise<void>;
}

interface OfferedLinks {
  readonly store: () => void;
  readonly discovery: DiscoveryRecord | undefined;
}

export function createStaging(context: StagingContext): Staging {
  const { dataset, frontier, offering, linking, traps, record, wallClock, clock } = context;
  const refuse = (offer: Offer, reason: Reason, { apply, detail }: { apply?: () => void; detail?: string | undefined }): void =>
    dataset.stage({
      origin: offer.origin,
      provenance: refusalRecord(offer, reason, record, wallClock(), detail),
      ...(apply ? { apply } : {}),
    });

  /** Offers URLs that pages named; what is refused of the new ones has its row staged. */
  const offerAll = (offers: readonly Offer[]): Offered => {
    const details = new Map<string, string>();
    const offered = frontier.offer(offers, ({ url }) => {
      const finding = traps.offered(url);
      if (finding === null) return null;
      details.set(url, finding.detail);
      return `trap.${finding.trap}`;
    });
    for (const offer of offered.fresh) {
      if (offer.refusal !== undefined) refuse(offer, offer.refusal, { detail: details.get(offer.url) });
    }
    return offered;
  };

  /** Returns what stores the new links; it runs inside the page's own commit. */
  const offerLinks = ({ task, page, scan, redirect, document, tookMs }: PageResult): OfferedLinks => {
    const found = page === null ? { links: [], discovery: undefined } : linksOf(page, scan, linking);
    const links = found.links.flatMap(link => offerOf(link, { depth: task.depth + 1, via: task.url }, offering) ?? []);
    const hops = [...task.hops, task.url];
    const hop =
      redirect === null
        ? null
        : offerOf({ href: redirect, isNofollow: false }, { depth: task.depth, via: task.url, hops }, offering);
    const offered = offerAll(hop ? [hop, ...links] : links);
    if (scan !== null) {
      const fresh = new Set(offered.fresh.map(({ url }) => url));
      const others = [...new Set(links.map(({ url }) => url))].filter(url => url !== task.url);
      const bytes = page?.retrieval.outcome === 'successful' ? page.retrieval.body.length : 0;
      traps.fetched({
        ...{ url: new URL(task.url), links: others.map(url => ({ url, isFresh: fresh.has(url) })) },
        ...{ text: document?.text, tookMs, bytes },
      });
    }
    return { store: offered.apply, discovery: found.discovery };
  };

  const stageDocument = (result: PageResult, discovery: DiscoveryRecord | undefined, apply: () => void): Reason => {
    const { task, assessment, document, origin, page } = result;
    const text = document ? textDigest(document.text) : undefined;
    // Asked in the same turn as it is staged: two equal texts never both pass.
    const isDuplicate = text !== undefined && dataset.findText(text) !== undefined;
    const verdict = [...assessment.values()].at(-1);
    if (result.reason === 'kept' && !isDuplicate && document && text && page?.digest && verdict && isKept(verdict)) {
      // An application's pages are all sent as the same bytes.
      const bytes = result.rendered?.dom?.digest ?? page.digest;
      const id = documentId(task.url, bytes.slice('sha256:'.length) as Parameters<typeof documentId>[1]);
      const row = documentRow(result, document, id, text, record);
      const provenance = provenanceRecord(result, record, id, text, discovery);
      dataset.stage({ origin: task.origin, provenance, document: { row, verdict }, declarations: origin.record, apply });
      return 'kept';
    }
    // A page that should be kept and lacks what a document needs is not: the row says so.
    const reason = isDuplicate ? 'duplicate.exact' : result.reason === 'kept' ? 'failed.parse' : result.reason;
    const provenance = provenanceRecord({ ...result, reason }, record, undefined, text, discovery);
    dataset.stage({ origin: task.origin, provenance, declarations: origin.record, apply });
    return reason;
  };

  return {
    stage: result => {
      const links = clock.time('frontier', () => offerLinks(result));
      let reason: Reason = result.reason;
      reason = clock.time('write', () =>
        stageDocument(result, links.discovery, () => {
          frontier.finish(result.task, reason);
          links.store();
        }),
      );
      traps.ended(result.task.url, reason);
      return reason;
    },
    trap: (task, { trap, detail }) => {
      const reason: Reason = `trap.${trap}`;
      refuse(task, reason, { detail, apply: () => frontier.finish(task, reason) });
      return reason;
    },
    seeds: async urls => {
      const offers = urls.flatMap(href => offerOf({ href, isNofollow: false }, { depth: 0, isSeed: true }, offering) ?? []);
      const offered = frontier.offer(offers);
      const [refused, ...others] = offered.fresh.filter(offer => offer.refusal !== undefined);
      if (refused?.refusal === undefined) return offered.apply();
      for (const other of others) if (other.refusal !== undefined) refuse(other, other.refusal, {});
      refuse(refused, refused.refusal, { apply: offered.apply });
      await dataset.flush();
    },
    refuseRest: async rest => {
      for (let task = rest.next(); task !== undefined; task = rest.next()) {
        const left = task;
        refuse(left, 'refused.budget', { apply: () => rest.finish(left, 'refused.budget') });
        rest.release(left.origin);
        await dataset.ready();
      }
    },
  };
}

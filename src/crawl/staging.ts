import type { Frontier, Offer, Offered, SitemapMarks, Task } from '../frontier/index.ts';
import { type Dataset, type DiscoveryRecord, type Outcome, type Sha256, sha256Of } from '../store/index.ts';
import { isKept, type Reason } from '../vocab/index.ts';
import { endsTheRun, faultReason, faultRecord } from './fault.ts';
import { type LinkOptions, linksOf } from './links.ts';
import type { NewOffers, Offering } from './offering.ts';
import { type OfferOptions, offerOf } from './offers.ts';
import type { PageResult } from './page.ts';
import { documentId, documentRow, provenanceRecord, type RecordContext, textDigest } from './record.ts';
import type { StageClock } from './stage-clock.ts';
import type { TrapFinding, Traps } from './traps/index.ts';

export interface StagingContext {
  readonly dataset: Dataset;
  readonly frontier: Frontier;
  readonly offering: Offering;
  readonly options: OfferOptions;
  readonly linking: LinkOptions;
  readonly marks: SitemapMarks;
  readonly traps: Traps;
  readonly record: RecordContext;
  readonly wallClock: () => number;
  readonly clock: StageClock;
  readonly onFault: (task: Task, error: unknown) => void;
}

export interface Staging {
  /** Writes down what became of a URL and offers its links, as one commit. Returns the reason it ended with. */
  stage(result: PageResult): Reason;
  /** Ends a URL that a fault of ours kept from being judged. */
  fault(task: Task, error: unknown): Reason;
  seeds(urls: readonly string[]): Promise<void>;
  /** Ends a URL that is not asked after all. */
  trap(task: Task, finding: TrapFinding): Reason;
  /** A URL that is not asked after all. */
  refuse(task: Task, reason: Reason): void;
  /** What a limit left over is refused by name, so that the sum by reason equals the URLs seen. */
  refuseRest(rest: Frontier): Promise<void>;
}

/** What a limit left over may be a hundred thousand URLs; so many are one commit. */
const refusedAtOnce = 2_000;

interface OfferedLinks {
  /** Undefined where no page was asked. */
  readonly offered: NewOffers | undefined;
  readonly store: () => void;
  readonly discovery: DiscoveryRecord | undefined;
}

export function createStaging(context: StagingContext): Staging {
  const { dataset, frontier, offering, options, linking, marks, traps, record, wallClock, clock, onFault } = context;

  /** What is new is stored inside the page's own commit. */
  const offerLinks = (result: PageResult): OfferedLinks => {
    const { task, page, scan, sitemap } = result;
    if (page === null) return { offered: undefined, store: () => {}, discovery: sitemap?.discovery };
    const found = sitemap ? { links: [], discovery: sitemap.discovery } : linksOf(page, scan, linking);
    const known: string[] = [];
    const links: Offer[] = [];
    for (const link of found.links) {
      if (frontier.isKnown(link.href)) {
        known.push(link.href);
        continue;
      }
      const offer = offerOf(link, { depth: task.depth + 1, via: task.url }, options);
      if (offer !== null) links.push(offer);
    }
    const hop = hopOf(result, options);
    const offered = offering.offer(hop ? [hop, ...links] : links, { isTrusted: sitemap !== undefined });
    if (scan !== null) watch(result, [...known, ...links.map(({ url }) => url)], offered);
    const store = (): void => {
      if (sitemap && hop && hop.refusal === undefined) marks.mark(hop.url, sitemap.level);
      offered.apply();
    };
    return { offered, store, discovery: found.discovery };
  };

  /** Whether a place is a trap shows by where its pages lead. */
  const watch = ({ task, page, document, tookMs }: PageResult, links: readonly string[], offered: Offered): void => {
    const fresh = new Set(offered.fresh.map(({ url }) => url));
    const others = [...new Set(links)].filter(url => url !== task.url);
    traps.fetched({
      url: new URL(task.url),
      links: others.map(url => ({ url, isFresh: fresh.has(url) })),
      text: document?.text,
      tookMs,
      bytes: page?.retrieval.outcome === 'successful' ? page.retrieval.body.length : 0,
    });
  };

  /** A page's row, and its document where it is kept. */
  const outcomeOf = (result: PageResult, discovery: DiscoveryRecord | undefined): Outcome => {
    const { task, assessment, document, origin, page } = result;
    const text = document ? textDigest(document.text) : undefined;
    // Asked in the same turn as it is staged: two equal texts never both pass.
    const isDuplicate = text !== undefined && dataset.findText(text) !== undefined;
    const verdict = [...assessment.values()].at(-1);
    const isSuppressed =
      result.reason === 'kept' && isUnwanted(dataset, [text, page?.digest ? sha256Of(page.digest) : undefined]);
    if (
      result.reason === 'kept' &&
      !isDuplicate &&
      !isSuppressed &&
      document &&
      text &&
      page?.digest &&
      verdict &&
      isKept(verdict)
    ) {
      // An application's pages are all sent as the same bytes.
      const bytes = result.rendered?.dom?.digest ?? page.digest;
      const id = documentId(task.url, bytes.slice('sha256:'.length) as Parameters<typeof documentId>[1]);
      const row = documentRow(result, document, id, text, record);
      const provenance = provenanceRecord(result, record, id, text, discovery);
      return { origin: task.origin, provenance, document: { row, verdict }, declarations: origin.record };
    }
    // A page that should be kept and lacks what a document needs is not: the row says so.
    const reason = isSuppressed
      ? 'refused.suppressed'
      : isDuplicate
        ? 'duplicate.exact'
        : result.reason === 'kept'
          ? 'failed.parse'
          : result.reason;
    const provenance = provenanceRecord({ ...result, reason }, record, undefined, text, discovery);
    return { origin: task.origin, provenance, declarations: origin.record };
  };

  const fault = (task: Task, error: unknown): Reason => {
    const provenance = faultRecord(task, error, record, wallClock());
    dataset.stage({ origin: task.origin, provenance, apply: () => frontier.finish(task, faultReason) });
    onFault(task, error);
    return faultReason;
  };

  return {
    stage: result => {
      const { task } = result;
      let links: OfferedLinks | undefined;
      let outcome: Outcome;
      try {
        links = clock.time('frontier', () => offerLinks(result));
        const { discovery } = links;
        outcome = clock.time('write', () => outcomeOf(result, discovery));
      } catch (error) {
        // Nothing is staged yet. Its links are given back, so that another page may bring them.
        links?.offered?.forget();
        if (endsTheRun(error)) throw error;
        return fault(task, error);
      }
      const { reason } = outcome.provenance;
      const { store, offered } = links;
      clock.time('write', () =>
        dataset.stage({
          ...outcome,
          apply: () => {
            frontier.finish(task, reason);
            store();
          },
        }),
      );
      offered?.refuse();
      traps.ended(task.url, reason);
      return reason;
    },
    trap: (task, { trap, detail }) => {
      const reason: Reason = `trap.${trap}`;
      offering.refuse(task, reason, { detail, apply: () => frontier.finish(task, reason) });
      return reason;
    },
    fault,
    seeds: async urls => {
      const offers = urls.flatMap(href => offerOf({ href, isNofollow: false }, { depth: 0, isSeed: true }, options) ?? []);
      offering.offerAlone(offers, { isTrusted: true });
      await dataset.flush();
    },
    refuse: (task, reason) => offering.refuse(task, reason, { apply: () => frontier.finish(task, reason) }),
    refuseRest: async rest => {
      let staged = 0;
      for (let task = rest.next(); task !== undefined; task = rest.next()) {
        const left = task;
        offering.refuse(left, 'refused.budget', { apply: () => rest.finish(left, 'refused.budget') });
        rest.release(left.origin);
        await dataset.ready();
        // Nobody else has a turn meanwhile, so that nothing would be committed before the last one.
        if (++staged % refusedAtOnce === 0) await dataset.flush();
      }
    },
  };
}

/** Text or bytes that were withdrawn for good lie elsewhere, too. */
const isUnwanted = ({ suppression }: Dataset, digests: readonly (Sha256 | undefined)[]): boolean =>
  digests.some(digest => digest !== undefined && suppression.coversDigest(digest) !== undefined);

function hopOf({ task, redirect, sitemap }: PageResult, options: OfferOptions): Offer | null {
  if (redirect === null) return null;
  const from = { depth: task.depth, via: task.url, hops: [...task.hops, task.url], isSitemap: sitemap !== undefined };
  return offerOf({ href: redirect, isNofollow: false }, from, options);
}

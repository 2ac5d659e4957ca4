import type { Frontier, Offer, Offered, SitemapMarks, Task } from '../frontier/index.ts';
import type { Dataset, DiscoveryRecord, ProvenanceRecord } from '../store/index.ts';
import type { Reason } from '../vocab/index.ts';
import type { Audit } from './audit/audit.ts';
import { type LinkOptions, linksOf } from './find/links.ts';
import type { NewOffers, Offering } from './find/offering.ts';
import { type OfferOptions, offerOf } from './find/offers.ts';
import { outcomeOf, type Staged } from './outcome.ts';
import type { PageResult } from './page.ts';
import type { RecordContext } from './record.ts';
import type { Recrawl } from './recrawl/recrawl.ts';
import { unjudged } from './recrawl/unjudged.ts';
import { refusalRecord } from './refusal.ts';
import type { TrapFinding, Traps } from './traps/index.ts';
import { endsTheRun, faultRecord } from './watch/fault.ts';
import { type FaultWatch, maxFaultsOfOrigin } from './watch/fault-watch.ts';
import type { StageClock } from './watch/stage-clock.ts';

export interface StagingContext {
  readonly dataset: Dataset;
  readonly frontier: Frontier;
  readonly offering: Offering;
  readonly options: OfferOptions;
  readonly linking: LinkOptions;
  readonly marks: SitemapMarks;
  readonly traps: Traps;
  readonly record: RecordContext;
  readonly recrawl: Recrawl;
  readonly wallClock: () => number;
  readonly clock: StageClock;
  readonly faults: FaultWatch;
  /** In an audit: what follows from an answer, in the place of links. */
  readonly follow?: Audit['follow'] | undefined;
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

const closedDetail = `heed itself failed at ${maxFaultsOfOrigin} pages of this origin in a row`;

interface OfferedLinks {
  /** Undefined where no page was asked. */
  readonly offered: NewOffers | undefined;
  readonly store: () => void;
  readonly discovery: DiscoveryRecord | undefined;
}

interface Applied {
  readonly task: Task;
  readonly reason: Reason;
  readonly revisit: Staged['revisit'];
  readonly before: (() => void) | undefined;
  readonly store: () => void;
}

export function createStaging(context: StagingContext): Staging {
  const { dataset, frontier, offering, options, linking, marks, traps, record, recrawl, wallClock, clock, faults } = context;
  const { follow } = context;

  const followed = ({ offers, store }: ReturnType<Audit['follow']>): OfferedLinks => {
    const offered = offering.offer(offers, { isTrusted: true });
    const storeAll = (): void => {
      store();
      offered.apply();
    };
    return { offered, store: storeAll, discovery: undefined };
  };

  /** What is new is stored inside the page's own commit. */
  const offerLinks = (result: PageResult): OfferedLinks => {
    const { task, page, scan, sitemap } = result;
    if (follow) return followed(follow(result));
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

  const stageUnjudged = (task: Task, row: ProvenanceRecord, nowMs: number): Reason => {
    const earlier = recrawl.standings.of(task.origin, task.url);
    const { reason, outcome } = unjudged(row, earlier, nowMs, recrawl.standsMs);
    dataset.stage({
      ...outcome,
      origin: task.origin,
      apply: () => {
        if (earlier) recrawl.standings.failing(task.origin, task.url, earlier.document_id, nowMs);
        frontier.finish(task, reason);
      },
    });
    return reason;
  };

  const fault = (task: Task, error: unknown): Reason => {
    const nowMs = wallClock();
    const reason = stageUnjudged(task, faultRecord(task, error, record, nowMs), nowMs);
    faults.failed(task, error);
    return reason;
  };

  const refuseClosed = (task: Task): void => {
    const nowMs = wallClock();
    stageUnjudged(task, refusalRecord(task, 'refused.fault', record, nowMs, closedDetail), nowMs);
  };

  /** A URL that is not asked after all; one that was judged in an earlier run stays as it was, and due. */
  const refuse = (task: Task, reason: Reason, from: Frontier): void => {
    if (reason === 'refused.budget' && recrawl.stands(task)) from.postpone(task, wallClock());
    else offering.refuse(task, reason, { apply: () => from.finish(task, reason) });
  };

  /** Apart from where the page is known: a closure keeps what its neighbours name, and that was every page's octets, text and links until its commit. */
  const applyOf = ({ task, reason, revisit, before, store }: Applied) => {
    return (): void => {
      before?.();
      frontier.finish(task, reason, revisit);
      store();
    };
  };

  return {
    stage: result => {
      const { task } = result;
      let links: OfferedLinks | undefined;
      let staged: Staged;
      try {
        links = clock.time('frontier', () => offerLinks(result));
        const { discovery } = links;
        staged = clock.time('write', () => outcomeOf(result, discovery, context));
      } catch (error) {
        // Nothing is staged yet. Its links are given back, so that another page may bring them.
        links?.offered?.forget();
        if (endsTheRun(error)) throw error;
        return fault(task, error);
      }
      const { outcome, revisit } = staged;
      const { reason } = outcome.provenance;
      const { store, offered } = links;
      const apply = applyOf({ task, reason, revisit, before: outcome.apply, store });
      clock.time('write', () => dataset.stage({ ...outcome, apply }));
      offered?.refuse();
      traps.ended(task.url, reason);
      faults.judged(task.origin);
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
    refuse: (task, reason) => (reason === 'refused.fault' ? refuseClosed(task) : refuse(task, reason, frontier)),
    refuseRest: async rest => {
      let staged = 0;
      for (let task = rest.next(); task !== undefined; task = rest.next()) {
        refuse(task, 'refused.budget', rest);
        rest.release(task.origin);
        await dataset.ready();
        // Nobody else has a turn meanwhile, so that nothing would be committed before the last one.
        if (++staged % refusedAtOnce === 0) await dataset.flush();
      }
    },
  };
}

function hopOf({ task, redirect, sitemap }: PageResult, options: OfferOptions): Offer | null {
  if (redirect === null) return null;
  const from = { depth: task.depth, via: task.url, hops: [...task.hops, task.url], isSitemap: sitemap !== undefined };
  return offerOf({ href: redirect, isNofollow: false }, from, options);
}

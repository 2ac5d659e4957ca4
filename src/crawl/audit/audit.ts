/**
 * A crawl that asks every domain of a list for its front page and keeps no text: how its URLs come into the frontier, what follows from an answer, and
 * what is remembered of it. Everything else, from robots.txt to the evidence store, is the crawl's own.
 */
import type { Frontier, Offer, Task } from '../../frontier/index.ts';
import type { AuditList, Dataset, StoredVisit } from '../../store/index.ts';
import type { OriginKey } from '../../vocab/index.ts';
import type { Offering } from '../find/offering.ts';
import { type OfferOptions, offerOf } from '../find/offers.ts';
import type { PageContext, PageResult } from '../page.ts';
import { addressesOf, nextAddress } from './addresses.ts';
import { frontPages } from './front-page.ts';
import { storedVisit } from './stored-visit.ts';
import { maxHops, visitsOf } from './visits.ts';

export interface AuditContext {
  readonly list: AuditList;
  readonly dataset: Dataset;
  readonly frontier: Frontier;
  readonly offering: Offering;
  readonly options: OfferOptions;
  /** Front pages that are in the frontier at the same time, whatever the length of the list. */
  readonly window: number;
  /** No more is asked of this origin soon. */
  readonly leave: (origin: OriginKey) => void;
}

export interface Audit {
  /** Offers more of the list where the frontier runs low. */
  feed(): void;
  /** All of the list was offered. */
  isFed(): boolean;
  judge(task: Task, context: PageContext): Promise<PageResult>;
  /** What is asked because of an answer, and what is written down with it. */
  follow(result: PageResult): { readonly offers: readonly Offer[]; readonly store: () => void };
  /** Its declarations were asked often enough, and now its page is: the URL has not ended. */
  goesOn(result: PageResult): boolean;
  /** Entries of the list, and those that are done. */
  progress(): { readonly domains: number; readonly ended: number };
  /** After everything is durable. */
  seal(): void;
}

const entriesAtOnce = 512;
/** Pops between two looks at how much is left. */
const popsPerLook = 64;

export function createAudit({ list, dataset, frontier, offering, options, window, leave }: AuditContext): Audit {
  const pages = frontPages();
  const { entries, fed } = list.state();
  let cursor = fed;
  let isFed = false;
  let pops = popsPerLook;
  /** Staged and not committed yet. */
  const staged = new Map<string, StoredVisit>();
  const marked = new Set<string>();

  const visited = (url: string): StoredVisit | undefined => staged.get(url) ?? list.visit(url)?.visit;
  const isAttempt = ({ url, via }: Task): boolean => via === undefined || marked.has(url) || list.visit(url)?.isAttempt === true;
  const offerFor = (url: string): Offer | null => offerOf({ href: url, isNofollow: false }, { depth: 0, isSeed: true }, options);
  const refused = ({ url, refusal }: Offer): StoredVisit => ({
    attempt: { url, outcome: 'not-attempted', ...(refusal === undefined ? {} : { reason: refusal }) },
  });

  /** The next address of a domain that is not known to lead nowhere; it may have been asked for somebody else's sake, or be about to. */
  const addressAfter = (url: string): string | undefined => {
    let next = nextAddress(url);
    for (let steps = 1; next !== undefined && steps < 4; steps++) {
      const visit = visited(next);
      if (visit === undefined) return next;
      if (visit.isCutOff !== true) return undefined;
      next = nextAddress(next);
    }
    return undefined;
  };
  const mark = (url: string): void => {
    marked.add(url);
    list.markAttempt(url);
  };

  /** Stored in the transactions of their own; the cursor follows when the rows of what is refused are durable, too. */
  const offerEntries = (): void => {
    const listed = list.after(cursor, entriesAtOnce);
    const last = listed.at(-1);
    if (last === undefined) {
      isFed = true;
      return;
    }
    const fronts = listed.flatMap(({ domain }) => (domain === undefined ? [] : (addressesOf(domain)[0] ?? [])));
    offerAll(fronts.flatMap(url => offerFor(url) ?? []));
    cursor = last.position;
    dataset.flush().then(
      () => list.fed(last.position),
      () => {}, // the writer keeps the failure for whoever stages next
    );
  };
  const offerAll = (offers: readonly Offer[]): void => {
    const fresh = new Set(offering.offerAlone(offers, { isTrusted: true }).fresh.map(({ url }) => url));
    for (const offer of offers) {
      const { url, refusal } = offer;
      if (refusal !== undefined) list.put(url, refused(offer));
      else if (!fresh.has(url)) goOnFrom(url);
    }
  };
  /** An address that another domain's redirect led to before its own turn came. */
  const goOnFrom = (url: string): void => {
    const visit = visited(url);
    if (visit === undefined) {
      mark(url);
      return;
    }
    const next = visit.isCutOff === true ? addressAfter(url) : undefined;
    const offer = next === undefined ? onward(url, visit.attempt.location, []) : offerFor(next);
    if (offer) offerAll([offer]);
  };

  /**
   * Where a redirect leads. Beyond the fifth nothing is asked, nor refused: it may be the front page of another domain of the list. What was asked
   * already, at the end of a longer way, may lead on.
   */
  const onward = (url: string, location: string | undefined, before: readonly string[]): Offer | null => {
    if (location === undefined || before.length >= maxHops || before.includes(location)) return null;
    const hops = [...before, url];
    const offer = offerOf({ href: location, isNofollow: false }, { depth: 0, via: url, hops }, options);
    const visit = offer === null || offer.refusal !== undefined ? undefined : visited(offer.url);
    return visit === undefined ? offer : onward(offer?.url ?? '', visit.attempt.location, hops);
  };

  return {
    feed() {
      if (isFed || (++pops < popsPerLook && !frontier.isIdle())) return;
      pops = 0;
      while (!isFed && frontier.counts().pending < window) offerEntries();
    },
    isFed: () => isFed,
    judge: (task, context) => pages.judge(task, context),
    follow(result) {
      const { task } = result;
      const hop = onward(task.url, result.redirect ?? undefined, task.hops);
      if (hop?.origin !== task.origin) leave(task.origin);
      const visit = storedVisit(result, options.canonical);
      staged.set(task.url, visit);
      const next = visit.isCutOff === true && isAttempt(task) ? addressAfter(task.url) : undefined;
      const offers = [hop, next === undefined ? null : offerFor(next)].filter(offer => offer !== null);
      if (next !== undefined) marked.add(next);
      return {
        offers,
        store: () => {
          list.put(task.url, visit);
          staged.delete(task.url);
          marked.delete(task.url);
          if (next !== undefined) list.markAttempt(next);
          for (const offer of offers)
            if (offer.refusal !== undefined && visited(offer.url) === undefined) list.put(offer.url, refused(offer));
        },
      };
    },
    goesOn({ task, reason }) {
      if (!reason.startsWith('deferred.declaration.')) return false;
      pages.givenUp(task.origin);
      return true;
    },
    progress() {
      if (isFed && frontier.isFinished()) return { domains: entries, ended: entries };
      const { pending, inFlight } = frontier.counts();
      return { domains: entries, ended: Math.max(0, cursor - pending - inFlight) };
    },
    seal: () => dataset.sealVisits(visitsOf(list)),
  };
}

/** What becomes of one URL whose turn has come: turned away, asked and judged, asked again later, or given its row. */
import type { Frontier, SitemapMarks, Task } from '../frontier/index.ts';
import type { Dataset } from '../store/index.ts';
import type { Reason } from '../vocab/index.ts';
import type { Audit } from './audit/audit.ts';
import type { Declarations } from './declared/declarations.ts';
import type { Declaring } from './declared/declaring.ts';
import type { Deferral } from './deferral.ts';
import { type OfferOptions, refusalAsPage } from './find/offers.ts';
import { readSitemap, type SitemapContext } from './find/sitemap.ts';
import type { Health } from './manners/health.ts';
import { StaleDeclarations } from './manners/paced-retriever.ts';
import type { Politeness } from './manners/politeness.ts';
import type { CrawlOptions } from './options.ts';
import { judgePage, type PageContext, type PageResult } from './page.ts';
import type { Recrawl } from './recrawl/recrawl.ts';
import type { Staging } from './staging.ts';
import type { Traps } from './traps/index.ts';
import { endsTheRun } from './watch/fault.ts';

/** A sitemap may take 60 MiB while it is read; the others come again later. */
const sitemapsAtOnce = 4;
const sitemapWaitMs = 2_000;

export interface TurnContext {
  readonly dataset: Pick<Dataset, 'ready'>;
  readonly frontier: Frontier;
  readonly staging: Staging;
  readonly marks: SitemapMarks;
  readonly traps: Traps;
  readonly recrawl: Pick<Recrawl, 'stands'>;
  readonly declarations: Pick<Declarations, 'again'>;
  readonly declaring: Pick<Declaring, 'faultOf'>;
  readonly health: Pick<Health, 'isOurs' | 'neverUp'>;
  readonly pace: Pick<Politeness['pace'], 'lastEndedMs'>;
  readonly audit: Audit | undefined;
  /** Why it is not asked after all. */
  readonly awayOf: (task: Task) => Reason | undefined;
  readonly deferralOf: (result: PageResult) => Deferral;
  readonly offers: OfferOptions;
  readonly page: PageContext;
  readonly sitemap: SitemapContext;
  /** Its request is over: the origin may be busy with another one by now. */
  readonly isFreed: (task: Task) => boolean;
  /** Counted on by what comes of a turn. */
  readonly tally: Tally;
  readonly deferLimitMs: number;
  readonly stopping: AbortSignal;
  /** Monotonic, ms. */
  readonly now: () => number;
  /** A failure that ends the run. */
  readonly fail: (error: unknown) => void;
  readonly onEvent: NonNullable<CrawlOptions['onEvent']>;
}

/** Of this process and those of the same run before it. */
export interface Tally {
  /** Requests for pages that are over. */
  pagesFetched: number;
  /** Octets of pages, decoded. */
  bytes: number;
}

/** @returns a turn; it rejects where the run is being stopped, and with a failure that concerns more than this URL */
export function createTurn(context: TurnContext): (task: Task) => Promise<void> {
  const { dataset, frontier, staging, marks, traps, recrawl, declarations, declaring, health, pace, audit } = context;
  const { awayOf, deferralOf, tally, deferLimitMs, stopping, now, fail, onEvent } = context;
  const judge = audit?.judge ?? judgePage;
  let sitemapsRead = 0;

  const sitemap = (task: Task, level: number): Promise<PageResult | null> => {
    sitemapsRead++;
    return readSitemap(task, level, context.sitemap).finally(() => sitemapsRead--);
  };

  /** Null for a sitemap that is none; undefined where a fault of ours kept the page from being judged; its row is staged then. */
  const judged = async (task: Task, level: number | undefined): Promise<PageResult | null | undefined> => {
    try {
      const fault = declaring.faultOf(task.origin);
      if (fault) throw fault.error;
      return level === undefined ? await judge(task, context.page) : await sitemap(task, level);
    } catch (error) {
      if (stopping.aborted || endsTheRun(error)) throw error;
      if (!context.isFreed(task)) frontier.release(task.origin, pace.lastEndedMs(task.origin));
      if (error instanceof StaleDeclarations) return void frontier.putBack(task);
      staging.fault(task, error);
      return undefined;
    }
  };

  /** It was us who reached nobody: asked again as if it had not been asked. */
  const putOff = ({ task, page, sitemap: level }: PageResult): void => {
    if (page !== null && level === undefined) tally.pagesFetched--;
    declarations.again(task.origin);
    frontier.putBack(task);
  };

  /** Where a page may be: sitemaps lie beyond the prefix and the globs, too. */
  const askAsPage = (task: Task): void => {
    const refusal = refusalAsPage(task, context.offers);
    if (refusal !== undefined) return void staging.refuse(task, refusal);
    marks.unmark(task.url);
    frontier.putBack(task);
  };

  const end = async (task: Task, result: PageResult): Promise<void> => {
    if (result.reason.startsWith('deferred.') && health.isOurs(task.origin)) return putOff(result);
    const deferral = deferralOf(result);
    if (deferral.act === 'retry') return frontier.retry(task, deferral.notBeforeMs);
    if (deferral.act === 'hold') {
      declarations.again(task.origin);
      frontier.hold(task.origin, deferral.untilMs);
      return frontier.putBack(task);
    }
    const neverUp = result.reason.startsWith('deferred.') ? await health.neverUp() : undefined;
    if (neverUp === 'so-far') {
      frontier.hold(task.origin, now() + deferLimitMs / 60);
      return putOff(result);
    }
    if (neverUp) {
      fail(neverUp);
      return frontier.putBack(task);
    }
    if (audit?.goesOn(result)) return frontier.putBack(task);
    onEvent({ event: 'page.judged', url: task.url, reason: staging.stage(result) });
  };

  return async task => {
    await dataset.ready();
    const away = awayOf(task);
    if (away !== undefined) {
      staging.refuse(task, away);
      return frontier.release(task.origin);
    }
    const level = marks.levelOf(task.url);
    // What the operator named, robots.txt announces, or was judged before, is asked whatever it looks like.
    const trapped = task.via === undefined || level !== undefined ? null : traps.popped(task.url);
    if (trapped && !recrawl.stands(task)) {
      frontier.release(task.origin);
      onEvent({ event: 'page.judged', url: task.url, reason: staging.trap(task, trapped) });
      return;
    }
    if (level !== undefined && sitemapsRead >= sitemapsAtOnce) {
      frontier.release(task.origin);
      frontier.putBack(task, now() + sitemapWaitMs);
      return;
    }
    const result = await judged(task, level);
    if (result === undefined) return;
    if (result === null) return askAsPage(task);
    if (result.page === null) frontier.release(task.origin);
    if (result.page?.retrieval.outcome === 'successful') tally.bytes += result.page.retrieval.body.length;
    await end(task, result);
  };
}

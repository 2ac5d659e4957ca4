import type { WaitingOrigin } from '../../frontier/index.ts';
import type { OriginKey, Reason, Retrieval } from '../../vocab/index.ts';
import type { Statistics } from './statistics.ts';
import type { TraceStep } from './trace-steps.ts';

/** Numbers of a crawl in progress. There is no known total, so there is no percentage; of an audit there is. */
export interface CrawlProgress {
  readonly statistics: Statistics;
  /** The next few of the origins that wait, soonest first. For people only: no host is ever in a statistic. */
  readonly waiting: readonly WaitingOrigin[];
  /** Of an audit: the entries of its list, and how many of them are done. */
  readonly audit?: { readonly domains: number; readonly ended: number };
}

/** What a crawl tells while it runs; a closed list, nouns with fields. `crawlEvents` names every one of them. */
export type CrawlEvent =
  | {
      readonly event: 'run.started';
      readonly run: string;
      readonly out: string;
      readonly resumed: boolean;
      readonly policy: string;
    }
  /** The list of an audit was read; `repeated`: entries that name a domain again, `unusable`: those that name none. */
  | { readonly event: 'list.read'; readonly domains: number; readonly repeated: number; readonly unusable: number }
  | { readonly event: 'origin.declared'; readonly origin: OriginKey; readonly robots: Retrieval['outcome'] }
  /** A fault of ours kept this page from being judged: it is not kept, and the run goes on. */
  | { readonly event: 'page.fault'; readonly url: string; readonly error: string }
  /** So many `faults` of ours in a row at the pages of this origin: no more of them is asked, and the run goes on. */
  | { readonly event: 'origin.closed'; readonly origin: OriginKey; readonly faults: number }
  /** `degraded`: origins that answered before fell silent together, so everything waits; `restored`: one answered again. */
  | { readonly event: 'network'; readonly state: 'degraded' | 'restored' }
  /** `sandbox`: Chromium's own, which root and most containers do not permit. */
  | { readonly event: 'browser.started'; readonly version: string; readonly sandbox: boolean }
  | { readonly event: 'page.judged'; readonly url: string; readonly reason: Reason }
  /** Reading the page took too much time or memory, or met a fault of ours; nothing of it is kept. */
  | { readonly event: 'page.given-up'; readonly url: string; readonly why: 'memory' | 'time' | 'fault' }
  /** A step of the URL that `--debug-url` named; ms since the crawl began. */
  | {
      readonly event: 'url.traced';
      readonly url: string;
      readonly step: TraceStep;
      readonly at_ms: number;
      readonly detail: string;
    }
  | { readonly event: 'progress'; readonly progress: CrawlProgress }
  | {
      readonly event: 'run.ended';
      readonly run: string;
      readonly ended: 'finished' | 'limit' | 'interrupted';
      readonly counts: Readonly<Record<string, number>>;
    };

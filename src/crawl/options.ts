import type { KeyObject } from 'node:crypto';
import type { RetrieverOptions } from '../http/index.ts';
import type { Config, LoadedOperatorRecords } from '../settings/index.ts';
import type { AgentList, Digest, Policy } from '../vocab/index.ts';
import type { AuditOptions } from './audit/load-list.ts';
import type { ContentReader } from './content/threads.ts';
import type { CrawlEvent } from './watch/progress.ts';

/** What a crawl, an audit or a recheck is told; clock, randomness and names come from outside. */
export interface CrawlOptions {
  readonly config: Config;
  readonly out: string;
  /** Absolute http(s) URLs. */
  readonly seeds: readonly string[];
  /** Asks each domain of a list for its front page and keeps no text; `seeds` is empty then. */
  readonly audit?: AuditOptions;
  readonly policy: Policy;
  readonly agents: AgentList & { readonly digest: Digest };
  /** The operator's own grants and denials. */
  readonly operator?: LoadedOperatorRecords;
  readonly identity: RetrieverOptions['identity'];
  /** Private, Ed25519: the run's manifest is signed with it. */
  readonly manifestKey?: KeyObject | undefined;
  readonly software: { readonly name: string; readonly version: string };
  /** 4 to 16 of `a-z0-9`, for the run's name. */
  readonly random: string;
  /** Wall clock in ms; the monotonic clock is the process's own. */
  readonly wallClock: () => number;
  /** Aborted softly: no new request, what is in flight ends, everything judged is committed, the run can be resumed. */
  readonly stop: AbortSignal;
  /** Aborted when what was in flight at `stop` had time enough: requests on the wire are given up. Default: at once. */
  readonly abandon?: AbortSignal;
  /** Resolves names; default: the system's resolver. */
  readonly lookup?: RetrieverOptions['lookup'];
  /** Whether names can be looked up at all; default: the machine's name server is asked for the root. */
  readonly nameServerAnswers?: () => Promise<boolean>;
  readonly onEvent?: (event: CrawlEvent) => void;
  /** Measure where the time goes. */
  readonly isTimed?: boolean;
  /** Put between the crawl and what reads its pages; for measurements. */
  readonly wrapContent?: (reader: ContentReader) => ContentReader;
}

import type { Task } from '../frontier/index.ts';
import type { WorkSource } from './engine.ts';
import type { CrawlProgress } from './watch/progress.ts';

/** The parts of one crawl wired together: what the engine asks for work, and what it does with it. */
export interface Session {
  readonly source: WorkSource<Task>;
  readonly handle: (task: Task) => Promise<void>;
  /** Seeds, and what an earlier run left to be asked again. */
  begin(isResumed: boolean): Promise<void>;
  readonly isLimited: boolean;
  /** Requests in flight that this process can afford. */
  readonly concurrency: number;
  /** Pages that a fault of ours kept from being judged. */
  readonly faults: number;
  /** After the engine: a failure is thrown, a limit's leftovers get their rows. */
  settle(): Promise<void>;
  close(): Promise<void>;
  /** Everything is written down. */
  ended(): void;
  /** Origins that declare something else by now than some of their documents were judged with. */
  outdated(): number;
  readonly pagesFetched: number;
  /** @param givenUp pages whose reading was given up */
  progress(givenUp: number): CrawlProgress;
  readonly stages: ReadonlyMap<string, number>;
}

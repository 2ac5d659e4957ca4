/** What the dashboard shows: plain facts, gathered by whoever serves it. Times are ISO instants in UTC. */
import type { Disposition } from '../../vocab/index.ts';

export interface DashboardFacts {
  /** When they were gathered; ages are told from it. */
  readonly at: string;
  /** The dataset's folder, as the operator named it. */
  readonly dataset: string;
  readonly version: string;
  readonly checks: readonly { readonly check: string; readonly isOk: boolean; readonly detail: string }[];
  /** The job that runs. */
  readonly running?: { readonly job: string; readonly started: string; readonly progress?: ProgressFacts };
  readonly jobs: readonly JobFacts[];
  /** Undefined where there is no dataset yet, or it cannot be read. */
  readonly dataset_facts?: DatasetFacts;
}

export interface ProgressFacts {
  readonly run?: string;
  readonly fetched: number;
  /** Pages a second, lately. */
  readonly rate?: number;
  readonly kept: number;
  readonly withheld: number;
  readonly deferred: number;
  readonly pending: number;
  readonly inFlight: number;
  readonly wireBytes: number;
  readonly memoryBytes: number;
  readonly freeBytes?: number;
  readonly isDegraded: boolean;
  /** How many origins wait, by what they wait for. */
  readonly waits: readonly { readonly why: string; readonly origins: number }[];
  /** Those that come next. */
  readonly next: readonly { readonly origin: string; readonly why: string; readonly inMs: number }[];
}

export interface JobFacts {
  readonly job: string;
  readonly expression: string;
  readonly zone: string;
  readonly due: string;
  readonly waiting?: { readonly why: string; readonly notBefore?: string };
  readonly isRunning: boolean;
  readonly last?: {
    readonly started: string;
    readonly ended: string;
    readonly outcome: string;
    readonly code: number | null;
    readonly signal?: string;
    readonly error?: string;
  };
  readonly failures: number;
  readonly skipped: number;
}

export interface DatasetFacts {
  readonly documents: number;
  readonly pending: number;
  /** Oldest first. */
  readonly runs: readonly RunFacts[];
  /** Undefined where they could not be read. */
  readonly refusals?: readonly { readonly url: string; readonly reason: string; readonly at: string }[];
  readonly withdrawn: number;
  readonly withdrawnByReason: Readonly<Record<string, number>>;
  readonly uncompacted: number;
  /** From the first sighting to the tombstone, ms, sorted. */
  readonly latenciesMs: readonly number[];
  readonly withdrawals: readonly WithdrawalFacts[];
  readonly removal: RemovalFacts;
}

/** From the first sight of a refusal until the text had left its file, ms; what only gave way to a newer version not counted. */
export interface RemovalFacts {
  /** Declared. */
  readonly withinMs?: number;
  readonly removed: number;
  readonly slowestMs: number;
  readonly late: number;
  /** The first sight that some text still waits for. */
  readonly oldestPending?: string;
}

export interface RunFacts {
  readonly run: string;
  readonly kind: string;
  readonly started: string;
  readonly isFinished: boolean;
  readonly byDisposition: Readonly<Partial<Record<Disposition, number>>>;
}

export interface WithdrawalFacts {
  readonly url: string;
  readonly reason: string;
  readonly sighted: string;
  readonly withdrawn: string;
  readonly isCompacted: boolean;
}

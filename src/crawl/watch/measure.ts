import { createHistogram, monitorEventLoopDelay, performance } from 'node:perf_hooks';
import type { Frontier } from '../../frontier/index.ts';
import type { Answer, Retriever } from '../../http/index.ts';
import type { Dataset } from '../../store/index.ts';
import { causes, outcomes, type Statistics, statusClasses } from './statistics.ts';

/** What only the session knows. */
export interface SessionNumbers {
  readonly pagesFetched: number;
  readonly pageBytes: number;
  readonly faults: number;
  readonly givenUp: number;
  readonly isDegraded: boolean;
}

/** Counts what goes through, and looks at the process. */
export interface Measures {
  /** The same retriever, whose every request is counted. */
  watch(retriever: Retriever): Retriever;
  declared(): void;
  /** Every key of the table that has a value. */
  read(numbers: SessionNumbers): Statistics;
  close(): void;
}

/** The monitor's own timer: what is late is what comes on top of it. */
const lagResolutionMs = 20;

const zeros = (names: readonly string[]): Map<string, number> => new Map(names.map(name => [name, 0]));
const add = (counts: Map<string, number>, name: string): void => void counts.set(name, (counts.get(name) ?? 0) + 1);

export function createMeasures(dataset: Dataset, frontier: Pick<Frontier, 'counts' | 'waitingCounts' | 'heldOrigins'>): Measures {
  const startedAtMs = performance.now();
  const startedCpu = process.cpuUsage();
  const lag = monitorEventLoopDelay({ resolution: lagResolutionMs });
  lag.enable();
  const loop = performance.eventLoopUtilization();
  const durations = createHistogram();
  const byOutcome = zeros(outcomes);
  const byStatus = zeros(statusClasses);
  const byCause = zeros(causes);
  let total = 0;
  let inFlight = 0;
  let wireBytes = 0;
  let declared = 0;

  const answered = ({ retrieval, refusal, wireBytes: octets, startedAtMs: from, endedAtMs: to }: Answer): void => {
    add(byOutcome, refusal === undefined ? retrieval.outcome : 'refused');
    if (refusal !== undefined) return;
    total++;
    wireBytes += octets;
    durations.record(Math.max(1, Math.round((to - from) * 1_000)));
    if ('status' in retrieval && retrieval.status !== undefined) add(byStatus, classOf(retrieval.status));
    if (retrieval.outcome === 'unreachable') add(byCause, retrieval.cause);
  };

  return {
    watch: retriever => ({
      ...retriever,
      retrieve: async (url, request) => {
        inFlight++;
        try {
          const answer = await retriever.retrieve(url, request);
          answered(answer);
          return answer;
        } catch (error) {
          total++;
          add(byOutcome, 'aborted');
          throw error;
        } finally {
          inFlight--;
        }
      },
    }),
    declared: () => void declared++,
    read: ({ pagesFetched, pageBytes, faults, givenUp, isDegraded }) => {
      const { byReason, byDisposition, urls } = dataset.counts();
      const { pending, inFlight: flying, finished } = frontier.counts();
      const waiting = frontier.waitingCounts();
      const memory = process.memoryUsage();
      const cpu = process.cpuUsage(startedCpu);
      const disk = dataset.freeBytes();
      return {
        'run.elapsed_ms': Math.round(performance.now() - startedAtMs),
        'urls.seen': urls,
        'pages.kept': byDisposition.keep ?? 0,
        'urls.withheld': byDisposition.withhold ?? 0,
        'urls.deferred': byDisposition.defer ?? 0,
        ...family('urls.by_reason', Object.entries(byReason)),
        'pages.fetched': pagesFetched,
        'frontier.pending': pending,
        'frontier.in_flight': flying,
        'frontier.finished': finished,
        'frontier.origins_held': frontier.heldOrigins(),
        'origins.declared': declared,
        'origins.waiting': Object.values(waiting).reduce((sum, n) => sum + n, 0),
        ...family('origins.waiting_for', Object.entries(waiting)),
        'requests.total': total,
        'requests.in_flight': inFlight,
        ...family('requests.by_outcome', byOutcome),
        ...family('requests.by_status', byStatus),
        ...family('requests.by_cause', byCause),
        'requests.duration_p50_ms': durations.count === 0 ? 0 : durations.percentile(50) / 1_000,
        'requests.duration_p99_ms': durations.count === 0 ? 0 : durations.percentile(99) / 1_000,
        'bytes.wire': wireBytes,
        'bytes.pages': pageBytes,
        'network.degraded': isDegraded ? 1 : 0,
        'faults.pages': faults,
        'faults.given_up': givenUp,
        'loop.lag_p50_ms': lagMs(lag.percentile(50)),
        'loop.lag_p99_ms': lagMs(lag.percentile(99)),
        'loop.lag_max_ms': lagMs(lag.max),
        'loop.utilization': Number(performance.eventLoopUtilization(loop).utilization.toFixed(4)),
        'memory.rss_bytes': memory.rss,
        'memory.heap_bytes': memory.heapUsed,
        'memory.external_bytes': memory.external,
        'cpu.user_ms': Math.round(cpu.user / 1_000),
        'cpu.system_ms': Math.round(cpu.system / 1_000),
        ...(disk === undefined ? {} : { 'disk.free_bytes': disk }),
      };
    },
    close: () => void lag.disable(),
  };
}

const family = (key: string, members: Iterable<readonly [string, number]>): Record<string, number> =>
  Object.fromEntries([...members].map(([name, count]) => [`${key}.${name}`, count]));

const classOf = (status: number): (typeof statusClasses)[number] => {
  const name = `${Math.floor(status / 100)}xx`;
  return statusClasses.find(known => known === name) ?? 'other';
};

/** @param ns of the monitor, whose own interval is no lateness */
const lagMs = (ns: number): number => Number(Math.max(0, ns / 1e6 - lagResolutionMs).toFixed(3));

/**
 * The numbers of a crawl: one closed table of dotted keys that never change their meaning. `--stats`, `--metrics`, the live lines and
 * `src/OBSERVABILITY.md` all read this table. A key that ends in `*` is a family; its members are a closed list too, so the number of time
 * series is bounded whatever the web is like: no host, no URL, nothing remote is ever a key.
 */
import type { WaitingOrigin } from '../../frontier/index.ts';
import { signalIds } from '../../signals/index.ts';
import { allReasons, type UnreachableCause } from '../../vocab/index.ts';

export interface Statistic {
  readonly key: string;
  /** A counter only rises within one process; a gauge is how things are. */
  readonly kind: 'counter' | 'gauge';
  readonly help: string;
  /** Of a family: what its members are, and which there are. */
  readonly family?: { readonly label: string; readonly members: readonly string[] };
}

/** By key, members of families included. */
export type Statistics = Readonly<Record<string, number>>;

const counter = (key: string, help: string): Statistic => ({ key, kind: 'counter', help });
const gauge = (key: string, help: string): Statistic => ({ key, kind: 'gauge', help });

export const causes: readonly UnreachableCause[] = [
  ...(['dns', 'timeout', 'reset', 'tls', 'redirects'] as const),
  ...(['too-large', 'protocol', 'encoding', 'address', 'status'] as const),
];
export const outcomes = ['successful', 'unavailable', 'unreachable', 'not-attempted', 'refused', 'aborted'] as const;
export const statusClasses = ['2xx', '3xx', '4xx', '5xx', 'other'] as const;
export const waits: readonly WaitingOrigin['why'][] = [
  ...(['delay', 'adaptive-delay', 'crawl-delay', 'retry-after', 'backoff', 'retry', 'quiet'] as const),
  ...(['domain-concurrency', 'address-concurrency', 'max-pages-per-domain'] as const),
];

/** In the order they are printed. */
export const statisticsTable: readonly Statistic[] = [
  gauge('run.elapsed_ms', 'time since this process began the run'),
  gauge('urls.seen', 'URLs of the run that have a row'),
  gauge('pages.kept', 'URLs of the run that ended kept'),
  gauge('urls.withheld', 'URLs of the run that ended not kept'),
  gauge('urls.deferred', 'URLs of the run that ended deferred'),
  {
    ...gauge('urls.by_reason.*', 'URLs of the run by the reason they ended with'),
    family: { label: 'reason', members: allReasons(signalIds) },
  },
  gauge('pages.fetched', 'pages asked in the run, as --max-pages counts them'),
  gauge('frontier.pending', 'URLs to be asked, of every run'),
  gauge('frontier.in_flight', 'URLs under way'),
  gauge('frontier.finished', 'URLs that ended, of every run'),
  gauge('frontier.origins_held', 'origins held in memory: with work, a pause that is not over, or a Crawl-delay of their own'),
  counter('origins.declared', 'times the declarations of an origin were obtained'),
  gauge('origins.waiting', 'origins that have something to do and wait for their time'),
  {
    ...gauge('origins.waiting_for.*', 'the same by what they wait for'),
    family: { label: 'wait', members: waits },
  },
  counter('requests.total', 'requests that were sent and ended, of every kind: pages, declarations, licences, sitemaps, hops'),
  gauge('requests.in_flight', 'requests under way'),
  {
    ...counter(
      'requests.by_outcome.*',
      'requests by outcome; `refused` ones were never sent, `aborted` ones were given up by us',
    ),
    family: { label: 'outcome', members: outcomes },
  },
  {
    ...counter('requests.by_status.*', 'answers by class of status'),
    family: { label: 'status', members: statusClasses },
  },
  {
    ...counter('requests.by_cause.*', 'requests that reached nobody, by cause'),
    family: { label: 'cause', members: causes },
  },
  gauge('requests.duration_p50_ms', 'time of a request from its start to its last octet, median since the start'),
  gauge('requests.duration_p99_ms', 'the same, 99th percentile'),
  counter('bytes.wire', 'octets of content received, before decoding'),
  counter('bytes.pages', 'octets of pages, decoded'),
  gauge('network.degraded', '1 while the network is away and everything waits'),
  counter('faults.pages', 'pages that a fault of our own kept from being judged'),
  counter('faults.given_up', 'pages whose reading took too much time or memory'),
  gauge('loop.lag_p50_ms', 'lateness of the event loop, median since the start'),
  gauge('loop.lag_p99_ms', 'the same, 99th percentile'),
  gauge('loop.lag_max_ms', 'the same, largest'),
  gauge('loop.utilization', 'share of the time that the event loop was busy, 0 to 1'),
  gauge('memory.rss_bytes', 'resident memory of the process, threads included'),
  gauge('memory.heap_bytes', 'used heap of the main thread'),
  gauge('memory.external_bytes', 'buffers outside the heap'),
  counter('cpu.user_ms', 'processor time in user mode, threads included'),
  counter('cpu.system_ms', 'processor time in the kernel'),
  gauge('disk.free_bytes', 'free space where the dataset lies'),
];

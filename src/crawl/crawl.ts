/**
 * A crawl: seeds → declarations → verdicts → shards. This file begins and ends the run; the path of one URL is in `page.ts`, what is next in
 * `frontier`, how it is written in `staging.ts` and `store`.
 */
import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { RetrieverOptions } from '../http/index.ts';
import type { Config, LoadedOperatorRecords } from '../settings/index.ts';
import { signalIds } from '../signals/index.ts';
import {
  type Dataset,
  databaseName,
  lastFinishedRun,
  type Manifest,
  newestManifest,
  openDataset,
  type RunSettings,
  storageFailure,
} from '../store/index.ts';
import { type AgentList, CodedError, type Digest, exitCodes, type Policy } from '../vocab/index.ts';
import { type AuditOptions, loadAuditList } from './audit/load-list.ts';
import { type ContentReader, openContentReader } from './content/threads.ts';
import { maxTimerMs, runEngine } from './engine.ts';
import { noSeeds } from './no-seeds.ts';
import type { CrawlEvent } from './progress.ts';
import { findBrowser } from './render/find-browser.ts';
import { createSession } from './session.ts';

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

export interface CrawlSummary {
  /** Of an audit's list: its entries, and how many more named a domain again. */
  readonly list?: { readonly domains: number; readonly repeated: number };
  readonly run: string;
  readonly out: string;
  readonly resumed: boolean;
  readonly ended: 'finished' | 'limit' | 'interrupted';
  readonly counts: Manifest['counts'];
  readonly pagesFetched: number;
  /** Pages that a fault of heed's own kept from being judged; each has a row. */
  readonly faults: number;
  /** Of the whole run so far. */
  readonly politeness?: Omit<NonNullable<Manifest['politeness']>, 'busiest' | 'path'>;
  readonly manifest?: string;
  /** Total ms by stage, when timed. */
  readonly stages?: Readonly<Record<string, number>>;
}

const progressEveryMs = 500;

/** @throws CodedError, StoreError */
export async function crawl(options: CrawlOptions): Promise<CrawlSummary> {
  const { config, stop, onEvent = () => {} } = options;
  if (!options.audit && options.seeds.length === 0 && !existsSync(join(options.out, databaseName))) throw noSeeds(options.out);
  // Looked for before the run begins; started when the first page needs it.
  const browser = config.render === 'never' ? null : await findBrowser({ configured: config.browser });
  const dataset = openDataset(options.out, { now: options.wallClock, minFreeBytes: config['min-free-disk'] });
  let content: ContentReader | undefined;
  let givenUp = 0;
  try {
    refuseOtherKind(dataset, options);
    const list = options.audit && (await loadAuditList(dataset, options.audit, stop));
    if (list) onEvent({ event: 'list.read', domains: list.entries, repeated: list.repeated });
    const asked = list ? { list: { domains: list.entries, repeated: list.repeated } } : {};
    const before = list && dataset.unfinished() === undefined ? await finishedBefore(dataset) : undefined;
    if (before) return { ...before, ...asked };
    const { run, isResumed } = await beginOrResume(dataset, options);
    onEvent({ event: 'run.started', run: run.name, out: dataset.out, resumed: isResumed, policy: options.policy.id });
    if (!options.audit)
      content = await openContentReader({
        threads: config['content-threads'] ?? Math.max(1, availableParallelism() - 1),
        maxHeapMb: config['content-memory'] / 2 ** 20,
        onGivenUp: (url, why) => {
          givenUp++;
          onEvent({ event: 'page.given-up', url, why });
        },
      });
    const reader = content && (options.wrapContent?.(content) ?? content);
    const session = createSession(dataset, options, reader ?? null, browser);
    const tell = (): void => onEvent({ event: 'progress', progress: session.progress(givenUp) });
    const ticking = setInterval(tell, progressEveryMs).unref();
    try {
      await session.begin(isResumed);
      const handlerTimeoutMs = handlerTimeoutOf(config, browser !== null);
      await runEngine({ source: session.source, concurrency: session.concurrency, handlerTimeoutMs, handle: session.handle });
      await session.settle();
    } catch (error) {
      throw storageFailure(error, 'crawling');
    } finally {
      clearInterval(ticking);
      await session.close();
    }
    await dataset.flush();
    session.ended();
    tell();
    const ended = stop.aborted ? 'interrupted' : session.isLimited ? 'limit' : 'finished';
    const politeness = dataset.politeness.totals();
    const manifest = ended === 'interrupted' ? undefined : await dataset.finishRun();
    const counts = manifest?.counts ?? dataset.counts();
    onEvent({ event: 'run.ended', run: run.name, ended, counts: counts.byReason });
    return {
      run: run.name,
      out: dataset.out,
      resumed: isResumed,
      ended,
      counts,
      pagesFetched: session.pagesFetched,
      faults: session.faults,
      ...asked,
      ...(politeness ? { politeness: totalsOf(politeness) } : {}),
      ...(manifest ? { manifest: `manifests/${run.name}.json` } : {}),
      ...(options.isTimed ? { stages: Object.fromEntries(session.stages) } : {}),
    };
  } finally {
    await content?.close();
    await dataset.close();
  }
}

/** Every page in flight may wait for the browser behind all the others, and be run twice. */
const renderingMs = (config: Config): number =>
  2 * config['render-timeout'] * Math.ceil(config.concurrency / config['render-concurrency'] + 1);

const totalsOf = ({
  busiest: _busiest,
  path: _path,
  ...totals
}: NonNullable<Manifest['politeness']>): CrawlSummary['politeness'] & object => totals;

/** A night that begins while a page waits for its turn is no fault of the page. */
const handlerTimeoutOf = (config: Config, isRendering: boolean): number =>
  config['quiet-hours'].length > 0
    ? maxTimerMs
    : Math.min(
        config['request-timeout'] * 4 + config['max-delay'] * 8 + 60_000 + (isRendering ? renderingMs(config) : 0),
        maxTimerMs,
      );

/** A dataset that is there already is brought up to date. */
function kindOf({ audit }: CrawlOptions, { database }: Dataset): 'crawl' | 'recrawl' | 'audit' {
  if (audit) return 'audit';
  return lastFinishedRun(database, ['crawl', 'recrawl']) === undefined ? 'crawl' : 'recrawl';
}

/** An audit makes no corpus and a crawl no audit: each has a folder of its own. */
function refuseOtherKind({ lastKind, out }: Dataset, options: CrawlOptions): void {
  if (lastKind === undefined || (lastKind === 'audit') === (options.audit !== undefined)) return;
  throw new CodedError('ERR_RUN_KIND', exitCodes.usage, `\`${out}\` holds ${lastKind === 'audit' ? 'an audit' : 'a crawl'}`, {
    next: `choose another --out for ${options.audit ? 'an audit' : 'a crawl'}`,
  });
}

/** An audit is one look at one list: what is finished is not asked again. */
async function finishedBefore({ lastKind, out }: Dataset): Promise<CrawlSummary | undefined> {
  if (lastKind === undefined) return undefined;
  const { manifest, path } = await newestManifest(out);
  const { run, counts } = manifest;
  return { run, out, resumed: true, ended: 'finished', counts, pagesFetched: 0, faults: 0, manifest: path };
}

/** An unfinished run goes on under its own policy only: one run, one policy digest. */
async function beginOrResume(
  dataset: Dataset,
  options: CrawlOptions,
): Promise<{ run: NonNullable<Dataset['run']>; isResumed: boolean }> {
  const { policy, agents, software, operator, config, random } = options;
  const unfinished = dataset.unfinished();
  if (unfinished && unfinished.settings.policy.digest !== policy.digest) {
    const { id } = unfinished.settings.policy;
    throw new CodedError(
      'ERR_RUN_POLICY',
      exitCodes.usage,
      `run \`${unfinished.name}\` was begun under policy \`${id}\` and is not finished`,
      {
        next: `finish it with --policy ${id}, or choose another --out`,
      },
    );
  }
  if (unfinished && unfinished.settings.operator?.digest !== operator?.source.digest) {
    throw new CodedError(
      'ERR_RUN_OPERATOR_RECORDS',
      exitCodes.usage,
      `run \`${unfinished.name}\` was begun with other operator records and is not finished`,
      { next: 'finish it with the records it began with, or choose another --out' },
    );
  }
  const other = unfinished && otherSetting(unfinished.settings, options);
  if (unfinished && other) {
    throw new CodedError(
      'ERR_RUN_SETTINGS',
      exitCodes.usage,
      `run \`${unfinished.name}\` was begun with another ${other} and is not finished`,
      { next: `finish it with the ${other} it began with, or choose another --out` },
    );
  }
  const overrides = overridesOf(config);
  const resumed = await dataset.resumeRun(overrides);
  if (resumed) return { run: resumed, isResumed: true };
  const { digest, ...document } = policy;
  const run = await dataset.beginRun({
    kind: kindOf(options, dataset),
    random,
    policy: { id: policy.id, digest, document },
    agents: { version: agents.version, digest: agents.digest, agents: agents.agents },
    software: { ...software, signals: signalIds },
    ...(operator ? { operator: operator.source } : {}),
    overrides,
    config: Object.fromEntries(Object.entries(config).filter(([, value]) => value !== undefined)),
  });
  return { run, isResumed: false };
}

/** What its rows say must hold for all of them. */
function otherSetting(settings: RunSettings, { config, agents }: CrawlOptions): string | undefined {
  if (JSON.stringify(settings.config.category) !== JSON.stringify(config.category)) return '--category';
  if (JSON.stringify(settings.config['drop-parameters'] ?? []) !== JSON.stringify(config['drop-parameters']))
    return '--drop-parameters';
  return settings.agents.digest === agents.digest ? undefined : 'agent list';
}

const overridesOf = (config: Config): RunSettings['overrides'] => ({
  ...(config.resolve.length > 0 ? { resolve: config.resolve } : {}),
  ...(config['allow-private-network'] ? { 'allow-private-network': true } : {}),
});

/**
 * A crawl: seeds → declarations → verdicts → shards. This file begins and ends the run; what becomes of one URL is in `turn.ts` and `page.ts`,
 * what is next in `frontier`, how it is written in `staging.ts` and `store`.
 */
import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { Config } from '../settings/index.ts';
import {
  type AuditListTold,
  crawlKinds,
  type Dataset,
  databaseName,
  type Manifest,
  newestManifest,
  openDataset,
  type Run,
  readManifests,
  storageFailure,
} from '../store/index.ts';
import { loadAuditList } from './audit/load-list.ts';
import { beginOrResume, kindOf, refuseOtherKind } from './begin-run.ts';
import { type ContentReader, openContentReader } from './content/threads.ts';
import { noSeeds } from './find/no-seeds.ts';
import type { CrawlOptions } from './options.ts';
import { findBrowser } from './render/find-browser.ts';
import { createSession } from './session.ts';

export interface CrawlSummary {
  /** Of an audit's list: its entries, how many more named a domain again, and how many of them name none. */
  readonly list?: { readonly domains: number; readonly repeated: number; readonly unusable: number } & AuditListTold;
  readonly run: string;
  readonly out: string;
  readonly resumed: boolean;
  readonly ended: 'finished' | 'limit' | 'interrupted';
  readonly counts: Manifest['counts'];
  readonly pagesFetched: number;
  /** Pages that a fault of heed's own kept from being judged; each has a row. */
  readonly faults: number;
  /** Origins that declare something else by now than some of their documents were judged with: a recheck withdraws what that refuses. */
  readonly outdated: number;
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
  // Loaded where there is a run to begin: whoever only asks what a crawl can be told need not wait for Crawlee.
  const { runEngine } = await import('./engine.ts');
  // Looked for before the run begins; started when the first page needs it.
  const browser = config.render === 'never' ? null : await findBrowser({ configured: config.browser });
  const dataset = openDataset(options.out, {
    now: options.wallClock,
    minFreeBytes: config['min-free-disk'],
    withdrawWithinMs: config['withdraw-within'],
    signingKey: options.manifestKey,
    ...(options.audit ? { limits: auditLimits } : {}),
  });
  let content: ContentReader | undefined;
  let givenUp = 0;
  try {
    const left = (await dataset.endLeft()).find(({ kind }) => crawlKinds.has(kind));
    const kind = kindOf(options, dataset);
    refuseOtherKind(dataset, kind);
    const list = options.audit && (await loadAuditList(dataset, options.audit, stop));
    const listed = list && { domains: list.entries, repeated: list.repeated, unusable: list.unusable };
    if (listed) onEvent({ event: 'list.read', ...listed });
    const asked = listed ? { list: { ...listed, ...list?.told } } : {};
    const isOver = left !== undefined || (list !== undefined && dataset.unfinished() === undefined);
    const before = isOver ? await finishedBefore(dataset, left) : undefined;
    if (before) return { ...before, ...asked };
    const { run, isResumed } = await beginOrResume(dataset, options, kind);
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
      outdated: session.outdated(),
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

/** A line of an audit is some kilobytes and hundreds of origins are under way: fewer commits touch the same pages of the state less often. */
const auditLimits = { maxRows: 512, maxAgeMs: 2_000 } as const;

/** Every page in flight may wait for the browser behind all the others, and be run twice. */
const renderingMs = (config: Config): number =>
  2 * config['render-timeout'] * Math.ceil(config.concurrency / config['render-concurrency'] + 1);

export const totalsOf = ({
  busiest: _busiest,
  path: _path,
  ...totals
}: NonNullable<Manifest['politeness']>): CrawlSummary['politeness'] & object => totals;

/** A night that begins while a page waits for its turn is no fault of the page. */
const handlerTimeoutOf = (config: Config, isRendering: boolean): number =>
  config['quiet-hours'].length > 0
    ? Number.POSITIVE_INFINITY
    : config['request-timeout'] * 4 + config['max-delay'] * 8 + 60_000 + (isRendering ? renderingMs(config) : 0);

/** An audit is one look at one list: what is finished is not asked again. And a run that was killed in its last steps has been ended by now. */
async function finishedBefore({ lastKind, out }: Dataset, left: Run | undefined): Promise<CrawlSummary | undefined> {
  if (lastKind === undefined) return undefined;
  const own = left && (await readManifests(out)).find(({ manifest }) => manifest.run === left.name);
  const { manifest, path } = own ?? (await newestManifest(out));
  const { run, counts } = manifest;
  return { run, out, resumed: true, ended: 'finished', counts, pagesFetched: 0, faults: 0, outdated: 0, manifest: path };
}

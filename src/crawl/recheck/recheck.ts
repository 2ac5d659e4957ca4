/**
 * The consent clock (`heed recheck`): the declarations of every origin that has documents, or URLs that wait, are asked for again, each by one
 * conditional request, and what is refused by now is withdrawn. It asks the web under the same manners as a crawl, and adds nothing to the corpus.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { KnownUrls } from '../../frontier/index.ts';
import { openKnownUrls } from '../../frontier/index.ts';
import { readOperatorRecords } from '../../settings/index.ts';
import { crawlKinds, databaseName, type Manifest, openDataset, type Run, runsOf, storageFailure } from '../../store/index.ts';
import { CodedError, exitCodes, type OriginKey, type Policy } from '../../vocab/index.ts';
import { beginOrResume, refuseOtherKind } from '../begin-run.ts';
import { type CrawlSummary, totalsOf } from '../crawl.ts';
import type { CrawlOptions } from '../options.ts';
import { createRecrawl } from '../recrawl/recrawl.ts';
import { endsTheRun } from '../watch/fault.ts';
import { createFaultWatch } from '../watch/fault-watch.ts';
import { checkOrigin } from './check-origin.ts';
import { checkPages } from './check-pages.ts';
import { failOrigin } from './failed-origin.ts';
import { createNetwork, type RecheckNetwork } from './network.ts';

export interface RecheckOptions extends Omit<CrawlOptions, 'seeds' | 'audit' | 'policy' | 'isTimed' | 'wrapContent'> {
  /** Default: the one that the newest crawl judged with. */
  readonly policy?: Policy;
  /** Declarations that were asked for, or confirmed, later than so long before the run are not asked for again; ms. */
  readonly olderThanMs: number;
  /** Pages of each origin that are asked for what they themselves refuse; those that were judged longest ago first. */
  readonly pages: 'none' | 'all' | number;
}

export interface RecheckSummary {
  readonly run: string;
  readonly out: string;
  readonly resumed: boolean;
  readonly ended: 'finished' | 'interrupted';
  /** The crawl that waits to go on; what it has kept so far was checked, too. */
  readonly beside?: string;
  readonly origins: {
    readonly checked: number;
    /** Some file of theirs could not be reached. */
    readonly unreachable: number;
  };
  readonly documents: {
    /** Judged again, because something was said that they had not been judged with. */
    readonly judged: number;
    readonly withdrawn: number;
  };
  readonly pages: { readonly asked: number; readonly confirmed: number };
  /** Origins, documents and pages that a fault of heed's own kept from being judged. */
  readonly faults: number;
  readonly counts: Manifest['counts'];
  readonly politeness?: CrawlSummary['politeness'];
  readonly manifest?: string;
}

/** @throws CodedError, StoreError */
export async function recheck(options: RecheckOptions): Promise<RecheckSummary> {
  const { config, stop, wallClock, onEvent = () => {} } = options;
  if (!existsSync(join(options.out, databaseName))) throw noCrawl(options.out);
  const dataset = openDataset(options.out, {
    now: wallClock,
    minFreeBytes: config['min-free-disk'],
    withdrawWithinMs: config['withdraw-within'],
    signingKey: options.manifestKey,
  });
  try {
    await dataset.endLeft();
    refuseOtherKind(dataset, 'recheck');
    const [newest, ...older] = runsOf(dataset.database, ['crawl', 'recrawl']);
    if (newest === undefined) throw noCrawl(options.out);
    const settled = { ...options, seeds: [], ...asCrawled([newest, ...older], options) };
    const { run, isResumed } = await beginOrResume(dataset, settled, 'recheck');
    onEvent({ event: 'run.started', run: run.name, out: dataset.out, resumed: isResumed, policy: settled.policy.id });
    const recrawl = createRecrawl(dataset, settled);
    const beside = dataset.unfinished(crawlKinds)?.name;
    const known = openKnownUrls(dataset.database);
    const network = createNetwork(dataset, settled, {
      recrawl,
      askedSinceMs: Date.parse(run.started) - options.olderThanMs,
      mayCite: ({ file }) => beside === undefined || !file.startsWith(`evidence/${beside}/`),
    });
    const sums = newSums();
    const faults = createFaultWatch({ onEvent, endRun: network.giveUp });
    try {
      const { waitMs } = network.resume(isResumed);
      if (waitMs > 0) await sleep(waitMs, undefined, { signal: stop }).catch(() => {});
      const parts = { dataset, recrawl, known, out: dataset.out, faults, isStopping: network.isStopping };
      await eachOrigin(originsOf(recrawl.standings.origins(), known), network, origin =>
        checkOrFail(origin, sums, options, network, { ...network.context, ...parts }),
      );
    } catch (error) {
      if (!stop.aborted) throw storageFailure(error, 'rechecking');
    } finally {
      await network.close();
    }
    await dataset.flush();
    const ended = stop.aborted ? 'interrupted' : 'finished';
    const politeness = dataset.politeness.totals();
    const manifest = ended === 'interrupted' ? undefined : await dataset.finishRun();
    const counts = manifest?.counts ?? dataset.counts();
    onEvent({ event: 'run.ended', run: run.name, ended, counts: counts.byReason });
    return {
      ...{ run: run.name, out: dataset.out, resumed: isResumed, ended, ...(beside === undefined ? {} : { beside }) },
      ...{ ...sums, faults: faults.count, counts },
      ...(politeness ? { politeness: totalsOf(politeness) } : {}),
      ...(manifest ? { manifest: `manifests/${run.name}.json` } : {}),
    };
  } finally {
    await dataset.close();
  }
}

const noCrawl = (out: string): CodedError =>
  new CodedError('ERR_NO_DATASET', exitCodes.usage, `\`${out}\` holds no crawl, so there is nothing to recheck`, {
    next: 'crawl first: heed crawl URL --out DIR',
  });

/**
 * What documents were judged with, they are judged with again: policy and the operator's own records of the newest crawl, unless others are named, and
 * the categories of all crawls, since a document may be there for any.
 */
function asCrawled(
  crawls: readonly [Run, ...Run[]],
  options: RecheckOptions,
): Pick<CrawlOptions, 'policy' | 'config' | 'operator'> {
  const { settings } = crawls[0];
  const { id, digest, document } = settings.policy;
  const own = { ...(document as Omit<Policy, 'digest'>), id, digest };
  const categories = crawls.flatMap(crawl => crawl.settings.config.category as CrawlOptions['config']['category']);
  const source = settings.operator;
  const operator = options.operator ?? (source && { records: readOperatorRecords(source), source });
  const config = { ...options.config, category: [...new Set(categories)] };
  return { policy: options.policy ?? own, config, ...(operator ? { operator } : {}) };
}

type Sums = { [Key in 'origins' | 'documents' | 'pages']: { -readonly [Name in keyof RecheckSummary[Key]]: number } };

const newSums = (): Sums => ({
  origins: { checked: 0, unreachable: 0 },
  documents: { judged: 0, withdrawn: 0 },
  pages: { asked: 0, confirmed: 0 },
});

/** Both lists are sorted, and so is what is made of them. */
function* originsOf(documents: Iterable<OriginKey>, known: KnownUrls): Iterable<OriginKey> {
  const waiting = new Set(known.pendingOrigins());
  for (const origin of documents) {
    waiting.delete(origin);
    yield origin;
  }
  yield* waiting;
}

/** A fault of ours at one origin is that origin's, as long as others can be checked: the clock of all others goes on. */
async function checkOrFail(
  origin: OriginKey,
  sums: Sums,
  options: RecheckOptions,
  network: RecheckNetwork,
  context: Parameters<typeof checkPages>[2],
): Promise<void> {
  const { faults } = context;
  try {
    await network.reach(origin);
    const before = faults.count;
    await checkOne(origin, sums, options, context);
    if (faults.count === before) faults.judged(origin);
  } catch (error) {
    if (network.isStopping() || endsTheRun(error)) throw error;
    sums.origins.checked++;
    sums.origins.unreachable++;
    sums.documents.withdrawn += await failOrigin(origin, error, context);
    faults.failed({ url: new URL('/robots.txt', origin).href, origin }, error);
  }
}

async function checkOne(
  origin: OriginKey,
  sums: Sums,
  { pages, onEvent = () => {} }: RecheckOptions,
  context: Parameters<typeof checkPages>[2],
): Promise<void> {
  const set = await context.page.declarations.of(origin);
  onEvent({ event: 'origin.declared', origin, robots: set.carriers.robots.retrieval.outcome });
  const { isReached, judged, withdrawn } = await checkOrigin(set, context);
  sums.origins.checked++;
  if (!isReached) sums.origins.unreachable++;
  sums.documents.judged += judged;
  sums.documents.withdrawn += withdrawn;
  if (pages === 'none') return;
  // What is withdrawn by now is asked no more, and has its row.
  if (withdrawn > 0) await context.dataset.flush();
  const limit = pages === 'all' ? Number.MAX_SAFE_INTEGER : pages;
  const urls = context.recrawl.standings.unasked(origin, limit, Date.parse(context.dataset.run?.started ?? ''));
  const found = await checkPages(urls, set, context);
  sums.pages.asked += found.asked;
  sums.pages.confirmed += found.confirmed;
  sums.documents.withdrawn += found.withdrawn;
}

/** Many origins at a time; each keeps its own pauses. What our own network could not reach is asked again when it is back. */
async function eachOrigin(
  origins: Iterable<OriginKey>,
  network: RecheckNetwork,
  check: (origin: OriginKey) => Promise<void>,
): Promise<void> {
  const list = origins[Symbol.iterator]();
  let failure: unknown;
  const worker = async (): Promise<void> => {
    for (;;) {
      network.refuseWhenOver();
      if (failure !== undefined) return;
      const { value: origin, done } = list.next();
      if (done) return;
      await check(origin);
      network.forget(origin);
    }
  };
  const workers = Array.from({ length: network.concurrency }, () =>
    worker().catch(error => {
      failure ??= error;
      network.giveUp(error);
    }),
  );
  await Promise.all(workers);
  if (failure !== undefined) throw failure;
}

import { setTimeout as sleep } from 'node:timers/promises';
import { type FrontierOptions, openFrontier, type Task } from '../frontier/index.ts';
import { type Dataset, openAuditList } from '../store/index.ts';
import type { OriginKey } from '../vocab/index.ts';
import { createAudit } from './audit/audit.ts';
import { isPassing } from './audit/front-page.ts';
import type { ContentReader } from './content/threads.ts';
import { createDeclarations } from './declared/declarations.ts';
import { createDeclaring } from './declared/declaring.ts';
import { createDeferrals } from './deferral.ts';
import { createDiscovery } from './find/discovery.ts';
import { noSeeds } from './find/no-seeds.ts';
import type { SitemapContext } from './find/sitemap.ts';
import { createBodyRoom } from './manners/body-room.ts';
import { clockSkew } from './manners/clock-skew.ts';
import { affordable, descriptorLimit } from './manners/descriptors.ts';
import { createHealth } from './manners/health.ts';
import { operatorFacts, retrieverFor, urlRules } from './manners/network.ts';
import { pacedRetriever } from './manners/paced-retriever.ts';
import { createPoliteness, type Politeness } from './manners/politeness.ts';
import type { CrawlOptions } from './options.ts';
import type { PageContext } from './page.ts';
import { createRecrawl } from './recrawl/recrawl.ts';
import type { FoundBrowser } from './render/find-browser.ts';
import { rendererFor, renderStepFor } from './render/session-renderer.ts';
import type { Session } from './session-door.ts';
import { createStaging } from './staging.ts';
import { createTurn, type Tally } from './turn.ts';
import { turnedAway } from './turned-away.ts';
import { createFaultWatch } from './watch/fault-watch.ts';
import { createMeasures } from './watch/measure.ts';
import { stageClock } from './watch/stage-clock.ts';
import { traceOf } from './watch/trace.ts';

const productToken = 'heed';
/** Origins whose declarations are fetched at the same time, per request slot: they mostly wait out their own delay. */
const declarersPerSlot = 4;

/** @param content null in an audit @param browser null where no page is run in one */
export function createSession(
  dataset: Dataset,
  options: CrawlOptions,
  content: ContentReader | null,
  browser: FoundBrowser | null,
): Session {
  const { config, policy, agents, wallClock, stop, abandon = stop, onEvent = () => {} } = options;
  const now = (): number => performance.now();
  /** The run is over, by a limit or a failure: nothing waits any longer for anything it was to ask. */
  const over = new AbortController();
  const stopping = AbortSignal.any([stop, over.signal]);
  const rules = urlRules(options);
  const faults = createFaultWatch({ onEvent, endRun: error => fail(error) });
  const politeness: Politeness = createPoliteness({
    ...{ config, dataset, resolveRules: rules.resolveRules ?? [], lookup: options.lookup, now, wallClock, stop: stopping },
    isDeclared: origin => declarations.known(origin) !== undefined,
    onFree: (group, all) => frontier.wake(group, all),
  });
  const { pace, gate } = politeness;
  const awayOf = turnedAway(dataset, politeness, faults);
  const frontierOptions: FrontierOptions = { delayMs: config.delay, maxDelayMs: config['max-delay'], now };
  const opened = openFrontier(dataset.database, { ...frontierOptions, gate });
  const trace = traceOf(options, dataset, () => offered.options);
  const frontier = trace?.frontier(opened) ?? opened;
  const measures = createMeasures(dataset, opened);
  const clock = stageClock(options.isTimed === true);
  const { concurrency, maxConnections } = affordable(descriptorLimit(), config.concurrency, 1 + declarersPerSlot);
  const health = createHealth({
    deferLimitMs: config['defer-limit'],
    outageLimitMs: config['outage-limit'],
    ...{ nameServerAnswers: options.nameServerAnswers, now },
    onChange: state => {
      isDegraded = state === 'degraded';
      onEvent({ event: 'network', state });
    },
  });
  const counted = measures.watch(health.watch(retrieverFor(options, rules, { ...politeness.network, maxConnections })));
  const retriever = trace?.retriever(counted) ?? counted;
  const asker = { productToken, policy, facts: { agents, ...operatorFacts(options) } };
  const delays = { delayMs: config.delay, maxDelayMs: config['max-delay'] };
  // An audit asks for every carrier, whichever its policy reads.
  const licenseAsker = options.audit ? { ...asker, policy: { ...policy, signals: 'all' as const } } : asker;
  // What the operator closed is refused by the retriever itself, so a closed declaration is unreachable, never silent.
  const declarationAsker = { ...licenseAsker, facts: { agents } };
  const declarations = createDeclarations({
    retriever,
    dataset,
    pace,
    asker: declarationAsker,
    // Of an audit's origins each has one page, soon after.
    ...(options.audit ? { maxRemembered: 1_000 } : {}),
    categories: config.category,
    ...delays,
    stop: stopping,
    signal: AbortSignal.any([abandon, over.signal]),
    wallClock,
    now,
  });
  const record = {
    ...{ run: dataset.run?.name ?? '', productToken, policyDigest: policy.digest, source: config.source },
    clockSkewMs: clockSkew(wallClock, now),
  };
  const { traps, marks, listing, ...offered } = createDiscovery(options, {
    dataset,
    frontier,
    rules,
    record,
    isSpent: politeness.isSpent,
  });
  const recrawl = createRecrawl(dataset, options);
  const list = options.audit && openAuditList(dataset.database);
  const window = 4 * declarersPerSlot * concurrency;
  const leave = (origin: OriginKey): void => {
    // Its pause is set by now; a Crawl-delay is read again with its robots.txt. An audit meets more origins than memory holds.
    frontier.setCrawlDelay(origin, 0);
    declarations.forget(origin);
    retriever.forget(origin);
  };
  const audit = list && createAudit({ list, dataset, frontier, ...offered, window, leave });
  const stagings = createStaging({
    ...{ dataset, frontier, traps, marks, ...offered, record, recrawl, wallClock, clock, faults },
    follow: audit?.follow,
  });
  const staging = trace?.staging(stagings) ?? stagings;
  const deferralOf = createDeferrals({
    ...{ limitMs: config['defer-limit'], now, endedMs: pace.lastEndedMs },
    ...(audit ? { tries: 2, isWorth: isPassing } : {}),
  });
  const maxPages = config['max-pages'] ?? Number.POSITIVE_INFINITY;
  let running = 0;
  const tally: Tally = { pagesFetched: 0, bytes: 0 };
  let isDegraded = false;
  let failure: unknown;
  /** Tasks whose request is over: their origin may be busy with another one by now. */
  const freed = new WeakSet<Task>();

  const fail = (error: unknown): void => {
    failure ??= error;
    over.abort(error);
  };
  const isHalted = (): boolean => {
    const cause = dataset.low ?? health.failure();
    if (cause !== undefined) fail(cause);
    return failure !== undefined || stop.aborted;
  };
  /** What is called when the request of a task is over, by task key. */
  const places = new Map<string, () => void>();
  const leavePlace = ({ key }: Task): void => {
    places.get(key)?.();
    places.delete(key);
  };
  const delayOf = (origin: OriginKey): number =>
    Math.max(config.delay, Math.min(declarations.known(origin)?.crawlDelayMs ?? 0, config['max-delay']));
  /** Frees an origin after its last request, with the pause and the hold that its answer earned. */
  const rest = (origin: OriginKey, endedAtMs: number | undefined): void => {
    const hold = pace.holdOf(origin);
    if (hold) frontier.hold(origin, hold.untilMs, hold.why);
    frontier.release(origin, endedAtMs, pace.pauseOf(origin, delayOf(origin)));
  };
  const paced = {
    retriever,
    pace,
    delayOf,
    isFresh: (origin: OriginKey) => declarations.known(origin) !== undefined,
    stop: stopping,
  };
  const renderer = browser && rendererFor(browser, options, { retriever, declarations, pace, asker });
  const requestEnded = (task: Task, endedAtMs: number): void => {
    freed.add(task);
    rest(task.origin, endedAtMs);
    leavePlace(task);
  };
  const pageContext: PageContext = {
    ...{ retriever: pacedRetriever(paced, true), declarations, dataset, asker, content, wallClock, clock },
    licenseAsker,
    ...(renderer ? { render: renderStepFor(renderer, options, { asker, dataset }) } : {}),
    categories: config.category,
    ...{ revisits: recrawl.revisits, collectsAddresses: recrawl.collectsAddresses },
    maxBytes: config['max-bytes'],
    bodies: createBodyRoom(config['max-held-bytes']),
    signal: abandon,
    requestEnded: (task, endedAtMs) => {
      tally.pagesFetched++;
      requestEnded(task, endedAtMs);
    },
  };

  const sitemapContext: SitemapContext = {
    ...{ ...pageContext, retriever: pacedRetriever(paced, false), listing },
    requestEnded,
  };

  const endDeclaring = async (): Promise<void> => {
    over.abort(new Error('the run is over'));
    await declaring.end();
  };
  const declaring = createDeclaring({
    ...{ declarations, concurrency: concurrency * declarersPerSlot, stopping, fail },
    onDeclared: (declared, depth) => {
      const { origin, crawlDelayMs, carriers } = declared;
      measures.declared();
      trace?.declared(declared);
      recrawl.declared(origin, carriers);
      if (crawlDelayMs !== null) frontier.setCrawlDelay(origin, crawlDelayMs);
      listing.announce(carriers.robots, depth);
      onEvent({ event: 'origin.declared', origin, robots: carriers.robots.retrieval.outcome });
    },
    rest: origin => rest(origin, pace.lastEndedMs(origin)),
  });

  const turn = createTurn({
    ...{ dataset, frontier, staging, marks, traps, recrawl, declarations, declaring, health, pace, audit, awayOf, deferralOf },
    ...{ page: pageContext, sitemap: sitemapContext, offers: offered.options, isFreed: task => freed.has(task) },
    ...{ tally, deferLimitMs: config['defer-limit'], stopping, now, fail, onEvent },
  });

  return {
    source: {
      next: () => {
        if (isHalted() || health.isPaused() || tally.pagesFetched + running >= maxPages) return null;
        audit?.feed();
        for (let task = frontier.next(); task !== undefined; task = frontier.next()) {
          const { origin } = task;
          const isAway = awayOf(task) !== undefined;
          if (isAway || declarations.known(origin) || declaring.faultOf(origin)) {
            running++;
            health.asked();
            if (!isAway) places.set(task.key, politeness.begin(origin, 'page'));
            return task;
          }
          frontier.putBack(task);
          declaring.begin(task, politeness.begin(origin, 'declarations'));
          health.asked();
          if (health.isPaused()) return null;
        }
        return null;
      },
      isEmpty: () => {
        if (isHalted() || health.isPaused() || tally.pagesFetched + running >= maxPages) return true;
        audit?.feed();
        return frontier.isEmpty();
      },
      isFinished: () =>
        (running === 0 && (isHalted() || tally.pagesFetched >= maxPages)) || (frontier.isFinished() && audit?.isFed() !== false),
    },
    handle: async task => {
      try {
        await turn(task);
      } catch (error) {
        // A soft stop aborts what waits, and so does a failure elsewhere; the URL stays pending and is offered again on resume.
        if (!stopping.aborted) fail(error);
      } finally {
        leavePlace(task);
        running--;
        // Nothing else will come before what was found is stored; where that fails nobody stages again, and only this ends the run.
        if (running === 0 && !isHalted() && frontier.isIdle()) dataset.flush().catch(fail);
      }
    },
    begin: async isResumed => {
      const before = politeness.resume(isResumed, frontier.hold);
      tally.pagesFetched = before.pages;
      frontier.reopen(recrawl.due(wallClock()));
      await staging.seeds(options.seeds);
      audit?.feed();
      const { pending, finished } = frontier.counts();
      if (pending + finished === 0 && !audit) throw noSeeds(options.out);
      if (before.waitMs > 0) await sleep(before.waitMs, undefined, { signal: stop }).catch(() => {});
    },
    get isLimited() {
      return tally.pagesFetched >= maxPages;
    },
    concurrency,
    get pagesFetched() {
      return tally.pagesFetched;
    },
    get faults() {
      return faults.count;
    },
    settle: async () => {
      if (stop.aborted) return;
      if (failure !== undefined) throw failure;
      if (tally.pagesFetched < maxPages) return;
      // What a robots.txt announced after this would have no row.
      await endDeclaring();
      await dataset.flush();
      await staging.refuseRest(openFrontier(dataset.database, { ...frontierOptions, delayMs: 0 }));
    },
    close: async () => {
      await endDeclaring();
      await renderer?.close();
      await retriever.close();
      politeness.close();
      measures.close();
    },
    ended: () => {
      trace?.ended();
      if (!stop.aborted) audit?.seal();
    },
    outdated: recrawl.outdated,
    progress: givenUp => {
      const waiting = frontier.waiting(3);
      const statistics = measures.read({
        pagesFetched: tally.pagesFetched,
        pageBytes: tally.bytes,
        faults: faults.count,
        givenUp,
        isDegraded,
      });
      return { statistics, waiting, ...(audit ? { audit: audit.progress() } : {}) };
    },
    stages: clock.totals,
  };
}

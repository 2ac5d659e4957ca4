import { setTimeout as sleep } from 'node:timers/promises';
import type { Dataset } from '../../store/index.ts';
import type { OriginKey } from '../../vocab/index.ts';
import { createDeclarations } from '../declared/declarations.ts';
import { createBodyRoom } from '../manners/body-room.ts';
import { clockSkew } from '../manners/clock-skew.ts';
import { affordable, descriptorLimit } from '../manners/descriptors.ts';
import { createHealth } from '../manners/health.ts';
import { operatorFacts, retrieverFor, urlRules } from '../manners/network.ts';
import { pacedRetriever } from '../manners/paced-retriever.ts';
import { createPoliteness } from '../manners/politeness.ts';
import type { CrawlOptions } from '../options.ts';
import type { PageContext } from '../page.ts';
import type { RecordContext } from '../record.ts';
import type { Recrawl } from '../recrawl/recrawl.ts';
import { stageClock } from '../watch/stage-clock.ts';
import { exchangesOf, type OriginContext } from './check-origin.ts';

const productToken = 'heed';
/** Origins asked at the same time, per request slot: they mostly wait out their own delay. */
const originsPerSlot = 4;
const lookEveryMs = 200;

/** The way to the web, with its manners, and what is judged with what comes back. */
export interface RecheckNetwork {
  readonly context: Omit<OriginContext, 'dataset' | 'recrawl' | 'known' | 'out' | 'faults' | 'isStopping'> & {
    readonly page: PageContext;
  };
  readonly concurrency: number;
  /** Takes over what earlier processes asked and still owe. */
  resume(isResumed: boolean): { readonly waitMs: number };
  /** Asks for what an origin declares; again, for as long as it is our own network that reaches nobody. @throws ERR_NETWORK_DOWN and the like */
  reach(origin: OriginKey): Promise<void>;
  /** It is done with. */
  forget(origin: OriginKey): void;
  /** @throws what makes going on impossible: the disk is full, or it is to stop */
  refuseWhenOver(): void;
  /** It is to stop, or was given up. */
  isStopping(): boolean;
  giveUp(error: unknown): void;
  close(): Promise<void>;
}

interface Parts {
  readonly recrawl: Recrawl;
  readonly askedSinceMs: number;
  readonly mayCite: OriginContext['mayCite'];
}

export function createNetwork(
  dataset: Dataset,
  options: CrawlOptions,
  { recrawl, askedSinceMs, mayCite }: Parts,
): RecheckNetwork {
  const { config, policy, agents, wallClock, stop, abandon = stop, onEvent = () => {} } = options;
  const now = (): number => performance.now();
  const over = new AbortController();
  const stopping = AbortSignal.any([stop, over.signal]);
  const rules = urlRules(options);
  const politeness = createPoliteness({
    ...{ config, dataset, resolveRules: rules.resolveRules ?? [], lookup: options.lookup, now, wallClock, stop: stopping },
    isDeclared: () => true,
    onFree: () => {},
  });
  const { concurrency, maxConnections } = affordable(descriptorLimit(), config.concurrency, 1 + originsPerSlot);
  const health = createHealth({
    deferLimitMs: config['defer-limit'],
    outageLimitMs: config['outage-limit'],
    ...{ nameServerAnswers: options.nameServerAnswers, now },
    onChange: state => onEvent({ event: 'network', state }),
  });
  const retriever = health.watch(retrieverFor(options, rules, { ...politeness.network, maxConnections }));
  const asker = { productToken, policy, facts: { agents, ...operatorFacts(options) } };
  const declarations = createDeclarations({
    ...{ retriever, dataset, pace: politeness.pace, asker: { ...asker, facts: { agents } }, categories: config.category },
    ...{ delayMs: config.delay, maxDelayMs: config['max-delay'], stop: stopping, wallClock, now, askedSinceMs, mayCite },
    signal: AbortSignal.any([abandon, over.signal]),
  });
  const record: RecordContext = {
    ...{ run: dataset.run?.name ?? '', productToken, policyDigest: policy.digest, source: config.source },
    clockSkewMs: clockSkew(wallClock, now),
  };
  const paced = {
    ...{ retriever, pace: politeness.pace, isFresh: () => true, stop: stopping },
    delayOf: (origin: OriginKey) =>
      Math.max(config.delay, Math.min(declarations.known(origin)?.crawlDelayMs ?? 0, config['max-delay'])),
  };
  const page: PageContext = {
    ...{ retriever: pacedRetriever(paced, true), declarations, dataset, asker, licenseAsker: asker, content: null, wallClock },
    ...{ categories: config.category, maxBytes: config['max-bytes'], bodies: createBodyRoom(config['max-held-bytes']) },
    ...{
      signal: AbortSignal.any([abandon, over.signal]),
      clock: stageClock(false),
      revisits: recrawl.revisits,
      collectsAddresses: false,
    },
    requestEnded: () => {},
  };

  const refuseWhenOver = (): void => {
    const cause = dataset.low ?? health.failure();
    if (cause !== undefined) throw cause;
    stopping.throwIfAborted();
  };

  return {
    context: { declarations, asker, categories: config.category, record, wallClock, page, mayCite },
    concurrency: concurrency * originsPerSlot,
    resume: isResumed => politeness.resume(isResumed, () => {}),
    async reach(origin) {
      for (;;) {
        while (health.isPaused()) {
          refuseWhenOver();
          await sleep(lookEveryMs, undefined, { signal: stopping });
        }
        health.asked();
        const { carriers } = await declarations.of(origin);
        if (exchangesOf(carriers).every(({ retrieval }) => retrieval.outcome !== 'unreachable')) return;
        const neverUp = await health.neverUp();
        if (neverUp !== undefined && neverUp !== 'so-far') throw neverUp;
        if (neverUp === undefined && !health.isOurs(origin)) return;
        declarations.again(origin);
        await sleep(lookEveryMs, undefined, { signal: stopping });
        refuseWhenOver();
      }
    },
    forget: origin => {
      declarations.forget(origin);
      retriever.forget(origin);
    },
    refuseWhenOver,
    isStopping: () => stopping.aborted,
    giveUp: error => over.abort(error),
    async close() {
      over.abort(new Error('the run is over'));
      await retriever.close();
      politeness.close();
    },
  };
}

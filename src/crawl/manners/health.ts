import { type Answer, nameServerAnswers as askForTheRoot, originKey, type Retriever } from '../../http/index.ts';
import { CodedError, exitCodes, type OriginKey, type UnreachableCause } from '../../vocab/index.ts';

export interface HealthOptions {
  /** Where nothing was ever reached, it is tried for this long; ms. */
  readonly deferLimitMs: number;
  /** A network that was there and is away is waited for this long; ms. */
  readonly outageLimitMs: number;
  /** Monotonic, ms. */
  readonly now: () => number;
  /** Whether names can be looked up at all; default: the machine's name server is asked for the root. */
  readonly nameServerAnswers?: (() => Promise<boolean>) | undefined;
  readonly onChange?: (state: 'degraded' | 'restored') => void;
}

/**
 * Is it the site that does not answer, or is it us? What we could not ask for want of a network or of file descriptors says nothing about a
 * site, so it must not end a thousand URLs as its failures: they wait, and now and then one is asked to see whether the others may go on.
 */
export interface Health {
  /** The same retriever, whose every answer is heard: of declarations, hops, licences and pages. */
  watch(retriever: Retriever): Retriever;
  /** Nothing is to be asked at the moment. */
  isPaused(): boolean;
  /** One is asked; while the network is away this makes the others wait for its outcome. */
  asked(): void;
  /** That this origin did not answer was our doing: ask again later, and count no try. */
  isOurs(origin: OriginKey): boolean;
  /** Waited long enough: the run stops and can be resumed. */
  failure(): CodedError | undefined;
  /**
   * Nothing was ever reached, and something could not be for want of a network: for good, or so far. Undefined where that is not so: where
   * there is a way to every address and other names can be looked up, a name that cannot is its site's affair.
   */
  neverUp(): Promise<CodedError | 'so-far' | undefined>;
}

/** So many origins that answered before must fall silent together; where there are fewer, all of them, this often. */
const silentOrigins = 3;
const firstLookMs = 500;
const lastLookMs = 30_000;
/** A look and the time it takes to be in vain: longer than this between two of them, and nobody was looking (a night in which nothing is asked). */
const longestLookMs = 2 * 60_000;
const descriptorPauseMs = 100;
const maxRemembered = 100_000;

/** A message of the site's, or of something on the way that knows where the site is. */
const lifeSigns: ReadonlySet<UnreachableCause> = new Set([
  'reset',
  'tls',
  'redirects',
  'too-large',
  'protocol',
  'encoding',
  'status',
]);

type Sign = 'life' | 'silence' | 'descriptors' | 'none';

/** A name that does not exist, or an address that may not be asked, says nothing either way. */
function signOf({ retrieval, local, remoteAddress }: Answer): Sign {
  if (local === 'descriptors') return 'descriptors';
  if (local === 'network') return 'silence';
  if (retrieval.outcome !== 'unreachable') return retrieval.outcome === 'not-attempted' ? 'none' : 'life';
  if (retrieval.cause === 'timeout') return remoteAddress === undefined && retrieval.status === undefined ? 'silence' : 'life';
  return lifeSigns.has(retrieval.cause) ? 'life' : 'none';
}

export function createHealth({
  deferLimitMs,
  outageLimitMs,
  now,
  nameServerAnswers = () => askForTheRoot(),
  onChange = () => {},
}: HealthOptions): Health {
  /** Origins that answered in this process. */
  const alive = new Set<OriginKey>();
  /** Those of them that fell silent since the last sign of life of anybody. */
  const silent = new Set<OriginKey>();
  /** Whose last answer was for want of descriptors. */
  const starved = new Set<OriginKey>();
  let silences = 0;
  let hasLife = false;
  let lacksNetworkSinceMs: number | undefined;
  let lacksWay = false;
  let underWay = 0;
  let downSinceMs: number | undefined;
  /** Of the outage, as far as it was looked at; and when that was last. */
  let lookedForMs = 0;
  let lookedAtMs = 0;
  let shortSinceMs: number | undefined;
  let nextLookMs = 0;
  let lookMs = firstLookMs;

  const live = (origin: OriginKey, startedAtMs: number): void => {
    hasLife = true;
    if (silent.size > 0) silent.clear();
    starved.delete(origin);
    silences = 0;
    shortSinceMs = undefined;
    if (alive.size < maxRemembered) alive.add(origin);
    // What was on its way when the network went may still arrive: that is no sign of its return.
    if (downSinceMs === undefined || startedAtMs < downSinceMs) return;
    downSinceMs = undefined;
    lookMs = firstLookMs;
    nextLookMs = 0;
    onChange('restored');
  };
  const awayMs = (): number => lookedForMs + Math.min(now() - lookedAtMs, longestLookMs);
  const fallSilent = (origin: OriginKey): void => {
    starved.delete(origin);
    if (downSinceMs !== undefined) {
      lookedForMs = awayMs();
      lookedAtMs = now();
      lookMs = Math.min(lookMs * 2, lastLookMs);
      nextLookMs = now() + lookMs;
      return;
    }
    if (!alive.has(origin)) return;
    silences++;
    silent.add(origin);
    if (silences < silentOrigins || silent.size < Math.min(silentOrigins, alive.size)) return;
    downSinceMs = now();
    lookedForMs = 0;
    lookedAtMs = downSinceMs;
    nextLookMs = downSinceMs + lookMs;
    onChange('degraded');
  };

  const observe = (origin: OriginKey, answer: Answer): void => {
    const sign = signOf(answer);
    if (answer.local === 'network') {
      lacksNetworkSinceMs ??= now();
      lacksWay ||= !(answer.retrieval.outcome === 'unreachable' && answer.retrieval.cause === 'dns');
    }
    if (sign === 'life') live(origin, answer.startedAtMs);
    else if (sign === 'silence') fallSilent(origin);
    else if (sign === 'descriptors') {
      starved.add(origin);
      shortSinceMs ??= now();
      nextLookMs = now() + descriptorPauseMs;
    }
  };

  return {
    watch: retriever => ({
      ...retriever,
      retrieve: async (url, request) => {
        underWay++;
        try {
          const answer = await retriever.retrieve(url, request);
          if (answer.refusal === undefined) observe(originKey(url), answer);
          return answer;
        } finally {
          underWay--;
        }
      },
    }),
    isPaused: () => now() < nextLookMs,
    asked() {
      if (downSinceMs !== undefined) nextLookMs = now() + lookMs;
    },
    isOurs: origin => downSinceMs !== undefined || starved.has(origin),
    failure() {
      if (downSinceMs !== undefined && awayMs() > outageLimitMs)
        return networkDown(`nothing could be reached for ${Math.round(outageLimitMs / 1000)} s`);
      if (shortSinceMs === undefined || now() - shortSinceMs <= outageLimitMs) return undefined;
      return new CodedError('ERR_TOO_MANY_FILES', exitCodes.storage, 'no connection could be opened: too many open files', {
        next: 'raise `ulimit -n` or lower --concurrency, then run the same command again',
      });
    },
    async neverUp() {
      if (hasLife || lacksNetworkSinceMs === undefined) return undefined;
      // Somebody may be about to answer.
      if (underWay > 0 || now() - lacksNetworkSinceMs < deferLimitMs) return 'so-far';
      if (!lacksWay && (await nameServerAnswers())) return undefined;
      return networkDown('no name could be looked up and nothing was reached since the start');
    },
  };
}

const networkDown = (what: string): CodedError =>
  new CodedError('ERR_NETWORK_DOWN', exitCodes.networkDown, `the network is down: ${what}`, {
    next: 'check the network and its name server, then run the same command again: no URL was given up',
  });

/**
 * How a crawl behaves towards those it asks, in one place: each origin's pause and back-off, how many requests go to one domain and to one
 * machine at once, when nothing is asked at all, how many pages of each are enough, and the ledger that says how it was.
 *
 * Two doors hold it. The gate keeps tasks in the frontier that could not go out now, so that a crowded domain does not fill the places of all
 * others; admission, the last door before the network, counts every request, declarations and hops included, and is exact.
 */
import type { Gate, Hindrance } from '../../frontier/index.ts';
import {
  addressGroup,
  createAddressBook,
  createAdmission,
  createPace,
  createSeats,
  domainGroup,
  originKey,
  type Pace,
  type RequestNote,
  type RetrieverOptions,
  type UrlRules,
} from '../../http/index.ts';
import { type Config, parseQuietWindow, quietOf } from '../../settings/index.ts';
import type { Asked, Dataset } from '../../store/index.ts';
import { type OriginKey, remembering } from '../../vocab/index.ts';
import { createBudget } from '../find/budget.ts';
import { domainOf } from '../find/scope.ts';

export interface PolitenessOptions {
  readonly config: Config;
  readonly dataset: Pick<Dataset, 'politeness'>;
  readonly resolveRules: NonNullable<UrlRules['resolveRules']>;
  /** Default: the system's resolver. */
  readonly lookup?: RetrieverOptions['lookup'] | undefined;
  /** Monotonic, ms. */
  readonly now: () => number;
  readonly wallClock: () => number;
  /** Nothing waits any longer. */
  readonly stop: AbortSignal;
  readonly isDeclared: (origin: OriginKey) => boolean;
  /** A place is free in a group that the gate named; `all`: nobody need wait there any more. */
  readonly onFree: (group: string, all: boolean) => void;
}

export interface Politeness {
  readonly pace: Pace;
  readonly gate: Gate;
  /** What the retriever needs of it. */
  readonly network: Pick<RetrieverOptions, 'admit' | 'lookup'>;
  /** A task of this origin left the frontier; what is returned is called, once or oftener, when its request is over. */
  begin(origin: OriginKey, what: 'page' | 'declarations'): () => void;
  /** The origin has had all the pages it may have. */
  isSpent(origin: OriginKey): boolean;
  close(): void;
  /**
   * Takes over what earlier processes spent and still owe; `hold` is told of origins that are owed more than the ordinary pause.
   * Returns the pages fetched in this run, and how long everyone is to be left alone before anything is asked.
   */
  resume(
    isResumed: boolean,
    hold: (origin: OriginKey, untilMs: number) => void,
  ): { readonly pages: number; readonly waitMs: number };
}

/** Of public addresses, where the configuration says nothing. */
const addressConcurrency = 8;
/** Origins of one domain whose declarations are fetched at the same time, per request slot: they mostly wait out their own delay. */
const declarersPerSlot = 4;

const whyOf: Readonly<Record<string, Exclude<Hindrance['why'], 'quiet'>>> = {
  domain: 'domain-concurrency',
  declarations: 'domain-concurrency',
  address: 'address-concurrency',
  budget: 'max-pages-per-domain',
};
const kindOf = (group: string): string => group.slice(0, group.indexOf(' '));
const nameOf = (group: string): string => group.slice(group.indexOf(' ') + 1);

export function createPoliteness(options: PolitenessOptions): Politeness {
  const { config, dataset, resolveRules, lookup, now, wallClock, stop, isDeclared, onFree } = options;
  const placeOf = placeReader();
  const domainOfOrigin = (origin: OriginKey): string => placeOf(origin).domain;
  const perAddress = config['address-concurrency'] ?? addressConcurrency;
  const perDomain = config['domain-concurrency'];
  const budget = createBudget({
    perOrigin: config['max-pages-per-origin'] ?? Number.POSITIVE_INFINITY,
    perDomain: config['max-pages-per-domain'] ?? Number.POSITIVE_INFINITY,
    domainOf: domainOfOrigin,
    onSpent: domain => onFree(`budget ${domain}`, true),
  });
  // Asked several times for each request: the kind is read where it stands.
  const limitOf = (group: string): number => {
    if (group.startsWith('domain ')) return perDomain;
    if (group.startsWith('address ')) return perAddress;
    if (group.startsWith('declarations ')) return perDomain * declarersPerSlot;
    return group.startsWith('budget ') ? budget.leftOf(nameOf(group)) : 1;
  };
  const book = createAddressBook({
    lookupMs: Math.min(config['request-timeout'], 10_000),
    ...{ resolveRules, isEveryAddress: config['address-concurrency'] !== undefined, now },
    ...(lookup ? { lookup } : {}),
  });
  const quiet = quietOf(config['quiet-hours'].map(parseQuietWindow));
  const quietUntilMs = (host: string): number | undefined => {
    const wallMs = wallClock();
    const untilMs = quiet(host, wallMs);
    return untilMs === undefined ? undefined : now() + untilMs - wallMs;
  };
  const requests = createSeats({ limitOf });
  const tasks = createSeats({ limitOf, onFree: group => onFree(group, false) });

  /** Origins whose declarations were asked for the sake of a page: one page of their domain's budget is theirs until it was asked. */
  const reserved = new Set<OriginKey>();
  const budgetGroups = (origin: OriginKey): readonly string[] =>
    config['max-pages-per-domain'] === undefined ? noGroups : [`budget ${domainOfOrigin(origin)}`];
  const requestGroups = ({ ofRequest }: Place, machine: string | undefined): readonly string[] =>
    machine === undefined ? ofRequest : [...ofRequest, groupOfMachine(machine)];
  const groupsOf = (origin: OriginKey, what: 'page' | 'declarations'): readonly string[] => {
    const place = placeOf(origin);
    return what === 'declarations' ? place.ofDeclarations : requestGroups(place, book.knownMachine(place.host));
  };
  const withBudget = (origin: OriginKey, groups: readonly string[]): readonly string[] => {
    const ofBudget = reserved.has(origin) ? noGroups : budgetGroups(origin);
    return ofBudget.length === 0 ? groups : [...ofBudget, ...groups];
  };

  const pace = createPace({
    ...{ now, maxDelayMs: config['max-delay'], adaptiveFactor: config['adaptive-delay'] },
    backoffMs: config.backoff ?? config['defer-limit'] / 60,
    onRequest: note => {
      if (note.isPage) budget.add(note.origin, 1);
      dataset.politeness.note(ledgerNote(note, wallClock()));
    },
  });

  return {
    pace,
    gate: origin => {
      // What is refused is not asked: no hour is too late for that, and no place is needed.
      if (budget.isSpent(origin)) return undefined;
      const untilMs = quietUntilMs(placeOf(origin).host);
      if (untilMs !== undefined) return { why: 'quiet', untilMs };
      const groups = groupsOf(origin, isDeclared(origin) ? 'page' : 'declarations');
      const group = tasks.full(withBudget(origin, groups));
      return group === undefined ? undefined : { why: whyOf[kindOf(group)] ?? 'domain-concurrency', group };
    },
    network: {
      lookup: book.lookup,
      admit: createAdmission({
        ...{ seats: requests, book, quietUntilMs, now, stop },
        groupsOf: (url, machine) => requestGroups(placeOf(originKey(url)), machine),
      }),
    },
    begin: (origin, what) => {
      const groups = groupsOf(origin, what);
      const ofBudget = budgetGroups(origin);
      tasks.take(withBudget(origin, groups));
      if (what === 'page') reserved.delete(origin);
      else if (ofBudget.length > 0) reserved.add(origin);
      const left = what === 'page' ? [...groups, ...ofBudget] : groups;
      let isOver = false;
      return () => {
        if (!isOver) tasks.leave(left);
        isOver = true;
      };
    },
    isSpent: budget.isSpent,
    close: () => book.close(),
    resume: (isResumed, hold) => {
      const wallMs = wallClock();
      const longestMs = Math.max(config['max-delay'], config.delay);
      let pages = 0;
      for (const { origin, isOfRun, ...asked } of dataset.politeness.before(wallMs)) {
        if (isOfRun) {
          budget.add(origin, asked.pages);
          pages += asked.pages;
        }
        // A run that was killed may have asked after its last commit: the whole pause again. A wall clock put back lengthens, up to the bound.
        const pauseMs = isOfRun ? asked.longestDelayMs : asked.endedAtMs + asked.longestDelayMs - wallMs;
        const owedMs = Math.min(Math.max(pauseMs, asked.heldUntilMs - wallMs), longestMs);
        if (owedMs <= config.delay) continue;
        pace.leaveAlone(origin, now() + owedMs);
        hold(origin, now() + owedMs);
      }
      const last = dataset.politeness.lastEndedAtMs();
      const sinceMs = last === undefined ? Number.POSITIVE_INFINITY : wallMs - last;
      const waitMs = isResumed || sinceMs < 0 ? config.delay : Math.max(0, config.delay - sinceMs);
      return { pages, waitMs };
    },
  };
}

const ledgerNote = ({ origin, isPage, bytes, gapMs, delayMs, backoffMs }: RequestNote, wallMs: number): Asked => ({
  ...{ origin, requests: 1, pages: isPage ? 1 : 0, bytes },
  ...(gapMs === undefined ? {} : { minGapMs: gapMs }),
  ...{ minDelayMs: delayMs, maxDelayMs: delayMs },
  ...(backoffMs === undefined ? { backoffs: 0 } : { backoffs: 1, longestBackoffMs: backoffMs }),
  ...{ endedAtMs: wallMs, heldUntilMs: backoffMs === undefined ? 0 : wallMs + backoffMs },
});

interface Place {
  readonly host: string;
  readonly domain: string;
  /** Groups of seats: for each request, the machine's not counted, and while its declarations are asked. */
  readonly ofRequest: readonly string[];
  readonly ofDeclarations: readonly string[];
}

const noGroups: readonly string[] = [];
/** Made once: a name is found by its hash, and a text that is put together anew has none yet. */
const groupOfMachine = remembering(10_000, addressGroup);

/** Asked for at each look at the frontier, and the public suffix list is long. */
const placeReader = (): ((origin: OriginKey) => Place) =>
  remembering(20_000, origin => {
    const url = new URL(origin);
    const domain = domainOf(url);
    return { host: url.hostname, domain, ofRequest: [domainGroup(domain)], ofDeclarations: [`declarations ${domain}`] };
  });

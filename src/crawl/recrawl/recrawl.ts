import type { Bounds, Reopen, Task } from '../../frontier/index.ts';
import { type AddressIndex, type Dataset, openAddressIndex, openStandings, type Standings } from '../../store/index.ts';
import type { Carriers, Digest, OriginKey } from '../../vocab/index.ts';
import type { CrawlOptions } from '../options.ts';
import { endedForGood } from '../refusal.ts';
import { standsForMs } from './fate.ts';
import { createRevisits, type Revisits } from './revisit.ts';
import { digestSaid, judgeOf } from './said.ts';

/** What a crawl of a dataset that is there already does otherwise. */
export interface Recrawl {
  readonly standings: Standings;
  readonly revisits: Revisits;
  /** In which documents which e-mail addresses were masked; null where it is not kept. */
  readonly addresses: AddressIndex | null;
  /** For the index, or because some are not to be collected again. */
  readonly collectsAddresses: boolean;
  readonly bounds: Bounds;
  /** How long a document stands that could not be judged anew, in ms. */
  readonly standsMs: number;
  saidBy(carriers: Omit<Carriers, 'url' | 'page'>): Digest;
  /** Told of what an origin declares, as often as it is asked for. */
  declared(origin: OriginKey, carriers: Omit<Carriers, 'url' | 'page'>): void;
  /**
   * Origins that declare something else than some of their documents were judged with. A crawl judges the pages that it asks: what its newer
   * declarations mean for all others is for a recheck to find out, which may come while it waits, or when it is over.
   */
  outdated(): number;
  /** What is asked again in this run. @param nowMs wall time */
  due(nowMs: number): Reopen;
  /** Was it judged in an earlier run, so that its rows and its document stand if it is not asked in this one? */
  stands(task: Task): boolean;
}

export function createRecrawl(dataset: Dataset, options: CrawlOptions): Recrawl {
  const { config, policy } = options;
  const isAudit = options.audit !== undefined;
  const standings = isAudit ? withoutDocuments(openStandings(dataset.database)) : openStandings(dataset.database);
  const judge = judgeOf(options);
  const isIndexing = config['email-index'] && !isAudit;
  const declaredOtherwise = new Map<OriginKey, Digest>();
  return {
    standings,
    revisits: createRevisits(dataset, standings),
    addresses: isIndexing ? openAddressIndex(dataset.out, dataset.database) : null,
    collectsAddresses: isIndexing || dataset.suppression.hasAddresses,
    bounds: { minMs: config['recrawl-min'], maxMs: config['recrawl-max'] },
    standsMs: standsForMs(policy, config.stands),
    saidBy: carriers => digestSaid(carriers, judge),
    declared(origin, carriers) {
      if (isAudit) return;
      const said = digestSaid(carriers, judge);
      if (standings.hasJudgedOtherwise(origin, said)) declaredOtherwise.set(origin, said);
      else declaredOtherwise.delete(origin);
    },
    outdated: () => [...declaredOtherwise].filter(([origin, said]) => standings.hasJudgedOtherwise(origin, said)).length,
    due: nowMs => ({
      dueByMs: config.due === 'all' ? Number.POSITIVE_INFINITY : nowMs,
      except: endedForGood,
      occasion: dataset.run?.name ?? '',
    }),
    stands: ({ before, origin, url }) => {
      if (before === undefined) return false;
      return !/^(deferred\.|refused\.|sitemap$)/.test(before.reason) || standings.of(origin, url) !== undefined;
    },
  };
}

/** An audit has a folder of its own (`begin-run.ts`) and keeps no text: there is nothing to look for at each of its pages. */
const withoutDocuments = (standings: Standings): Standings => ({
  ...standings,
  of: () => undefined,
  hasJudgedOtherwise: () => false,
});

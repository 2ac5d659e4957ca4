import type { Bounds, Reopen, Task } from '../../frontier/index.ts';
import { type Dataset, openStandings, type Standings } from '../../store/index.ts';
import type { Carriers, Digest } from '../../vocab/index.ts';
import type { CrawlOptions } from '../crawl.ts';
import { endedForGood } from '../refusal.ts';
import { standsForMs } from './fate.ts';
import { createRevisits, type Revisits } from './revisit.ts';
import { digestSaid, judgeOf } from './said.ts';

/** What a crawl of a dataset that is there already does otherwise. */
export interface Recrawl {
  readonly standings: Standings;
  readonly revisits: Revisits;
  readonly bounds: Bounds;
  /** How long a document stands that could not be judged anew, in ms. */
  readonly standsMs: number;
  saidBy(carriers: Omit<Carriers, 'url' | 'page'>): Digest;
  /** What is asked again in this run. @param nowMs wall time */
  due(nowMs: number): Reopen;
  /** Was it judged in an earlier run, so that its rows and its document stand if it is not asked in this one? */
  stands(task: Task): boolean;
}

export function createRecrawl(dataset: Dataset, options: CrawlOptions): Recrawl {
  const { config, policy } = options;
  const standings = openStandings(dataset.database);
  const judge = judgeOf(options);
  return {
    standings,
    revisits: createRevisits(dataset, standings),
    bounds: { minMs: config['recrawl-min'], maxMs: config['recrawl-max'] },
    standsMs: standsForMs(policy, config.stands),
    saidBy: carriers => digestSaid(carriers, judge),
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

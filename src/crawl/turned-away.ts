import type { Task } from '../frontier/index.ts';
import type { Dataset } from '../store/index.ts';
import type { OriginKey, Reason } from '../vocab/index.ts';

/** Why a URL whose turn has come is not asked after all, its origin's declarations included. */
export const turnedAway =
  (
    { suppression }: Pick<Dataset, 'suppression'>,
    { isSpent }: { isSpent(origin: OriginKey): boolean },
    { isClosed }: { isClosed(origin: OriginKey): boolean },
  ) =>
  ({ url, origin }: Task): Reason | undefined => {
    if (suppression.covers(url)) return 'refused.suppressed';
    if (isClosed(origin)) return 'refused.fault';
    return isSpent(origin) ? 'refused.budget' : undefined;
  };

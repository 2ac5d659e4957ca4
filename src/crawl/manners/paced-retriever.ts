import { originKey, type Pace, type Retriever, whenReceived } from '../../http/index.ts';
import type { OriginKey } from '../../vocab/index.ts';

/** What its origin declares ran out while a page waited for its turn, as through a night: it is asked again first. Nothing was sent. */
export class StaleDeclarations extends Error {}

export interface PacedOptions {
  readonly retriever: Pick<Retriever, 'retrieve'>;
  readonly pace: Pace;
  readonly delayOf: (origin: OriginKey) => number;
  /** What an origin declares is known, and still counts. */
  readonly isFresh: (origin: OriginKey) => boolean;
  readonly stop: AbortSignal;
}

/**
 * The retriever that keeps each origin's turns and pauses: a licence, or a hop of another origin's declaration, may be under way at an origin although
 * none of its pages is. @throws StaleDeclarations for a page
 */
export function pacedRetriever(options: PacedOptions, isPage: boolean): Pick<Retriever, 'retrieve'> {
  const { retriever, pace, delayOf, isFresh, stop } = options;
  return {
    retrieve: (url, request = {}) => {
      const origin = originKey(url);
      const turn = { delayMs: delayOf(origin), signal: stop, isNext: true, isPage };
      const beforeSending = (): void => {
        if (isPage && !isFresh(origin)) throw new StaleDeclarations();
      };
      // A page that waits for room must not hold up what the page in that room needs of the same origin.
      return pace.turn(origin, turn, received => retriever.retrieve(url, { ...whenReceived(request, received), beforeSending }));
    },
  };
}

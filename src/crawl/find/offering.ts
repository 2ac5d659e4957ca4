import type { Frontier, Offer, Offered } from '../../frontier/index.ts';
import type { Dataset } from '../../store/index.ts';
import type { Reason } from '../../vocab/index.ts';
import type { RecordContext } from '../record.ts';
import { refusalRecord } from '../refusal.ts';
import type { Traps } from '../traps/index.ts';

export interface OfferingContext {
  readonly dataset: Dataset;
  readonly frontier: Frontier;
  readonly traps: Traps;
  readonly record: RecordContext;
  readonly wallClock: () => number;
}

/** URLs into the frontier, and a row for each new one that is refused, as one commit. */
export interface Offering {
  /** The caller stages `apply` with what the URLs came from, and then, in the same turn, what is refused of them. */
  offer(offers: readonly Offer[], options?: OfferingOptions): NewOffers;
  /** Stores them as a commit of their own. @param first what has to be there before they are; in the same transaction or earlier */
  offerAlone(offers: readonly Offer[], options?: OfferingOptions, first?: () => void): Offered;
  /** The row of a URL that is not asked. */
  refuse(offer: Offer, reason: Reason, more?: { readonly detail?: string | undefined; readonly apply?: () => void }): void;
}

export interface NewOffers extends Offered {
  /** Stages the rows of what is refused. */
  refuse(): void;
}

export interface OfferingOptions {
  /** Named by the operator or announced by robots.txt, and so no trap. */
  readonly isTrusted?: boolean;
}

interface Refused {
  readonly offer: Offer;
  readonly reason: Reason;
  readonly detail: string | undefined;
}

export function createOffering({ dataset, frontier, traps, record, wallClock }: OfferingContext): Offering {
  const refuse: Offering['refuse'] = (offer, reason, { detail, apply } = {}) =>
    dataset.stage({
      origin: offer.origin,
      provenance: refusalRecord(offer, reason, record, wallClock(), detail),
      ...(apply ? { apply } : {}),
    });

  const judged = (offers: readonly Offer[], { isTrusted = false }: OfferingOptions = {}) => {
    const details = new Map<string, string>();
    const offered = frontier.offer(offers, ({ url }) => {
      const finding = isTrusted ? null : traps.offered(url);
      if (finding === null) return null;
      details.set(url, finding.detail);
      return `trap.${finding.trap}`;
    });
    const refused = offered.fresh.flatMap((offer): Refused[] =>
      offer.refusal === undefined ? [] : [{ offer, reason: offer.refusal, detail: details.get(offer.url) }],
    );
    return { offered, refused };
  };

  return {
    refuse,
    offer(offers, options) {
      const { offered, refused } = judged(offers, options);
      return {
        ...offered,
        refuse: () => {
          for (const { offer, reason, detail } of refused) refuse(offer, reason, { detail });
        },
      };
    },
    offerAlone(offers, options, first = () => {}) {
      const { offered, refused } = judged(offers, options);
      const apply = (): void => {
        first();
        offered.apply();
      };
      for (const [index, { offer, reason, detail }] of refused.entries())
        refuse(offer, reason, { detail, ...(index === refused.length - 1 ? { apply } : {}) });
      if (refused.length === 0) apply();
      return offered;
    },
  };
}

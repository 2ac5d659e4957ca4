import type { OriginKey } from '../../vocab/index.ts';

export interface BudgetOptions {
  /** Pages of one origin; Infinity for no limit. */
  readonly perOrigin: number;
  /** Pages of one registrable domain. */
  readonly perDomain: number;
  readonly domainOf: (origin: OriginKey) => string;
  /** The last page of a domain was fetched. */
  readonly onSpent: (domain: string) => void;
}

/** Pages fetched in the run, by origin and by registrable domain: a million subdomains are one domain's budget. */
export interface Budget {
  add(origin: OriginKey, pages: number): void;
  /** No further page may be asked of this origin. */
  isSpent(origin: OriginKey): boolean;
  /** Pages that may still be asked of a domain. */
  leftOf(domain: string): number;
}

export function createBudget({ perOrigin, perDomain, domainOf, onSpent }: BudgetOptions): Budget {
  const origins = new Map<OriginKey, number>();
  const domains = new Map<string, number>();
  const leftOf = (domain: string): number => perDomain - (domains.get(domain) ?? 0);

  return {
    add(origin, pages) {
      if (pages === 0) return;
      if (perOrigin !== Number.POSITIVE_INFINITY) origins.set(origin, (origins.get(origin) ?? 0) + pages);
      if (perDomain === Number.POSITIVE_INFINITY) return;
      const domain = domainOf(origin);
      domains.set(domain, (domains.get(domain) ?? 0) + pages);
      if (leftOf(domain) <= 0) onSpent(domain);
    },
    isSpent: origin =>
      (perOrigin !== Number.POSITIVE_INFINITY && (origins.get(origin) ?? 0) >= perOrigin) ||
      (perDomain !== Number.POSITIVE_INFINITY && leftOf(domainOf(origin)) <= 0),
    leftOf,
  };
}

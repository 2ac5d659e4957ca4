/** What one run saw, what it was allowed, what it kept, and why it did not keep the rest: counted from its provenance, a row at a time. */
import { mechanisms } from '../../signals/index.ts';
import type { About, Disposition } from '../../vocab/index.ts';
import { TopCounts } from './top-counts.ts';

/** What is needed of a provenance record. */
export interface CrawlRow {
  readonly url: string;
  readonly disposition: Disposition;
  readonly reason: string;
  readonly status?: number;
  readonly bytes?: number;
  readonly verdicts: Readonly<Partial<Record<About, { readonly disposition: Disposition }>>>;
}

/** What is needed of a manifest. */
export interface CrawlRun {
  readonly run: string;
  readonly kind: string;
  readonly started: string;
  readonly created: string;
  readonly policy: { readonly id: string; readonly digest: string };
  readonly agents: { readonly version: string };
  readonly software: { readonly name: string; readonly version: string };
  readonly overrides: Readonly<Record<string, unknown>>;
  readonly politeness?: Omit<OriginTreatment, 'origin'> & {
    readonly origins: number;
    readonly busiest: readonly OriginTreatment[];
  };
}

export interface OriginTreatment {
  readonly origin: string;
  readonly requests: number;
  readonly pages: number;
  readonly bytes: number;
  readonly min_gap_ms?: number;
  readonly delay_ms: number;
  readonly longest_delay_ms: number;
  readonly backoffs: number;
  readonly longest_backoff_ms?: number;
}

/** Families of reasons, by their first word, in the order in which a URL may end. */
export const reasonFamilies: Readonly<Record<string, string>> = {
  kept: 'kept',
  unchanged: 'kept: unchanged',
  sitemap: 'sitemaps',
  redirected: 'redirected',
  duplicate: 'duplicates',
  superseded: 'superseded',
  empty: 'no text',
  withheld: 'withheld: refused or not known',
  barrier: 'barriers',
  gone: 'gone',
  deferred: 'deferred to the end',
  refused: 'not asked, by our own rule',
  trap: 'traps',
  failed: 'failed',
  withdrawn: 'withdrawn',
};

export interface HostCounts {
  seen: number;
  kept: number;
  withheld: number;
}

export interface CrawlDocument {
  readonly v: 1;
  readonly run: CrawlRun;
  readonly funnel: {
    /** Every URL that was offered. */
    readonly seen: number;
    /** Those that robots.txt and the operator's own rules let us ask. */
    readonly allowed: number;
    /** Those that answered with a page. */
    readonly answered: number;
    readonly kept: number;
  };
  readonly by_disposition: Readonly<Record<Disposition, number>>;
  readonly by_reason: Readonly<Record<string, number>>;
  /** Withheld because of a statement, by the mechanism that made it. */
  readonly by_mechanism: Readonly<Record<string, number>>;
  readonly bytes: number;
  readonly hosts: {
    readonly count: number;
    readonly is_cut: boolean;
    readonly top: readonly (HostCounts & { readonly host: string })[];
  };
  /** Of the documents of the run: ISO 639-3, `und` where it is not known. */
  readonly languages: Readonly<Record<string, number>>;
}

export const maxTopHosts = 100;

export class CrawlTally {
  readonly #reasons = new Map<string, number>();
  readonly #languages = new Map<string, number>();
  readonly #dispositions: Record<Disposition, number> = { keep: 0, withhold: 0, defer: 0 };
  readonly #hosts = new TopCounts<HostCounts>(
    () => ({ seen: 0, kept: 0, withheld: 0 }),
    ({ seen }) => seen,
  );
  #seen = 0;
  #allowed = 0;
  #answered = 0;
  #bytes = 0;

  add({ url, disposition, reason, status, bytes = 0, verdicts }: CrawlRow): void {
    this.#seen++;
    this.#dispositions[disposition]++;
    if (verdicts.acquisition?.disposition === 'keep') this.#allowed++;
    if (status !== undefined && status >= 200 && status < 300) this.#answered++;
    this.#bytes += bytes;
    grow(this.#reasons, reason);
    const host = this.#hosts.of(URL.canParse(url) ? new URL(url).host : '(no URL)');
    host.seen++;
    if (disposition === 'keep') host.kept++;
    if (disposition === 'withhold' && /^(withheld|barrier)\./.test(reason)) host.withheld++;
  }

  addDocument({ language = 'und' }: { readonly language?: string }): void {
    grow(this.#languages, language);
  }

  /** @param manifest of which only what the report shows is taken */
  document({ run, kind, started, created, policy, agents, software, overrides, politeness }: CrawlRun): CrawlDocument {
    return {
      v: 1,
      run: {
        ...{ run, kind, started, created, overrides },
        policy: { id: policy.id, digest: policy.digest },
        agents: { version: agents.version },
        software: { name: software.name, version: software.version },
        ...(politeness ? { politeness } : {}),
      },
      funnel: { seen: this.#seen, allowed: this.#allowed, answered: this.#answered, kept: this.#dispositions.keep },
      by_disposition: this.#dispositions,
      by_reason: sorted(this.#reasons),
      by_mechanism: sorted(this.#mechanisms()),
      bytes: this.#bytes,
      hosts: {
        count: this.#hosts.size,
        is_cut: this.#hosts.isCut,
        top: this.#hosts.top(maxTopHosts).map(([host, counts]) => ({ host, ...counts })),
      },
      languages: sorted(this.#languages),
    };
  }

  #mechanisms(): Map<string, number> {
    const counts = new Map<string, number>();
    for (const [reason, count] of this.#reasons) {
      const signal = /^withheld\.(?!unknown\.)(.+)$/.exec(reason)?.[1];
      const mechanism = mechanisms.find(({ signals }) => signals.some(({ id }) => id === signal))?.id;
      if (mechanism !== undefined) counts.set(mechanism, (counts.get(mechanism) ?? 0) + count);
    }
    return counts;
  }
}

const grow = (counts: Map<string, number>, key: string): void => void counts.set(key, (counts.get(key) ?? 0) + 1);

const sorted = (counts: ReadonlyMap<string, number>): Readonly<Record<string, number>> =>
  Object.fromEntries([...counts].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)));
